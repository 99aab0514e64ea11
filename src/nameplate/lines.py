"""Connections to Valkey, or to each node of a cluster, for those who send much."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from valkey.asyncio import Valkey
from valkey.asyncio.cluster import ClusterNode
from valkey.exceptions import (
    AskError,
    ClusterDownError,
    ConnectionError,
    TryAgainError,
    ValkeyError,
)

from nameplate.cluster import ClusterClient
from nameplate.line import Command, NodeLine

_ELSEWHERE = (AskError, ClusterDownError, TryAgainError)  # MovedError is an AskError


class Line(Protocol):
    """Connects when it is first needed, and again when the connection was lost."""

    def ask(self, commands: Sequence[Command]) -> "asyncio.Future[list[Any]]":
        """The answers; in place of one that was refused, the error. The future raises ConnectionError and OSError.

        Has no timeout of its own: who has one calls `reset` when it is over. What is asked may have been done although
        the future raises.
        """
        ...

    def reset(self) -> None:
        """Give up what is under way."""
        ...

    async def close(self) -> None: ...


def line_to(valkey: Valkey | ClusterClient) -> Line:
    """The key of each command has to be its second word, the third of MEMORY USAGE, the fourth of a script."""
    return ClusterLine(valkey) if isinstance(valkey, ClusterClient) else NodeLine(valkey.connection_pool)


class ClusterLine:
    """To every node of a cluster that has a key asked for. A node that is away fails its own commands only."""

    def __init__(self, cluster: ClusterClient) -> None:
        self._cluster = cluster
        self._lines: dict[str, NodeLine] = {}
        self._asked: dict[asyncio.Task[None], asyncio.Future[list[Any]]] = {}

    def ask(self, commands: Sequence[Command]) -> "asyncio.Future[list[Any]]":
        future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._answer(commands, future))
        self._asked[task] = future
        task.add_done_callback(self._asked.pop)
        return future

    def reset(self) -> None:
        # The tasks end by themselves: one that is stopped while it looks for the nodes would leave lines open.
        for future in self._asked.values():
            if not future.done():
                future.set_exception(ConnectionError("The connection was lost."))
        for line in self._lines.values():
            line.reset()

    async def _answer(self, commands: Sequence[Command], future: "asyncio.Future[list[Any]]") -> None:
        try:
            answers = await self._ask_again(commands)
        except Exception as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(answers)

    async def _ask_again(self, commands: Sequence[Command]) -> list[Any]:
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
        self.reset()
        if self._asked:
            await asyncio.wait(self._asked)
        for line in self._lines.values():
            await line.close()


_KEY_AT = {"MEMORY": 2, "EVALSHA": 3, "EVAL": 3}


def _key(command: Command) -> bytes | str:
    word = command[_KEY_AT.get(str(command[0]), 1)]
    return word if isinstance(word, bytes) else str(word)
