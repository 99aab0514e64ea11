"""The page's script, run by a real Chromium against a server that writes down what it is told."""

import gzip
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from nameplate.page.render import render
from nameplate.page.script import SCRIPT
from tests.page.samples import TWELVE, page_of
from tests.support.chromium import ARGUMENTS, chromium_path

Event = dict[str, Any]


class Listener(ThreadingHTTPServer):
    """Serves Ann's page under its real policy; `wait` gives the events that came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.page = render(page_of(), self.base)
        self.events: list[Event] = []
        self.requests: list[str] = []
        self.changed = threading.Condition()

    def wait(self, wanted: Callable[[list[Event]], bool]) -> list[Event]:
        """The events, once they are what is wanted. Fails after ten seconds and shows what came."""
        with self.changed:
            done = self.changed.wait_for(lambda: wanted(self.events), timeout=10)
        assert done, self.events
        return self.events


class Answer(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        found = urlsplit(self.path).path == "/ann"
        self.send_response(200 if found else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.page.csp)
        self.end_headers()
        if found:
            self.wfile.write(self.server.page.html)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.changed:
            self.server.events += body
            self.server.changed.notify_all()
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the tests look at `requests`."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        await browser.close()


async def open_page(
    context: BrowserContext, listener: Listener, *, query: str = ""
) -> tuple[Page, list[str]]:
    """Ann's page, and what the browser complains about."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{listener.base}/ann{query}")
    return page, complaints


def kinds(events: list[Event]) -> list[str]:
    return [event["t"] for event in events]


def test_the_script_with_taps_and_vitals_weighs_at_most_one_and_a_half_kilobytes() -> None:
    assert len(gzip.compress(SCRIPT.encode())) <= 1_500


def test_the_script_knows_no_cookie_no_storage_and_no_foreign_address() -> None:
    for word in ("cookie", "localStorage", "sessionStorage", "indexedDB", "http", "//", "userAgent"):
        assert word not in SCRIPT


@pytest.mark.browser
async def test_a_visit_is_one_view_with_its_address_and_width_and_the_policy_is_kept(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    page, complaints = await open_page(context, listener, query="?utm_source=talk")
    (view,) = listener.wait(lambda events: len(events) == 1)
    assert view == {"t": "view", "h": "ann", "u": page.url, "r": "", "vw": 390}
    assert await context.cookies() == []
    # A style, a script or a beacon that the policy refused would be told on the console.
    assert complaints == []
    assert await page.evaluate("getComputedStyle(document.querySelector('.c')).display") == "flex"


@pytest.mark.browser
async def test_a_tap_is_anchored_to_the_element_it_hit(chromium: Browser, listener: Listener) -> None:
    context = await chromium.new_context(viewport={"width": 1440, "height": 900})
    page, _ = await open_page(context, listener)
    await page.evaluate("document.addEventListener('click', event => event.preventDefault())")
    card = page.locator(f"[data-l='{TWELVE[6].id}']")
    box = await card.bounding_box()
    assert box is not None
    await card.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})
    await page.locator("[data-e=name]").click()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    taps = listener.wait(lambda events: kinds(events).count("tap") == 2)[1:]
    assert taps[0]["l"] == str(TWELVE[6].id)
    assert taps[0]["x"] == pytest.approx(0.75, abs=0.01)
    assert taps[0]["y"] == pytest.approx(0.5, abs=0.03)
    assert taps[0]["vw"] == 1440
    assert (taps[1]["l"], taps[1]["el"], taps[1]["i"]) == (None, "name", 0)
    # Four icons come first, then the pinned book, then the cards in their order.
    assert taps[0]["i"] == 8
    assert 0 < taps[0]["ms"] <= taps[1]["ms"] < 10_000


@pytest.mark.browser
async def test_the_whole_card_of_a_project_is_its_link_and_its_live_button_is_its_own(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context(viewport={"width": 768, "height": 1024})
    page, _ = await open_page(context, listener)
    await page.evaluate("document.addEventListener('click', event => event.preventDefault())")
    project = str(TWELVE[4].id)
    card = page.locator(f"[data-l='{project}']:not([data-e])")
    box = await card.bounding_box()
    assert box is not None
    # The link covers the card, although its own box is that of its words only.
    await page.mouse.click(box["x"] + box["width"] * 0.02, box["y"] + box["height"] * 0.9)
    await page.locator(f"[data-l='{project}'][data-e=live]").click()
    taps = listener.wait(lambda events: kinds(events).count("tap") == 2)[1:]
    assert (taps[0]["l"], taps[0].get("el"), taps[0]["x"], taps[0]["y"]) == (
        project, None, pytest.approx(0.02, abs=0.01), pytest.approx(0.9, abs=0.03),
    )  # fmt: skip
    assert (taps[1]["l"], taps[1]["el"], taps[1]["i"]) == (project, "live", 0)
    assert (taps[1]["x"], taps[1]["y"]) == (pytest.approx(0.5, abs=0.03), pytest.approx(0.5, abs=0.05))


@pytest.mark.browser
async def test_leaving_sends_the_vitals_once_and_a_tap_that_waited(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    page, _ = await open_page(context, listener)
    await page.locator("[data-e=name]").click()
    await page.wait_for_timeout(300)
    await page.goto("about:blank")
    events = listener.wait(lambda events: "vitals" in kinds(events))
    assert sorted(kinds(events)) == ["tap", "view", "vitals"]
    (vitals,) = [event for event in events if event["t"] == "vitals"]
    assert vitals["cls"] == 0
    assert 0 <= vitals["ttfb"] <= vitals["fcp"] <= vitals["lcp"] < 10_000


@pytest.mark.browser
@pytest.mark.parametrize("wish", ["globalPrivacyControl: {value: true}", "doNotTrack: {value: '1'}"])
async def test_who_does_not_want_to_be_measured_is_not(
    chromium: Browser, listener: Listener, wish: str
) -> None:
    context = await chromium.new_context()
    await context.add_init_script(f"Object.defineProperties(Navigator.prototype, {{{wish}}})")
    page, _ = await open_page(context, listener)
    await page.locator("[data-e=name]").click()
    await page.goto("about:blank")
    # A second visit's view comes after whatever the first would have sent.
    await page.goto(f"{listener.base}/ann")
    assert kinds(listener.wait(lambda events: len(events) >= 2)) == ["view", "view"]


@pytest.mark.browser
async def test_a_page_rendered_ahead_counts_when_it_is_looked_at(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context()
    await context.add_init_script(
        "Object.defineProperty(document, 'prerendering', {get: () => !self.shown, configurable: true})"
    )
    page, _ = await open_page(context, listener)
    await page.wait_for_timeout(300)
    assert listener.events == []
    await page.evaluate("self.shown = true; document.dispatchEvent(new Event('prerenderingchange'))")
    assert kinds(listener.wait(lambda events: len(events) == 1)) == ["view"]


@pytest.mark.browser
async def test_coming_back_to_a_page_that_was_kept_is_another_view(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context()
    page, _ = await open_page(context, listener)
    listener.wait(lambda events: len(events) == 1)
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert kinds(listener.wait(lambda events: len(events) == 2)) == ["view", "view"]


@pytest.mark.browser
async def test_without_javascript_the_pixel_is_fetched_and_the_page_is_whole(
    chromium: Browser, listener: Listener
) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{listener.base}/ann", wait_until="load")
    assert "/e.gif?h=ann" in listener.requests
    assert await page.get_by_role("link", name="My book").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1440])
async def test_the_page_fits_every_screen_and_every_target_fits_a_finger(
    chromium: Browser, listener: Listener, width: int
) -> None:
    long = page_of(display_name="Ann " + "L" * 76, bio="w" * 400, links=TWELVE)
    listener.page = render(long, listener.base)
    context = await chromium.new_context(viewport={"width": width, "height": 844})
    page, _ = await open_page(context, listener)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    for target in await page.locator("a[data-l]:not(.g a)").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
