"""Out in one snapshot, in with one transaction; events that wait are neither missing nor counted twice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nameplate.analytics.consume import Partition
from nameplate.backup import database, queries, waiting
from nameplate.cache import Cache
from nameplate.db import Database, SystemDatabase
from nameplate.errors import StartError
from nameplate.events import PARTITIONS, Event, EventStream, partition_of
from nameplate.settings import Settings
from tests.cast import Person, add_person

OWNER = "nameplate_owner"


def quiet(*_: object) -> None:
    pass


@pytest.fixture
async def ann(settings: Settings) -> AsyncIterator[Person]:
    async with Database(settings) as db:
        yield await add_person(db, "ann-lee")


def asked(admin_url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(admin_url) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


async def dumped(admin_url: str, file: Path) -> dict[str, int]:
    async with await psycopg.AsyncConnection.connect(admin_url, autocommit=True) as connection:
        snapshot = await queries.export_snapshot(connection)
        await database.dump(admin_url, snapshot, file, await queries.tables(connection), quiet)
        return await queries.rows_of(connection)


async def test_a_load_that_fails_leaves_the_database_as_it_was(
    settings: Settings, admin_url: str, ann: Person, tmp_path: Path
) -> None:
    rows = await dumped(admin_url, tmp_path / "dump")
    assert rows["links"] == 2
    with psycopg.connect(admin_url) as connection:
        connection.execute("UPDATE links SET title = 'since then'")
    wrong = rows | {"links": 3}
    with pytest.raises(StartError, match="as it was: rows of links are missing"):
        await database.load(admin_url, OWNER, tmp_path / "dump", wrong, tmp_path, 1, quiet)
    half = tmp_path / "half"
    half.write_bytes((tmp_path / "dump").read_bytes()[:-2000])
    with pytest.raises(StartError, match="as it was"):
        await database.load(admin_url, OWNER, half, rows, tmp_path, 1, quiet)
    assert asked(admin_url, "SELECT DISTINCT title FROM links") == [("since then",)]

    await database.load(admin_url, OWNER, tmp_path / "dump", rows, tmp_path, 1, quiet)
    assert ("since then",) not in asked(admin_url, "SELECT DISTINCT title FROM links")
    owners = asked(
        admin_url, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'jobs')"
    )
    assert owners == [(OWNER,)], "the schema's owner can migrate it again"
    async with Database(settings) as db, db.as_account(ann.account_id) as tx:
        assert await tx.value("SELECT count(*) FROM links") == 2, "roles, grants and policies are there again"


async def test_the_owner_of_the_schema_is_told_that_policies_hide_everything(settings: Settings) -> None:
    async with await psycopg.AsyncConnection.connect(settings.database_url) as connection:
        assert not await queries.sees_everything(connection)


async def test_events_that_wait_are_counted_once_whatever_happened_between_copy_and_snapshot(
    settings: Settings, admin_url: str, ann: Person, tmp_path: Path
) -> None:
    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        stream = EventStream(cache.client)
        partition = Partition(partition_of(ann.account_id), system, cache.client)

        async def views(number: int) -> None:
            event = [
                Event(account_id=ann.account_id, at=datetime.now(UTC), kind="view") for _ in range(number)
            ]
            await stream.add(event)

        await views(3)
        entries, generations = await waiting.copy(cache.client, tmp_path / "before")
        assert (entries, len(generations)) == (1, PARTITIONS)
        await partition.step()  # counted after it was copied and before the snapshot
        await views(4)
        entries, generations = await waiting.copy(cache.client, tmp_path / "after")
        assert entries == 1
        await stream.close()
        async with await psycopg.AsyncConnection.connect(admin_url) as connection:
            offsets = await queries.offsets(connection)

        async def count(name: str, known: dict[str, tuple[str, str]]) -> int:
            with (tmp_path / name).open("rb") as content:
                return await waiting.count(system.as_consumer, waiting.read(content), generations, known)

        assert await count("before", offsets) == 0, "the offset says so"
        assert await count("before", {}) == 0, "and so does the id of the batch"
        assert await count("after", offsets) == 4
        assert await count("after", offsets) == 0
    assert asked(admin_url, "SELECT sum(views) FROM daily_totals") == [(7,)]
