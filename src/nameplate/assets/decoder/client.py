"""The decoders of a web process: so many pictures at once, the others wait, and nothing of it on the event loop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import IO

import msgspec
import structlog
from prometheus_client import Counter, Gauge, Histogram

from nameplate.assets.decoder import check
from nameplate.assets.decoder.messages import MOST_MESSAGE, MOST_RESULT, Ended, Limits, Order, Result
from nameplate.assets.purposes import Purpose
from nameplate.assets.refusals import known
from nameplate.errors import Unavailable

log = structlog.get_logger(__name__)
waiting = Gauge("nameplate_pictures_waiting", "Uploads that wait for a decoder or are with one")
seconds = Histogram("nameplate_picture_seconds", "Time a decoder took for one file", ["task"])
memory = Gauge("nameplate_picture_most_memory_bytes", "The most memory a decoder had so far")
refused = Counter("nameplate_pictures_refused_total", "Files that decoders refused", ["reason"])

MOST_WAITING = 100
PATIENCE = 5.0  # seconds beyond those of a picture, after which the server of decoders counts as stuck
_COMMAND = [sys.executable, "-I", "-m", "nameplate.assets.decoder.server"]
# Nothing of ours: no settings, no secrets. One arena, since each costs address space.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "VIPS_CONCURRENCY": "1",
}
_decode = msgspec.msgpack.Decoder(Ended).decode

# Of what a child dies that wanted too much: our own exit code for a refused allocation, libraries that abort then, the
# limit of processor time, the machine's own memory killer.
_STARVED = (2, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGXCPU, -signal.SIGKILL)


class DecoderDied(Exception):
    """The file is at fault either way. `starved`: it wanted more time or memory than it may have."""

    def __init__(self, *, starved: bool) -> None:
        super().__init__(f"starved: {starved}")
        self.starved = starved


class Decoder:
    """Starts its server with the first picture, and again should that end."""

    def __init__(self, limits: Limits, *, at_once: int | None = None) -> None:
        self.limits = limits
        self._turns = asyncio.Semaphore(at_once or len(os.sched_getaffinity(0)))
        self._waiting = 0
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._under_way: dict[int, asyncio.Future[Ended]] = {}
        self._ending: set[asyncio.Future[None]] = set()
        self._last = 0
        self._most_memory = 0

    async def decode(
        self, file: IO[bytes], result: IO[bytes], purpose: Purpose, begun: Callable[[], Awaitable[None]]
    ) -> Result:
        """What `file` becomes; `result` is an empty file for it. `begun` is awaited when its turn has come.

        Raises Unavailable when too many wait already.
        """
        try:
            data = await self.run("variants", purpose, file, result, begun)
            found = await asyncio.to_thread(check.checked, data, purpose)
        except DecoderDied as error:
            found = Result("", refused="image-too-heavy" if error.starved else "image-broken")
        if found.refused:
            refused.labels(known(found.refused)).inc()
        return found

    async def run(
        self,
        task: str,
        argument: str,
        file: IO[bytes],
        result: IO[bytes],
        begun: Callable[[], Awaitable[None]] | None = None,
    ) -> bytes:
        """What a task of server.TASKS makes of `file`. Nothing is known of these bytes: check them.

        Raises DecoderDied, and Unavailable when too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Many pictures are being looked at right now; please try again in a moment.")
        self._waiting += 1
        waiting.inc()
        try:
            async with self._turns:
                if begun is not None:
                    await begun()
                with seconds.labels(task).time():
                    ended = await self._ended(task, argument, file, result)
        finally:
            self._waiting -= 1
            waiting.dec()
        if ended.code or ended.late:
            log.warning("a decoder died", code=ended.code, late=ended.late)
            raise DecoderDied(starved=ended.late or ended.code in _STARVED)
        return await asyncio.to_thread(_read, result)

    async def _ended(self, task: str, argument: str, file: IO[bytes], result: IO[bytes]) -> Ended:
        for _ in range(2):
            await asyncio.to_thread(_rewind, file, result)
            ended = await self._order(task, argument, file, result)
            if ended is not None:
                return ended
        raise Unavailable("The picture could not be looked at; please try again in a moment.")

    async def _order(self, task: str, argument: str, file: IO[bytes], result: IO[bytes]) -> Ended | None:
        """None: the server of decoders ended, or is stuck."""
        control = await self._server()
        self._last += 1
        order = Order(self._last, task, argument, self.limits)
        ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._under_way[order.id] = ended
        try:
            socket.send_fds(control, [msgspec.msgpack.encode(order)], [file.fileno(), result.fileno()])
            async with asyncio.timeout(self.limits.wall_seconds + PATIENCE):
                return await ended
        except (TimeoutError, OSError) as error:
            log.error("the server of decoders does not answer", error=type(error).__name__)
            await self.close()
            return None
        finally:
            self._under_way.pop(order.id, None)

    async def _server(self) -> socket.socket:
        async with self._starting:
            if self._socket is None:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                ours.setblocking(False)
                with theirs:
                    self._process = await asyncio.to_thread(_start, theirs)
                self._socket = ours
                asyncio.get_running_loop().add_reader(ours.fileno(), self._hear)
            return self._socket

    def _hear(self) -> None:
        assert self._socket is not None  # noqa: S101
        try:
            message = self._socket.recv(MOST_MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self._let_go()
            return
        ended = _decode(message)
        self._most_memory = max(self._most_memory, ended.memory)
        memory.set(self._most_memory)
        if (future := self._under_way.get(ended.id)) and not future.done():
            future.set_result(ended)

    def _let_go(self) -> None:
        """Close the socket, at which the server ends, and tell those who wait for it."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
        for future in self._under_way.values():
            if not future.done():
                future.set_exception(ConnectionError("the server of decoders ended"))
        if self._process is not None:
            ending = asyncio.ensure_future(asyncio.to_thread(_end, self._process))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        self._socket, self._process = None, None

    async def close(self) -> None:
        """End the server and every decoder."""
        self._let_go()
        await asyncio.gather(*self._ending)


def _start(control: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _COMMAND,
        stdin=control.fileno(),
        stdout=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)
        return
    process.kill()
    process.wait()


def _rewind(file: IO[bytes], result: IO[bytes]) -> None:
    """To before anybody read or wrote: a decoder that was killed left both somewhere in the middle."""
    file.seek(0)
    result.seek(0)
    result.truncate()


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(MOST_RESULT)
