"""A connection to Valkey for one task that sends much: commands leave in one write, answered in their order."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from valkey.asyncio import Valkey
from valkey.asyncio.cluster import ClusterNode
from valkey.exceptions import (
    AskError,
    ClusterDownError,
    ConnectionError,
    ResponseError,
    TryAgainError,
    ValkeyError,
)

from nameplate.cluster import ClusterClient

Command = Sequence[bytes | str | int]
_ELSEWHERE = (AskError, ClusterDownError, TryAgainError)  # MovedError is an AskError


class Line(Protocol):
    """Connects when it is first needed, and again when the connection was lost."""

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The answers; in place of one that was refused, the error. Raises ConnectionError and OSError.

        Has no timeout of its own. What it asks may be done twice: a connection that ended while it was idle is
        noticed at the next use only.
        """
        ...

    async def close(self) -> None: ...


def line_to(valkey: Valkey | ClusterClient) -> Line:
    """The key of each command has to be its second word, or the third of a command of two words (MEMORY USAGE)."""
    return ClusterLine(valkey) if isinstance(valkey, ClusterClient) else NodeLine(valkey.connection_pool)


class NodeLine:
    """To one server.

    The client's pipelines look before each use whether their connection is clean, and set a timer and make a task for
    each answer, which costs more than a batch of events itself. Here one timer of the caller's covers everything.
    """

    def __init__(self, pool: Any) -> None:
        """`pool`: a connection pool, or a node of a cluster, which knows the same of how to connect."""
        self._connection = pool.connection_class(**{**pool.connection_kwargs, "socket_timeout": None})

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        again = self._connection.is_connected
        try:
            try:
                return await self._ask(commands)
            except ConnectionError:
                if not again:
                    raise
                return await self._ask(commands)
        except BaseException:
            # An answer that comes later would be taken for the next one's.
            await self._connection.disconnect(nowait=True)
            raise

    async def _ask(self, commands: Sequence[Command]) -> list[Any]:
        await self._connection.connect()
        await self._connection.send_packed_command(self._connection.pack_commands(commands))
        return [await self._answer() for _ in commands]

    async def _answer(self) -> Any:
        try:
            return await self._connection.read_response()
        except ResponseError as refusal:
            return refusal

    async def close(self) -> None:
        await self._connection.disconnect()


class ClusterLine:
    """To every node of a cluster that has a key asked for. A node that is away fails its own commands only."""

    def __init__(self, cluster: ClusterClient) -> None:
        self._cluster = cluster
        self._lines: dict[str, NodeLine] = {}

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        answers = await self._ask(commands)
        moved = [place for place, answer in enumerate(answers) if isinstance(answer, _ELSEWHERE)]
        if moved:
            await self._cluster.renew()
            for place, answer in zip(moved, await self._ask([commands[p] for p in moved]), strict=True):
                answers[place] = answer
        lost = [answer for answer in answers if isinstance(answer, (ConnectionError, OSError))]
        if lost:
            await self._cluster.renew()
        if lost and len(lost) == len(answers):
            raise lost[0]
        return answers

    async def _ask(self, commands: Sequence[Command]) -> list[Any]:
        await self._cluster.initialize()
        places: dict[str, list[int]] = {}
        nodes: dict[str, ClusterNode] = {}
        for place, command in enumerate(commands):
            node = self._cluster.node_of(_key(command))
            nodes[node.name] = node
            places.setdefault(node.name, []).append(place)
        answers: list[Any] = [None] * len(commands)

        async def one(name: str) -> None:
            line = self._lines.get(name)
            if line is None:
                line = self._lines[name] = NodeLine(nodes[name])
            try:
                found = await line.ask([commands[place] for place in places[name]])
            except (ValkeyError, OSError) as error:
                found = [error] * len(places[name])
            for place, answer in zip(places[name], found, strict=True):
                answers[place] = answer

        await asyncio.gather(*(one(name) for name in places))
        return answers

    async def close(self) -> None:
        for line in self._lines.values():
            await line.close()


def _key(command: Command) -> bytes | str:
    word = command[2] if command[0] == "MEMORY" else command[1]
    return word if isinstance(word, bytes) else str(word)
