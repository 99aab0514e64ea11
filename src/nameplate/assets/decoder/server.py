"""The process that has libvips loaded and forks one child for each picture.

A fork takes two milliseconds where a new interpreter takes two hundred, and no picture meets the memory another one has
touched. A child may use so much processor time, address space and time as its order says, opens nothing, writes only
the result, and is nobody where this process is root. It is killed from here, so it need not cooperate.

Talks over its standard input, a SOCK_SEQPACKET pair: orders with two descriptors each come in, `Ended` goes out.
"""

import ctypes
import errno
import gc
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import msgspec

from nameplate.assets.decoder import picture
from nameplate.assets.decoder.messages import MOST_MESSAGE, MOST_RESULT, Ended, Limits, Order
from nameplate.background import give_way

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _CLONE_NEWNET = 1, 38, 0x40000000
_NOBODY = 65534
_libc = ctypes.CDLL(None, use_errno=True)
_decode = msgspec.msgpack.Decoder(Order).decode


# Name -> what makes bytes of a file. Imported here, so that a child finds it loaded.
TASKS: dict[str, Callable[[IO[bytes], str, Limits], bytes]] = {"variants": picture.variants}


@dataclass(frozen=True, slots=True)
class Child:
    id: int
    pid: int
    deadline: float


def main() -> None:
    """Until whoever started us closes the socket or dies."""
    control = socket.socket(fileno=0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    if os.geteuid() == 0:
        _libc.unshare(_CLONE_NEWNET)  # decoders have no network, where we may say so
    give_way()
    picture.shut_other_ways_in()
    gc.freeze()
    children: dict[int, Child] = {}
    while True:
        soonest = min((child.deadline for child in children.values()), default=None)
        wait = None if soonest is None else max(0.0, soonest - time.monotonic())
        ready = select.select([control.fileno(), *children], [], [], wait)[0]
        for pidfd in [found for found in ready if found in children]:
            control.send(_reaped(pidfd, children.pop(pidfd), late=False))
        for pidfd, child in list(children.items()):
            if child.deadline <= time.monotonic():
                os.killpg(child.pid, signal.SIGKILL)
                control.send(_reaped(pidfd, children.pop(pidfd), late=True))
        if control.fileno() in ready and not _take(control, children):
            return


def _take(control: socket.socket, children: dict[int, Child]) -> bool:
    """Begin one order. False: there will be no more."""
    try:
        message, descriptors, _, _ = socket.recv_fds(control, MOST_MESSAGE, 2)
    except ConnectionError:
        message, descriptors = b"", []
    if not message:
        for child in children.values():
            os.killpg(child.pid, signal.SIGKILL)
        return False
    order = _decode(message)
    pid = os.fork()
    if pid == 0:
        _be_the_child(order, *descriptors)
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # the child does so too: whoever is first
    for descriptor in descriptors:
        os.close(descriptor)
    children[os.pidfd_open(pid)] = Child(order.id, pid, time.monotonic() + order.limits.wall_seconds)
    return True


def _reaped(pidfd: int, child: Child, *, late: bool) -> bytes:
    _, status, used = os.wait4(child.pid, 0)
    os.close(pidfd)
    code = os.waitstatus_to_exitcode(status)
    return msgspec.msgpack.encode(Ended(child.id, code, late, used.ru_maxrss * 1024))


def _be_the_child(order: Order, source: int, target: int) -> None:
    """Never returns."""
    code = 1
    try:
        _limit(order, source, target)
        with open(3, "rb") as file, open(4, "wb") as result:
            result.write(TASKS[order.task](file, order.argument, order.limits))
        code = 0
    except MemoryError:
        code = 2
    except OSError as error:
        code = 2 if error.errno == errno.ENOMEM else 1
    finally:
        os._exit(code)


def _limit(order: Order, source: int, target: int) -> None:
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    # By way of high numbers: 3 and 4 may be those of the socket or of each other. Libraries write into their error
    # output what the file makes them write.
    for number, descriptor in enumerate((nothing, nothing, nothing, source, target)):
        os.dup2(descriptor, 100 + number)
    for number in range(5):
        os.dup2(100 + number, number)
    os.closerange(5, 4096)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limits = order.limits
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, MOST_RESULT),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        # Changing who one is resets it.
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
