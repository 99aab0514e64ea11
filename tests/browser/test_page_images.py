"""A public page with images in a real browser: what it loads, from where, and that nothing moves."""

import re
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.support.pictures import photo

pytestmark = pytest.mark.browser

_SHIFTS = """() => new Promise((done) => {
    let moved = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(moved)));
})"""


async def upload(ann: Person, purpose: str, width: int, height: int) -> str:
    answer = await ann.context.request.post(
        f"{ann.url}/api/v1/assets",
        headers={"Origin": ann.url},
        multipart={
            "purpose": purpose,
            "file": {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(width, height)},
        },
    )
    assert answer.ok, await answer.text()
    found: dict[str, Any] = await answer.json()
    return str(found["id"])


async def test_images_are_there_in_the_right_size_and_nothing_moves_or_asks_a_stranger(ann: Person) -> None:
    thumbnail = await upload(ann, "thumbnail", 300, 300)
    for number in range(14):
        body = {"url": f"https://{number}.example", "title": f"Link {number}", "thumbnail_id": thumbnail}
        await ann.api("POST", "/links", body)
    choice = {
        "avatar_id": await upload(ann, "avatar", 500, 500),
        "background_id": await upload(ann, "background", 1400, 900),
    }
    await ann.api("PATCH", "/profile", choice)
    page = await ann.tab("/ann-lee")
    await page.wait_for_function(
        "[...document.images].slice(0, 8).every((i) => i.complete && i.naturalWidth)"
    )
    assert await page.evaluate(_SHIFTS) < 0.001
    shown = await page.evaluate("[...document.images].map((i) => [i.currentSrc, i.className, i.loading])")
    assert all(re.fullmatch(rf"{re.escape(ann.url)}/a/.+\.avif", source) for source, *_ in shown[:8])
    assert [loading for *_, loading in shown].count("lazy") == 8
    avatar = next(source for source, name, _ in shown if name == "av")
    answer = await ann.context.request.get(avatar)
    assert answer.headers["content-type"] == "image/avif"
    # The background stands behind everything and takes no place of its own.
    behind = await page.evaluate(
        "(() => { const i = document.querySelector('.wp img'), r = i.getBoundingClientRect();"
        " return [r.width >= innerWidth, r.height >= innerHeight, document.documentElement.scrollWidth <= innerWidth];"
        "})()"
    )
    assert behind == [True, True, True]
    asked = await page.evaluate("performance.getEntriesByType('resource').map((e) => new URL(e.name).origin)")
    assert set(asked) == {ann.url}
    assert ann.complaints == []
