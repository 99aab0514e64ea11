"""Days that are over are folded by the worker, and told apart from those that are not."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from nameplate.analytics.answers import Asked, find
from nameplate.analytics.batch import write_batch
from nameplate.analytics.dimensions import FACTS, Dimension
from nameplate.analytics.folding import jobs
from nameplate.analytics.folding.fold import LEAST
from nameplate.db import Database, SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from tests.cast import Person

Admin = psycopg.AsyncConnection[Any]
NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Services:
    system: SystemDatabase


@pytest.fixture(autouse=True)
def it_is_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "now", lambda: NOW)


async def visit(
    system: SystemDatabase, person: Person, day: date, number: int = LEAST, first: int = 0
) -> None:
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), [
            Event(account_id=person.account_id, at=at, kind="view", visitor=first + n,
                  country=("DE", "BR", None)[n % 3], device="phone" if n % 2 else "desktop")
            for n in range(number)
        ])  # fmt: skip


async def folded(admin: Admin) -> dict[tuple[Any, date], bool]:
    cursor = await admin.execute("SELECT account_id, day, NOT dirty FROM daily_totals")
    return {(account, day): clean for account, day, clean in await cursor.fetchall()}


async def test_days_that_are_over_are_folded_and_those_that_are_not_are_left(
    system: SystemDatabase, admin: Admin, ann: Person, ben: Person
) -> None:
    await admin.execute(
        "UPDATE profiles SET timezone = 'Pacific/Pago_Pago' WHERE account_id = %s", (ben.account_id,)
    )
    yesterday = TODAY - timedelta(days=1)
    for person in (ann, ben):
        for day in (yesterday, TODAY):
            await visit(system, person, day)
    await jobs.fold_days(Services(system))
    # Ben's clock says one in the morning, and six in the morning of UTC was the day before.
    assert await folded(admin) == {
        (ann.account_id, yesterday): True,
        (ann.account_id, TODAY): False,
        (ben.account_id, yesterday - timedelta(days=1)): True,
        (ben.account_id, yesterday): True,
    }


async def test_a_quiet_day_is_not_worth_folding(system: SystemDatabase, admin: Admin, ann: Person) -> None:
    await visit(system, ann, TODAY - timedelta(days=1), LEAST - 1)
    await jobs.fold_days(Services(system))
    assert list((await folded(admin)).values()) == [False]


async def test_a_late_event_is_counted_at_once_and_folded_in_later(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person
) -> None:
    day = TODAY - timedelta(days=3)
    await visit(system, ann, day)
    for late, clean in ((0, True), (5, False)):
        if late:
            await visit(system, ann, day, late, first=LEAST)
        else:
            await jobs.fold_days(Services(system))
        assert list((await folded(admin)).values()) == [clean]
        for filters in ({Dimension.DEVICE: "phone"}, {Dimension.DEVICE: "phone", Dimension.COUNTRY: "DE"}):
            async with db.as_account(ann.account_id) as tx:
                found = await find(tx, ann.account_id, Asked(day, day, filters), FACTS)
            expected = sum(
                n % 2 == 1 and (len(filters) == 1 or n % 3 == 0) for n in [*range(LEAST), *range(late)]
            )
            assert found.total() == [expected, expected, 0]
    await jobs.fold_days(Services(system))
    assert list((await folded(admin)).values()) == [True]


async def test_what_is_counted_while_a_day_is_folded_is_not_forgotten(
    system: SystemDatabase, admin: Admin, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = TODAY - timedelta(days=1)
    await visit(system, ann, day)
    read, go_on = asyncio.Event(), asyncio.Event()
    facts = jobs.queries.facts

    async def slowly(*of: Any) -> Any:
        found = await facts(*of)
        read.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(jobs.queries, "facts", slowly)
    folding = asyncio.create_task(jobs.fold_day(system, ann.account_id, day))
    await read.wait()
    await visit(system, ann, day, 1, first=LEAST)
    go_on.set()
    assert await folding is False
    assert list((await folded(admin)).values()) == [False]
    assert await jobs.fold_day(system, ann.account_id, day)
    assert list((await folded(admin)).values()) == [True]


async def test_folding_the_same_day_twice_at_once_leaves_one_result(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    day = TODAY - timedelta(days=1)
    await visit(system, ann, day)
    done = await asyncio.gather(*(jobs.fold_day(system, ann.account_id, day) for _ in range(3)))
    assert sorted(done) == [False, False, True]
    await visit(system, ann, day, 1, first=LEAST)
    assert await jobs.fold_day(system, ann.account_id, day)
    cursor = await admin.execute("SELECT sum(views) FROM day_pairs WHERE dimension = 4")
    assert await cursor.fetchone() == (LEAST + 1,)
