"""Deleting an account: gone for everybody at once, and every row soon after."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
import pytest

from nameplate import worker
from nameplate.accounts import jobs
from nameplate.accounts.everything import queries as everything
from nameplate.app import App
from nameplate.cache import Cache
from nameplate.db import SystemDatabase, Tx
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.accounts.conftest import RunJobs
from tests.accounts.everything import count, fill, tenant_tables
from tests.support.api import PASSWORD, Api, browser, sign_up

Purge = Callable[[UUID], Awaitable[None]]


async def id_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


async def delete(api: Api) -> None:
    answer = await api.delete("/api/v1/account", json={"password": PASSWORD})
    assert answer.status_code == 204, answer.text


async def test_nothing_of_ann_is_left_anywhere_and_all_of_bens_is(
    app: App, ann: Api, ben: Api, admin: psycopg.Connection, run_jobs: RunJobs
) -> None:
    anns_id, bens_id = await id_of(ann), await id_of(ben)
    await run_jobs()
    fill(admin, anns_id)
    fill(admin, bens_id)
    tables = tenant_tables(admin)
    bens = {table: count(admin, table, bens_id) for table in tables}
    assert all(count(admin, table, anns_id) for table in tables)
    await delete(ann)
    await run_jobs()
    assert {table: count(admin, table, anns_id) for table in tables} == dict.fromkeys(tables, 0)
    assert {table: count(admin, table, bens_id) for table in tables} == bens
    assert (await ben.get("/api/v1/account")).status_code == 200


async def test_at_once_the_page_is_gone_and_every_session_and_token_over(app: App, ann: Api) -> None:
    await ann.post("/api/v1/links", {"url": "https://example.org/blog", "slug": "blog"})
    made = await ann.post("/api/v1/tokens", {"name": "my script", "scopes": ["links:read"]})
    phone = browser(app)
    await phone.post("/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD})
    vic = browser(app)
    assert (await vic.get("/ann-lee")).status_code == 200
    await delete(ann)
    assert "nameplate_session" not in ann.http.cookies
    assert (await phone.get("/api/v1/account")).status_code == 401
    token = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await browser(app).get("/api/v1/links", headers=token)).status_code == 401
    for login in ("ann-lee", "ann-lee@example.org"):
        answer = await browser(app).post("/api/v1/sessions", {"login": login, "password": PASSWORD})
        assert answer.status_code == 401
    async with asyncio.timeout(5):
        while (await vic.get("/ann-lee")).status_code != 404:
            await asyncio.sleep(0.02)
    assert (await vic.get("/ann-lee/blog")).status_code == 404


async def test_handle_and_address_are_free_again_at_once(app: App, ann: Api) -> None:
    await delete(ann)
    again = await sign_up(app, "ann-lee")
    assert (await again.get("/api/v1/links")).json()["rows"] == []


@pytest.mark.parametrize("body", [{}, {"password": "not mine at all"}, {"confirm": "ben-ray"}])
async def test_without_the_password_nothing_is_deleted(app: App, ann: Api, body: dict[str, str]) -> None:
    answer = await ann.delete("/api/v1/account", json=body)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [next(iter(body), "confirm")]
    assert (await ann.get("/api/v1/account")).status_code == 200


async def test_an_account_without_password_is_deleted_by_typing_its_handle(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    admin.execute("UPDATE accounts SET password_hash = NULL")
    refused = await ann.delete("/api/v1/account", json={"confirm": "ben-ray"})
    assert refused.status_code == 422
    assert "confirm" in refused.json()["fields"]
    assert (await ann.delete("/api/v1/account", json={"confirm": "@Ann-Lee"})).status_code == 204


@pytest.fixture
def purge(settings: Settings, system: SystemDatabase) -> Purge:
    async def run(account_id: UUID) -> None:
        async with Cache(settings) as cache, Limits(settings, cache.client, counts=False) as limits:
            services = worker.Services(settings, system, cache, limits, Storage(settings))
            await jobs.purge(services, account_id=str(account_id))

    return run


async def test_a_purge_that_dies_half_way_goes_on_where_it_was(
    app: App, ann: Api, admin: psycopg.Connection, purge: Purge, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = await id_of(ann)
    fill(admin, account_id)
    await delete(ann)
    removed = 0
    remove = everything.remove_page

    async def dies_at_the_fifth(tx: Tx, account: UUID, table: everything.Table, most: int) -> int:
        nonlocal removed
        removed += 1
        if removed == 5:
            raise asyncio.CancelledError
        return await remove(tx, account, table, most)

    monkeypatch.setattr(everything, "remove_page", dies_at_the_fifth)
    with pytest.raises(asyncio.CancelledError):
        await purge(account_id)
    assert count(admin, "accounts", account_id) == 1, "it can still be found"
    await purge(account_id)
    assert all(count(admin, table, account_id) == 0 for table in tenant_tables(admin))
    await purge(account_id)


async def test_a_long_history_goes_in_chunks(
    app: App, ann: Api, admin: psycopg.Connection, purge: Purge, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = await id_of(ann)
    admin.execute(
        "INSERT INTO events (account_id, at, id, day, kind)"
        " SELECT %s, now(), i, current_date, 'view' FROM generate_series(1, 100) i",
        (account_id,),
    )
    await delete(ann)
    monkeypatch.setattr(jobs, "CHUNK", 30)
    await purge(account_id)
    assert count(admin, "events", account_id) == 0


async def test_a_job_cannot_purge_an_account_that_was_not_deleted(
    app: App, ann: Api, admin: psycopg.Connection, purge: Purge
) -> None:
    account_id = await id_of(ann)
    await purge(account_id)
    assert count(admin, "accounts", account_id) == count(admin, "profiles", account_id) == 1


async def test_a_purge_that_got_lost_is_begun_again(
    app: App, ann: Api, admin: psycopg.Connection, run_jobs: RunJobs, clean_up: RunJobs
) -> None:
    account_id = await id_of(ann)
    await delete(ann)
    admin.execute("DELETE FROM jobs.procrastinate_jobs")
    await clean_up()
    await run_jobs()
    assert count(admin, "accounts", account_id) == 0
