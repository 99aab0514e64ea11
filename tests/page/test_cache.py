"""A cached page asks nobody, a changed page is seen at once, and an outage is not seen at all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from psycopg import sql

from nameplate.app import App
from nameplate.db import VISITOR, WEB, statements
from nameplate.page import cache as page_cache
from nameplate.page.cache import PageCache
from nameplate.settings import Settings
from tests.support.api import Api, browser, running_app


def statements_so_far() -> float:
    return sum(statements.labels(role)._value.get() for role in (WEB, VISITOR))


async def quiet() -> float:
    """Wait until what an application does by itself at its start is done; the statements so far."""
    before = -1.0
    while (now := statements_so_far()) != before:
        before = now
        await asyncio.sleep(0.2)
    return now


@contextmanager
def database_away(admin_url: str) -> Iterator[None]:
    """Nobody but a superuser gets into the test's database, and whoever is in is thrown out."""
    base, _, name = admin_url.rpartition("/")
    database = sql.Identifier(name)
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))


async def test_a_miss_costs_one_statement_and_a_hit_none(ann: Api, app: App) -> None:
    vic = browser(app)
    before = await quiet()
    assert (await vic.get("/ann-lee")).status_code == 200
    assert statements_so_far() - before == 1
    for _ in range(10):
        assert (await vic.get("/ann-lee")).status_code == 200
    assert statements_so_far() - before == 1


async def test_a_hundred_visitors_of_an_uncached_page_cost_one_statement(ann: Api, app: App) -> None:
    before = await quiet()
    answers = await asyncio.gather(*(browser(app).get("/ann-lee") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert statements_so_far() - before == 1


async def test_an_unknown_handle_is_asked_for_once(app: App) -> None:
    vic = browser(app)
    before = await quiet()
    for _ in range(5):
        assert (await vic.get("/nobody-here")).status_code == 404
    assert statements_so_far() - before == 1


async def test_a_name_that_can_be_no_handle_costs_nothing(app: App) -> None:
    before = await quiet()
    for path in (
        "/wp-login.php",
        "/.env",
        "/a",
        "/admin",
        "/" + "x" * 200,
        "/%00",
        "/ann--lee",
        "/robots.txt",
    ):
        assert (await browser(app).get(path)).status_code in (200, 404), path
    assert statements_so_far() == before


async def test_a_change_in_one_process_is_seen_in_another_within_a_second(
    ann: Api, app: App, settings: Settings
) -> None:
    async with running_app(settings) as other:
        vic = browser(other)
        while not other.cache.listening:
            await asyncio.sleep(0.01)
        assert "Countess" not in (await vic.get("/ann-lee")).text
        await ann.patch("/api/v1/profile", {"display_name": "Countess"})
        async with asyncio.timeout(1):
            while "Countess" not in (await vic.get("/ann-lee")).text:
                await asyncio.sleep(0.02)


async def test_a_process_that_hears_nothing_still_shows_a_change_within_seconds(
    ann: Api, app: App, settings: Settings
) -> None:
    async with running_app(settings) as other:
        vic = browser(other)
        assert other.cache._listener is not None
        other.cache._listener.cancel()
        other.cache.listening = False
        assert "Countess" not in (await vic.get("/ann-lee")).text
        await ann.patch("/api/v1/profile", {"display_name": "Countess"})
        async with asyncio.timeout(3):
            while "Countess" not in (await vic.get("/ann-lee")).text:
                await asyncio.sleep(0.1)


async def test_pages_and_short_links_outlive_the_database(
    ann: Api, app: App, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "FRESH", 0.05)
    monkeypatch.setattr(page_cache, "RETRY", 0.05)
    await ann.post("/api/v1/links", {"url": "https://one.example", "slug": "one"})
    vic = browser(app)
    body = (await vic.get("/ann-lee")).text
    with database_away(admin_url):
        for _ in range(5):
            await asyncio.sleep(0.1)
            page = await vic.get("/ann-lee")
            assert (page.status_code, page.text) == (200, body)
            assert (await vic.get("/ann-lee/one")).status_code == 302
        unknown = await vic.get("/never-read")
        assert unknown.status_code == 503
        assert int(unknown.headers["retry-after"]) > 0
        assert "text/html" in unknown.headers["content-type"]
        api = await ann.get("/api/v1/links")
        assert api.status_code == 503
        assert api.json()["code"] == "unavailable"
    async with asyncio.timeout(10):
        while (await ann.get("/api/v1/links")).status_code != 200:
            await asyncio.sleep(0.1)
    assert (await vic.get("/never-read")).status_code == 404


async def test_a_page_that_only_got_old_is_read_but_not_made_again(app: App, ann: Api) -> None:
    old = await app.pages.get("ann-lee")
    assert (await browser(app).get("/ann-lee/card.svg")).status_code == 200
    before = await quiet()
    old.fresh_until = 0.0
    await app.cache.pages.change("ann-lee", gone=False)  # so that no other process's copy will do
    assert await app.pages.get("ann-lee") is old, "shown meanwhile"
    async with asyncio.timeout(5):
        while app.pages.peek("ann-lee") is None:
            await asyncio.sleep(0.01)
    assert app.pages.peek("ann-lee") is old
    assert statements_so_far() > before
    assert not any("card" in name for name in old.files), "cards take no room for ever"

    await ann.patch("/api/v1/profile", {"display_name": "Countess"})
    new = await app.pages.get("ann-lee")
    assert new is not old
    assert new.page.etag != old.page.etag


async def test_memory_is_bounded_and_the_page_in_use_stays(app: App, ann: Api) -> None:
    one_page = (await app.pages.get("ann-lee")).size
    pages = PageCache(app.db, app.cache, base_url="http://x.example", secure=False, budget=one_page + 5000)
    await pages.get("ann-lee")
    for number in range(50):
        await pages.get(f"nobody-{number}")
        assert pages.peek("ann-lee") is not None
        assert pages._size <= one_page + 5000
    assert len(pages._entries) < 20


async def test_head_and_if_none_match_send_no_body(ann: Api, app: App) -> None:
    vic = browser(app)
    page = await vic.get("/ann-lee")
    head = await vic.http.head("/ann-lee")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == page.headers["etag"]
    same = await vic.get("/ann-lee", headers={"If-None-Match": page.headers["etag"]})
    assert same.status_code == 304
    assert same.content == b""
    await ann.patch("/api/v1/profile", {"bio": "new"})
    assert (await vic.get("/ann-lee", headers={"If-None-Match": page.headers["etag"]})).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_the_page_comes_in_the_encoding_asked_for(ann: Api, app: App, encoding: str) -> None:
    plain = await browser(app).get("/ann-lee", headers={"Accept-Encoding": "identity"})
    packed = await browser(app).get("/ann-lee", headers={"Accept-Encoding": encoding})
    assert packed.headers["content-encoding"] == encoding
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["vary"] == "accept-encoding"
    assert packed.text == plain.text


async def test_short_links_hide_what_is_hidden(ann: Api, app: App) -> None:
    await ann.post("/api/v1/links", {"url": "https://one.example/ü?a=b", "slug": "one"})
    hidden = await ann.post("/api/v1/links", {"url": "https://two.example", "slug": "two", "visible": False})
    assert hidden.status_code == 201
    vic = browser(app)
    answer = await vic.get("/ann-lee/one")
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://one.example/%C3%BC?a=b"
    assert answer.headers["cache-control"] == "no-store"
    for path in ("/ann-lee/two", "/ann-lee/nothing", "/ann-lee/one/more"):
        missing = await vic.get(path)
        assert missing.status_code == 404
        assert "text/html" in missing.headers["content-type"]
        assert 'href="/ann-lee"' in missing.text, "it leads to what is there"


async def test_there_is_one_address_for_a_page(ann: Api, app: App) -> None:
    vic = browser(app)
    for path in ("/Ann-Lee", "/ANN-LEE", "/ann-lee/"):
        answer = await vic.get(path)
        assert (answer.status_code, answer.headers["location"]) == (308, "/ann-lee")


def assert_safe(answer: httpx.Response) -> None:
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in headers["content-security-policy"]
    assert (
        "unsafe" not in headers["content-security-policy"]
        or answer.headers["content-type"] == "image/svg+xml"
    )
    assert headers["referrer-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["permissions-policy"]


async def test_every_kind_of_answer_carries_the_security_headers(ann: Api, app: App) -> None:
    await ann.post("/api/v1/links", {"url": "https://one.example", "slug": "one"})
    vic = browser(app)
    for path, status in [
        ("/", 200), ("/ann-lee", 200), ("/ann-lee/one", 302), ("/ann-lee/qr.svg", 200), ("/nobody-here", 404),
        ("/Ann-Lee", 308), ("/api/v1/links", 401), ("/api/v1/nothing", 404), ("/healthz", 200), ("/readyz", 200),
        ("/robots.txt", 200), ("/api/v1/openapi.json", 200), ("/metrics", 404), ("/login", None), ("/e.gif", None),
    ]:  # fmt: skip
        answer = await vic.get(path)
        assert status is None or answer.status_code == status, (path, answer.status_code)
        assert_safe(answer)
    for method, path, status in [
        ("POST", "/ann-lee", 405), ("PUT", "/", 405), ("POST", "/healthz", 405), ("PATCH", "/api/v1/links", 405),
        ("POST", "/e", 400),
    ]:  # fmt: skip
        answer = await vic.http.request(method, path, content=b"{")
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        assert_safe(answer)
