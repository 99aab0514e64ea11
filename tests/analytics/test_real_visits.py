"""Real visits: a real Chromium, the real server, the real worker; and what the owner then sees."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from tests.support.chromium import ARGUMENTS, chromium_path
from tests.support.programs import Program

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0{} Safari/537.36"
# Width -> class of screen, the kind of device, its browser and what else it has.
SCREENS: dict[int, tuple[int, str, str, dict[str, bool]]] = {
    390: (480, "phone", CHROME.format("Linux; Android 15; Pixel 9", " Mobile"), {"is_mobile": True}),
    768: (768, "tablet", CHROME.format("Linux; Android 15; SM-X910", ""), {"has_touch": True}),
    1440: (1440, "desktop", CHROME.format("X11; Linux x86_64", ""), {}),
}
# In the middle of a cell of 20 by 8.
SPOT, CELL = (0.275, 0.6875), (5, 5)
PAINTED = """new Promise((seen) => new PerformanceObserver((list) => seen(list.getEntries().length))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""
NOTHING_THERE = """() => {
    for (let y = innerHeight - 4; y > 0; y -= 7)
        for (let x = 4; x < innerWidth; x += 13) {
            const hit = document.elementFromPoint(x, y);
            if (hit && !hit.closest("[data-l],[data-e],a")) {
                const box = document.body.getBoundingClientRect();
                return [x, y, (x - box.x) / box.width, (y - box.y) / box.height];
            }
        }
}"""


NewVisitor = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def new_visitor() -> AsyncIterator[NewVisitor]:
    """Called with the width of the screen: a browser of its own, closed only at the end, because what a page sends
    when it is left is still under way then."""
    async with async_playwright() as playwright, AsyncExitStack() as browsers:

        async def visitor(width: int, **options: Any) -> BrowserContext:
            _, _, agent, screen = SCREENS[width]
            arguments = [
                *ARGUMENTS,
                # For the whole browser: what is sent after the page was left is not sent by the page.
                f"--user-agent={agent}",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
            ]
            browser = await playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
            browsers.push_async_callback(browser.close)
            height = {390: 844, 768: 1024}.get(width, 900)
            return await browser.new_context(viewport={"width": width, "height": height}, **screen, **options)

        yield visitor


class Owner:
    """Ann, through the API of the running server."""

    def __init__(self, server: Program) -> None:
        self.http = httpx.AsyncClient(
            base_url=server.url, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}, timeout=20
        )
        self.links: dict[str, str] = {}

    async def sign_up(self) -> None:
        body = {"email": "ann@example.org", "password": "correct horse battery", "handle": "ann"}
        assert (await self.http.post("/api/v1/accounts", json=body)).status_code == 201
        for title, url in [
            ("GitHub", "https://github.com/ann"), ("Blog", "https://ann.example/blog"),
            ("Talks", "https://ann.example/talks"), ("Book", "https://ann.example/book"),
        ]:  # fmt: skip
            answer = await self.http.post("/api/v1/links", json={"title": title, "url": url})
            self.links[title] = answer.json()["id"]
        async with asyncio.timeout(10):
            while "Book" not in (await self.http.get("/ann")).text:
                await asyncio.sleep(0.1)

    async def ask(self, what: str, **query: Any) -> Any:
        answer = await self.http.get(f"/api/v1/analytics/{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def wait(self, what: str, wanted: Callable[[Any], bool], **query: Any) -> Any:
        """The answer, once it is what is wanted; fails with the last one."""
        for _ in range(150):
            found = await self.ask(what, **query)
            if wanted(found):
                return found
            await asyncio.sleep(0.2)
        raise AssertionError(found)


@pytest.fixture
async def ann(server: Program, worker: Program) -> AsyncIterator[Owner]:
    owner = Owner(server)
    await owner.sign_up()
    yield owner
    await owner.http.aclose()


async def tap(page: Page, selector: str, x: float, y: float) -> None:
    """On a part of the page, at a share of its width and height."""
    target = page.locator(selector)
    await target.scroll_into_view_if_needed()
    box = await target.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_taps_are_found_where_they_were_made_and_vitals_arrive(
    new_visitor: NewVisitor, server: Program, ann: Owner
) -> None:
    backgrounds = {}
    for width in SCREENS:
        context = await new_visitor(width)
        page = await context.new_page()
        await page.goto(f"{server.url}/ann", wait_until="load")
        # The browser stops looking for the largest paint at the first tap, and may load before it paints.
        await page.evaluate(PAINTED)
        x, y, *backgrounds[width] = await page.evaluate(NOTHING_THERE)
        await page.mouse.click(x, y)
        await tap(page, "[data-e=avatar]", *SPOT)
        await tap(page, "[data-e=handle]", *SPOT)
        await tap(page, "[data-e=handle]", *SPOT)
        # Really followed: the page is left, the short link redirects to a place that cannot be reached from here.
        title = {390: "Blog", 768: "Talks", 1440: "GitHub"}[width]
        async with page.expect_event("requestfailed"):
            await tap(page, f"[data-l='{ann.links[title]}']", *SPOT)

    await ann.wait("summary", lambda found: found["views"] == 3 and found["clicks"] == 3)
    for width, (screen, device, _, _) in SCREENS.items():
        found = await ann.wait("heatmap", lambda found: found["taps"] == 5, viewport=screen)
        sums = {row["class"]: row for row in found["viewports"]}[screen]
        assert (sums["views"], sums["taps"], sums["dead"]) == (1, 5, 4)
        title = {390: "Blog", 768: "Talks", 1440: "GitHub"}[width]
        here = [{"x": CELL[0], "y": CELL[1], "taps": 1}]
        elements = {(row["title"] or row["element"]): row for row in found["elements"]}
        assert elements.keys() == {title, "avatar", "handle", ""}
        assert (elements[title]["link_id"], elements[title]["cells"]) == (ann.links[title], here)
        assert elements["avatar"]["cells"] == here
        assert elements["handle"]["cells"] == [{**here[0], "taps": 2}]
        [spot] = elements[""]["cells"]
        assert spot["x"] == pytest.approx(backgrounds[width][0] * 20, abs=1)
        assert spot["y"] == pytest.approx(backgrounds[width][1] * elements[""]["rows"], abs=1)
        assert found["dead"][0] == {"element": "handle", "taps": 2}
        assert {row["element"] for row in found["dead"]} == {"handle", "avatar", ""}

        vitals = await ann.wait("vitals", lambda found: found["metrics"][3]["samples"] == 1, device=device)
        values = {row["metric"]: row["p75"] for row in vitals["metrics"]}
        assert 0 <= values["ttfb"] <= values["fcp"] * 1.02 <= values["lcp"] * 1.05 < 20_000
        assert values["cls"] is not None
    vitals = await ann.ask("vitals")
    assert {row["device"] for row in vitals["devices"]} == {"phone", "tablet", "desktop"}
    assert vitals["rows"][-1]["samples"] == 3


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_who_asks_not_to_be_tracked_is_a_view_without_a_visitor_or_nothing_as_the_owner_wants(
    new_visitor: NewVisitor, server: Program, ann: Owner
) -> None:
    async def visit(**headers: str) -> None:
        wish = "globalPrivacyControl: {value: true}" if "Sec-GPC" in headers else "doNotTrack: {value: '1'}"
        context = await new_visitor(390, extra_http_headers=headers)
        if headers:
            await context.add_init_script(f"Object.defineProperties(Navigator.prototype, {{{wish}}})")
        page = await context.new_page()
        await page.goto(f"{server.url}/ann?utm_source=talk", wait_until="load")
        await tap(page, "[data-e=avatar]", *SPOT)
        await page.goto("about:blank")

    for headers in ({"DNT": "1"}, {"Sec-GPC": "1"}):
        await visit(**headers)
    summary = await ann.wait("summary", lambda found: found["views"] == 2)
    assert (summary["visitors"], summary["clicks"], summary["bots"]) == (0, 0, 0)
    for dimension in ("country", "device", "browser", "os", "language"):
        rows = (await ann.ask(f"breakdown/{dimension}"))["rows"]
        assert [(row["value"], row["views"], row["visitors"]) for row in rows] == [(None, 2, 0)], dimension
    [source] = (await ann.ask("breakdown/utm_source"))["rows"]
    assert (source["value"], source["views"]) == ("talk", 2)

    answer = await ann.http.patch("/api/v1/profile", json={"privacy_signals": "ignore-visit"})
    assert answer.status_code == 200
    await asyncio.sleep(1.5)  # the web process hears of it
    for headers in ({"DNT": "1"}, {"Sec-GPC": "1"}, {}):
        await visit(**headers)
    summary = await ann.wait("summary", lambda found: found["views"] == 3)
    assert summary["visitors"] == 1
    heat = await ann.wait("heatmap", lambda found: found["taps"] == 1)
    assert [(row["class"], row["views"], row["taps"]) for row in heat["viewports"]] == [
        (0, 2, 0), (480, 1, 1),
    ]  # fmt: skip
    vitals = await ann.wait("vitals", lambda found: found["metrics"][3]["samples"] > 0)
    assert vitals["metrics"][3]["samples"] == 1
