"""One child process: started so that it cannot outlive us, its output in a file, stopped by its own id."""

import asyncio
import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from nameplate.errors import StartError

# Below the range from which the kernel takes ports for outgoing connections, so that the port of an engine that
# is being restarted is not taken by one of its own clients. SeaweedFS adds 10,000 to one of its ports.
PORTS = range(12_000, 22_000)
LOG_LIMIT = 20_000_000
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def free_port(taken: set[int] | None = None) -> int:
    """A TCP port on 127.0.0.1 nobody listens on now and that is not in `taken`, to which it is added."""
    taken = set() if taken is None else taken
    for port in random.sample(PORTS, 500):
        if port not in taken and is_free(port):
            taken.add(port)
            return port
    raise StartError("No free TCP port was found on 127.0.0.1 between 12000 and 22000.")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen on `port` now. A connection still closing there does not count as a listener."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def wait_for_release() -> None:
    """In a held process: returns when its parent releases it, and ends the program when the parent is gone."""
    if sys.stdin.buffer.readline() == b"":
        sys.exit(1)


def die_with_parent(death_signal: int = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn` after which the kernel sends `death_signal` to the child when the thread that started it ends.

    So a child must be started from a thread that lives as long as the program, here always the main one.
    """
    parent = os.getpid()

    def in_child() -> None:
        if hasattr(_libc, "prctl"):
            _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a process is started and stopped."""

    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    uid_gid: tuple[int, int] | None = None  # given up to this user by plain setuid
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL
    grace: float = 4.0  # seconds from stop_signal to insist_signal; all of them and `up` have 10 to stop
    insist_signal: int = signal.SIGKILL  # followed by SIGKILL a second later
    pass_fds: tuple[int, ...] = ()
    held: bool = False  # it gets ready and waits for `release` (see `wait_for_release`)


@dataclass(slots=True)
class Process:
    """A named child process.

    Its output goes to the file `log`, or line by line to `sink` (called in another thread), or to where ours goes.
    """

    name: str
    launch: Launch
    log: Path | None = None
    sink: Callable[[str], None] | None = None
    started: float = 0.0
    _popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it. Raises StartError when the program cannot be run."""
        output = None if self.sink is None else subprocess.PIPE
        if self.log is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.trim_log()
            output = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        user, group = self.launch.uid_gid or (None, None)
        try:
            self._popen = subprocess.Popen(
                list(self.launch.command),
                stdin=subprocess.PIPE if self.launch.held else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output == subprocess.PIPE else output,
                env=None if self.launch.environment is None else dict(self.launch.environment),
                cwd=self.launch.directory,
                pass_fds=self.launch.pass_fds,
                user=user,
                group=group,
                extra_groups=None if group is None else [],
                # A terminal's Ctrl-C reaches only us; we stop the others in order.
                start_new_session=True,
                # Safe beside threads: it makes three system calls and takes no lock.
                preexec_fn=die_with_parent(self.launch.death_signal),  # noqa: PLW1509
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StartError(f"{self.name} cannot be started: {error}.") from error
        finally:
            if output is not None and output != subprocess.PIPE:
                os.close(output)
        self.started = time.monotonic()
        if self.sink is not None and self._popen.stdout is not None:
            threading.Thread(target=_pass_on, args=(self._popen.stdout, self.sink), daemon=True).start()

    def release(self) -> None:
        """Let a held process go on."""
        if self._popen is not None and self._popen.stdin is not None:
            with suppress(OSError):
                self._popen.stdin.write(b"go\n")
                self._popen.stdin.close()
            self._popen.stdin = None

    @property
    def pid(self) -> int:
        return 0 if self._popen is None else self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return None if self._popen is None else self._popen.poll()

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal unless it has ended: its id is not reused before we have seen its end."""
        if self._popen is not None:
            with suppress(ProcessLookupError):
                self._popen.send_signal(number)

    def kill_group(self) -> None:
        """Kill what it started and left behind in its process group."""
        if self._popen is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 - the kernel sets no event
            await asyncio.sleep(0.05)
        return code

    async def stop(self, first: int | None = None, grace: float | None = None) -> None:
        """Ask it to stop, insist after the grace period, and leave nothing of its process group."""
        for number, patience in (
            (first or self.launch.stop_signal, grace or self.launch.grace),
            (self.launch.insist_signal, 1.0),
        ):
            if not self.alive:
                break
            self.signal(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self.ended()
        if self.alive:
            self.signal(signal.SIGKILL)
            await self.ended()
        self.kill_group()

    def trim_log(self) -> None:
        """Put a log that grew too big aside while it is written: whoever appends to it goes on at its new end."""
        if self.log is not None:
            with suppress(OSError):
                if self.log.stat().st_size > LOG_LIMIT:
                    shutil.copyfile(self.log, self.log.with_suffix(".old.log"))
                    os.truncate(self.log, 0)

    def said_until(self) -> int:
        """Where its log ends now."""
        try:
            return 0 if self.log is None else self.log.stat().st_size
        except OSError:
            return 0

    def said_since(self, place: int) -> tuple[str, int]:
        """What its log says from `place` on, the last megabyte of it, and where it ends now."""
        end = self.said_until()
        if self.log is None or end == place:
            return "", end
        begin = max(place if place < end else 0, end - 1_000_000)  # smaller than it was: trimmed
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin).decode("utf-8", "replace"), end
        return "", place

    def last_words(self) -> str:
        """The last line of its log that says something, for an error message."""
        if self.log is None:
            return ""
        with suppress(OSError):
            lines = [
                line.strip()
                for line in self.log.read_text("utf-8", "replace")[-8000:].splitlines()
                if line.strip()
            ]
            telling = [line for line in lines if "FATAL" in line or "rror" in line or "No space" in line]
            return (telling or lines or [""])[-1]
        return ""


def _pass_on(output: IO[bytes], sink: Callable[[str], None]) -> None:
    with output:
        for line in output:
            sink(line.decode("utf-8", "replace").rstrip("\n"))
