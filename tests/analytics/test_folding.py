"""Days that are over are folded by the worker, and told apart from those that are not."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString

import psycopg
import pytest

from nameplate.analytics.answers import Asked, find
from nameplate.analytics.batch import write_batch
from nameplate.analytics.dimensions import FACTS, Dimension
from nameplate.analytics.folding import fold, jobs, walk
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
    for module in (jobs, walk):
        monkeypatch.setattr(module, "now", lambda: NOW)


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


async def look(admin: Admin, sql: LiteralString) -> list[tuple[Any, ...]]:
    return await (await admin.execute(sql)).fetchall()


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


async def numbers(db: Database, person: Person, day: date, filters: dict[Dimension, str]) -> list[int]:
    async with db.as_account(person.account_id) as tx:
        return (await find(tx, person.account_id, Asked(day, day, filters), FACTS)).total()


async def test_what_is_counted_while_a_day_is_folded_is_not_forgotten(
    system: SystemDatabase, admin: Admin, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = TODAY - timedelta(days=1)
    await visit(system, ann, day)
    go_on = hold_back(monkeypatch)
    folding = asyncio.create_task(jobs.fold_day(system, ann.account_id, day))
    await go_on.read.wait()
    await visit(system, ann, day, 1, first=LEAST)
    go_on.set()
    assert await folding is False
    assert list((await folded(admin)).values()) == [False]
    assert await jobs.fold_day(system, ann.account_id, day)
    assert list((await folded(admin)).values()) == [True]


class GoOn(asyncio.Event):
    def __init__(self) -> None:
        super().__init__()
        self.read = asyncio.Event()


def hold_back(monkeypatch: pytest.MonkeyPatch) -> GoOn:
    """Folds wait between reading and writing."""
    facts, go_on = fold.facts.facts, GoOn()

    async def slowly(*of: Any) -> Any:
        found = await facts(*of)
        go_on.read.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(fold.facts, "facts", slowly)
    return go_on


async def test_today_is_folded_once_enough_came_and_says_what_came_since(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person
) -> None:
    filters = {Dimension.DEVICE: "phone"}, {Dimension.DEVICE: "phone", Dimension.COUNTRY: "DE"}
    await visit(system, ann, TODAY, fold.MANY - 1)
    await jobs.fold_growing_days(Services(system))
    assert await look(admin, "SELECT folds FROM daily_totals") == [(0,)]
    await visit(system, ann, TODAY, 1, first=fold.MANY - 1)
    await jobs.fold_growing_days(Services(system))
    assert await look(admin, "SELECT folds, dirty FROM daily_totals") == [(1, False)]
    assert await look(admin, "SELECT count(*) FROM visitor_days WHERE unfolded") == [(0,)]
    # Some who came before, and some who are new.
    await visit(system, ann, TODAY, 12, first=fold.MANY - 6)
    assert await look(admin, "SELECT count(*) FROM visitor_days WHERE unfolded") == [(12,)]
    for at, conditions in enumerate(("device = 'phone'", "device = 'phone' AND country = 'DE'")):
        cursor = await admin.execute(
            f"SELECT sum(views)::int, count(*), 0 FROM visitor_days WHERE {conditions}"  # type: ignore[arg-type]
        )
        assert await numbers(db, ann, TODAY, filters[at]) == list(await cursor.fetchone() or ())


async def test_today_can_be_folded_while_it_is_counted(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visit(system, ann, TODAY)
    go_on = hold_back(monkeypatch)
    folding = asyncio.create_task(jobs.fold_day(system, ann.account_id, TODAY, lasting=True))
    await go_on.read.wait()
    await visit(system, ann, TODAY, 4, first=LEAST - 2)
    go_on.set()
    assert await folding is True
    assert await look(admin, "SELECT folds, dirty FROM daily_totals") == [(1, True)]
    assert await look(admin, "SELECT count(*) FROM visitor_days WHERE unfolded") == [(4,)]
    assert await numbers(db, ann, TODAY, {Dimension.DEVICE: "phone"}) == [LEAST // 2 + 2, LEAST // 2 + 1, 0]


async def test_a_visitor_whose_first_event_arrives_late_is_told_apart_from_what_was_folded(
    system: SystemDatabase, db: Database, admin: Admin, ann: Person
) -> None:
    await visit(system, ann, TODAY)
    assert await jobs.fold_day(system, ann.account_id, TODAY, lasting=True)
    late = Event(
        account_id=ann.account_id, at=NOW - timedelta(hours=8), kind="view", visitor=1, device="tablet"
    )
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), [late])
    assert await numbers(db, ann, TODAY, {Dimension.DEVICE: "tablet"}) == [2, 1, 0]
    assert await numbers(db, ann, TODAY, {Dimension.DEVICE: "phone"}) == [LEAST // 2 - 1, LEAST // 2 - 1, 0]


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
