"""The web processes and the worker of `nameplate up`, and how new ones take over from old ones without a gap."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from nameplate.commands.listen import DRAIN, GRACE
from nameplate.engines.process import Launch, Process
from nameplate.engines.supervisor import Kept, Supervisor
from nameplate.errors import StartError

log = structlog.get_logger("up")

COMMANDS = {"web": "serve", "worker": "work"}
START_LIMIT = 60.0  # seconds; a small server under load imports slowly
MIGRATION_LIMIT = 600.0


@dataclass
class Programs:
    """`listener`: the socket all web processes accept from, the old and the new. `show`: called with each line of
    output and whose it is. `migrating`: the environment of `nameplate migrate`. `in_front`: Caddy, once it runs."""

    environment: dict[str, str]
    listener: socket.socket
    show: Callable[[str, str], None]
    migrating: dict[str, str] = field(default_factory=dict)
    running: dict[str, Process] = field(default_factory=dict)
    in_front: list[Process] = field(default_factory=list)
    _kept: dict[str, Kept] = field(default_factory=dict)

    def start(self) -> None:
        """Held: they import what they need, and wait to be released."""
        for name in COMMANDS:
            self.running[name] = self._program(name, held=True)
            self.running[name].start()

    def release(self) -> None:
        for process in self.running.values():
            process.release()

    def keep(self, supervisor: Supervisor) -> None:
        for name, process in self.running.items():
            self._kept[name] = Kept(process)
            supervisor.keep(self._kept[name])

    async def stop(self) -> None:
        """At once; nobody takes over."""
        await asyncio.gather(*(process.stop() for process in (*self.running.values(), *self.in_front)))

    async def renew(self, supervisor: Supervisor) -> None:
        """New processes with the code and packages of now, then the old ones end. What fails changes nothing."""
        log.info("reloading")
        try:
            await self._migrate()
            for name in COMMANDS:
                await self._renew(name, supervisor)
        except StartError as error:
            log.error("not reloaded; what ran before goes on", reason=str(error))
        else:
            log.info("reloaded")

    async def _renew(self, name: str, supervisor: Supervisor) -> None:
        reader, writer = os.pipe()
        try:
            new = self._program(name, held=False, ready_fd=writer)
            try:
                new.start()
            finally:
                os.close(writer)
            if not await _ready(reader):
                await new.stop()
                raise StartError(f"The new {name} process did not start; the lines above say why.")
        finally:
            os.close(reader)
        old = self.running[name]
        await supervisor.let_go(self._kept[name])
        self.running[name], self._kept[name] = new, Kept(new)
        supervisor.keep(self._kept[name])
        # It lets its connections go first, or finishes its jobs.
        await old.stop(signal.SIGTERM, DRAIN + GRACE + 6)

    async def _migrate(self) -> None:
        """By the new code, before it runs. Each release's schema has to do for the one before it."""
        process = Process(
            "migrate",
            Launch(command=[sys.executable, "-m", "nameplate", "migrate"], environment=self.migrating),
            sink=partial(self.show, "migrate"),
        )
        process.start()
        try:
            async with asyncio.timeout(MIGRATION_LIMIT):
                code = await process.ended()
        finally:
            process.kill_group()
        if code != 0:
            raise StartError("The database could not be migrated; the lines above say why.")

    def _program(self, name: str, *, held: bool, ready_fd: int | None = None) -> Process:
        command = [sys.executable, "-m", "nameplate", COMMANDS[name]]
        fds = [fd for fd in (ready_fd,) if fd is not None]
        command += ["--held"] if held else []
        command += ["--ready-fd", str(ready_fd)] if ready_fd is not None else []
        if name == "web":
            command += ["--listen-fd", str(self.listener.fileno())]
            fds.append(self.listener.fileno())
        launch = Launch(
            command=command,
            environment=self.environment,
            pass_fds=tuple(fds),
            stop_signal=signal.SIGINT,
            grace=GRACE + 0.5,
            held=held,
        )
        return Process(name, launch, sink=partial(self.show, name))


async def _ready(reader: int) -> bool:
    """Whether a line comes, before the other end is closed and in time."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[bool] = loop.create_future()

    def hear() -> None:
        loop.remove_reader(reader)
        heard.set_result(bool(os.read(reader, 1)))

    loop.add_reader(reader, hear)
    try:
        async with asyncio.timeout(START_LIMIT):
            return await heard
    except TimeoutError:
        loop.remove_reader(reader)
        return False
