"""The object storage is away: uploads are accepted all the same, and what was accepted is stored afterwards."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client import REGISTRY

from nameplate.app import App
from nameplate.assets import jobs, keeping
from nameplate.db import SystemDatabase
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.support.api import Api, running_app, sign_up
from tests.support.pictures import photo
from tests.support.proxy import Mode, Proxy, proxy_to


@dataclass(frozen=True)
class Services:
    system: SystemDatabase
    storage: Storage


@pytest.fixture
async def proxy(settings: Settings) -> AsyncIterator[Proxy]:
    async with proxy_to(settings.s3_endpoint) as proxy:
        yield proxy


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it to wait for the store less long than usual."""

    def set_patience() -> None:
        monkeypatch.setattr(keeping, "PATIENCE", 0.6)

    return set_patience


@pytest.fixture
async def app(settings: Settings, proxy: Proxy) -> AsyncIterator[App]:
    """It reaches the store by way of the proxy."""
    async with running_app(replace(settings, s3_endpoint=proxy.url)) as app:
        yield app


class Died(Exception):
    """In place of a signal that ends a process here and now."""


async def upload(api: Api, number: int, purpose: str = "thumbnail") -> httpx.Response:
    picture = photo(200 + number, 200)
    return await api.http.post(
        "/api/v1/assets", data={"purpose": purpose}, files={"file": (f"{number}.jpg", picture)}
    )


async def settle(settings: Settings) -> Storage:
    """What the worker does again and again, with the store reached directly; that store."""
    storage = Storage(settings)
    async with SystemDatabase(settings) as system:
        await jobs.settle(Services(system, storage))
    return storage


def rows(admin_url: str, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(admin_url) as admin:
        return admin.execute(text).fetchall()  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["refused", "hanging", "slow", "slow-down", "cut"])
async def test_every_upload_that_was_accepted_is_stored_when_the_store_is_back(
    app: App, settings: Settings, admin_url: str, proxy: Proxy, impatient: Callable[[], None], mode: Mode
) -> None:
    ann = await sign_up(app, "ann-lee")
    assert (await upload(ann, 0)).status_code == 201, "the positive control: the store is well"
    await proxy.set(mode)
    impatient()
    accepted = [await upload(ann, number) for number in range(1, 4)]
    assert [answer.status_code for answer in accepted] == [202, 202, 202], accepted[0].text
    listed = (await ann.get("/api/v1/assets")).json()["uploads"]
    assert [row["state"] for row in listed] == ["queued", "queued", "queued", "stored"]
    assert all(len(row["variants"]) == 6 for row in listed)
    waiting = dict(rows(admin_url, "SELECT key, pending FROM asset_objects WHERE pending IS NOT NULL"))
    assert len(waiting) == 3 * 6
    assert rows(admin_url, "SELECT bytes FROM asset_backlog") == [(sum(map(len, waiting.values())),)]

    storage = await settle(settings)
    assert [row["state"] for row in (await ann.get("/api/v1/assets")).json()["uploads"]] == ["stored"] * 4
    for key, data in waiting.items():
        assert await storage.get(key) == data
    assert rows(admin_url, "SELECT count(*) FROM asset_objects WHERE pending IS NOT NULL") == [(0,)]
    assert rows(admin_url, "SELECT bytes FROM asset_backlog") == [(0,)]


async def test_what_waits_is_shown_from_the_database(app: App, proxy: Proxy) -> None:
    ann = await sign_up(app, "ann-lee")
    await proxy.set("refused")
    variant = (await upload(ann, 1)).json()["variants"][0]
    answer = await ann.get(variant["url"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == variant["type"]
    assert len(answer.content) == variant["bytes"]


async def test_a_store_that_is_away_is_not_waited_for_by_everybody(
    app: App, proxy: Proxy, impatient: Callable[[], None]
) -> None:
    ann = await sign_up(app, "ann-lee")
    await proxy.set("hanging")
    impatient()
    assert (await upload(ann, 1)).status_code == 202
    await proxy.set("well")
    assert (await upload(ann, 2)).status_code == 202
    puts = [request for request in proxy.seen if request.startswith(b"PUT")]
    assert puts == [], "it rests, and no upload asks whether it is well again"
    resting = REGISTRY.get_sample_value("nameplate_outside_resting", {"service": "object storage"})
    assert resting == 1


@pytest.mark.parametrize(
    "bound", [{"asset_pending_account_megabytes": 0}, {"asset_pending_megabytes": 0}], ids=["account", "all"]
)
async def test_past_the_bound_an_upload_is_refused_and_leaves_nothing(
    settings: Settings, admin_url: str, proxy: Proxy, bound: dict[str, int]
) -> None:
    async with running_app(replace(settings, s3_endpoint=proxy.url, **bound)) as app:
        ann = await sign_up(app, "ann-lee")
        await proxy.set("refused")
        answer = await upload(ann, 1)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "60"
        assert "Send it again later" in answer.json()["detail"]
    assert rows(admin_url, "SELECT count(*) FROM asset_uploads") == [(0,)]
    assert rows(admin_url, "SELECT bytes FROM asset_backlog") == [(0,)]


async def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on(
    app: App, settings: Settings, admin_url: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await sign_up(app, "ann-lee")
    await proxy.set("refused")
    for number in (1, 2):
        assert (await upload(ann, number)).status_code == 202
    put, calls = Storage.put, 0

    async def dying(self: Storage, key: str, data: bytes, media_type: str) -> None:
        nonlocal calls
        await put(self, key, data, media_type)
        calls += 1
        if calls >= 5:
            raise Died  # the object is there, its row does not know

    monkeypatch.setattr(Storage, "put", dying)
    with pytest.raises(Died):
        await settle(settings)
    monkeypatch.setattr(Storage, "put", put)
    storage = await settle(settings)
    assert rows(admin_url, "SELECT DISTINCT state FROM asset_uploads") == [("stored",)]
    for key, size in rows(admin_url, "SELECT key, bytes FROM asset_objects"):
        assert await storage.size(key) == size
