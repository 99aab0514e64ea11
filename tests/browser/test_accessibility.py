"""axe-core over every page, light and dark: no violation that is serious or critical."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from nameplate.db import SystemDatabase
from nameplate.settings import Settings
from tests.analytics.test_reports import TODAY
from tests.browser.conftest import PASSWORD, Person
from tests.browser.scene import visited

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
OPEN = {"/login": "Log in", "/signup": "Make your page", "/docs/api": "Nameplate API"}
OWN = {
    "/dashboard": "Hello, ann-lee",
    "/dashboard/links": "Links",
    "/dashboard/profile": "Appearance",
    "/dashboard/images": "Images",
    "/dashboard/analytics": "Analytics",
    "/dashboard/analytics/heatmap": "Analytics",
    "/dashboard/analytics/vitals": "Analytics",
    "/dashboard/analytics/live": "Analytics",
    "/dashboard/account": "Settings",
}
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
RULES = """async () => {
    const found = await axe.run(document, {
        iframes: false, resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return { passed: found.passes.length, bad: found.violations
        .filter((one) => ['serious', 'critical'].includes(one.impact))
        .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`)) };
}"""


async def is_accessible(page: Page, what: str, title: str) -> None:
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await page.reload()
        await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        await expect(page.locator(".skeleton")).to_have_count(0)
        # Through the debugger: so that no policy of the page is in the way, and none has to be loosened for it.
        await page.evaluate(AXE.read_text("utf-8"))
        found = await page.evaluate(RULES)
        assert found["passed"] > 0, what
        assert found["bad"] == [], f"{what}, {scheme}"
    await page.close()


async def test_no_page_keeps_anybody_out(person: Callable[..., Any], settings: Settings) -> None:
    ann: Person = await person(**DESK)
    for path, title in OPEN.items():
        await is_accessible(await ann.tab(path), path, title)
    body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
    await ann.api("POST", "/accounts", body)
    async with SystemDatabase(settings) as system:
        await visited(ann, system, TODAY)
    for path, title in OWN.items():
        await is_accessible(await ann.tab(path), path, title)
    await is_accessible(await ann.tab("/ann-lee"), "the public page", "ann-lee")
    assert ann.complaints == []
