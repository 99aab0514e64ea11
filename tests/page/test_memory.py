"""What pages hold of the memory of a web process is what is counted, so that the bound is one."""

import asyncio
import gc
import random
import string
import tracemalloc
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest

from nameplate.app import App
from nameplate.page.cache import PageCache
from nameplate.page.entry import Entry, make_entry
from nameplate.page.queries import PageRow
from tests.support.api import Api, browser

PAGES = 12
_chance = random.Random(1)


def words(number: int) -> str:
    letters = string.ascii_lowercase
    return " ".join("".join(_chance.choices(letters, k=_chance.randint(3, 9))) for _ in range(number))


def page_row(links: int) -> bytes:
    """As the database gives it: every text an object of its own."""
    rows = [
        {
            "id": str(uuid4()),
            "title": words(3),
            "url": f"https://{words(1)}.example/{words(1)}",
            "slug": f"s{number}",
            "kind": "project" if number % 3 == 0 else "website",
        }
        for number in range(links)
    ]
    return msgspec.json.encode(
        {
            "account_id": UUID(int=_chance.getrandbits(128)),
            "handle": "ann-lee",
            "display_name": words(2),
            "bio": words(25),
            "theme": "paper",
            "timezone": "UTC",
            "privacy_signals": "anonymous",
            "count_own_visits": True,
            "updated_at": datetime.now(UTC),
            "avatar": None,
            "background": None,
            "favicon": None,
            "links": rows,
        }
    )


def made(row: bytes) -> Entry:
    return make_entry(
        msgspec.json.decode(row, type=PageRow), "ann-lee", base_url="https://x.example", secure=True
    )


@pytest.mark.parametrize("links", [0, 12, 200])
@pytest.mark.parametrize("cards", [False, True], ids=["page", "page and cards"])
def test_an_entry_counts_the_memory_it_holds_within_a_tenth(links: int, cards: bool) -> None:
    made(page_row(links)).make_card("qr.svg", "")  # what is loaded once
    rows = [page_row(links) for _ in range(PAGES)]
    tracemalloc.start(1)
    try:
        before, _ = tracemalloc.get_traced_memory()
        entries = [made(row) for row in rows]
        if cards:
            for entry in entries:
                for theme in ("light", "dark"):
                    assert entry.make_card("card.svg", theme)
                assert entry.make_card("qr.svg", "")
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert sum(entry.size for entry in entries) == pytest.approx(held, rel=0.1)


async def test_cards_that_somebody_asks_for_count_and_go_with_their_page(app: App, ann: Api) -> None:
    await ann.post("/api/v1/links", {"url": "https://github.com/octocat/hello-world"})
    pages = PageCache(app.db, app.cache, base_url="http://x.example", secure=False)
    entry = await pages.get("ann-lee")
    alone = pages._size
    assert entry.make_card("card.svg", "dark")
    assert pages._size > alone
    assert pages._size == entry.size
    entry.forget_cards()
    assert pages._size == alone
    pages.changed("ann-lee", gone=True)
    assert pages._size == 0
    entry.make_card("card.svg", "dark")  # by somebody who still has it
    assert pages._size == 0


async def test_cards_of_one_page_push_out_others_that_were_not_used(app: App, ann: Api) -> None:
    from tests.support.api import sign_up

    await sign_up(app, "ben-ray")
    pages = PageCache(app.db, app.cache, base_url="http://x.example", secure=False)
    for handle in ("ben-ray", "ann-lee"):
        await pages.get(handle)
    pages._budget = pages._size + 1000
    assert list(pages._entries) == ["ben-ray", "ann-lee"]
    (await pages.get("ann-lee")).make_card("qr.svg", "")
    assert list(pages._entries) == ["ann-lee"]
    assert pages._size <= pages._budget
    assert (await browser(app).get("/ben-ray")).status_code == 200


async def test_what_is_let_go_is_gone_at_once_and_not_when_garbage_is_looked_for(app: App, ann: Api) -> None:
    from tests.support.api import sign_up

    names = ["ann-lee", "ben-ray", "cat-doe", "dan-fox"]
    for name in names[1:]:
        await sign_up(app, name)
    pages = PageCache(app.db, app.cache, base_url="http://x.example", secure=False, budget=1)
    gc.collect()
    before = living()
    gc.disable()
    try:
        for name in names * 3:
            (await pages.get(name)).make_card("card.svg", "dark")
        await asyncio.sleep(0)  # the task that read the last one ends
        assert len(pages._entries) == 1
        assert living() - before == 1
    finally:
        gc.enable()


def living() -> int:
    return sum(isinstance(found, Entry) for found in gc.get_objects())
