"""Keeps processes running: one that ends is started again, and the log says so."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from nameplate.engines.engine import Engine, wait_ready
from nameplate.engines.process import Process
from nameplate.errors import StartError
from nameplate.tasks import ended

log = structlog.get_logger("up")

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# One that ran this long failed for a new reason: it gets a quick restart again.
HEALTHY_AFTER = 30.0
LOOK_EVERY = 3.0
SPOILT_AGAIN = 60.0


@dataclass(slots=True)
class Kept:
    """A process and how to start it again. `ready` raises StartError when the new one is of no use."""

    process: Process
    prepare: Callable[[], None] = lambda: None
    ready: Callable[[], Awaitable[None]] | None = None
    watcher: asyncio.Task[None] | None = None


class Supervisor:
    """Watches processes until it is told to stop."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []
        self._watchers: list[asyncio.Task[None]] = []

    def start_watching(self) -> None:
        """Look after the logs as long as processes are watched."""
        self._watchers.append(asyncio.create_task(self._trim_logs()))

    async def _trim_logs(self) -> None:
        while True:
            await asyncio.sleep(60)
            for kept in self._kept:
                await asyncio.to_thread(kept.process.trim_log)

    def keep_engine(self, engine: Engine, process: Process) -> None:
        """Watch a started engine."""

        def prepare() -> None:
            engine.clear_up()
            engine.prepare()

        async def ready() -> None:
            await wait_ready(engine, process)

        self.keep(Kept(process, prepare, ready))
        looking = asyncio.create_task(self._look_after(engine, process), name=f"{engine.name}, looked after")
        self._watchers.append(looking)

    def keep(self, kept: Kept) -> None:
        """Watch a started process."""
        self._kept.append(kept)
        kept.watcher = asyncio.create_task(self._watch(kept), name=kept.process.name)
        self._watchers.append(kept.watcher)

    async def let_go(self, kept: Kept) -> None:
        """From now on this one stays ended when it ends."""
        self._kept.remove(kept)
        if kept.watcher is not None:
            self._watchers.remove(kept.watcher)
            await ended(kept.watcher)

    async def stop_watching(self) -> None:
        """From now on a process that ends stays ended."""
        # Again and again: a client's own timeout can swallow a cancellation that comes while it connects.
        while waiting := [watcher for watcher in self._watchers if not watcher.done()]:
            for watcher in waiting:
                watcher.cancel()
            await asyncio.wait(waiting, timeout=0.1)

    async def _watch(self, kept: Kept) -> None:
        process, pause = kept.process, FIRST_PAUSE
        while True:
            code = await process.ended()
            if time.monotonic() - process.started > HEALTHY_AFTER:
                pause = FIRST_PAUSE
            log.warning("ended, starting it again", process=process.name, reason=_reason(code), pause=pause)
            process.kill_group()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await asyncio.to_thread(kept.prepare)
                process.start()
                process.release()
                if kept.ready is not None:
                    await kept.ready()
            except StartError as error:
                log.error("not running", process=process.name, reason=str(error))
                await process.stop()
            else:
                log.info("running again", process=process.name, pid=process.pid)

    async def _look_after(self, engine: Engine, process: Process) -> None:
        """End one that runs and is of no use; whoever watches it starts it again."""
        started, log_end, next_time = process.started, process.said_until(), 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if process.started != started:
                # What the one before said does not count against this one.
                started, log_end = process.started, process.said_until()
            said, log_end = await asyncio.to_thread(process.said_since, log_end)
            reason = await asyncio.to_thread(engine.spoilt, said)
            # Not at once again: one that is spoilt for another reason still serves what can be read.
            if reason and process.alive and time.monotonic() > next_time:
                next_time = time.monotonic() + SPOILT_AGAIN
                log.warning("is of no use until it is started again", process=process.name, reason=reason)
                await process.stop()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
