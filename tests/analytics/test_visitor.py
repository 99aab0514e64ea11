"""A visitor is told apart for one of the owner's days, by a key that then dies."""

import ipaddress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate.analytics import jobs
from nameplate.analytics.days import owners_day
from nameplate.analytics.visitor import VisitorKeys, lifetime, living, side_of, visitor_hash
from nameplate.db import Database, SystemDatabase
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.proxy import Proxy

Admin = psycopg.AsyncConnection[Any]
VIC = ipaddress.ip_address("203.0.113.77")
FIREFOX = b"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "America/St_Johns",
         "Pacific/Kiritimati", "Etc/GMT+12", "Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Chatham"]  # fmt: skip


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def test_the_same_visitor_is_another_for_another_account_key_address_or_browser() -> None:
    ann, ben = new_id(), new_id()
    key, other = b"k" * 16, b"o" * 16
    first = visitor_hash(key, ann, VIC, FIREFOX)
    assert first == visitor_hash(key, ann, VIC, FIREFOX)
    others = {
        visitor_hash(key, ben, VIC, FIREFOX),
        visitor_hash(other, ann, VIC, FIREFOX),
        visitor_hash(key, ann, VIC + 1, FIREFOX),
        visitor_hash(key, ann, VIC, b"curl/8"),
    }
    assert len(others | {first}) == 5
    assert all(0 <= value < 2**63 for value in others)


@given(
    st.sampled_from(ZONES),
    st.integers(0, 3 * 365 * 24 * 60).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n)),
)
def test_whenever_an_owners_day_is_its_key_lives(zone: str, at: datetime) -> None:
    day = owners_day(at, zone)
    assert (day, side_of(zone, day)) in living(at)


@pytest.mark.parametrize("side", ["east", "west"])
def test_no_key_lives_for_48_hours(side: str) -> None:
    born, dies = lifetime((date(2026, 3, 29), side))
    assert dies - born <= timedelta(hours=40)


@pytest.mark.parametrize("zone", ZONES)
def test_one_key_serves_the_whole_of_an_owners_day_and_the_next_has_another(
    zone: str, settings: Settings
) -> None:
    day = date(2026, 10, 25)
    keys = VisitorKeys(Database(settings))
    begin = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    used = set()
    at = begin
    while at < end:
        used.add(keys.key(zone, owners_day(at, zone)))
        at += timedelta(minutes=15)
    assert len(used) == 1
    assert keys.key(zone, owners_day(end, zone)) not in used


async def test_all_processes_agree_on_the_keys(db: Database) -> None:
    clock = Clock(datetime(2026, 11, 5, 12, tzinfo=UTC))
    first, second = VisitorKeys(db, clock), VisitorKeys(db, clock)
    day = date(2026, 11, 5)
    assert first.key("UTC", day) != second.key("UTC", day), "each its own while there is nobody to ask"
    await first.refresh()
    await second.refresh()
    assert first.key("UTC", day) == second.key("UTC", day)
    assert first.key("UTC", day) != first.key("America/New_York", day)


async def test_the_next_days_key_is_there_before_the_first_owner_needs_it(db: Database, admin: Admin) -> None:
    # Kiritimati, UTC+14, begins its 6th at 10:00 UTC on the 5th.
    await VisitorKeys(db, Clock(datetime(2026, 11, 5, 9, 0, tzinfo=UTC))).refresh()
    cursor = await admin.execute(
        "SELECT count(*) FROM visitor_keys WHERE day = '2026-11-06' AND side = 'east'"
    )
    assert await cursor.fetchone() == (1,)


async def test_a_crash_of_postgresql_does_not_split_the_day(db: Database, admin: Admin) -> None:
    clock = Clock(datetime(2026, 11, 5, 12, tzinfo=UTC))
    day = date(2026, 11, 5)
    before = VisitorKeys(db, clock)
    await before.refresh()
    key = before.key("UTC", day)
    await admin.execute("TRUNCATE visitor_keys")  # as PostgreSQL does with an unlogged table after a crash
    await before.refresh()
    late = VisitorKeys(db, clock)
    await late.refresh()
    assert before.key("UTC", day) == late.key("UTC", day) == key


async def test_keys_work_without_the_database(fragile: Settings, postgres_line: Proxy) -> None:
    await postgres_line.cut()
    async with Database(fragile) as db:
        keys = VisitorKeys(db)
        assert len(keys.key("UTC", date(2026, 11, 5))) == 16


async def test_dead_keys_are_destroyed_in_every_place(
    db: Database, system: SystemDatabase, admin: Admin, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(datetime(2026, 11, 5, 12, tzinfo=UTC))
    keys = VisitorKeys(db, clock)
    await keys.refresh()
    old = keys.key("UTC", date(2026, 11, 5))
    file = await _file(admin)

    clock.at += timedelta(hours=48)
    monkeypatch.setattr(jobs, "now", clock)
    await jobs.destroy_visitor_keys(SimpleNamespace(system=system))
    await keys.refresh()

    cursor = await admin.execute("SELECT count(*) FROM visitor_keys WHERE key = %s", (old,))
    assert await cursor.fetchone() == (0,)
    assert await _file(admin) != file, "rewritten: a deleted row would stay in its page"
    assert not file.exists() or file.stat().st_size == 0
    assert old not in keys._keys.values()
    assert old.hex() not in repr(keys)
    assert await jobs.destroy_visitor_keys(SimpleNamespace(system=system)) is None, (
        "a second time changes nothing"
    )
    cursor = await admin.execute("SELECT count(*) FROM visitor_keys")
    assert (await cursor.fetchone() or (0,))[0] > 0


async def _file(admin: Admin) -> Path:
    """Where the table is on disk."""
    cursor = await admin.execute(
        "SELECT current_setting('data_directory'), pg_relation_filepath('visitor_keys')"
    )
    folder, file = await cursor.fetchone() or ("", "")
    return Path(folder) / file
