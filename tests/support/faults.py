"""A TCP proxy in front of a real engine that behaves as badly as networks and servers do."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, Literal, Self

Fault = Literal["", "refused", "reset", "hanging", "black hole", "latency", "slow", "cut"]
LATENCY = 2.0  # seconds, before what a client sends arrives
SLOW = 24  # bytes a second of what a server answers
# On close, send a reset and forget what was not sent (struct linger).
_RESET = struct.pack("ii", 1, 0)


class FaultyProxy:
    """Passes connections at `port` on to `to`. In a thread of its own: what a test waits for does not hold it up.

    refused     nobody listens, open connections are reset
    reset       connections are accepted and reset
    hanging     connections are accepted, and nothing happens any more
    black hole  not even that: packets go nowhere
    latency     two seconds more for everything a client sends
    slow        answers come a few bytes at a time
    cut         answers end in the middle
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self.fault: Fault = ""
        self._changed = asyncio.Event()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._fillers: list[socket.socket] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._listener = _listener(0)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def set(self, fault: Fault) -> None:
        """From now on."""
        self._run(self._set(fault))

    def _run(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _set(self, fault: Fault) -> None:
        before, self.fault = self.fault, fault
        self._changed.set()
        self._changed = asyncio.Event()
        if fault in ("refused", "reset"):
            self._reset_all()
        if before in ("refused", "black hole") or fault in ("refused", "black hole"):
            await self._listen()

    async def _listen(self) -> None:
        """Listen as `fault` says."""
        if self._listener.fileno() != -1:
            self._loop.remove_reader(self._listener)
            self._listener.close()
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()
        if self.fault == "refused":
            return
        # What comes when the queue of a listener is full is dropped by the kernel, without a word.
        self._listener = _listener(self.port, 0 if self.fault == "black hole" else 128)
        if self.fault == "black hole":
            for _ in range(3):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", self.port))
                self._fillers.append(filler)
        else:
            # Not with sock_accept: who is cancelled there forgets a connection that has just been accepted.
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # it left again
        client.setblocking(False)
        task = self._loop.create_task(self._connection(client))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        # Also of one that ends before it began.
        task.add_done_callback(lambda _: client.close())

    async def _connection(self, client: socket.socket) -> None:
        server = socket.socket()
        server.setblocking(False)
        pair = (client, server)
        self._pairs.add(pair)
        try:
            if self.fault == "reset":
                _reset(client)
                return
            await self._flowing()
            await self._loop.sock_connect(server, ("127.0.0.1", self._to))
            ways = (self._pump(client, server, up=True), self._pump(server, client, up=False))
            async with asyncio.TaskGroup() as both:
                for way in ways:
                    both.create_task(way)
        except* OSError:
            _reset(client)
        finally:
            self._pairs.discard(pair)
            client.close()
            server.close()

    async def _pump(self, source: socket.socket, target: socket.socket, *, up: bool) -> None:
        while data := await self._loop.sock_recv(source, 65536):
            await self._flowing()
            if self.fault == "latency" and up:
                await self._pass(LATENCY)
            if self.fault == "cut" and not up:
                await self._loop.sock_sendall(target, data[: len(data) // 2])
                raise ConnectionResetError
            while self.fault == "slow" and not up and data:
                await self._loop.sock_sendall(target, data[: SLOW // 4])
                data = data[SLOW // 4 :]
                await self._pass(0.25)
            await self._loop.sock_sendall(target, data)
        if self.fault in ("refused", "reset"):
            raise ConnectionResetError
        target.shutdown(socket.SHUT_WR)

    async def _flowing(self) -> None:
        while self.fault in ("hanging", "black hole"):
            await self._changed.wait()

    async def _pass(self, seconds: float) -> None:
        """Less when the fault ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _reset_all(self) -> None:
        for client, server in self._pairs:
            _reset(client)
            _reset(server)

    async def _end(self) -> None:
        self.fault = "refused"
        self._changed.set()
        self._reset_all()
        await self._listen()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _listener(port: int, backlog: int = 128) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(backlog)
    listener.setblocking(False)
    return listener


def _reset(line: socket.socket) -> None:
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Wakes whoever waits for it in this loop; the reset goes out when it is closed.
        line.shutdown(socket.SHUT_RD)
    except OSError:
        pass
