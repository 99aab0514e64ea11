"""Whether PostgreSQL is alive: looked at while somebody waits for it, and known to everybody at once.

A server that hangs keeps its connections open and says nothing, and a limit on statements is kept by the server
itself. So while a transaction waits longer than usual, a connection of its own asks for a sign of life. Without one,
whoever waits is given up on, and new transactions are refused at once until the server answers again. A slow statement
on a server that lives goes on.
"""

import asyncio
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import dup
from typing import Any

import psycopg
import structlog

from nameplate import outside
from nameplate.errors import Unavailable
from nameplate.tasks import ended

log = structlog.get_logger(__name__)

TICK = 0.1
RETRY = 0.3  # between two looks at a server that is away
IDLE = 60.0  # seconds after which the connection for looking is closed
AWAY = "The database is not answering; please try again in a moment."


class Pulse:
    """For all doors of a process. `slow`: seconds a wait is nothing special; `patience`: seconds for a sign of life."""

    def __init__(
        self, conninfo: str, kwargs: dict[str, Any], *, slow: float = 0.25, patience: float = 0.9
    ) -> None:
        self._conninfo = conninfo
        self._kwargs = kwargs
        self._slow = slow
        self._patience = patience
        self._waiting: dict[object, tuple[float, Callable[[], None]]] = {}
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None
        self._suspicious = False
        self._seen = 0.0
        self._returned: list[Callable[[], Any]] = []
        self._service = outside.service("postgresql")
        self.away = False

    def start(self, returned: Callable[[], Any]) -> None:
        """Look from now on. `returned` is awaited when the server is back after it was away."""
        self._returned.append(returned)
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """May be called again."""
        if self._task is not None:
            await ended(self._task)
            self._task = None
        await self._close()

    @contextmanager
    def waiting(self, give_up: Callable[[], None]) -> Iterator[None]:
        """Somebody waits for the server inside. `give_up` is called when it gives no sign of life.

        Raises Unavailable at once while the server is known to be away.
        """
        if self.away:
            raise Unavailable(AWAY, retry_after=2)
        key = object()
        self._waiting[key] = (time.monotonic(), give_up)
        try:
            yield
        finally:
            del self._waiting[key]

    def suspect(self) -> None:
        """A connection broke: look soon."""
        self._suspicious = True

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(RETRY if self.away else TICK)
            now = time.monotonic()
            oldest = min((since for since, _ in self._waiting.values()), default=now)
            if self.away or self._suspicious or now - oldest > self._slow:
                self._suspicious = False
                self._seen = now
                await self._look()
            elif self._connection is not None and now - self._seen > IDLE:
                await self._close()

    async def _look(self) -> None:
        began = time.monotonic()
        error = await self._sign_of_life()
        # Held up itself, this loop did not see an answer that may have been there.
        if error is not None and time.monotonic() - began > self._patience + 0.3:
            error = await self._sign_of_life()
        if error is None:
            if self.away:
                self.away = False
                log.info("database is back")
                for returned in self._returned:
                    await returned()
            self._service.answers()
            return
        self._service.fails(error)
        if not self.away:
            self.away = True
            self._service.rests()
            log.warning("database away", error=self._service.error, waiting=len(self._waiting))
        for _, give_up in list(self._waiting.values()):
            give_up()

    async def _sign_of_life(self) -> Exception | None:
        """What is wrong, or None."""
        again = self._connection is not None
        try:
            async with asyncio.timeout(self._patience):
                try:
                    await self._ask()
                except psycopg.OperationalError:
                    if not again:
                        raise
                    # It was an old connection that broke.
                    await self._close()
                    await self._ask()
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self._close()
            # One that is busy with many others is alive.
            return None if isinstance(error, psycopg.OperationalError) and "too many" in str(error) else error
        return None

    async def _ask(self) -> None:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, **self._kwargs
            )
        asking = asyncio.create_task(self._connection.execute("SELECT"))
        try:
            await asyncio.wait([asking])
        finally:
            if not asking.done():
                # Cancelled, the driver would first ask the server to stop, which does not answer either.
                hang_up(self._connection)
                await asyncio.wait([asking], timeout=0.5)
                asking.cancel()
        asking.result()

    async def _close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()


def connecting(role: str, options: str = "") -> dict[str, Any]:
    """How a connection as `role` is made, and when a line without a server at its end is given up."""
    return {
        "connect_timeout": 2,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 8000,
        "application_name": f"nameplate {role.removeprefix('nameplate_')}",
        "options": f"-c search_path=public,jobs -c timezone=UTC {options}".rstrip(),
    }


def has_ended(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the server said goodbye on an idle connection, or closed it. Asks the server nothing."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def hang_up(connection: psycopg.AsyncConnection[Any]) -> None:
    """Break the line, so that whoever waits for an answer gets an error now."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
