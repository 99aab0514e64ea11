"""The link editor: tabs that meet, undo, and moving links by keyboard and mouse."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Person

pytestmark = pytest.mark.browser


async def with_links(ann: Person, *titles: str) -> None:
    for title in titles:
        await ann.api("POST", "/links", {"url": f"https://{title.lower()}.example/", "title": title})


async def titles(ann: Person) -> list[str]:
    return [row["title"] for row in (await ann.api("GET", "/links"))["rows"]]


async def rename(page: Page, before: str, after: str) -> None:
    await page.get_by_role("listitem", name=before).get_by_role("button", expanded=False).first.click()
    await page.get_by_label("Title", exact=True).fill(after)
    await page.keyboard.press("Enter")


async def settles(ann: Person, *wanted: str) -> None:
    """Waits until the server has these links in this order."""
    for _ in range(50):
        if await titles(ann) == list(wanted):
            return
        await (ann.context.pages[0]).wait_for_timeout(100)
    assert await titles(ann) == list(wanted)


async def test_two_tabs_show_the_conflict_and_ann_keeps_hers(ann: Person) -> None:
    await with_links(ann, "Kite")
    first, second = await ann.tab("/dashboard/links"), await ann.tab("/dashboard/links")
    await expect(second.get_by_role("listitem", name="Kite")).to_be_visible()
    await rename(first, "Kite", "From the first tab")
    await settles(ann, "From the first tab")
    await rename(second, "Kite", "From the second tab")
    dialog = second.get_by_role("dialog", name="Changed in another tab")
    await expect(dialog).to_contain_text("From the first tab")
    assert await titles(ann) == ["From the first tab"]
    await dialog.get_by_role("button", name="Keep mine").click()
    await settles(ann, "From the second tab")


async def test_a_conflict_can_be_settled_with_the_other_tabs_words(ann: Person) -> None:
    await with_links(ann, "Kite")
    first, second = await ann.tab("/dashboard/links"), await ann.tab("/dashboard/links")
    await expect(second.get_by_role("listitem", name="Kite")).to_be_visible()
    await rename(first, "Kite", "Theirs")
    await settles(ann, "Theirs")
    await rename(second, "Kite", "Mine")
    await second.get_by_role("button", name="Reload theirs").click()
    await expect(second.get_by_label("Title", exact=True)).to_have_value("Theirs")
    assert await titles(ann) == ["Theirs"]


async def test_a_deleted_link_comes_back_with_undo(ann: Person) -> None:
    await with_links(ann, "Kite", "Blog")
    page = await ann.tab("/dashboard/links")
    await page.get_by_role("button", name="More for Kite").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_role("listitem", name="Kite")).to_have_count(0)
    await settles(ann, "Blog")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("listitem", name="Kite")).to_be_visible()
    await settles(ann, "Kite", "Blog")


async def test_links_move_by_keyboard_and_are_read_out(ann: Person) -> None:
    await with_links(ann, "One", "Two", "Three")
    page = await ann.tab("/dashboard/links")
    await page.get_by_role("button", name="Move One").focus()
    await page.keyboard.press("Space")
    await expect(page.locator("#dnd-action-aria-alert")).to_contain_text("One picked up")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#dnd-action-aria-alert")).to_contain_text("One is now at position 2 of 3")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await settles(ann, "Two", "Three", "One")
    assert ann.complaints == []


async def test_links_are_dragged_with_the_mouse(ann: Person) -> None:
    await with_links(ann, "One", "Two", "Three")
    page = await ann.tab("/dashboard/links")
    handle = await page.get_by_role("button", name="Move Three").bounding_box()
    target = await page.get_by_role("button", name="Move One").bounding_box()
    assert handle
    assert target
    await page.mouse.move(handle["x"] + 8, handle["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(handle["x"] + 10, handle["y"] - 20, steps=5)
    await page.mouse.move(target["x"] + 10, target["y"] - 4, steps=12)
    await page.wait_for_timeout(400)
    await page.mouse.up()
    await settles(ann, "Three", "One", "Two")
    assert ann.complaints == []


async def test_a_refused_address_stays_typed_and_says_why(ann: Person) -> None:
    await with_links(ann, "Kite")
    page = await ann.tab("/dashboard/links")
    await page.get_by_role("listitem", name="Kite").get_by_role("button", expanded=False).first.click()
    address = page.get_by_label("Address", exact=True)
    await address.fill("javascript:alert(1)")
    await page.keyboard.press("Enter")
    await expect(address).to_have_attribute("aria-invalid", "true")
    await expect(address).to_have_value("javascript:alert(1)")
    rows = (await ann.api("GET", "/links"))["rows"]
    assert rows[0]["url"] == "https://kite.example/"


async def test_the_preview_follows_a_hidden_link(ann: Person) -> None:
    await with_links(ann, "Kite", "Blog")
    page = await ann.tab("/dashboard/links")
    preview = page.frame_locator("iframe.ready")
    await expect(preview.get_by_text("Kite", exact=True)).to_be_visible()
    await page.get_by_role("switch", name="Show Kite on the page").click()
    await expect(page.frame_locator("iframe.ready").last.get_by_text("Kite", exact=True)).to_have_count(0)
    await expect(page.frame_locator("iframe.ready").last.get_by_text("Blog", exact=True)).to_be_visible()


async def test_without_a_connection_a_change_is_taken_back_and_can_be_tried_again(ann: Person) -> None:
    await with_links(ann, "Kite")
    page = await ann.tab("/dashboard/links")
    shown = page.get_by_role("switch", name="Show Kite on the page")
    await expect(shown).to_be_checked()
    await ann.context.set_offline(True)
    await shown.click()
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await expect(shown).to_be_checked()
    await ann.context.set_offline(False)
    messages = page.get_by_role("region", name="Messages")
    await messages.get_by_role("button", name="Try again").click()
    await expect(shown).not_to_be_checked()


async def test_two_hundred_links_stay_quick(ann: Person) -> None:
    await with_links(ann, *(f"Link{number}" for number in range(200)))
    page = await ann.tab("/dashboard/links")
    await expect(page.get_by_role("listitem", name="Link199")).to_be_attached()
    # From a press of the switch to the next frame that shows it, measured in the page.
    took = await page.evaluate(
        """async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            await frame();
            const start = performance.now();
            document.querySelectorAll('input[role=switch]')[100].click();
            await frame();
            return performance.now() - start;
        }"""
    )
    assert took < 300
