"""Filling: once, the same again, interrupted, removed; and never an account that is somebody's."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from nameplate.accounts import queries as accounts
from nameplate.accounts.passwords import Passwords
from nameplate.db import Database
from nameplate.demo import page
from nameplate.demo.api import DemoLogin, Options, Progress, ensure_demo, fill, login_file
from nameplate.errors import StartError
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles
from nameplate.settings import Settings
from tests.demo.conftest import NOW, quiet
from tests.support.engines import TestDatabases

HERE = " AND datname = current_database()"
SMALL = Options(events=9000, days=40)


def everything(admin_url: str) -> dict[str, Any]:
    """A digest of each table that holds what was counted, and how many rows it has."""
    found = {}
    with psycopg.connect(admin_url) as connection:
        for table in (
            "events", "visitor_days", "visitor_link_days", "daily_totals", "daily_links", "day_values",
            "quarter_totals", "bot_days", "daily_bots", "day_pairs", "day_packs",
        ):  # fmt: skip
            found[table] = connection.execute(
                f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
            ).fetchone()
    return found


def value(admin_url: str, sql: Any) -> Any:
    with psycopg.connect(admin_url) as connection:
        row = connection.execute(sql).fetchone()
        return None if row is None else row[0]


class Stop(Exception):
    """What happens to somebody who presses Ctrl-C."""


def stop_after(events: int) -> Progress:
    def progress(step: str, done: int, total: int) -> None:
        if step == "Events" and done >= events:
            raise Stop

    return progress


async def test_the_same_seed_makes_the_same_traffic(
    no_valkey: Settings, admin_url: str, databases: TestDatabases
) -> None:
    await fill(no_valkey, SMALL, quiet, now=NOW)
    with databases.fresh() as other:
        await fill(replace(no_valkey, database_url=other), SMALL, quiet, now=NOW)
        assert everything(databases.admin_url(other)) == everything(admin_url)


async def test_another_seed_makes_other_traffic_of_the_same_size(
    no_valkey: Settings, admin_url: str, databases: TestDatabases
) -> None:
    await fill(no_valkey, SMALL, quiet, now=NOW)
    with databases.fresh() as other:
        await fill(replace(no_valkey, database_url=other), replace(SMALL, seed=2), quiet, now=NOW)
        one, two = everything(admin_url), everything(databases.admin_url(other))
    assert one["events"][0] == two["events"][0] == SMALL.events
    assert one["events"][1] != two["events"][1]


async def test_a_second_fill_says_what_there_is_and_changes_nothing(
    no_valkey: Settings, admin_url: str
) -> None:
    await fill(no_valkey, SMALL, quiet, now=NOW)
    before = everything(admin_url)
    with pytest.raises(StartError, match=r"There is a demo account already, .*/juno .*--reset removes it"):
        await fill(no_valkey, SMALL, quiet)
    assert everything(admin_url) == before


@pytest.mark.parametrize("events", [1, 2500, 8999])
async def test_an_interrupted_fill_goes_on_where_it_was(
    no_valkey: Settings, admin_url: str, databases: TestDatabases, events: int
) -> None:
    with pytest.raises(Stop):
        await fill(no_valkey, SMALL, stop_after(events), now=NOW)
    # A transaction that was being committed just then still is.
    async with asyncio.timeout(10):
        while value(
            admin_url, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'nameplate_consumer'" + HERE
        ):
            await asyncio.sleep(0.02)
    made = value(admin_url, "SELECT count(*) FROM events")
    assert made == value(admin_url, "SELECT count(*) FROM events WHERE kind IN ('tap', 'vitals')") + value(
        admin_url, "SELECT coalesce(sum(views + clicks + bots), 0) FROM daily_totals"
    )
    assert value(admin_url, "SELECT published FROM profiles") is False
    first: list[int] = []
    login = await fill(
        no_valkey, SMALL, lambda step, done, total: first.append(done), now=NOW + timedelta(hours=1)
    )
    assert first[0] == made
    assert value(admin_url, "SELECT published FROM profiles") is True
    assert await _opens(no_valkey, login)
    with databases.fresh() as other:
        await fill(replace(no_valkey, database_url=other), SMALL, quiet, now=NOW)
        assert everything(databases.admin_url(other)) == everything(admin_url)


async def test_a_fill_that_is_cancelled_at_any_moment_goes_on(no_valkey: Settings, admin_url: str) -> None:
    for pause in (0.02, 0.1, 0.25, 0.4):
        task = asyncio.create_task(fill(no_valkey, SMALL, quiet, now=NOW))
        await asyncio.sleep(pause)
        task.cancel()
        with suppress(asyncio.CancelledError, StartError):
            await task
    with suppress(StartError):  # the last one may have been quick enough
        await fill(no_valkey, SMALL, quiet, now=NOW)
    assert value(admin_url, "SELECT count(*) FROM events") == SMALL.events
    assert value(admin_url, "SELECT published FROM profiles") is True


async def test_an_interrupted_fill_does_not_go_on_with_other_options(no_valkey: Settings) -> None:
    with pytest.raises(Stop):
        await fill(no_valkey, SMALL, stop_after(1), now=NOW)
    with pytest.raises(StartError, match="begun with other options and not finished"):
        await fill(no_valkey, replace(SMALL, seed=3), quiet, now=NOW)


async def test_a_reset_makes_another_one_and_leaves_ann_alone(no_valkey: Settings, admin_url: str) -> None:
    ann = await _sign_up(no_valkey, "ann")
    await fill(no_valkey, SMALL, quiet, now=NOW)
    before = everything(admin_url)
    with psycopg.connect(admin_url) as connection:
        connection.execute("INSERT INTO daily_totals VALUES (%s, '2026-01-01', 5, 4, 3, 2)", (ann,))
    steps: list[tuple[str, int, int]] = []
    await fill(no_valkey, replace(SMALL, events=1000), lambda *step: steps.append(step), anew=True, now=NOW)
    assert value(admin_url, "SELECT count(*) FROM events") == 1000
    assert value(admin_url, f"SELECT views FROM daily_totals WHERE account_id = '{ann}'") == 5
    assert value(admin_url, "SELECT count(*) FROM accounts") == 2
    assert steps[0][:2] == ("Removing", 0)
    assert all(done <= total for _, done, total in steps)
    assert {step for step, done, total in steps if done == total} == {"Removing", "Events", "Folding taps"}
    with psycopg.connect(admin_url) as connection:
        connection.execute("DELETE FROM daily_totals WHERE account_id = %s", (ann,))
    await fill(no_valkey, SMALL, quiet, anew=True, now=NOW)
    assert everything(admin_url) == before


async def test_an_account_that_is_somebodys_is_never_touched(no_valkey: Settings, admin_url: str) -> None:
    await _sign_up(no_valkey, "juno")
    for anew in (False, True):
        with pytest.raises(StartError, match="belongs to an account that `nameplate demo` did not make"):
            await fill(no_valkey, SMALL, quiet, anew=anew)
    assert value(admin_url, "SELECT count(*) FROM accounts") == 1


@pytest.mark.parametrize(
    ("handle", "reason"), [("admin", "reserved"), ("x", "3 to 30"), ("no spaces", "letters")]
)
async def test_a_handle_that_cannot_be_anybodys_is_refused(
    no_valkey: Settings, handle: str, reason: str
) -> None:
    with pytest.raises(StartError, match=reason):
        await fill(no_valkey, replace(SMALL, handle=handle), quiet)


async def test_up_fills_an_empty_installation_and_shows_the_same_login_ever_after(
    settings: Settings, admin_url: str
) -> None:
    steps: list[tuple[str, int, int]] = []
    login = await ensure_demo(settings, lambda *step: steps.append(step))
    assert login is not None
    assert await _opens(settings, login)
    assert login_file(settings).stat().st_mode & 0o777 == 0o600
    assert steps[0] == ("Events", 0, 60_000)
    assert ("Events", 60_000, 60_000) in steps
    assert steps[-1][0] == "Folding taps"
    assert await ensure_demo(settings, quiet) == login
    assert value(admin_url, "SELECT count(*) FROM events") == 60_000


async def test_up_leaves_an_installation_alone_that_is_somebodys(settings: Settings, admin_url: str) -> None:
    await _sign_up(settings, "ann")
    assert await ensure_demo(settings, quiet) is None
    assert value(admin_url, "SELECT count(*) FROM accounts") == 1


async def test_up_does_not_bring_back_a_demo_that_was_deleted(settings: Settings, admin_url: str) -> None:
    assert await ensure_demo(settings, quiet)
    account = page.account_id(page.HANDLE)
    async with Database(settings) as db, db.as_account(account) as tx:
        await accounts.close_account(tx, account, NOW)
    assert await ensure_demo(settings, quiet) is None


async def test_a_second_demo_does_not_lose_the_login_of_the_first(settings: Settings) -> None:
    small = Options(events=300, days=20)
    first = await fill(settings, small, quiet)
    second = await fill(settings, replace(small, handle="kit"), quiet)
    assert await ensure_demo(settings, quiet) == first
    login_file(settings).unlink()
    assert await ensure_demo(settings, quiet) == second


async def test_up_finishes_a_demo_it_could_not_finish_before(settings: Settings, admin_url: str) -> None:
    with pytest.raises(Stop):
        await ensure_demo(settings, stop_after(1))
    assert await ensure_demo(settings, quiet)
    assert value(admin_url, "SELECT count(*) FROM events") == 60_000
    assert value(admin_url, "SELECT published FROM profiles") is True


async def _opens(settings: Settings, login: DemoLogin) -> bool:
    async with Database(settings) as db, db.as_account(page.account_id(login.handle)) as tx:
        password_hash = await accounts.get_password_hash(tx, page.account_id(login.handle))
    async with Database(settings) as db, db.as_claimant(login.email) as tx:
        claims = await accounts.claims(tx, login.email, 5)
    return [claim.account_id for claim in claims] == [
        page.account_id(login.handle)
    ] and await Passwords().verify(password_hash, login.password)


async def _sign_up(settings: Settings, handle: str) -> UUID:
    account = uuid4()
    async with Database(settings) as db, db.as_account(account) as tx:
        await accounts.add_account(tx, account, f"{handle}@example.org", None, NOW)
        assert await profiles.take_handle(tx, account, handle, handles.skeleton(handle), NOW)
        await profiles.create_profile(tx, account, handle, handle, NOW)
    return account
