"""Counting on its own: the consumer's doors, a Valkey client, and events nobody had to send."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from valkey.asyncio import Valkey

from nameplate.analytics.consume import Partition
from nameplate.cache import Cache
from nameplate.db import Database, SystemDatabase
from nameplate.events import PARTITIONS
from nameplate.settings import Settings
from tests.analytics.proxy import Proxy
from tests.cast import Person, add_person


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    async with Database(settings) as db:
        yield db


@pytest.fixture
async def system(settings: Settings) -> AsyncIterator[SystemDatabase]:
    async with SystemDatabase(settings) as system:
        yield system


@pytest.fixture
async def valkey(settings: Settings) -> AsyncIterator[Valkey]:
    async with Cache(settings) as cache:
        yield cache.client


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Superuser: sees every row, whoever's."""
    connection = await psycopg.AsyncConnection.connect(admin_url, autocommit=True)
    yield connection
    with suppress(psycopg.Error):
        await connection.close()


@pytest.fixture
async def ann(db: Database) -> Person:
    return await add_person(db, "ann")


@pytest.fixture
async def ben(db: Database) -> Person:
    return await add_person(db, "ben")


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    login, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{port}"))


@pytest.fixture
async def valkey_line(settings: Settings) -> AsyncIterator[Proxy]:
    """The way to Valkey, to be cut."""
    parts = urlsplit(settings.valkey_url)
    async with Proxy(parts.hostname or "", parts.port or 6379) as proxy:
        yield proxy


@pytest.fixture
async def postgres_line(settings: Settings) -> AsyncIterator[Proxy]:
    """The way to PostgreSQL, to be cut."""
    parts = urlsplit(settings.database_url)
    async with Proxy(parts.hostname or "", parts.port or 5432) as proxy:
        yield proxy


@pytest.fixture
def fragile(settings: Settings, valkey_line: Proxy, postgres_line: Proxy) -> Settings:
    """Settings of a process that reaches its engines by lines that can be cut."""
    return replace(
        settings,
        valkey_url=_through(settings.valkey_url, valkey_line.port),
        database_url=_through(settings.database_url, postgres_line.port),
    )


async def drain(system: SystemDatabase, valkey: Valkey) -> None:
    """Count all that is in the stream."""
    for number in range(PARTITIONS):
        consumer = Partition(number, system, valkey)
        while await consumer.step():
            pass
