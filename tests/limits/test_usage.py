"""What is kept of who asked how often: for its owner, and for the operator."""

import json
from dataclasses import dataclass, replace

import psycopg
import pytest
from typer.testing import CliRunner

from nameplate.app import App
from nameplate.cache import Cache
from nameplate.cli import app as commands
from nameplate.commands.environment import child_environment
from nameplate.db import SystemDatabase
from nameplate.limits.jobs import forget_usage, keep_usage
from nameplate.settings import Settings
from tests.support.api import Api, browser, running_app, sign_up


@dataclass(frozen=True)
class Services:
    system: SystemDatabase
    cache: Cache


async def written_down(app: App) -> None:
    """What a web process and the worker do every few seconds."""
    await app.tally.flush()
    async with SystemDatabase(app.settings) as system:
        await keep_usage(Services(system, app.cache))


async def test_ann_sees_her_own_use_by_part_and_token_and_ben_sees_nothing_of_it(
    app: App, ann: Api, ben: Api
) -> None:
    made = await ann.post("/api/v1/tokens", {"name": "Backup", "scopes": ["links:read", "account:read"]})
    assert made.status_code == 201, made.text
    program = browser(app)
    program.http.headers["Authorization"] = f"Bearer {made.json()['token']}"
    for _ in range(3):
        assert (await program.get("/api/v1/links")).status_code == 200
    for _ in range(2):
        await ann.get("/api/v1/profile")
    await written_down(app)
    usage = (await ann.get("/api/v1/usage")).json()
    assert usage["limit"] == {"requests": app.settings.rate_limit, "seconds": 60, "scope": "address"}
    assert {row["area"]: row["allowed"] for row in usage["areas"]} == {"links": 3, "profile": 2, "tokens": 1}
    assert {row["name"]: row["allowed"] for row in usage["sources"]} == {"Backup": 3, None: 3}
    assert (usage["allowed"], usage["limited"], usage["interval"]) == (6, 0, "hour")
    assert sum(span["allowed"] for span in usage["spans"]) == 6
    assert 1 <= usage["most"] <= 6
    await written_down(app)
    assert (await program.get("/api/v1/usage?days=30")).json()["allowed"] == 7, "added up, not replaced"
    assert (await ben.get("/api/v1/usage")).json()["allowed"] == 0
    assert (await browser(app).get("/api/v1/usage")).status_code == 401
    assert (await ann.get("/api/v1/usage?days=31")).status_code == 422


async def test_the_operator_sees_whether_limits_hurt_people(
    settings: Settings, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app(replace(settings, rate_limit=6)) as app:
        ann = await sign_up(app, "ann-lee")
        for _ in range(9):
            await ann.get("/api/v1/links")
        for _ in range(20):
            await browser(app, "192.0.2.77").get("/api/v1/config")
        await written_down(app)
    for name, value in child_environment(replace(settings, rate_limit=6)).items():
        monkeypatch.setenv(name, value)
    # The command has an event loop of its own.
    import asyncio

    result = await asyncio.to_thread(CliRunner().invoke, commands, ["limits", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["accounts"] == {"allowed": 5, "limited": 4, "people": 1}
    assert report["strangers"]["limited"] == 14
    assert report["strangers"]["people"] == 1
    assert report["share_of_accounts"] == pytest.approx(4 / 18)
    assert {row["area"] for row in report["areas"]} >= {"links", "config"}
    table = (await asyncio.to_thread(CliRunner().invoke, commands, ["limits"])).output
    assert "22.2% of the limited requests were of people logged in" in table
    with psycopg.connect(admin_url) as db:
        kept = str(db.execute("SELECT * FROM stranger_limit_records").fetchall())
        kept += str(db.execute("SELECT * FROM rate_limit_records").fetchall())
    assert "192.0.2.77" not in kept
    assert repr(bytes([192, 0, 2, 77])) not in kept


async def test_an_entry_of_the_stream_counts_once_and_those_of_a_deleted_account_not_at_all(
    app: App, ann: Api, ben: Api, admin_url: str
) -> None:
    await ann.get("/api/v1/links")
    await ben.get("/api/v1/links")
    await app.tally.flush()
    entries = await app.cache.client.xrange("np:{limits:usage}")
    assert len(entries) == 1
    with psycopg.connect(admin_url, autocommit=True) as db:
        db.execute("DELETE FROM profiles WHERE handle = 'ben-ray'")
        for _ in range(2):
            # As after a worker that died between the commit and the removal.
            await app.cache.client.xadd("np:{limits:usage}", entries[0][1])
            await written_down(app)
        rows = db.execute("SELECT handle, sum(r.allowed) FROM rate_limit_records r JOIN profiles USING (account_id)"
                          " GROUP BY handle").fetchall()  # fmt: skip
        assert rows == [("ann-lee", 1)]
        assert db.execute("SELECT count(DISTINCT account_id) FROM rate_limit_records").fetchall() == [(1,)]


async def test_usage_is_forgotten_after_thirty_days_and_no_sooner(app: App, ann: Api, admin_url: str) -> None:
    await ann.get("/api/v1/links")
    await browser(app).get("/api/v1/config")
    await written_down(app)
    async with SystemDatabase(app.settings) as system:
        with psycopg.connect(admin_url, autocommit=True) as db:
            for days, left in ((29, 1), (31, 0)):
                for table in ("rate_limit_records", "stranger_limit_records"):
                    db.execute(f"UPDATE {table} SET minute = now() - interval '{days} days'")  # type: ignore[call-overload]
                await forget_usage(Services(system, app.cache))
                for table in ("rate_limit_records", "stranger_limit_records"):
                    (found,) = db.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)  # type: ignore[call-overload]
                    assert bool(found) == bool(left), table
