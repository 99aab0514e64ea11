"""A cache in front may keep pages, and is told when they change, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from nameplate.app import App
from nameplate.cache import CHANGES, Cache
from nameplate.errors import SettingsError
from nameplate.page import purge
from nameplate.page.purge import REACHED, keep_purged
from nameplate.settings import Settings
from tests.page.cdn_stand_in import TOKEN, ZONE, Cdn, serving
from tests.support.api import Api, browser, running_app, sign_up

WHOLE_SITE = "nameplate"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "AGAIN_AFTER", 0.1)
    monkeypatch.setattr(purge, "BEAT", 0.2)
    monkeypatch.setattr(purge, "GATHER", 0.05)
    monkeypatch.setattr(purge, "PAUSES", (0.05,))


@asynccontextmanager
async def working(settings: Settings, cdn: Cdn) -> AsyncIterator[None]:
    """The part of a worker that tells `cdn`."""
    told = replace(
        settings,
        cdn_purge_provider=cdn.provider,
        cdn_purge_zone=ZONE,
        cdn_purge_token=TOKEN,
        cdn_purge_url=cdn.url,
    )
    stop = asyncio.Event()
    async with Cache(told) as cache:
        task = asyncio.create_task(keep_purged(told, cache, stop))
        try:
            yield
        finally:
            stop.set()
            await task


async def until(come_true: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not come_true():
            await asyncio.sleep(0.02)


async def begun(settings: Settings) -> None:
    """As if somebody had told the CDN of everything so far."""
    async with Cache(settings) as cache:
        newest = await cache.client.xrevrange(CHANGES, count=1)
        await cache.client.set(REACHED, newest[0][0] if newest else b"0-0")


async def test_without_a_cdn_browsers_ask_again_each_time(ann: Api, app: App) -> None:
    headers = (await browser(app).get("/ann-lee")).headers
    assert headers["cache-control"] == "public, no-cache"
    assert not {"cdn-cache-control", "surrogate-control", "cache-tag", "surrogate-key"} & set(headers)


async def test_with_a_cdn_it_alone_keeps_pages_and_knows_their_names(settings: Settings) -> None:
    async with running_app(replace(settings, cdn_max_age=600)) as app:
        await sign_up(app, "ann-lee")
        vic = browser(app)
        headers = (await vic.get("/ann-lee")).headers
        assert headers["cache-control"] == "public, max-age=0, s-maxage=600, stale-if-error=86400"
        assert headers["cdn-cache-control"] == "max-age=600, stale-while-revalidate=60, stale-if-error=86400"
        assert headers["surrogate-control"] == headers["cdn-cache-control"]
        assert headers["vary"] == "accept-encoding"
        same = await vic.get("/ann-lee", headers={"If-None-Match": headers["etag"]})
        assert same.status_code == 304
        for answer in (headers, same.headers, (await vic.get("/ann-lee/qr.svg")).headers):
            assert answer["cache-tag"] == "nameplate,page-ann-lee"
            assert answer["surrogate-key"] == "nameplate page-ann-lee"
        assert (await vic.get("/nobody-here")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("provider", ["cloudflare", "fastly"])
async def test_the_cdn_is_told_of_each_changed_page_and_once_more_for_those_who_were_deaf(
    ann: Api, ben: Api, settings: Settings, provider: str
) -> None:
    await begun(settings)
    with serving(provider) as cdn:
        async with working(settings, cdn):
            for name in ("Countess", "Augusta", "Ada"):
                await ann.patch("/api/v1/profile", {"display_name": name})
            await ben.patch("/api/v1/profile", {"handle": "benny"})
            wanted = {"page-ann-lee", "page-ben-ray", "page-benny"}
            await until(lambda: set(cdn.names) == wanted and all(cdn.names.count(n) >= 2 for n in wanted))
        assert cdn.refused == []


async def test_many_changes_are_told_in_few_requests(app: App, settings: Settings) -> None:
    await begun(settings)
    for number in [*range(100), *range(100)]:
        await app.cache.publish_page_changed(f"page-{number}")
    with serving("cloudflare") as cdn:
        async with working(settings, cdn):
            await until(lambda: len(set(cdn.names)) == 100)
        assert [len(names) for names in cdn.purged[:4]] == [30, 30, 30, 10]
        assert cdn.refused == []


async def test_no_change_is_forgotten_while_the_api_is_ill_and_the_worker_dies(
    ann: Api, app: App, settings: Settings
) -> None:
    await begun(settings)
    with serving("cloudflare") as cdn:
        cdn.ill = [500, 429]
        await app.cache.publish_page_changed("ann-lee")
        async with working(settings, cdn):
            await until(lambda: not cdn.ill)
        # It has its turn for a while longer, and died before it was told yes.
        await app.cache.client.delete(purge.TURN)
        cdn.ill = [503]
        async with working(settings, cdn):
            await until(lambda: "page-ann-lee" in cdn.names)
        assert WHOLE_SITE not in cdn.names


async def test_everything_is_thrown_out_when_nobody_knows_what_changed(app: App, settings: Settings) -> None:
    with serving("fastly") as cdn:
        async with working(settings, cdn):
            await until(lambda: cdn.names.count(WHOLE_SITE) >= 2)
        await app.cache.client.delete(purge.TURN)
        cdn.purged.clear()
        await app.cache.publish_page_changed("ann-lee")
        await app.cache.publish_page_changed("ben-ray")
        await app.cache.client.xtrim(CHANGES, maxlen=1, approximate=False)
        async with working(settings, cdn):
            await until(lambda: WHOLE_SITE in cdn.names)


async def test_of_two_workers_one_tells(app: App, settings: Settings) -> None:
    await begun(settings)
    with serving("fastly") as cdn:
        async with working(settings, cdn), working(settings, cdn):
            await app.cache.publish_page_changed("ann-lee")
            await until(lambda: cdn.names.count("page-ann-lee") == 2)
            await app.cache.publish_page_changed("ben-ray")
            await until(lambda: cdn.names.count("page-ben-ray") == 2)
        assert cdn.names.count("page-ann-lee") == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PROVIDER": "akamai"}, "cloudflare or fastly"),
        ({"PROVIDER": "fastly"}, "CDN_PURGE_ZONE"),
        ({"PROVIDER": "fastly", "ZONE": "../x", "TOKEN": "t"}, "CDN_PURGE_ZONE"),
    ],
)
def test_half_a_cdn_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings.load({f"NAMEPLATE_CDN_PURGE_{name}": value for name, value in given.items()})
    whole = {"PROVIDER": "fastly", "ZONE": ZONE, "TOKEN": "t"}
    settings = Settings.load({f"NAMEPLATE_CDN_PURGE_{name}": value for name, value in whole.items()})
    assert settings.shared_max_age == 86_400
