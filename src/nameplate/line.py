"""A connection to Valkey for one who sends much and can wait for no more than the answer."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from libvalkey import Reader, pack_command
from valkey._parsers import BaseParser
from valkey.exceptions import ConnectionError

from nameplate.tasks import ended

Command = tuple[bytes | str | int, ...]
_MORE = object()


class NodeLine(asyncio.Protocol):
    """To one server: commands leave in one write and are answered in their order; any number may be under way.

    The client's pipelines look before each use whether their connection is clean, and make a task, a timer and several
    objects for each answer, which costs more than a batch of events itself. Connects when it is first needed, and
    again when the connection was lost. Has no timeout of its own: who has one calls `reset` when it is over.
    """

    def __init__(self, pool: Any) -> None:
        """`pool`: a connection pool, or a node of a cluster, which knows the same of how to connect."""
        # It knows how to connect: names, sockets, TLS, who we are.
        self._connection = pool.connection_class(**{**pool.connection_kwargs, "socket_timeout": None})
        self._transport: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._reader = _reader()
        self._asked: deque[tuple[int, asyncio.Future[list[Any]]]] = deque()
        self._answers: list[Any] = []
        self._unsent = b""

    def ask(self, commands: Sequence[Command]) -> "asyncio.Future[list[Any]]":
        """The answers; in place of one that was refused, the error. The future raises ConnectionError.

        What is asked may have been done although the future raises.
        """
        future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        if not commands:
            future.set_result([])
            return future
        self._asked.append((len(commands), future))
        packed = b"".join(map(pack_command, commands))
        if self._transport is not None:
            self._transport.write(packed)
        else:
            self._unsent += packed
            if self._connecting is None:
                self._connecting = asyncio.create_task(self._connect())
        return future

    async def _connect(self) -> None:
        try:
            await self._connection.connect()
            # From here on nobody reads but this.
            writer: Any = self._connection._writer
            writer.transport.set_protocol(self)
        except Exception as error:
            await self._connection.disconnect(nowait=True)
            self._fail(str(error))
        else:
            self._transport, self._reader = writer.transport, _reader()
            unsent, self._unsent = self._unsent, b""
            writer.transport.write(unsent)
        finally:
            self._connecting = None

    def data_received(self, data: bytes) -> None:
        """As the event loop calls it."""
        self._reader.feed(data)
        while self._asked:
            number, future = self._asked[0]
            while len(self._answers) < number:
                if (answer := self._reader.gets()) is _MORE:
                    return
                self._answers.append(answer)
            self._asked.popleft()
            answers, self._answers = self._answers, []
            if not future.done():
                future.set_result(answers)

    def connection_lost(self, exc: Exception | None) -> None:
        """As the event loop calls it."""
        if self._transport is not None:
            self.reset()

    def reset(self) -> None:
        """Give up what is under way: an answer that comes later would be taken for the next one's."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
            self._connection._reader = self._connection._writer = None
        self._fail("The connection was lost.")

    def _fail(self, reason: str) -> None:
        asked, self._asked, self._answers, self._unsent = self._asked, deque(), [], b""
        for _, future in asked:
            if not future.done():
                future.set_exception(ConnectionError(reason))

    async def close(self) -> None:
        """Nothing is under way any more."""
        if self._connecting is not None:
            await ended(self._connecting)
        self.reset()
        await self._connection.disconnect(nowait=True)


def _reader() -> Reader:
    return Reader(replyError=BaseParser.parse_error, protocolError=ConnectionError, notEnoughData=_MORE)
