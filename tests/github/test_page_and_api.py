"""A project as Ann and Vic see it, from the address she pastes to the card on her page."""

import asyncio
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from nameplate.app import App
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.github.scene import Workers, workers
from tests.github.stand_in import GitHub
from tests.support.api import Api

ALL = "/api/v1/links"


@pytest.fixture
async def github() -> GitHub:
    return GitHub(Clock())


@pytest.fixture
async def works(settings: Settings, github: GitHub) -> AsyncIterator[Workers]:
    async with workers(settings, []) as works:
        yield works


async def sync(works: Workers, github: GitHub) -> None:
    """What the worker does within a second or two."""
    async with github.client() as client:
        lane = await works.lane(client, github.time)  # type: ignore[arg-type]
        while not await lane.step():
            pass


async def page(api: Api) -> str:
    return (await api.get(f"/{api.handle}")).text


async def page_without(api: Api, old: str) -> str:
    """The page once the message that it changed has arrived."""
    async with asyncio.timeout(20):
        while old in (text := await page(api)):
            await asyncio.sleep(0.02)
    return text


@pytest.mark.parametrize(
    "spelling",
    [
        "https://github.com/Acme/Tool", "github.com/acme/tool/", "http://www.github.com/acme/tool.git",
        "git@github.com:acme/tool.git", "ssh://git@github.com/acme/tool", "git+https://github.com/acme/tool.git",
        "https://github.com/acme/tool/tree/main/docs?tab=readme#install", "git://github.com/acme/tool.git",
    ],
)  # fmt: skip
async def test_any_spelling_of_a_repository_becomes_a_project(ann: Api, spelling: str) -> None:
    link = (await ann.post(ALL, {"url": spelling})).json()
    assert link["kind"] == "project"
    found = (await ann.get(f"{ALL}/{link['id']}/sync")).json()
    assert (found["project"]["full_name"].lower(), found["state"]) == ("acme/tool", "syncing")


@pytest.mark.parametrize(
    "other", ["https://github.com/acme", "https://github.com/sponsors/acme", "https://x.example/a/b"]
)
async def test_what_is_no_repository_has_no_sync(ann: Api, other: str) -> None:
    link = (await ann.post(ALL, {"url": other})).json()
    assert (await ann.get(f"{ALL}/{link['id']}/sync")).status_code == 404


async def test_the_page_shows_the_project_now_and_what_is_known_of_it_once_it_is(
    ann: Api, works: Workers, github: GitHub, admin_url: str
) -> None:
    tool = github.add(
        "acme", "tool", stars=4812, homepage="https://tool.example", description="Makes <b>things</b>"
    )
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    before = await page(ann)
    assert "acme/tool" in before
    assert "stars" not in before
    await sync(works, github)
    after = await page_without(ann, "<small>acme/tool")
    assert "Makes &lt;b&gt;things" in after
    for shown in (
        "4.8k",
        "Rust",
        "#dea584",
        "MIT",
        "#cli",
        'href="https://tool.example"',
        "Updated Nov 2026",
    ):
        assert shown in after
    found = (await ann.get(f"{ALL}/{link['id']}/sync")).json()
    assert (found["state"], found["project"]["stars"]) == ("fresh", 4812)
    assert [attempt["outcome"] for attempt in found["attempts"]] == ["updated"]
    github.delete(tool)
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE github_repositories SET misses = 2, due_at = now() - interval '1 min'")
    await sync(works, github)
    gone = await page_without(ann, "4.8k")
    assert "acme/tool" in gone
    assert (await ann.get(f"{ALL}/{link['id']}/sync")).json()["state"] == "not-found"


async def test_ann_chooses_how_often_pauses_and_asks_now_but_not_all_the_time(
    ann: Api, works: Workers, github: GitHub
) -> None:
    github.add("acme", "tool")
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    await sync(works, github)
    path = f"{ALL}/{link['id']}/sync"
    assert (await ann.get(path)).json()["interval_minutes"] == 360
    assert (await ann.put("/api/v1/github", {"interval_minutes": 720})).status_code == 200
    assert (await ann.get(path)).json()["interval_minutes"] == 720
    changed = (await ann.put(path, {"interval_minutes": 15})).json()
    assert (changed["interval_minutes"], changed["own_interval"]) == (15, True)
    due = datetime.fromisoformat(changed["next_run"])
    assert due < datetime.now(UTC) + timedelta(minutes=15)
    assert (await ann.put(path, {"interval_minutes": 5})).status_code in (400, 422)
    assert (await ann.put(path, {"paused": True})).json()["state"] == "paused"
    assert (await ann.post(path)).status_code == 422
    assert (await ann.put(path, {"paused": False, "interval_minutes": None})).json()[
        "interval_minutes"
    ] == 720
    assert (await ann.post(path)).status_code == 202
    again = await ann.post(path)
    assert again.status_code == 429
    assert 0 < int(again.headers["retry-after"]) <= 61
    await sync(works, github)
    assert (await ann.get(path)).json()["state"] == "fresh"


async def test_ben_sees_and_changes_nothing_of_anns_projects(ann: Api, ben: Api) -> None:
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    path = f"{ALL}/{link['id']}/sync"
    for answer in (await ben.get(path), await ben.put(path, {"paused": True}), await ben.post(path)):
        assert answer.status_code == 404
    assert (await ben.get("/api/v1/github")).json()["rows"] == []
    assert len((await ann.get("/api/v1/github")).json()["rows"]) == 1
    assert (await ann.get(path)).json()["paused"] is False


async def test_a_deleted_link_is_not_followed_and_undo_brings_its_settings_back(ann: Api) -> None:
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    await ann.put(f"{ALL}/{link['id']}/sync", {"interval_minutes": 30})
    await ann.delete(f"{ALL}/{link['id']}")
    assert (await ann.get("/api/v1/github")).json()["rows"] == []
    await ann.post(f"{ALL}/{link['id']}/restore")
    [row] = (await ann.get("/api/v1/github")).json()["rows"]
    assert (row["interval_minutes"], row["own_interval"]) == (30, True)
    await ann.patch(f"{ALL}/{link['id']}", {"url": "https://example.org"})
    await ann.patch(f"{ALL}/{link['id']}", {"kind": "website"})
    assert (await ann.get("/api/v1/github")).json()["rows"] == []


async def test_while_github_is_away_owners_are_told_until_when_and_adding_goes_on(
    ann: Api, works: Workers, github: GitHub, admin_url: str
) -> None:
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE github_circuit SET failures = 9, rests_until = now() + interval '10 min'")
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    found = (await ann.get(f"{ALL}/{link['id']}/sync")).json()
    assert found["state"] == "waiting"
    until = datetime.fromisoformat(found["waiting_until"])
    assert timedelta(minutes=9) < until - datetime.now(UTC) <= timedelta(minutes=10)
    assert (await ann.get(f"/{ann.handle}/{link['slug']}")).status_code == 302


async def test_readme_cards_are_safe_small_and_cacheable(
    app: App, ann: Api, works: Workers, github: GitHub
) -> None:
    github.add("acme", "tool", description="</text><script>alert(1)</script> & more", stars=4812)
    link = (await ann.post(ALL, {"url": "github.com/acme/tool"})).json()
    await ann.patch("/api/v1/profile", {"display_name": "Ann <Lee>", "bio": 'She "codes"'})
    await sync(works, github)
    app.pages.missed()
    for path in (f"/{ann.handle}/cards/{link['slug']}.svg", f"/{ann.handle}/card.svg"):
        bodies = set()
        for theme in ("", "?theme=light", "?theme=dark", "?theme=<x>"):
            answer = await ann.get(path + theme)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/svg+xml"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
            names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer.text).iter()}  # noqa: S314
            assert names <= {"svg", "title", "style", "rect", "text", "circle", "path"}
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
            bodies.add(answer.text)
            again = await ann.get(path + theme, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
        assert len(bodies) == 3
    card = (await ann.get(f"/{ann.handle}/cards/{link['slug']}.svg")).text
    assert "4.8k" in card
    assert "&lt;script&gt;" in card
    assert (await ann.get(f"/{ann.handle}/cards/none.svg")).status_code == 404
