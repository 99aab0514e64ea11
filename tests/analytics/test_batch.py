"""A batch is counted once, for the owner's day, whatever else happens."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nameplate.analytics.batch import write_batch
from nameplate.db import Database, SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from tests.analytics.truth import assert_exact, count
from tests.cast import Person

Admin = psycopg.AsyncConnection[Any]
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


async def write(system: SystemDatabase, *events: Event, batch: UUID | None = None) -> None:
    async with system.as_consumer() as tx:
        await write_batch(tx, batch or new_id(), events)


async def rows(admin: Admin, sql: str) -> list[tuple[Any, ...]]:
    return await (await admin.execute(sql)).fetchall()  # type: ignore[arg-type]


async def totals(admin: Admin) -> list[tuple[Any, ...]]:
    return await rows(
        admin, "SELECT day, views, visitors, clicks, bots FROM daily_totals ORDER BY account_id, day"
    )


async def test_a_batch_that_comes_twice_is_counted_once(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    batch = new_id()
    view = Event(account_id=ann.account_id, at=NOON, kind="view", visitor=5, country="DE")
    click = Event(account_id=ann.account_id, at=NOON, kind="click", visitor=5, link_id=ann.visible_link)
    for _ in range(3):
        await write(system, view, click, batch=batch)
    assert await totals(admin) == [(date(2026, 11, 5), 1, 1, 1, 0)]
    assert await rows(admin, "SELECT clicks, visitors FROM daily_links") == [(1, 1)]
    await assert_exact(admin)


async def test_the_same_batch_written_at_once_by_two_is_counted_once(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    batch = new_id()
    events = [Event(account_id=ann.account_id, at=NOON, kind="view", visitor=n) for n in range(50)]
    await asyncio.gather(*(write(system, *events, batch=batch) for _ in range(4)))
    assert await totals(admin) == [(date(2026, 11, 5), 50, 50, 0, 0)]


async def test_many_writers_of_the_same_rows_neither_deadlock_nor_miscount(
    system: SystemDatabase, admin: Admin, ann: Person, ben: Person
) -> None:
    def some(seed: int) -> list[Event]:
        people = [ann, ben] if seed % 2 else [ben, ann]
        return [
            Event(account_id=person.account_id, at=NOON + timedelta(hours=seed), kind=kind, visitor=(seed * n) % 7,
                  link_id=person.visible_link)
            for n in range(20) for person in people for kind in ("view", "click")
        ]  # fmt: skip

    await asyncio.gather(*(write(system, *some(seed)) for seed in range(12)))
    assert await count(admin) == 12 * 80
    await assert_exact(admin)


async def test_an_event_that_arrives_late_says_where_the_visitor_came_from(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    later = Event(account_id=ann.account_id, at=NOON, kind="click", visitor=1, link_id=ann.visible_link)
    earlier = Event(
        account_id=ann.account_id,
        at=NOON - timedelta(minutes=3),
        kind="view",
        visitor=1,
        referrer="Hacker News",
    )
    await write(system, later)
    await write(system, earlier)
    assert await rows(admin, "SELECT referrer, views, clicks FROM visitor_days") == [("Hacker News", 1, 1)]
    await assert_exact(admin)


async def test_bots_are_counted_apart_and_nowhere_else(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    bot = {"account_id": ann.account_id, "at": NOON, "visitor": 9, "bot": "crawler"}
    await write(system, Event(kind="view", **bot), Event(kind="click", link_id=ann.visible_link, **bot))  # type: ignore[arg-type]
    assert await totals(admin) == [(date(2026, 11, 5), 0, 0, 0, 2)]
    for table in ("visitor_days", "visitor_link_days", "daily_links"):
        assert await count(admin, table) == 0


async def test_anonymous_views_are_views_without_a_visitor(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    anonymous = [
        Event(account_id=ann.account_id, at=NOON, kind="view", referrer=source)
        for source in ("GitHub", "GitHub", None)
    ]
    await write(system, *anonymous)
    assert await totals(admin) == [(date(2026, 11, 5), 3, 0, 0, 0)]
    await assert_exact(admin)


async def test_taps_and_vitals_are_no_views(system: SystemDatabase, admin: Admin, ann: Person) -> None:
    await write(
        system,
        Event(
            account_id=ann.account_id,
            at=NOON,
            kind="tap",
            visitor=1,
            link_id=ann.visible_link,
            tap_x=0.5,
            tap_y=0.25,
        ),
        Event(
            account_id=ann.account_id, at=NOON, kind="vitals", visitor=1, lcp=420.5, cls=0.01, connection="4g"
        ),
    )
    assert await count(admin) == 2
    assert await count(admin, "daily_totals") == 0
    assert await rows(admin, "SELECT tap_x, tap_y FROM events WHERE kind = 'tap'") == [(0.5, 0.25)]


async def test_every_field_of_an_event_reaches_its_column(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    texts = {
        name: f"the {name} Ü 🦊"
        for name in Event.__struct_fields__
        if Event.__annotations__[name] == (str | None)
    }
    event = Event(
        account_id=ann.account_id, at=NOON + timedelta(microseconds=123456), kind="view", id=2**63 - 1,
        visitor=2**63 - 1, link_id=ann.visible_link, viewport=1440, tap_x=0.5, tap_y=0.25, ttfb=1, fcp=2, lcp=3, inp=4,
        cls=5, **texts,
    )  # fmt: skip
    await write(system, event)
    columns = ", ".join(Event.__struct_fields__)
    [row] = await rows(admin, f"SELECT {columns} FROM events")
    assert dict(zip(Event.__struct_fields__, row, strict=True)) == {
        name: getattr(event, name) for name in Event.__struct_fields__
    }


async def test_events_of_an_account_that_is_gone_are_dropped(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    await write(
        system,
        Event(account_id=new_id(), at=NOON, kind="view", visitor=1),
        Event(account_id=ann.account_id, at=NOON, kind="view", visitor=1),
    )
    assert await count(admin) == 1


async def test_a_month_without_a_partition_gets_one(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    at = datetime(2019, 2, 28, 23, 59, 59, tzinfo=UTC)
    await write(system, Event(account_id=ann.account_id, at=at, kind="view", visitor=1))
    await write(
        system, Event(account_id=ann.account_id, at=at + timedelta(seconds=1), kind="view", visitor=1)
    )
    assert await rows(admin, "SELECT tableoid::regclass::text FROM events ORDER BY at") == [
        ("events_201902",),
        ("events_201903",),
    ]


async def test_a_time_out_of_all_reason_changes_nothing(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC)
    with pytest.raises(psycopg.DataError):
        await write(system, Event(account_id=ann.account_id, at=at, kind="view"))
    for table in ("events", "daily_totals", "counted_batches"):
        assert await count(admin, table) == 0


@pytest.mark.parametrize(
    ("timezone", "at", "day"),
    [
        ("Asia/Kolkata", "2026-11-05T18:29:59+00:00", "2026-11-05"),
        ("Asia/Kolkata", "2026-11-05T18:30:00+00:00", "2026-11-06"),
        ("Asia/Kathmandu", "2026-11-05T18:14:59+00:00", "2026-11-05"),
        ("Asia/Kathmandu", "2026-11-05T18:15:00+00:00", "2026-11-06"),
        ("Pacific/Kiritimati", "2026-11-05T10:00:00+00:00", "2026-11-06"),
        ("Pacific/Pago_Pago", "2026-11-05T10:59:59+00:00", "2026-11-04"),
        ("Europe/Berlin", "2026-03-28T22:59:59+00:00", "2026-03-28"),  # winter: UTC+1
        ("Europe/Berlin", "2026-03-28T23:00:00+00:00", "2026-03-29"),  # a day of 23 hours begins
        ("Europe/Berlin", "2026-03-29T21:59:59+00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29T22:00:00+00:00", "2026-03-30"),
        ("Europe/Berlin", "2026-10-25T22:59:59+00:00", "2026-10-25"),  # and one of 25 ends
        ("America/New_York", "2026-11-01T03:59:59+00:00", "2026-10-31"),
        ("America/New_York", "2026-11-02T04:59:59+00:00", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-04T12:59:59+00:00", "2026-04-04"),  # daylight saving of half an hour
        ("Nowhere/Atlantis", "2026-11-05T23:59:59+00:00", "2026-11-05"),
    ],
)
async def test_a_day_is_the_owners_day(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person, timezone: str, at: str, day: str
) -> None:
    async with db.as_account(ann.account_id) as tx:
        await tx.run("UPDATE profiles SET timezone = %s WHERE account_id = %s", (timezone, ann.account_id))
    await write(
        system, Event(account_id=ann.account_id, at=datetime.fromisoformat(at), kind="view", visitor=1)
    )
    assert await rows(admin, "SELECT day::text FROM events") == [(day,)]
    assert await rows(admin, "SELECT day::text FROM daily_totals") == [(day,)]


async def test_moving_to_another_time_zone_leaves_counted_days_alone(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person
) -> None:
    at = datetime(2026, 11, 5, 20, tzinfo=UTC)
    await write(system, Event(account_id=ann.account_id, at=at, kind="view", visitor=1))
    async with db.as_account(ann.account_id) as tx:
        await tx.run("UPDATE profiles SET timezone = 'Asia/Tokyo' WHERE account_id = %s", (ann.account_id,))
    await write(system, Event(account_id=ann.account_id, at=at, kind="view", visitor=2))
    assert [row[0] for row in await totals(admin)] == [date(2026, 11, 5), date(2026, 11, 6)]
    await assert_exact(admin)
