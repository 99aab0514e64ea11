"""From signing up to the first click in the numbers, the way a newcomer goes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, SECONDS, Person
from tests.support.programs import Program

pytestmark = pytest.mark.browser


async def sign_up(page: Page, handle: str) -> None:
    await page.get_by_label("Your address").fill(handle)
    await expect(page.get_by_text(f"{handle} is yours to take.")).to_be_visible()
    await page.get_by_label("E-mail").fill(f"{handle}@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await page.wait_for_url("**/dashboard")


async def add_link(page: Page, address: str) -> None:
    await page.get_by_label("Address of a new link").fill(address)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Address of a new link")).to_have_value("")


async def test_ann_signs_up_adds_a_link_and_finds_the_click_of_vic_in_her_numbers(
    person: Callable[..., Any], worker: Program
) -> None:
    ann: Person = await person()
    editor = await ann.tab("/signup")
    await sign_up(editor, "ann-lee")
    await expect(editor.get_by_role("heading", name="First steps")).to_be_visible()
    await add_link(editor, "kite.example")
    await expect(editor.frame_locator("iframe.ready").locator("a[href*='/ann-lee/']").first).to_be_visible()

    vic: Person = await person(**PHONE)
    await vic.context.route("https://kite.example/", lambda route: route.fulfill(body="Kite"))
    page = await vic.tab("/ann-lee")
    await expect(page.locator("body")).to_contain_text("ann-lee")
    await page.locator("a[href*='/ann-lee/']").first.click()
    await page.wait_for_url("https://kite.example/")

    await editor.goto(f"{ann.url}/dashboard/analytics")
    totals = editor.get_by_role("group", name="Totals")

    async def counted(name: str, number: int) -> None:
        await expect(totals.get_by_role("button", name=f"{name} {number}")).to_be_visible(timeout=3 * SECONDS)

    for attempt in range(10):
        try:
            await counted("Views", 1)
            await counted("Unique visitors", 1)
            await counted("Clicks", 1)
            break
        except AssertionError:
            if attempt == 9:
                raise
            await editor.reload()
    await expect(editor.get_by_role("region", name="Links").locator("tbody tr")).to_have_count(1)
    assert ann.complaints == []
    assert vic.complaints == []


async def test_a_taken_handle_says_so_and_offers_free_ones(ann: Person, person: Callable[..., Any]) -> None:
    ben: Person = await person()
    page = await ben.tab("/signup")
    await page.get_by_label("Your address").fill("ann-lee")
    await expect(page.get_by_text("Somebody has this one.")).to_be_visible()
    await page.get_by_role("button", name="ann-lee-dev").click()
    await expect(page.get_by_text("ann-lee-dev is yours to take.")).to_be_visible()


async def test_what_the_server_refuses_stands_at_its_field(person: Callable[..., Any]) -> None:
    ben: Person = await person()
    page = await ben.tab("/signup")
    await page.get_by_label("Your address").fill("ben-ray")
    await page.get_by_label("E-mail").fill("ben@example.org")
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_role("button", name="Create account").click()
    field = page.get_by_label("Password", exact=True)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()


async def test_whoever_is_not_logged_in_logs_in_and_comes_back(ann: Person) -> None:
    await ann.api("DELETE", "/sessions/current")
    page = await ann.tab("/dashboard/analytics?range=7d")
    await page.wait_for_url("**/login?next=*")
    await page.get_by_label("E-mail or handle").fill("ann-lee")
    await page.get_by_label("Password", exact=True).fill("not the password")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_contain_text("not right")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url("**/dashboard/analytics?range=7d")
    await expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")


async def test_a_token_is_shown_once_and_opens_the_api_until_it_is_revoked(ann: Person) -> None:
    page = await ann.tab("/dashboard/account")
    await page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("deploy script")
    await dialog.get_by_role("button", name="Make token").click()
    token = await dialog.get_by_text("npt_").inner_text()
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_text(token)).to_have_count(0)

    async def status() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await page.request.get(f"{ann.url}/api/v1/links", headers=headers)
        return answer.status

    assert await status() == 200
    await page.get_by_role("button", name="Revoke deploy script").click()
    await page.get_by_role("button", name="Revoke for good").click()
    await expect(page.get_by_text("No token yet.")).to_be_visible()
    assert await status() == 401


async def test_ann_deletes_her_account_by_typing_its_name(ann: Person) -> None:
    page = await ann.tab("/dashboard/account")
    await page.get_by_role("button", name="Delete account").click()
    dialog = page.get_by_role("dialog")
    last = dialog.get_by_role("button", name="Delete for good")
    await dialog.get_by_label("Your password").fill(PASSWORD)
    await expect(last).to_be_disabled()
    await dialog.get_by_label("Type ann-lee to confirm").fill("ann-lee")
    await last.click()
    await page.wait_for_url("**/signup")
    answer = await page.request.get(f"{ann.url}/ann-lee")
    assert answer.status == 404
