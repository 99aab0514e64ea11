"""The doors to PostgreSQL. Each opens one transaction as one role; a tenant is entered with the transaction.

`Database` is what routes get. `SystemDatabase` reaches across tenants and is handed to worker processes only
(tests/test_architecture.py holds that).
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, LiteralString, Self, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID

import psycopg
import structlog
from prometheus_client import Counter
from psycopg import errors as pg
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from nameplate.errors import IsolationRefused, Unavailable
from nameplate.pulse import AWAY, Pulse, connecting, hang_up, has_ended
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
statements = Counter("nameplate_db_statements_total", "Statements sent to PostgreSQL", ["role"])
refusals = Counter("nameplate_db_refusals_total", "Statements that privileges or row-level security refused")

WEB = "nameplate_web"
VISITOR = "nameplate_visitor"
WORKER = "nameplate_worker"
CONSUMER = "nameplate_consumer"
# No tenant, whatever somebody may have set for the whole session.
ENTER_CLAIM: LiteralString = "SELECT set_config('app.account_id', '', true), enter_claim(%s)"
ROLES = (WEB, VISITOR, WORKER, CONSUMER)
BUSY = 1.5  # seconds that somebody waits while every connection is used

T = TypeVar("T")
Params = Sequence[Any] | dict[str, Any]


def role_password(secret_key: str, role: str) -> str:
    """The password `nameplate migrate` gives to `role`; nobody has to invent or store four passwords."""
    return hmac.new(secret_key.encode(), b"role:" + role.encode(), hashlib.sha256).hexdigest()


def role_url(settings: Settings, role: str) -> str:
    """`database_url` with `role` and its password in place of whoever it names."""
    parts = urlsplit(settings.database_url)
    place = parts.netloc.rpartition("@")[2]
    password = role_password(settings.secret_key, role)
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{password}@{place}"))


class Tx:
    """One open transaction. Rows come back as the frozen dataclass or struct asked for."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], role: str) -> None:
        self.connection = connection
        self._count = statements.labels(role).inc

    async def all(self, row: type[T], sql: LiteralString, params: Params = ()) -> list[T]:
        self._count()
        async with self.connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchall()

    async def one(self, row: type[T], sql: LiteralString, params: Params = ()) -> T | None:
        self._count()
        async with self.connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchone()

    async def value(self, sql: LiteralString, params: Params = ()) -> Any:
        """The first column of the first row, or None when there is no row."""
        self._count()
        cursor = await self.connection.execute(sql, params)
        row = await cursor.fetchone()
        return None if row is None else row[0]

    async def run(self, sql: LiteralString, params: Params = ()) -> int:
        """Rows touched."""
        self._count()
        return (await self.connection.execute(sql, params)).rowcount


class Door:
    """A pool of connections that all log in as one role. `timeout`: seconds for one statement."""

    def __init__(
        self, settings: Settings, role: str, *, most: int, timeout: float, pulse: Pulse | None = None
    ) -> None:
        self.role = role
        self._pulse = pulse or Pulse(role_url(settings, role), connecting(role))
        self._own_pulse = pulse is None
        # Called with the role whenever privileges or policies refuse something.
        self.refused: Callable[[str], None] = lambda _: None
        # Set when the catalogue shows that PostgreSQL would not guard what is asked here (isolation/guard.py).
        self.refusing = False
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]] = AsyncConnectionPool(
            role_url(settings, role),
            min_size=1 if most < 4 else 2,
            max_size=most,
            max_waiting=200,
            timeout=min(timeout, BUSY),
            max_lifetime=1800,
            # Attempts come with doubling pauses; given up early, the next request makes a fresh one at once, so that
            # a long outage is not followed by a long wait.
            reconnect_timeout=2,
            check=None,
            open=False,
            name=role,
            kwargs=connecting(
                role,
                f"-c statement_timeout={int(timeout * 1000)}"
                f" -c idle_in_transaction_session_timeout={int(timeout * 2000)}",
            ),
        )

    async def open(self) -> None:
        await self._pool.open(wait=False)
        # Connections from before an outage may be dead without knowing it.
        self._pulse.start(self._pool.drain)

    async def close(self) -> None:
        if self._own_pulse:
            await self._pulse.stop()
        await self._pool.close(timeout=2)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """As the pool's own `connection()`, without those that died while they were idle: a restart of PostgreSQL
        would otherwise fail one later request for each of them."""
        connection = await self._given()
        while has_ended(connection):
            self._pulse.suspect()
            await connection.close()
            await self._pool.putconn(connection)  # opens another in its place
            connection = await self._given()
        try:
            with self._pulse.waiting(partial(hang_up, connection)):
                async with connection:
                    yield connection
        finally:
            await self._pool.putconn(connection)

    async def _given(self) -> psycopg.AsyncConnection[Any]:
        try:
            async with asyncio.timeout(None) as limit:
                with self._pulse.waiting(partial(limit.reschedule, 0)):
                    return await self._pool.getconn()
        except TimeoutError:  # given up on
            raise Unavailable(AWAY) from None

    @asynccontextmanager
    async def enter(self, setting: LiteralString = "", value: UUID | str | None = None) -> AsyncIterator[Tx]:
        """One transaction, committed at the end.

        Raises Unavailable when PostgreSQL does not answer, IsolationRefused when it may not be asked.
        """
        if self.refusing:
            refusals.inc()
            raise IsolationRefused
        async with self.unguarded(setting, value) as tx:
            yield tx

    @asynccontextmanager
    async def unguarded(
        self, setting: LiteralString = "", value: UUID | str | None = None
    ) -> AsyncIterator[Tx]:
        """As `enter`, also when the catalogue is not in order: for looking whether it is."""
        try:
            async with self._connection() as connection:
                tx = Tx(connection, self.role)
                if setting:
                    await connection.execute(setting, (value,))
                yield tx
        except (PoolTimeout, TooManyRequests, psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._pulse.suspect()
            log.warning("database away", role=self.role, error=type(error).__name__)
            raise Unavailable(AWAY) from error
        except pg.InsufficientPrivilege as error:
            # A policy or grant is wrong: never to be mistaken for "no rows".
            refusals.inc()
            self.refused(self.role)
            log.error("database refused", role=self.role, error=str(error).splitlines()[0])
            raise

    async def ping(self) -> None:
        """Raises Unavailable when PostgreSQL does not answer within two seconds."""
        try:
            async with asyncio.timeout(2), self.enter() as tx:
                await tx.value("SELECT 1")
        except TimeoutError as error:
            raise Unavailable("The database is not answering.") from error


class Database:
    """The doors of a web process."""

    def __init__(self, settings: Settings) -> None:
        self.pulse = Pulse(role_url(settings, WEB), connecting(WEB))
        self._web = Door(settings, WEB, most=8, timeout=8, pulse=self.pulse)
        self._visitor = Door(settings, VISITOR, most=4, timeout=2, pulse=self.pulse)

    async def __aenter__(self) -> Self:
        await self._web.open()
        await self._visitor.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pulse.stop()
        await self._web.close()
        await self._visitor.close()

    @asynccontextmanager
    async def as_account(self, account_id: UUID) -> AsyncIterator[Tx]:
        """A transaction that sees and changes the rows of `account_id` and no others."""
        async with self._web.enter("SELECT enter_account(%s)", account_id) as tx:
            yield tx

    @asynccontextmanager
    async def as_claimant(self, claim: str) -> AsyncIterator[Tx]:
        """A transaction without tenant, for before log-in: sees who says `claim` (an e-mail address, or an
        OAuth subject such as 'github:583231') is theirs, and handles."""
        async with self._web.enter(ENTER_CLAIM, claim) as tx:
            yield tx

    @asynccontextmanager
    async def as_visitor(self) -> AsyncIterator[Tx]:
        """A transaction that sees what is published."""
        async with self._visitor.enter() as tx:
            yield tx

    def on_refusal(self, refused: Callable[[str], None]) -> None:
        """Call `refused` with the role whenever PostgreSQL refuses what the code thought allowed."""
        self._web.refused = self._visitor.refused = refused

    @property
    def refusing(self) -> bool:
        """Whether nothing is read or written, because PostgreSQL would not keep tenants apart."""
        return self._web.refusing

    @refusing.setter
    def refusing(self, on: bool) -> None:
        self._web.refusing = self._visitor.refusing = on

    @asynccontextmanager
    async def unguarded(self) -> AsyncIterator[Tx]:
        """A transaction without tenant, also while `refusing`: to read the catalogue."""
        async with self._web.unguarded() as tx:
            yield tx

    async def ping(self) -> None:
        """Raises Unavailable when PostgreSQL does not answer."""
        await self._web.ping()


class SystemDatabase:
    """The doors of a worker process. They reach across tenants: routes never receive this object."""

    def __init__(self, settings: Settings) -> None:
        # Nobody waits in front of a screen.
        self._pulse = Pulse(role_url(settings, WORKER), connecting(WORKER), slow=2.0, patience=3.0)
        self._worker = Door(settings, WORKER, most=4, timeout=60, pulse=self._pulse)
        self._consumer = Door(settings, CONSUMER, most=4, timeout=30, pulse=self._pulse)

    async def __aenter__(self) -> Self:
        await self._worker.open()
        await self._consumer.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pulse.stop()
        await self._worker.close()
        await self._consumer.close()

    @asynccontextmanager
    async def as_worker(self) -> AsyncIterator[Tx]:
        """No tenant: jobs, expired sessions and proofs, visitor keys, partitions."""
        async with self._worker.enter() as tx:
            yield tx

    @asynccontextmanager
    async def as_worker_for(self, account_id: UUID) -> AsyncIterator[Tx]:
        """The rows of one account, with the worker's grants."""
        async with self._worker.enter("SELECT enter_account(%s)", account_id) as tx:
            yield tx

    @asynccontextmanager
    async def as_consumer(self) -> AsyncIterator[Tx]:
        """Loads events and roll-ups of any account, and can do nothing else."""
        async with self._consumer.enter() as tx:
            yield tx
