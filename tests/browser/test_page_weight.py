"""What one visit of a public page costs a phone: bytes, requests, and nothing that jumps."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import PHONE, Person

pytestmark = pytest.mark.browser

MOST_BYTES = 14_000  # compressed, without pictures: what fits into the first round trip of a new connection
LINKS = [
    *(f"https://github.com/octocat/project-{number}" for number in range(4)),
    *(f"https://example.org/a-longer-address-of-something/{number}" for number in range(6)),
    "https://mastodon.social/@ann",
    "mailto:ann@example.org",
]
# Filled from the first paint on; asked after the page has come to rest.
WATCH = """
    window.seen = {cls: 0, shifts: []};
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
            seen.cls += entry.value;
            seen.shifts.push(...entry.sources.map((source) => source.node?.outerHTML?.slice(0, 80)));
        }
    }).observe({type: 'layout-shift', buffered: true});
"""
LARGEST = """new Promise((done) => new PerformanceObserver((list) => {
    done(list.getEntries().at(-1).element?.tagName ?? '');
}).observe({type: 'largest-contentful-paint', buffered: true}))"""


async def test_a_visit_by_phone_is_light_asks_for_little_and_nothing_jumps(
    ann: Person, person: Callable[..., Any]
) -> None:
    await ann.api(
        "PATCH", "/profile", {"display_name": "Ann Lindqvist", "bio": "I make slow queries fast.\n" * 5}
    )
    for url in LINKS:
        await ann.api("POST", "/links", {"url": url})
    vic: Person = await person(**PHONE)
    page = await vic.context.new_page()
    network = await vic.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    asked: dict[str, str] = {}
    weights: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]
        kinds[event["requestId"]] = event.get("type", "")

    def finished(event: dict[str, Any]) -> None:
        weights[event["requestId"]] = event["encodedDataLength"]

    network.on("Network.requestWillBeSent", sent)
    network.on("Network.loadingFinished", finished)
    await network.send("Network.enable")
    await page.add_init_script(WATCH)
    async with page.expect_request("**/e"):
        await page.goto(f"{vic.url}/ann-lee", wait_until="load")
    # Not wait_for_function, which the page's policy forbids.
    largest = await page.evaluate(LARGEST)
    await page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 100)))")
    seen = await page.evaluate("seen")

    assert all(url.startswith((vic.url, "data:")) for url in asked.values()), asked
    paths = {url.removeprefix(vic.url) for url in asked.values() if not url.startswith("data:")}
    # The page itself has styles, script and icons in it.
    assert paths <= {"/ann-lee", "/ann-lee/favicon.svg", "/e"}, paths
    weight = sum(size for number, size in weights.items() if kinds[number] != "Image")
    assert 2_000 < weight <= MOST_BYTES, weight
    assert seen["cls"] == 0, seen
    assert largest in {"H1", "P", "SPAN", "A", "DIV", "STRONG"}, "text, which needs no further request"
