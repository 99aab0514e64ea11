"""`nameplate up` as a newcomer runs it: a program of its own, in a folder of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from nameplate.engines.process import die_with_parent, free_port

START_LIMIT = 90.0
STOP_LIMIT = 10.0


@dataclass
class Up:
    """A `nameplate up` with its data in `folder`. `prefix` goes before the command, such as another user."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    prefix: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    lines: list[str] = field(default_factory=list)

    def start(self, *options: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NAMEPLATE_")}
        own = {
            "NAMEPLATE_DATA_DIR": str(self.folder),
            "NAMEPLATE_PORT": str(self.port),
            "NAMEPLATE_GITHUB_API_URL": "http://127.0.0.1:9",  # no test asks the real one
            "PYTHONUNBUFFERED": "1",
        }
        self.process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "nameplate", "up", *(options or ("--no-demo",))],
            env={**kept, **own, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_runs(self) -> float:
        """Seconds it took."""
        began = time.monotonic()
        self.wait_for(lambda: "Nameplate is running at" in self.text, START_LIMIT)
        return time.monotonic() - began

    def wait_for(self, happened: Callable[[], object], limit: float = 30.0) -> None:
        deadline = time.monotonic() + limit
        while not happened():
            assert self.process.poll() is None, f"It ended:\n{self.text}"
            assert time.monotonic() < deadline, f"Nothing happened in {limit} s:\n{self.text}"
            time.sleep(0.02)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def family(self) -> list[psutil.Process]:
        """It and every process below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def has_child(self, *words: str) -> bool:
        """Whether a process with all of `words` in its command line is below it just now."""
        try:
            self.child(*words)
        except (AssertionError, psutil.NoSuchProcess):
            return False
        return True

    def child(self, *words: str) -> psutil.Process:
        """The first process below it whose command line has all of `words`."""
        for process in self.family()[1:]:
            command = " ".join(process.cmdline())
            if all(word in command for word in words):
                return process
        raise AssertionError(f"No process {words} below it:\n{self.text}")

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Stop it, check that it leaves no process, and say how many seconds that took."""
        family = self.family()
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_LIMIT)
        finally:
            self.process.kill()
        took = time.monotonic() - began
        self._reader.join(5)
        assert still_alive(family) == []
        return took

    def __enter__(self) -> "Up":
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "process"):
            self.process.kill()
            self.process.wait()
            self._reader.join(10)


def still_alive(processes: list[psutil.Process], patience: float = 0.0) -> list[psutil.Process]:
    """Those that still run after `patience` seconds; a zombie waiting for its parent does not."""
    deadline = time.monotonic() + patience
    while True:
        alive = [process for process in processes if _runs(process)]
        if not alive or time.monotonic() > deadline:
            return alive
        time.sleep(0.05)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
