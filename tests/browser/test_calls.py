"""A screen costs few calls: people who click quickly do not run into the limit."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.conftest import SECONDS, Person

pytestmark = pytest.mark.browser

MOST = {"Settings": 3}  # what opens the account, the weekly mail, the projects; every other screen:
USUAL = 2
TITLES = {"Overview": "Hello, ann-lee"}
# The first screen also asks who is there, and whether anything is away.
MOST_AT_FIRST = 6


class Calls:
    """What a tab asked the API since it was asked last."""

    def __init__(self, page: Page) -> None:
        self._paths: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/api/"):
            self._paths.append(f"{request.method} {path}")

    def taken(self) -> list[str]:
        taken, self._paths = self._paths, []
        return taken


async def test_no_screen_costs_more_than_a_few_calls_and_a_limit_is_waited_out(ann: Person) -> None:
    page = await ann.context.new_page()
    calls = Calls(page)
    await page.goto(f"{ann.url}/dashboard")
    await page.wait_for_load_state("networkidle")
    costs = {"first screen": calls.taken()}
    nav = page.get_by_role("navigation", name="Dashboard")
    for name in ("Links", "Appearance", "Images", "Analytics", "Settings", "Overview"):
        await nav.get_by_role("link", name=name).click()
        # Not the network: it was idle before already, and a screen's calls would count for the next.
        title = TITLES.get(name, name)
        await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        await expect(page.locator(".skeleton")).to_have_count(0)
        costs[name] = calls.taken()
    assert len(costs.pop("first screen")) <= MOST_AT_FIRST
    assert {name: paths for name, paths in costs.items() if len(paths) > MOST.get(name, USUAL)} == {}

    # Somebody else behind the same address was quicker; what is told to us is what the server tells then.
    refused = 0

    async def refuse_once(route: Route) -> None:
        nonlocal refused
        refused += 1
        if refused > 1:
            await route.continue_()
            return
        await route.fulfill(
            status=429,
            headers={"Retry-After": "1", "RateLimit": '"address";r=0;t=1'},
            content_type="application/problem+json",
            body='{"title": "Too many requests", "status": 429, "code": "too-many-requests"}',
        )

    await page.route("**/api/v1/usage?*", refuse_once)
    await page.goto(f"{ann.url}/dashboard/account/usage")
    await expect(page.get_by_text("Nothing is lost: this page goes on by itself")).to_be_visible()
    await expect(page.get_by_text("Busiest minute")).to_be_visible(timeout=20 * SECONDS)
    await expect(page.get_by_text("Nothing is lost")).to_be_hidden()
    assert refused == 2
