"""Raw events go after a while; what was counted from them does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nameplate.analytics.batch import write_batch
from nameplate.analytics.folding.fold import fold
from nameplate.analytics.retention.jobs import drop_old_events, oldest_kept
from nameplate.app import App
from nameplate.db import SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.support.api import Api, sign_up

Admin = psycopg.AsyncConnection[Any]
THIS_MONTH = datetime.now(UTC).replace(day=1, hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann")


def months_ago(number: int) -> datetime:
    """Noon of the 10th of a month."""
    return datetime.combine(oldest_kept(THIS_MONTH.date(), number), THIS_MONTH.timetz()) + timedelta(days=9)


async def visit(system: SystemDatabase, account_id: UUID, at: datetime) -> None:
    link = new_id()
    async with system.as_consumer() as tx:
        await write_batch(
            tx,
            new_id(),
            [
                Event(account_id=account_id, at=at, kind="view", visitor=1, country="DE", device="phone"),
                Event(account_id=account_id, at=at, kind="click", visitor=1, country="DE", link_id=link),
                Event(account_id=account_id, at=at, kind="view", country="US", lcp=900.0),
                Event(account_id=account_id, at=at, kind="view", visitor=2, bot="crawler"),
            ],
        )


async def raw_months(admin: Admin) -> list[str]:
    cursor = await admin.execute(
        "SELECT DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') FROM events ORDER BY 1"
    )
    return [month for (month,) in await cursor.fetchall()]


async def screens(ann: Api, day: date) -> list[Any]:
    """What the dashboard shows of a day: all of it, and under filters."""
    found = []
    for filters in ({}, {"country": "DE"}, {"country": "DE", "device": "phone"}, {"bots": "true"}):
        query = {"from": day.isoformat(), "to": day.isoformat(), **filters}
        answer = await ann.get("/api/v1/analytics/dashboard", params=query)
        assert answer.status_code == 200, answer.text
        screen = answer.json()
        del screen["updated_at"]
        found.append(screen)
    return found


async def test_old_events_go_and_the_numbers_stay(
    ann: Api, system: SystemDatabase, settings: Settings, admin: Admin
) -> None:
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    days = [months_ago(number) for number in (15, 14, 13, 0)]
    for at in days:
        await visit(system, account_id, at)
    enter = partial(system.as_worker_for, account_id)
    assert await fold(enter, account_id, days[0].date(), lasts=False)  # the next one stays as it was counted
    before = [await screens(ann, at.date()) for at in days]
    assert [screen[0]["summary"]["views"] for screen in before] == [2, 2, 2, 2]
    services = SimpleNamespace(settings=settings, system=system)
    for _ in range(2):
        await drop_old_events(services)
    assert await raw_months(admin) == [f"{at:%Y-%m}" for at in days[2:]]
    assert [await screens(ann, at.date()) for at in days] == before


async def test_zero_keeps_everything(
    ann: Api, system: SystemDatabase, settings: Settings, admin: Admin
) -> None:
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    await visit(system, account_id, months_ago(100))
    await drop_old_events(SimpleNamespace(settings=replace(settings, retention_months=0), system=system))
    assert len(await raw_months(admin)) == 1


async def test_an_event_that_comes_after_its_month_was_dropped_is_still_counted(
    ann: Api, system: SystemDatabase, settings: Settings, admin: Admin
) -> None:
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    at = months_ago(20)
    for _ in range(2):
        await visit(system, account_id, at)
        await drop_old_events(SimpleNamespace(settings=settings, system=system))
    assert await raw_months(admin) == []
    assert (await screens(ann, at.date()))[0]["summary"]["views"] == 4


@pytest.mark.parametrize("months", [2, 1, 0, -1])
async def test_not_even_the_worker_can_drop_what_is_younger(system: SystemDatabase, months: int) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        async with system.as_worker() as tx:
            await tx.value("SELECT drop_events_partition(%s)", (months_ago(months).date(),))


async def test_a_month_being_read_is_left_to_the_next_time(
    ann: Api, system: SystemDatabase, settings: Settings, admin: Admin
) -> None:
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    await visit(system, account_id, months_ago(20))
    services = SimpleNamespace(settings=settings, system=system)
    async with admin.transaction():
        await admin.execute("SELECT count(*) FROM events")
        await drop_old_events(services)
    assert len(await raw_months(admin)) == 1
    await drop_old_events(services)
    assert await raw_months(admin) == []


def test_thirteen_months_are_thirteen_whole_ones() -> None:
    assert oldest_kept(date(2026, 11, 22), 13) == date(2025, 10, 1)
    assert oldest_kept(date(2026, 1, 1), 2) == date(2025, 11, 1)
    assert oldest_kept(date(2026, 12, 31), 12) == date(2025, 12, 1)
