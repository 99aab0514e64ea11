"""Granian with one listening socket for all its processes, and processes that are replaced without losing a request.

With a socket for each process, as Granian has it, what waits in the queue of one that ends is reset. One socket has one
queue, which outlives every process, and also this program when somebody else holds it (`nameplate up`, systemd).

A process that is replaced first hears SIGUSR1: it stops accepting, and ends each connection with the answer to its next
request (`Connection: close`). Only then is it told to stop.
"""

import os
import select
import signal
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from granian._granian import SocketHolder
from granian.server.mp import MPServer

from nameplate.commands.listen import BACKLOG, DRAIN, tell_ready

log = structlog.get_logger("web")

START_LIMIT = 60.0  # seconds; a small server under load imports slowly
_PID = struct.Struct("i")


# Its methods have no types.
_Granian: Any = MPServer


class WebServer(_Granian):  # type: ignore[misc]
    """`listener`: accepts for all processes. `lent`: others hold it too, and accept when this program ends; nobody
    does otherwise, and it goes on answering for `drain` seconds after SIGTERM."""

    interrupt_children: list[int]

    def __init__(
        self, listener: socket.socket, *, lent: bool, drain: int, ready_fd: int | None, **options: Any
    ) -> None:
        super().__init__("nameplate", **options)
        self._listener = listener
        self._lent = lent
        self._drain = DRAIN if lent else drain
        self._in_turn = False
        self._ready_fd = ready_fd
        self._reader, self.started_fd = os.pipe()
        """Where a process writes its id when its application has started."""

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._sfd = self._listener.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)  # type: ignore[call-arg]
        self._listener.set_inheritable(True)
        self._sso = self._listener

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        super()._spawn_workers(spawn_target, target_loader)
        started = {self._wait_for_one() for _ in self.wrks}
        if 0 not in started:
            tell_ready(self._ready_fd)

    def _respawn_workers(self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        """Without `delay` those that died; with it (SIGHUP) those that shall be replaced."""
        if not delay:
            super()._respawn_workers(workers, spawn_target, target_loader)
            return
        for number in workers:
            if self.interrupt_signal or not self._replace(number, spawn_target, target_loader):
                return
        log.info("web processes replaced", processes=len(self.wrks))

    def _replace(self, number: int, spawn_target: Any, target_loader: Any) -> bool:
        new = self._spawn_worker(idx=number, target=spawn_target, callback_loader=target_loader)
        new.start()
        if self._wait_for_one() != new._id():
            log.error("a new web process did not start; the old ones go on", process=number + 1)
            new.terminate()
            self.interrupt_children = [one for one in self.interrupt_children if one != number]
            return False
        old, self.wrks[number] = self.wrks[number], new
        _tell(old, signal.SIGUSR1)
        time.sleep(DRAIN)
        self._end(old)
        return True

    def _end(self, worker: Any) -> None:
        worker.terminate()
        worker.join(self.workers_kill_timeout)
        if worker.is_alive():
            worker.kill()
            worker.join()

    def _wait_for_one(self) -> int:
        """The id of the next process whose application has started; 0 when none does."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and not self.interrupt_signal and not self.interrupt_children:
            if select.select([self._reader], [], [], 0.05)[0]:
                (pid,) = _PID.unpack(os.read(self._reader, _PID.size))
                return int(pid)
        return 0

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """SIGTERM lets connections go first; SIGINT, or a second signal, does not wait."""
        self._in_turn = not self.interrupt_signal and args[:1] == (signal.SIGTERM,)
        super().signal_handler_interrupt(*args, **kwargs)

    def _stop_workers(self) -> None:
        until = time.monotonic() + self._drain
        for worker in self.wrks if self._in_turn and self._drain else ():
            _tell(worker, signal.SIGUSR1 if self._lent else signal.SIGUSR2)
        while self._in_turn and time.monotonic() < until:
            time.sleep(0.05)
        super()._stop_workers()


def say_started(started_fd: int) -> None:
    """In a process whose application has started."""
    os.write(started_fd, _PID.pack(os.getpid()))


def accept_no_more(address: tuple[Any, ...]) -> None:
    """In a process that is replaced: put a socket that nobody connects to in the place of the one it accepts from.

    Closing that would not do, the server reads from it in a thread of its own; and shutting it down would end it for
    the other processes as well.
    """
    dummy = socket.socket(socket.AF_INET6 if ":" in str(address[0]) else socket.AF_INET)
    with dummy:
        dummy.bind(("::1" if dummy.family == socket.AF_INET6 else "127.0.0.1", 0))
        dummy.listen(1)
        dummy.setblocking(False)
        for file in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                number = int(file.name)
                if number != dummy.fileno() and _accepts_at(number, address):
                    os.dup2(dummy.fileno(), number)


def _accepts_at(number: int, address: tuple[Any, ...]) -> bool:
    with socket.socket(fileno=os.dup(number)) as line:
        listens = line.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        return bool(listens) and line.getsockname()[:2] == address[:2]


def _tell(worker: Any, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker._id(), number)
