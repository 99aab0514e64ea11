"""The real programs, as processes of their own."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import httpx

from nameplate.commands.environment import child_environment
from nameplate.engines.process import Launch, Process
from nameplate.settings import Settings

START_LIMIT = 60.0


@dataclass
class Program:
    """A running `nameplate` command. `lines`: what it wrote so far."""

    process: Process
    url: str
    lines: list[str] = field(default_factory=list)

    @classmethod
    def _start(cls, settings: Settings, command: str) -> Self:
        lines: list[str] = []
        launch = Launch(
            command=[sys.executable, "-m", "nameplate", command], environment=child_environment(settings)
        )
        program = cls(Process(command, launch, sink=lines.append), settings.base_url, lines)
        program.process.start()
        return program

    @classmethod
    @contextmanager
    def serve(cls, settings: Settings) -> Iterator[Self]:
        """`nameplate serve`, from when it answers."""
        program = cls._start(settings, "serve")
        try:
            program.wait_until_it_answers()
            yield program
        finally:
            asyncio.run(program.process.stop())

    @classmethod
    @contextmanager
    def work(cls, settings: Settings) -> Iterator[Self]:
        """`nameplate work`."""
        program = cls._start(settings, "work")
        try:
            yield program
        finally:
            asyncio.run(program.process.stop())

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while True:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            assert self.process.alive, "\n".join(["It ended while it was starting:", *self.lines])
            assert time.monotonic() < deadline, "\n".join(["It does not answer:", *self.lines])
            time.sleep(0.05)
