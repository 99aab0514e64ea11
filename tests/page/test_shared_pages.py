"""What one process read, all have; what changed, none shows; what Valkey has outlives the database and a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import pytest

from nameplate import shared_pages
from nameplate.app import App
from nameplate.settings import Settings
from nameplate.shared_pages import Found, SharedPages
from tests.analytics.proxy import Proxy
from tests.page.test_cache import database_away, quiet, statements_so_far
from tests.support.api import Api, browser, running_app


@asynccontextmanager
async def another_process(settings: Settings) -> AsyncIterator[App]:
    """One that hears of changes already."""
    async with running_app(settings) as app:
        async with asyncio.timeout(10):
            while not app.cache.listening:
                await asyncio.sleep(0.01)
        yield app


async def wait_until_shows(app: App, text: str, *, seconds: float, status: int = 200) -> None:
    async with asyncio.timeout(seconds):
        while True:
            page = await browser(app).get("/ann-lee")
            if page.status_code == status and text in page.text:
                return
            await asyncio.sleep(0.02)


async def test_a_page_that_one_process_read_costs_another_no_statement(
    ann: Api, app: App, settings: Settings
) -> None:
    async with another_process(settings) as other:
        before = await quiet()
        first = await browser(other).get("/ann-lee")
        assert statements_so_far() - before == 1
        async with another_process(settings) as third:
            before = await quiet()
            # It cannot know what it did not hear, so it reads once; that one the others believe.
            assert (await browser(third).get("/ann-lee")).text == first.text
            assert statements_so_far() - before == 1
            assert (await browser(app).get("/ann-lee")).text == first.text
            assert statements_so_far() - before == 1


async def test_visitors_of_three_processes_cost_one_statement(ann: Api, app: App, settings: Settings) -> None:
    async with another_process(settings) as other, another_process(settings) as third:
        before = await quiet()
        visitors = [browser(each).get("/ann-lee") for each in (app, other, third) for _ in range(20)]
        answers = await asyncio.gather(*visitors)
        assert {answer.status_code for answer in answers} == {200}
        assert statements_so_far() - before == 1


async def test_whoever_reads_and_dies_keeps_the_others_waiting_for_a_moment_only(
    ann: Api, app: App, settings: Settings
) -> None:
    async with another_process(settings) as other:
        found = await other.cache.pages.ask("ann-lee", b"")
        assert found.state == "read"
        async with asyncio.timeout(2):
            assert (await browser(app).get("/ann-lee")).status_code == 200
        assert (await app.cache.pages.ask("nobody", b"")).state == "read"
        await app.cache.pages.give_up("nobody", Found("read"))
        assert (await other.cache.pages.ask("nobody", b"")).state == "read"


@asynccontextmanager
async def cut_off_from_valkey(settings: Settings) -> AsyncIterator[tuple[App, Proxy]]:
    """A process and its line to Valkey, which can be cut or go silent."""
    parts = urlsplit(settings.valkey_url)
    async with Proxy(parts.hostname or "", parts.port or 0) as line:
        place = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{line.port}"
        theirs = replace(settings, valkey_url=urlunsplit(parts._replace(netloc=place)))
        async with another_process(theirs) as other:
            yield other, line


async def test_a_process_whose_line_went_silent_shows_a_change_within_a_second_or_so(
    ann: Api, app: App, settings: Settings
) -> None:
    async with cut_off_from_valkey(settings) as (other, line):
        await wait_until_shows(other, "ann-lee", seconds=5)
        assert other.pages.peek("ann-lee") is not None
        line.deaf = True  # nothing says so: what is sent arrives, and no answer comes
        await ann.patch("/api/v1/profile", {"display_name": "Countess"})
        await wait_until_shows(other, "Countess", seconds=3)
        await ann.patch("/api/v1/profile", {"display_name": "Augusta"})
        await wait_until_shows(other, "Augusta", seconds=3)


async def test_a_change_while_valkey_was_away_is_seen_after_it(
    ann: Api, app: App, settings: Settings
) -> None:
    async with cut_off_from_valkey(settings) as (other, line):
        await wait_until_shows(other, "ann-lee", seconds=5)
        await line.cut()
        await ann.patch("/api/v1/profile", {"display_name": "Countess"})
        await line.mend()
        async with asyncio.timeout(10):
            while not other.cache.listening:
                await asyncio.sleep(0.02)
        await wait_until_shows(other, "Countess", seconds=3)


async def test_what_a_process_could_not_announce_it_announces_later(
    ann: Api, app: App, settings: Settings
) -> None:
    async with cut_off_from_valkey(settings) as (other, line):
        await wait_until_shows(app, "ann-lee", seconds=5)
        entry = app.pages.peek("ann-lee")
        assert entry is not None
        await line.cut()
        await other.cache.publish_page_changed("ann-lee")
        await line.mend()
        async with asyncio.timeout(10):
            while not entry.changed:
                await asyncio.sleep(0.02)


async def test_pages_outlive_the_database_and_a_restart(
    ann: Api, app: App, settings: Settings, admin_url: str
) -> None:
    await ann.post("/api/v1/links", {"url": "https://one.example", "slug": "one"})
    async with another_process(settings) as first:
        body = (await browser(first).get("/ann-lee")).text
    with database_away(admin_url):
        async with another_process(settings) as restarted:
            vic = browser(restarted)
            async with asyncio.timeout(2):
                page = await vic.get("/ann-lee")
            assert (page.status_code, page.text) == (200, body)
            short = await vic.get("/ann-lee/one")
            assert short.headers["location"] == "https://one.example"
            assert (await vic.get("/never-read")).status_code == 503


async def test_a_page_taken_offline_is_kept_for_no_outage(
    ann: Api, app: App, settings: Settings, admin_url: str
) -> None:
    async with another_process(settings) as other:
        await wait_until_shows(other, "ann-lee", seconds=5)
        await wait_until_shows(app, "ann-lee", seconds=5)
        await ann.patch("/api/v1/profile", {"published": False})
        with database_away(admin_url):
            async with asyncio.timeout(5):
                while (await browser(other).get("/ann-lee")).status_code == 200:
                    await asyncio.sleep(0.02)
            for process in (app, other):
                assert (await browser(process).get("/ann-lee")).status_code == 503
            async with another_process(settings) as restarted:
                assert (await browser(restarted).get("/ann-lee")).status_code == 503


async def test_what_is_kept_is_bounded(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_pages, "BUCKETS", 2)
    monkeypatch.setattr(shared_pages, "MOST_IN_BUCKET", 5)
    monkeypatch.setattr(shared_pages, "TIMEOUT", 20)  # a busy machine takes longer
    pages = SharedPages(app.cache.client)
    for number in range(40):
        handle = f"page-{number}"
        await pages.keep(handle, await pages.ask(handle, b"F"), b"F and more")
        assert (await pages.ask(handle, b"F")).page == b"F and more", "the newest is not the one that goes"
    sizes = [await app.cache.client.hlen(f"np:{{pages:{bucket}}}:pages") for bucket in range(2)]
    assert sizes == [5, 5]


async def test_a_copy_read_before_a_change_is_not_kept(app: App) -> None:
    pages = app.cache.pages
    before = await pages.ask("ann-lee", b"F")
    await pages.change("ann-lee", gone=False)
    await pages.keep("ann-lee", before, b"F old")
    assert (await pages.ask("ann-lee", b"F")).page == b""


async def test_pages_of_another_version_are_left_alone(app: App) -> None:
    pages = app.cache.pages
    await pages.keep("ann-lee", await pages.ask("ann-lee", b"F"), b"F page")
    assert (await pages.ask("ann-lee", b"G")).page == b""
    assert (await pages.ask("ann-lee", b"F")).state in ("fresh", "wait")
