"""Ann watches her page, notes what she launched, and gives a friend a link to the numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Person
from tests.support.programs import Program

pytestmark = pytest.mark.browser


async def test_ann_sees_a_visit_at_once_notes_it_and_shares_the_numbers(
    ann: Person, person: Callable[..., Any], worker: Program
) -> None:
    link = await ann.api("POST", "/links", {"title": "Blog", "url": "https://example.org/blog"})
    await ann.api("POST", "/links", {"title": "Secret", "url": "https://example.org", "visible": False})
    page = await ann.tab("/dashboard/analytics/live")
    await expect(page.get_by_role("heading", name="Nobody came in the last 24 hours")).to_be_visible()
    now = page.get_by_role("region", name="Now")
    await expect(now).to_contain_text("Live")
    await expect(now).to_contain_text("0 visitors")

    vic = await person()
    await vic.tab("/ann-lee")
    events = page.get_by_role("region", name="As it happens")
    await expect(events.get_by_role("listitem")).to_have_count(1)
    await expect(now).to_contain_text("1 visitor in")
    await page.get_by_role("button", name="Pause").click()
    went = await vic.context.request.get(f"{vic.url}/ann-lee/{link['slug']}", max_redirects=0)
    assert went.status == 302
    await expect(events.get_by_text("1 new")).to_be_visible()
    await expect(events.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Continue").press("Enter")
    await expect(events.get_by_role("listitem").first).to_contain_text("Click on Blog")

    # A note beside the chart, by keyboard; changed, deleted, and back again.
    await page.get_by_role("link", name="Visits").click()
    await page.get_by_role("button", name="Add a note").press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("What happened").fill("Launched 2.0")
    await page.keyboard.press("Enter")
    notes = page.get_by_role("list", name="Annotations")
    await expect(notes).to_contain_text("Launched 2.0")
    await notes.get_by_role("button", name="Edit “Launched 2.0”").click()
    await dialog.get_by_label("What happened").fill("Launched 2.1")
    await dialog.get_by_role("button", name="Save").click()
    await notes.get_by_role("button", name="Delete “Launched 2.1”").click()
    await expect(notes).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(notes).to_contain_text("Launched 2.1")

    await page.get_by_role("button", name="Save the chart").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Chart as SVG").click()
    assert "Launched 2.1" in (await (await download.value).path()).read_text("utf-8")

    await page.get_by_role("button", name="Share").click()
    await dialog.get_by_label("Name").fill("For a friend")
    await dialog.get_by_role("button", name="Make link").click()
    address = await dialog.get_by_text("/shared#nps_").inner_text()
    assert address.startswith(f"{ann.url}/shared#")

    friend = await person()
    shown = await friend.tab(address.removeprefix(ann.url))
    await expect(shown.get_by_role("heading", name="ann-lee")).to_be_visible()
    await expect(shown.get_by_role("button", name=re.compile("^Views 1"))).to_be_visible()
    await expect(shown.get_by_role("list", name="Annotations")).to_contain_text("Launched 2.1")
    await expect(shown.get_by_role("button", name="Add a note")).to_have_count(0)
    await expect(shown.get_by_role("button", name=re.compile("^Export"))).to_have_count(0)
    await shown.get_by_role("button", name="7 days").click()
    await shown.get_by_role("button", name="Blog").click()
    await expect(shown.get_by_role("group", name="Filters")).to_contain_text("Blog")
    assert "range=7d" in shown.url
    assert shown.url.endswith(address.partition("#")[2])
    await shown.reload()
    await expect(shown.get_by_role("group", name="Filters")).to_contain_text("Blog")

    views = shown.get_by_role("navigation", name="Statistics")
    await views.get_by_role("link", name="Heatmap").click()
    await expect(shown.get_by_role("heading", name="Nobody who is meant tapped anything")).to_be_visible()
    await views.get_by_role("link", name="Web vitals").click()
    await expect(shown.get_by_role("group", name="Device")).to_be_visible()
    assert "view=vitals" in shown.url
    assert shown.url.endswith(address.partition("#")[2])
    await expect(shown.get_by_role("button", name=re.compile("^Export"))).to_have_count(0)

    await dialog.get_by_role("button", name="Revoke For a friend").click()
    await dialog.get_by_role("button", name="Revoke for good").click()
    await expect(page.get_by_text("This link opens nothing any more.")).to_be_visible()
    await shown.reload()
    await expect(shown.get_by_role("heading", name=re.compile("does not open anything"))).to_be_visible()
    assert ann.complaints == []
    # The refusal that the page then explains.
    assert [said for said in friend.complaints if "401" not in said] == []
