"""One step of the set-up: told to whoever waits, and done again only when what it is made from changed."""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"


class Failed(Exception):
    """The message is one sentence for whoever ran `make`."""


def stamp(name: str) -> Path:
    return TOOLS / "stamps" / name


class Step:
    """Something to make from `inputs`. `needed` is false when `made` is there and was made from the same inputs."""

    def __init__(
        self, title: str, name: str, inputs: Iterable[Path], *, made: Iterable[Path], quiet: bool = False
    ) -> None:
        self.title, self.name, self._quiet = title, name, quiet
        self._digest = self.digest(inputs)
        old = stamp(name)
        there = old.exists() and all(path.exists() for path in made)
        self.needed = not there or old.read_text() != self._digest
        self._log = TOOLS / "logs" / f"{name}.log"
        self._began = 0.0
        self._told = threading.Event()
        self._keep = True

    @staticmethod
    def digest(inputs: Iterable[Path]) -> str:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        total = hashlib.sha256(version.encode())
        for path in inputs:
            total.update(str(path.relative_to(ROOT)).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def __enter__(self) -> "Step":
        if self.needed:
            stamp(self.name).unlink(missing_ok=True)
            if not self._quiet:
                self.announce()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if not self.needed:
            return
        self._told.set()
        if kind is None:
            print(
                f"{self.title} took {time.monotonic() - self._began:.0f} s" + "    " * sys.stdout.isatty(),
                flush=True,
            )
            if self._keep:
                stamp(self.name).parent.mkdir(exist_ok=True)
                stamp(self.name).write_text(self._digest)

    def announce(self) -> None:
        """Say what is being done, and on a terminal for how long it has been."""
        self._began = time.monotonic()
        if not sys.stdout.isatty():
            print(f"{self.title} ...", flush=True)
            return

        def tick() -> None:
            while True:
                print(f"\r{self.title} ... {time.monotonic() - self._began:.0f} s ", end="", flush=True)
                if self._told.wait(1):
                    print("\r", end="", flush=True)
                    return

        threading.Thread(target=tick, daemon=True).start()

    def forget(self) -> None:
        """Do it again next time."""
        self._keep = False

    def tried(self, command: Sequence[str], env: dict[str, str]) -> bool:
        try:
            self.run(command, env=env)
        except Failed:
            return False
        return True

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path = ROOT,
        env: dict[str, str] | None = None,
        hint: str = "",
    ) -> None:
        """Run one command, its output in a file. Raises Failed with the end of that output."""
        self._log.parent.mkdir(exist_ok=True)
        with self._log.open("wb") as log:
            try:
                done = subprocess.run(
                    command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
                )
            except OSError as error:
                raise Failed(f"{command[0]} cannot be run: {error.strerror}.") from error
        if done.returncode != 0:
            self._told.set()
            tail = self._log.read_text("utf-8", "replace").strip().splitlines()[-15:]
            print("\n" + "\n".join(tail), file=sys.stderr)
            raise Failed(
                f"{self.title.lower()} failed (all of its output: {self._log.relative_to(ROOT)}). {hint}".strip()
            )
