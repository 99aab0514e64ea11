"""Acknowledged means durable, with either store away; neither means 503."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from valkey.asyncio import Valkey

from nameplate.analytics.direct import DirectWriter
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.events import BATCH, PARTITIONS, Event, EventStream, pack, partition_of, stream_key, unpack
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.conftest import drain
from tests.analytics.proxy import Proxy
from tests.analytics.truth import assert_exact, count
from tests.cast import Person

Admin = psycopg.AsyncConnection[Any]


def view(account_id: UUID, visitor: int = 1) -> Event:
    return Event(
        account_id=account_id, at=datetime(2026, 11, 5, 12, tzinfo=UTC), kind="view", visitor=visitor
    )


async def entries(valkey: Valkey) -> int:
    return sum([await valkey.xlen(stream_key(number)) for number in range(PARTITIONS)])


@pytest.fixture
async def stream(fragile: Settings) -> AsyncIterator[EventStream]:
    """As a web process has it, with both ways."""
    direct = DirectWriter(fragile)
    async with Cache(fragile) as cache:
        stream = EventStream(cache.client, direct.write)
        yield stream
        await stream.close()
        await direct.close()


def test_a_packed_event_comes_back_as_it_was() -> None:
    event = Event(
        account_id=new_id(), at=datetime(2026, 11, 5, 12, 0, 0, 123456, tzinfo=UTC), kind="click", link_id=new_id(),
        visitor=2**63 - 1, city="Zürich", tap_x=0.25,
    )  # fmt: skip
    assert unpack(pack([event])) == [event]


async def test_events_that_come_together_share_one_entry(
    stream: EventStream, valkey: Valkey, ann: Person
) -> None:
    await asyncio.gather(*(stream.add([view(ann.account_id, n)]) for n in range(300)))
    assert await entries(valkey) == 1
    [(_, fields)] = await valkey.xrange(stream_key(partition_of(ann.account_id)))
    assert {event.visitor for event in unpack(fields[b"e"])} == set(range(300))


async def test_no_entry_is_larger_than_the_consumer_wants(
    stream: EventStream, valkey: Valkey, ann: Person
) -> None:
    await stream.add([view(ann.account_id, n) for n in range(2 * BATCH + 1)])
    assert await entries(valkey) == 3


async def test_with_valkey_away_events_go_straight_to_postgresql(
    stream: EventStream, valkey_line: Proxy, admin: Admin, ann: Person
) -> None:
    await stream.add([view(ann.account_id, 1)])
    await valkey_line.cut()
    await stream.add([view(ann.account_id, 2), view(ann.account_id, 3)])
    assert await count(admin) == 2
    started = time.monotonic()
    await stream.add([view(ann.account_id, 4)])
    assert time.monotonic() - started < 0.5, "a Valkey known to be away is not waited for"
    await assert_exact(admin)


async def test_a_valkey_that_comes_back_is_used_again(
    stream: EventStream, valkey: Valkey, valkey_line: Proxy, ann: Person
) -> None:
    await valkey_line.cut()
    await stream.add([view(ann.account_id, 1)])
    await valkey_line.mend()
    await asyncio.sleep(1.1)
    await stream.add([view(ann.account_id, 2)])
    assert await entries(valkey) == 1


async def test_an_answer_lost_on_the_way_counts_nothing_twice(
    stream: EventStream, valkey: Valkey, valkey_line: Proxy, system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    await stream.add([view(ann.account_id, 99)])
    stream._measure_at = time.monotonic() + 60  # or the lost answer would be that of a measurement
    valkey_line.deaf = True
    await stream.add([view(ann.account_id, n) for n in range(5)])
    assert await entries(valkey) == 2, "Valkey has them"
    assert await count(admin) == 5, "and PostgreSQL as well"
    await drain(system, valkey)
    assert await count(admin) == 6
    assert await entries(valkey) == 0
    await assert_exact(admin)


async def test_with_both_stores_away_events_are_refused_in_time(
    stream: EventStream, valkey_line: Proxy, postgres_line: Proxy, ann: Person
) -> None:
    await valkey_line.cut()
    await postgres_line.cut()
    started = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        await stream.add([view(ann.account_id)])
    assert time.monotonic() - started < 3
    assert refusal.value.headers["Retry-After"]


async def test_with_postgresql_away_the_stream_holds(
    stream: EventStream,
    valkey: Valkey,
    postgres_line: Proxy,
    system: SystemDatabase,
    admin: Admin,
    ann: Person,
) -> None:
    await postgres_line.cut()
    await stream.add([view(ann.account_id, n) for n in range(7)])
    assert await count(admin) == 0
    await drain(system, valkey)
    assert await count(admin) == 7


async def test_a_backlog_beyond_its_bound_is_refused_until_it_is_gone(
    settings: Settings, valkey: Valkey, system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    stream = EventStream(valkey, most_stored=200_000)
    refused = 0
    for turn in range(30):
        try:
            await stream.add([view(ann.account_id, turn * 1000 + n) for n in range(1000)])
        except Unavailable:
            refused += 1
        stream._measure_at = 0.0  # as if a second had gone by
    assert refused > 10
    assert 0 < await entries(valkey) < 20
    await drain(system, valkey)
    stream._measure_at = 0.0
    await stream.add([view(ann.account_id)])
    await stream.close()


async def test_more_events_than_may_wait_are_refused(valkey: Valkey, ann: Person) -> None:
    stream = EventStream(valkey, most_waiting=10)
    answers = await asyncio.gather(
        *(stream.add([view(ann.account_id, n)]) for n in range(25)), return_exceptions=True
    )
    assert sum(isinstance(answer, Unavailable) for answer in answers) == 15
    await stream.add([view(ann.account_id)])
    await stream.close()


async def test_one_who_gives_up_waiting_harms_nobody(
    stream: EventStream, valkey: Valkey, ann: Person
) -> None:
    impatient = asyncio.create_task(stream.add([view(ann.account_id, 1)]))
    patient = asyncio.create_task(stream.add([view(ann.account_id, 2)]))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert await entries(valkey) == 1
