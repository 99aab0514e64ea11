"""What every embedded engine is, and how one is started."""

import asyncio
import time
from pathlib import Path
from typing import Any, Protocol

from nameplate.engines.process import Launch, Process
from nameplate.errors import StartError

START_LIMIT = 60.0  # seconds; PostgreSQL may have a long log to replay after a crash


class Engine(Protocol):
    """One engine on this machine. Its port stays the same for the life of the object, also over restarts."""

    name: str

    def prepare(self) -> None:
        """Make its folder and its configuration. Blocks; run again before every start."""

    def launch(self) -> Launch: ...

    async def ready(self) -> bool:
        """Whether it answers a real request."""

    async def settle(self) -> None:
        """What is done once, after its first start: users, buckets."""

    def spoilt(self, said: str) -> str:
        """Why it has to be started again although it runs; empty when it need not be.

        `said`: what it wrote to its log since it was last asked. Blocks.
        """

    def addresses(self) -> dict[str, Any]:
        """The settings that lead to it, by the names of the fields of `Settings`."""

    def clear_up(self) -> None:
        """Remove what it leaves behind when it was killed."""


async def start(engine: Engine, logs: Path) -> Process:
    """Start an engine and wait until it answers.

    Raises StartError with its own last words when it does not.
    """
    await asyncio.to_thread(engine.prepare)
    process = Process(engine.name, engine.launch(), logs / f"{engine.name.lower()}.log")
    process.start()
    try:
        await wait_ready(engine, process)
        await engine.settle()
    except BaseException:
        await process.stop()
        engine.clear_up()
        raise
    return process


async def wait_ready(engine: Engine, process: Process) -> None:
    """Wait until the engine answers. Raises StartError when it ends or stays silent for a minute."""
    deadline = time.monotonic() + START_LIMIT
    while not await engine.ready():
        if not process.alive:
            raise StartError(
                f"{engine.name} ended while it was starting: {process.last_words()} (log: {process.log})"
            )
        if time.monotonic() > deadline:
            raise StartError(
                f"{engine.name} does not answer after {START_LIMIT:.0f} s: {process.last_words()} (log: {process.log})"
            )
        await asyncio.sleep(0.03)
