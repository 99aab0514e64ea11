"""Every page of the dashboard, on a desk and on a phone, in light and dark: nothing to complain about."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Person

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1440, "height": 900}}
PAGES = {
    "/login": "Log in",
    "/signup": "Make your page",
    "/reset": "Forgot your password?",
    "/verify": "That did not work",
    "/docs/api": "Nameplate API",
}
OWN_PAGES = {
    "/dashboard": "Hello, ann-lee",
    "/dashboard/links": "Links",
    "/dashboard/profile": "Appearance",
    "/dashboard/images": "Images",
    "/dashboard/analytics": "Analytics",
    "/dashboard/account": "Settings",
}


async def looks_right(someone: Person, path: str, title: str) -> None:
    page = await someone.tab(path)
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    # Not until the network is idle: a project that is being asked for is looked at again every second.
    await expect(page.locator(".skeleton")).to_have_count(0)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{path} is {wide} px wider than the screen"
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, textarea')]
            .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true], [inert]'))
            .filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.length || e.title))
            .map((e) => e.outerHTML)"""
    )
    assert nameless == []
    await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
async def test_no_page_is_too_wide_nameless_asks_anybody_else_or_makes_the_browser_complain(
    person: Callable[..., Any], screen: dict[str, Any], scheme: str
) -> None:
    ann: Person = await person(color_scheme=scheme, **screen)
    asked: list[str] = []
    ann.context.on("request", lambda request: asked.append(request.url))
    await asyncio.gather(*(looks_right(ann, path, title) for path, title in PAGES.items()))
    body = {"email": "ann@example.org", "password": "kite lagoon ember trombone", "handle": "ann-lee"}
    await ann.api("POST", "/accounts", body)
    await ann.api("POST", "/links", {"url": "https://github.com/octocat/hello-world"})
    await asyncio.gather(*(looks_right(ann, path, title) for path, title in OWN_PAGES.items()))
    # A broken policy (inline styles or scripts, a request to somebody else) would be in here.
    assert ann.complaints == []
    assert [url for url in asked if not url.startswith(ann.url)] == []


async def test_the_chosen_look_stays_after_a_reload(ann: Person) -> None:
    page = await ann.tab("/dashboard")
    await page.get_by_role("button", name="Account and appearance").click()
    await page.get_by_role("menuitem", name="Dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_qr_code_leads_to_the_page(ann: Person) -> None:
    page = await ann.tab("/dashboard/links")
    await page.get_by_role("button", name="QR code of your page").click()
    image = page.get_by_role("img", name="QR code that leads to")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


async def test_a_theme_is_chosen_by_its_picture(ann: Person) -> None:
    page = await ann.tab("/dashboard/profile")
    await page.get_by_role("radio", name="Terminal").check(force=True)
    await expect(page.get_by_role("radio", name="Terminal")).to_be_checked()
    await page.wait_for_load_state("networkidle")
    assert (await ann.api("GET", "/profile"))["theme"] == "terminal"
