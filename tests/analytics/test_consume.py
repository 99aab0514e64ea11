"""From the stream to the tables, through kills, wipes, rivals and rubbish."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from valkey.asyncio import Valkey

from nameplate.analytics.consume import Partition, consume
from nameplate.cache import Cache
from nameplate.commands.environment import child_environment
from nameplate.db import SystemDatabase
from nameplate.events import PARTITIONS, Event, pack, partition_of, stream_key
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.conftest import drain
from tests.analytics.proxy import Proxy
from tests.analytics.truth import assert_exact, count
from tests.cast import Person

Admin = psycopg.AsyncConnection[Any]
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


async def add(valkey: Valkey, person: Person, number: int = 1, **fields: Any) -> None:
    """`number` entries of three events each."""
    pipeline = valkey.pipeline(transaction=False)
    for _ in range(number):
        at = NOON + timedelta(seconds=random.randrange(86_400))
        some = {"account_id": person.account_id, "at": at, "visitor": random.randrange(50), **fields}
        events = [
            Event(kind="view", **some),
            Event(kind="click", link_id=person.visible_link, **some),
            Event(kind="view", **{**some, "visitor": None}),
        ]
        key = stream_key(partition_of(person.account_id))
        pipeline.xadd(key, {"b": new_id().bytes, "e": pack(events)})
    await pipeline.execute()


async def until(what: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await what():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def consuming(settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        task = asyncio.create_task(consume(settings, system, cache.client, stop))
        yield
        stop.set()
        async with asyncio.timeout(3):
            await task


async def test_what_is_counted_leaves_the_stream(
    system: SystemDatabase, valkey: Valkey, admin: Admin, ann: Person
) -> None:
    await add(valkey, ann, 20)
    await drain(system, valkey)
    assert await count(admin) == 60
    assert await valkey.xlen(stream_key(partition_of(ann.account_id))) == 0
    await assert_exact(admin)


async def test_new_events_are_counted_within_a_second(
    settings: Settings, valkey: Valkey, admin: Admin, ann: Person
) -> None:
    async with consuming(settings):
        await asyncio.sleep(0.3)
        await add(valkey, ann)

        async def counted() -> bool:
            return await count(admin) == 3

        await until(counted, 1)


async def test_two_consumers_at_once_count_everything_once(
    settings: Settings, valkey: Valkey, admin: Admin, ann: Person, ben: Person
) -> None:
    async def counted() -> bool:
        return await count(admin) >= 360

    async with consuming(settings), consuming(settings):
        for _ in range(6):
            await add(valkey, ann, 10)
            await add(valkey, ben, 10)
            await asyncio.sleep(0.05)
        await until(counted)
    assert await count(admin) == 360
    await assert_exact(admin)


async def test_a_consumer_that_died_before_it_trimmed_counts_nothing_twice(
    system: SystemDatabase, valkey: Valkey, admin: Admin, ann: Person
) -> None:
    key = stream_key(partition_of(ann.account_id))
    await add(valkey, ann, 5)
    kept = await valkey.xrange(key)
    await drain(system, valkey)
    # As they would still lie there.
    await valkey.delete(key)
    for entry_id, fields in kept:
        await valkey.xadd(key, fields, id=entry_id)
    await admin.execute("TRUNCATE counted_batches")
    await drain(system, valkey)
    assert await count(admin) == 15
    assert await valkey.xlen(key) == 0


async def test_a_wiped_valkey_starts_again_even_when_its_clock_is_behind(
    system: SystemDatabase, valkey: Valkey, admin: Admin, ann: Person
) -> None:
    await add(valkey, ann, 2)
    consumer = Partition(partition_of(ann.account_id), system, valkey)
    await consumer.step()
    await valkey.flushdb()
    event = Event(account_id=ann.account_id, at=NOON, kind="view", visitor=1)
    await valkey.xadd(
        stream_key(partition_of(ann.account_id)), {"b": new_id().bytes, "e": pack([event])}, id="5-0"
    )
    await consumer.step()
    assert await count(admin) == 7
    await assert_exact(admin)


POISON = {
    "no message at all": b"\xc1\xff",
    "another message": msgspec.msgpack.encode({"hello": "world"}),
    "a time in 1970": pack([Event(account_id=new_id(), at=NOON, kind="view")]),
    "a NUL": b"",
    "an unknown kind": b"",
    "a number too large": b"",
}


@pytest.mark.parametrize("what", POISON)
async def test_a_poisoned_batch_is_set_aside_and_the_others_are_counted(
    system: SystemDatabase, valkey: Valkey, admin: Admin, ann: Person, what: str
) -> None:
    key = stream_key(partition_of(ann.account_id))
    good = Event(account_id=ann.account_id, at=NOON, kind="view", visitor=1)
    bad = {
        "a time in 1970": msgspec.structs.replace(good, at=datetime(1970, 1, 1, tzinfo=UTC)),
        "a NUL": msgspec.structs.replace(good, city="Ber\0lin"),
        "an unknown kind": msgspec.structs.replace(good, kind="wave"),
        "a number too large": msgspec.structs.replace(good, viewport=2**40),
    }.get(what)
    packed = POISON[what] if bad is None else pack([good, bad])
    await add(valkey, ann, 3)
    await valkey.xadd(key, {"b": new_id().bytes, "e": packed})
    await add(valkey, ann, 3)
    await drain(system, valkey)
    assert await count(admin) == 18
    assert await valkey.xlen(key) == 0
    [(_, fields)] = await valkey.xrange(key + ":dead")
    assert fields[b"e"] == packed
    assert fields[b"reason"]
    await assert_exact(admin)


async def test_a_consumer_waits_for_a_database_that_is_away_and_goes_on(
    fragile: Settings, valkey: Valkey, postgres_line: Proxy, valkey_line: Proxy, admin: Admin, ann: Person
) -> None:
    async def all_counted() -> bool:
        return await count(admin) == 90

    async with consuming(fragile):
        await add(valkey, ann, 10)
        await postgres_line.cut()
        await add(valkey, ann, 10)
        await asyncio.sleep(0.5)
        await postgres_line.mend()
        await valkey_line.cut()
        await add(valkey, ann, 10)
        await asyncio.sleep(0.5)
        await valkey_line.mend()
        await until(all_counted)
    await assert_exact(admin)


ALL = 18_000  # more than one transaction


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_consumers_that_are_killed_lose_nothing_and_count_nothing_twice(
    settings: Settings, valkey: Valkey, admin: Admin, ann: Person, ben: Person
) -> None:
    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.analytics.consumer_process", env=child_environment(settings),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    for person in (ann, ben):
        await add(valkey, person, 3000)
    killed, seen = 0, 0
    async with asyncio.timeout(240):
        while seen < ALL and killed < 5:
            process = await start()
            before = seen
            # In turns: in the middle of a transaction, and when one was committed.
            while process.returncode is None:
                if (seen := await count(admin)) > before or (killed % 2 == 0 and await is_counting(admin)):
                    await asyncio.sleep(random.uniform(0, 0.1))
                    break
                await asyncio.sleep(0.005)
            process.kill()
            await process.wait()
            killed += 1
            seen = await count(admin)
    assert killed > 2
    await drain_rest(settings)
    assert await count(admin) == ALL
    await assert_exact(admin)


async def is_counting(admin: Admin) -> bool:
    """Whether a consumer's transaction is under way."""
    cursor = await admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = 'nameplate_consumer' AND xact_start IS NOT NULL"
    )
    row = await cursor.fetchone()
    return row is not None and row[0] > 0


async def drain_rest(settings: Settings) -> None:
    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        await drain(system, cache.client)
        assert sum([await cache.client.xlen(stream_key(number)) for number in range(PARTITIONS)]) == 0
