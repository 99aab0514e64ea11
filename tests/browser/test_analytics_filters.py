"""Ann narrows her numbers down by clicking on them, in a real Chromium."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.support.chromium import ARGUMENTS, chromium_path
from tests.support.programs import Program

pytestmark = pytest.mark.browser
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
WAIT = 20_000  # ms; servers and browsers share the cores of a test machine


@pytest.fixture
async def desk(server: Program, worker: Program, admin_url: str) -> AsyncIterator[Page]:
    """Ann's browser on her analytics page, after visits of two kinds of browsers."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        context = await browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
        api = context.request
        origin = {"Origin": server.url}
        body = {"email": "ann@example.org", "password": "kite lagoon ember trombone", "handle": "ann-lee"}
        assert (await api.post(f"{server.url}/api/v1/accounts", data=body, headers=origin)).ok
        firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
        stranger = await playwright.request.new_context()
        for agent, referrer in [(CHROME, "https://github.com/"), (firefox, ""), (CHROME, "")]:
            seen = await stranger.post(
                f"{server.url}/e",
                data={"t": "view", "h": "ann-lee", "r": referrer},
                headers={"User-Agent": agent, "Origin": server.url},
            )
            assert seen.status == 204, await seen.text()
        await stranger.dispose()
        await _counted(admin_url, views=3)
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{server.url}/dashboard/analytics")
        yield page
        await browser.close()
    assert complaints == []


async def _counted(admin_url: str, *, views: int) -> None:
    """Returns once the worker has counted what was sent."""
    async with await psycopg.AsyncConnection.connect(admin_url, autocommit=True) as connection:
        for _ in range(200):
            cursor = await connection.execute(
                "SELECT coalesce(sum(views), 0), pg_sleep(0.1) FROM daily_totals"
            )
            row = await cursor.fetchone()
            if row is not None and row[0] >= views:
                return
    raise AssertionError(f"{views} views were not counted")


def query(page: Page) -> str:
    return urlsplit(page.url).query


async def views(page: Page, count: str) -> None:
    await expect(page.get_by_role("button", name=re.compile(f"^Views {count}"))).to_be_visible(timeout=WAIT)


async def test_a_click_on_a_value_filters_everything_by_it_and_the_address_says_so(desk: Page) -> None:
    await views(desk, "3")
    technology = desk.get_by_role("region", name="Technology")
    await technology.get_by_role("button", name="Browsers").click()
    await technology.get_by_role("button", name=re.compile("^Firefox")).click()
    await views(desk, "1")
    assert query(desk) == "browser=Firefox"
    sources = desk.get_by_role("region", name="Sources")
    await expect(sources.get_by_role("button", name=re.compile("^GitHub"))).to_have_count(0)

    await desk.reload()
    await views(desk, "1")
    chips = desk.get_by_role("group", name="Filters")
    await chips.get_by_role("button", name=re.compile("Browser Firefox")).click()
    await views(desk, "3")
    assert query(desk) == ""
    await desk.go_back()
    await views(desk, "1")


async def test_filters_that_nobody_matches_say_so_and_can_be_cleared(desk: Page) -> None:
    await views(desk, "3")
    await desk.goto(f"{desk.url}?range=7d&browser=Firefox&referrer=GitHub")
    await expect(desk.get_by_role("heading", name="Nothing matches these filters")).to_be_visible(
        timeout=WAIT
    )
    await desk.get_by_role("button", name="Clear all", exact=True).click()
    await views(desk, "3")
    assert query(desk) == "range=7d"


async def test_direct_visits_are_a_filter_too_and_the_keyboard_is_enough(desk: Page) -> None:
    await views(desk, "3")
    sources = desk.get_by_role("region", name="Sources")
    await sources.get_by_role("button", name=re.compile("^Direct")).focus()
    await desk.keyboard.press("Enter")
    # The third visit is by who came from GitHub first: a visitor's first view of the day decides.
    await views(desk, "1")
    assert query(desk) == "referrer="
    await sources.get_by_role("button", name=re.compile("^Direct")).focus()
    await desk.keyboard.press("Enter")
    await views(desk, "3")
