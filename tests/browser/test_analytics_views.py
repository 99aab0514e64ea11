"""Ann looks at her numbers from every side: heatmap, web vitals, map, a stretch of the chart, files and paper."""

import csv
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from nameplate.db import SystemDatabase
from nameplate.settings import Settings
from tests.analytics.test_reports import TODAY
from tests.browser.conftest import Person
from tests.browser.scene import visited

pytestmark = pytest.mark.browser
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def ann(person: Callable[..., Any], settings: Settings) -> AsyncIterator[Person]:
    """Her page was visited: 12 days with 24 views each."""
    ann: Person = await person(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
    body = {"email": "ann@example.org", "password": "kite lagoon ember trombone", "handle": "ann-lee"}
    await ann.api("POST", "/accounts", body)
    async with SystemDatabase(settings) as system:
        await visited(ann, system, TODAY)
    yield ann
    assert ann.complaints == []


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


async def shows(page: Page, metric: str, count: str) -> None:
    await expect(page.get_by_role("button", name=re.compile(f"^{metric} {count}\\b"))).to_be_visible()


async def test_a_country_on_the_map_and_a_stretch_of_the_chart_narrow_every_view_down(ann: Person) -> None:
    page = await ann.tab("/dashboard/analytics?range=30d")
    await shows(page, "Views", "288")
    world = page.get_by_role("img", name=re.compile("by country"))
    await world.scroll_into_view_if_needed()
    await expect(world.locator("canvas")).to_be_visible()

    async def click_on_the_united_states() -> None:
        box = await world.bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.37)
        await expect(page.get_by_role("group", name="Filters")).to_contain_text("United States", timeout=1000)

    # The map takes clicks once its countries are coloured, which nothing but a click tells.
    for _ in range(20):
        try:
            await click_on_the_united_states()
            break
        except AssertionError:
            continue
    await shows(page, "Views", "72")
    assert asked(page)["country"] == ["US"]
    places = page.get_by_role("region", name="Places")
    await places.get_by_role("button", name=re.compile("^California")).click()
    await expect(places.get_by_role("button", name=re.compile("^San Jose"))).to_be_visible()
    assert asked(page)["region"] == ["California"]

    chart = page.get_by_role("img", name=re.compile("^Views per day"))
    await chart.scroll_into_view_if_needed()
    await expect(chart.locator("canvas")).to_be_visible()
    box = await chart.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] * 0.75, middle)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=4)
    await page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=4)
    await page.mouse.up()
    await page.wait_for_url(re.compile("from="))
    first, last = asked(page)["from"][0], asked(page)["to"][0]
    assert first < last
    assert asked(page)["country"] == ["US"], "the filters stay"
    days = (await ann.api("GET", f"/analytics/summary?from={first}&to={last}&country=US"))["views"]
    await shows(page, "Views", str(days))

    # Heatmap and web vitals are of those who were chosen, too.
    page = await ann.tab("/dashboard/analytics?range=30d&country=FR")
    await shows(page, "Views", "72")
    await page.get_by_role("link", name="Heatmap").click()
    tapped = page.get_by_role("region", name="What was tapped")
    await expect(tapped.get_by_role("button", name=re.compile("^Blog"))).to_be_visible()
    # Every Frenchman taps the link; the others the picture.
    await expect(tapped.get_by_role("button", name=re.compile("^Picture"))).to_have_count(0)
    assert asked(page)["country"] == ["FR"]
    canvas = page.locator("canvas[data-spots]")
    await expect(canvas).not_to_have_attribute("data-spots", "0")
    await page.get_by_role("group", name="Filters").get_by_role("button").click()
    await expect(tapped.get_by_role("button", name=re.compile("^Picture"))).to_be_visible()
    await page.go_back()
    await page.get_by_role("navigation", name="Analytics").get_by_role("link", name="Web vitals").click()
    slow = page.get_by_role("region", name=re.compile("^LCP"))
    await expect(slow.get_by_text("Poor", exact=True)).to_be_visible()
    await expect(slow).to_contain_text("72 visits")
    await page.get_by_role("group", name="Filters").get_by_role("button").click()
    await expect(slow).to_contain_text("288 visits")


async def test_what_is_seen_can_be_taken_away_with_the_keyboard_alone_and_printed(
    ann: Person, tmp_path: Path
) -> None:
    page = await ann.tab("/dashboard/analytics?range=7d&device=desktop")
    await shows(page, "Views", "112")

    async def take(menu: str, item: str) -> tuple[str, bytes]:
        await page.get_by_role("button", name=menu).focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("menuitem", name=item).focus()
        async with page.expect_download() as download:
            await page.keyboard.press("Enter")
        file = await download.value
        await file.save_as(tmp_path / "file")
        await expect(page.get_by_role("menu")).to_have_count(0)
        return file.suggested_filename, (tmp_path / "file").read_bytes()

    name, body = await take("Save the chart", "Chart as SVG")
    text = body.decode()
    assert name.startswith("nameplate-views-")
    assert name.endswith(".svg")
    for said in ("<svg", 'width="1200"', "Views of ", "/ann-lee", "Device Desktop"):
        assert said in text, said
    name, body = await take("Save the chart", "Chart as PNG")
    assert body.startswith(PNG)
    assert [int.from_bytes(body[at : at + 4]) for at in (16, 20)] == [2400, 1260]
    name, body = await take("Save the chart", "Its numbers as CSV")
    assert sum(int(row["views"]) for row in csv.DictReader(body.decode().splitlines())) == 112
    name, body = await take("Save the map", "Map as SVG")
    assert "Visitors of " in body.decode()
    name, body = await take("Export: Countries", "Countries as CSV")
    assert sum(int(row["views"]) for row in csv.DictReader(body.decode().splitlines())) == 112
    name, body = await take("Export: Countries", "Countries as Parquet")
    assert body[:4] == body[-4:] == b"PAR1"
    name, body = await take("Export these days", "Raw events as CSV")
    rows = list(csv.DictReader(body.decode().splitlines()))
    assert {row["device"] for row in rows} == {"desktop"}
    assert sum(row["kind"] == "view" for row in rows) == 112

    # Paper is light and says what it shows.
    page = await ann.tab("/dashboard/analytics?range=30d&country=DE")
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    await shows(page, "Views", "144")
    await page.evaluate("window.print = () => dispatchEvent(new Event('asked-to-print'))")
    printed = page.evaluate("new Promise((done) => addEventListener('asked-to-print', () => done(true)))")
    await page.get_by_role("button", name="Export these days").click()
    await page.get_by_role("menuitem", name=re.compile("^Print")).click()
    assert await printed
    # The map below the edge of the screen was fetched for it.
    await expect(page.get_by_role("img", name=re.compile("by country")).locator("canvas")).to_have_count(1)
    await page.emulate_media(media="print")
    await expect(page.get_by_text(re.compile("/ann-lee · Country Germany · Printed"))).to_be_visible()
    for hidden in ("Dashboard", "Analytics"):
        await expect(page.get_by_role("navigation", name=hidden)).to_have_count(0)
    await expect(page.get_by_role("group", name="Time range")).to_have_count(0)
    await expect(page.locator(".card").first).to_have_css("background-color", "rgb(255, 255, 255)")
    assert (await page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
