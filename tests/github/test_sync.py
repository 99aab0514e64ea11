"""What becomes of a repository, one look at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from nameplate.github.sync.clock import Clock
from nameplate.github.sync.lane import Lane
from nameplate.settings import Settings
from tests.github.scene import Workers, follow, workers
from tests.github.stand_in import GitHub

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKEN = "ghp_" + "a" * 36


class HandClock(Clock):
    """Moves when it is told to."""

    moment = START

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Scene:
    clock: HandClock
    github: GitHub
    works: Workers
    lane: Lane
    admin_url: str

    async def look(self, after: timedelta = timedelta()) -> None:
        """Let time pass, then do whatever is due."""
        self.clock.moment += after
        for _ in range(30):
            if await self.lane.step():
                return
        raise AssertionError("it never comes to rest")

    def rows(self) -> list[dict[str, Any]]:
        with psycopg.connect(self.admin_url, row_factory=psycopg.rows.dict_row) as db:
            return db.execute("SELECT * FROM github_repositories ORDER BY full_name").fetchall()

    def outcomes(self) -> list[tuple[str, int]]:
        with psycopg.connect(self.admin_url) as db:
            return db.execute("SELECT outcome, status FROM github_attempts ORDER BY at").fetchall()


@pytest.fixture(params=[TOKEN, ""], ids=["graphql", "rest"])
async def scene(request: pytest.FixtureRequest, settings: Settings, admin_url: str) -> AsyncIterator[Scene]:
    clock = HandClock()
    github = GitHub(clock)
    given = [request.param] if request.param else []
    for token in given:
        github.token(token)
    async with workers(settings, given) as works, github.client() as client:
        yield Scene(clock, github, works, await works.lane(client, clock), admin_url)
    assert github.violations == []


GRAPHQL = pytest.mark.parametrize("scene", [TOKEN], indirect=True, ids=["graphql"])


async def test_what_github_says_is_known_and_counted_by_the_day(scene: Scene) -> None:
    scene.github.add(
        "Ann", "Tool", homepage="tool.example", topics=["cli", "rust"], description="Does\x00 it "
    )
    follow(scene.admin_url, ["ann/tool"], START)
    await scene.look()
    [row] = scene.rows()
    assert (row["full_name"], row["address"], row["description"]) == ("Ann/Tool", "ann/tool", "Does it")
    assert (row["stars"], row["topics"], row["homepage"]) == (12, ["cli", "rust"], "https://tool.example")
    assert (row["language"], row["language_colour"], row["licence"]) == ("Rust", "#dea584", "MIT")
    assert START + timedelta(minutes=52) < row["due_at"] <= START + timedelta(minutes=60)
    with psycopg.connect(scene.admin_url) as db:
        assert db.execute("SELECT day, stars FROM github_stars").fetchall() == [(START.date(), 12)]


async def test_a_rename_is_followed_for_good_and_the_old_name_may_be_somebody_elses(scene: Scene) -> None:
    tool = scene.github.add("ann", "tool", stars=5)
    follow(scene.admin_url, ["ann/tool"], START)
    await scene.look()
    scene.github.rename(tool, "acme", "hammer")
    await scene.look(timedelta(hours=1))
    scene.github.add("ann", "tool", stars=900)
    await scene.look(timedelta(hours=1))
    [row] = scene.rows()
    assert (row["full_name"], row["address"], row["stars"]) == ("acme/hammer", "acme/hammer", 5)


async def test_two_names_of_one_repository_become_one_row(scene: Scene) -> None:
    tool = scene.github.add("ann", "tool")
    first = follow(scene.admin_url, ["ann/tool"], START)
    await scene.look()
    scene.github.rename(tool, "ann", "hammer")
    second = follow(scene.admin_url, ["ann/hammer"], scene.clock.moment)
    await scene.look(timedelta(hours=1))
    [row] = scene.rows()
    with psycopg.connect(scene.admin_url) as db:
        found = db.execute("SELECT account_id, repository_id FROM links").fetchall()
    assert sorted(found) == sorted([(first, row["id"]), (second, row["id"])])


async def test_a_deleted_repository_is_believed_gone_after_three_looks_and_may_come_back(
    scene: Scene,
) -> None:
    tool = scene.github.add("ann", "tool")
    follow(scene.admin_url, ["ann/tool"], START)
    await scene.look()
    scene.github.delete(tool)
    for wait, gone in ((1, False), (1, False), (2, True)):
        await scene.look(timedelta(hours=wait))
        assert (scene.rows()[0]["gone_at"] is not None) == gone
    scene.github.add("ann", "tool", stars=1)
    await scene.look(timedelta(hours=30))
    [row] = scene.rows()
    assert (row["gone_at"], row["stars"], row["misses"]) == (None, 1, 0)


async def test_what_only_the_token_may_see_is_shown_to_nobody(scene: Scene) -> None:
    scene.github.add("ann", "secret", private=True, description="The plan")
    follow(scene.admin_url, ["ann/secret"], START)
    for _ in range(3):
        await scene.look(timedelta(hours=2))
    [row] = scene.rows()
    assert (row["description"], row["synced_at"], row["gone_at"] is None) == ("", None, False)


async def test_a_repository_nobody_wants_any_more_is_not_asked_for(scene: Scene) -> None:
    scene.github.add("ann", "tool")
    follow(scene.admin_url, ["ann/tool"], START)
    with psycopg.connect(scene.admin_url) as db:
        db.execute("UPDATE github_sync_jobs SET closed = true")
    await scene.look()
    await scene.look(timedelta(days=3))
    assert scene.rows()[0]["due_at"] is None
    assert len([path for path, _ in scene.github.asked if not path.endswith("/latest")]) == 1


async def test_an_unchanged_answer_costs_no_body_and_changes_no_page(scene: Scene) -> None:
    scene.github.add("ann", "tool")
    follow(scene.admin_url, ["ann/tool"], START)
    await scene.look()
    await scene.look(timedelta(hours=1))
    again = 304 if not scene.works.settings.github_tokens else 200
    assert scene.outcomes() == [("updated", 200), ("unchanged", again)]
    assert scene.rows()[0]["changed_at"] == START


REST = pytest.mark.parametrize("scene", [""], indirect=True, ids=["rest"])


def releases(scene: Scene) -> int:
    return sum(path.endswith("/releases/latest") for path, _ in scene.github.asked)


@REST
async def test_without_a_token_the_release_is_asked_for_once_after_each_push(scene: Scene) -> None:
    tool = scene.github.add("ann", "tool", issues=0)
    scene.github.add("ann", "busy", issues=3)
    follow(scene.admin_url, ["ann/tool", "ann/busy"], START)
    await scene.look()
    known = {row["address"]: row for row in scene.rows()}
    assert {row["release"] for row in known.values()} == {"v1.0.0"}
    # REST counts pull requests among them, and only none is none of either.
    assert (known["ann/tool"]["open_issues"], known["ann/busy"]["open_issues"]) == (0, None)
    tool.release = "v2.0.0"
    tool.stars += 1
    await scene.look(timedelta(hours=1))
    assert (scene.rows()[1]["stars"], scene.rows()[1]["release"], releases(scene)) == (13, "v1.0.0", 2)
    tool.pushed_at = "2026-11-22T09:30:00Z"
    await scene.look(timedelta(hours=1))
    assert (scene.rows()[1]["release"], releases(scene)) == ("v2.0.0", 3)
    tool.release, tool.pushed_at = None, "2026-11-22T10:30:00Z"
    await scene.look(timedelta(hours=1))
    assert (scene.rows()[1]["release"], releases(scene)) == ("", 4)


@REST
async def test_when_half_of_the_hour_is_spent_releases_wait_for_the_next(scene: Scene) -> None:
    repos = [scene.github.add("ann", f"r{n:02}") for n in range(25)]
    follow(scene.admin_url, [repo.full_name for repo in repos], START, minutes=120)
    while not await scene.lane.step():
        pass
    assert all(row["synced_at"] for row in scene.rows())
    assert 10 <= releases(scene) <= 15
    for _ in range(6):
        scene.clock.moment += timedelta(hours=1)
        while not await scene.lane.step():
            pass
    assert all(row["release"] == "v1.0.0" for row in scene.rows())


@GRAPHQL
async def test_a_query_that_is_too_heavy_is_halved_until_github_manages_it(scene: Scene) -> None:
    scene.github.too_heavy = 40
    follow(scene.admin_url, [scene.github.add("ann", f"r{n}").full_name for n in range(100)], START)
    for _ in range(60):
        await scene.look(timedelta(seconds=20))
    assert all(row["synced_at"] for row in scene.rows())
    sizes = [size for _, size in scene.github.asked]
    assert sizes[:3] == [100, 50, 25]


@GRAPHQL
async def test_a_missing_repository_does_not_fail_the_others_of_its_query(scene: Scene) -> None:
    scene.github.add("ann", "one")
    scene.github.add("ann", "two")
    follow(scene.admin_url, ["ann/one", "ann/none", "ann/two"], START)
    await scene.look()
    assert sorted(outcome for outcome, _ in scene.outcomes()) == ["not-found", "updated", "updated"]


@pytest.mark.parametrize("message", ["Bad credentials", "Sorry. Your account was suspended."])
async def test_a_refused_token_is_taken_out_and_another_goes_on(
    settings: Settings, admin_url: str, message: str
) -> None:
    clock = HandClock()
    github = GitHub(clock)
    both = [TOKEN, "ghp_" + "b" * 36]
    for token in both:
        github.token(token)
    github.suspend(both[0], message)
    github.add("ann", "tool")
    follow(admin_url, ["ann/tool"], START)
    async with workers(settings, both) as works, github.client() as client:
        scene = Scene(clock, github, works, await works.lane(client, clock), admin_url)
        for _ in range(4):
            await scene.look(timedelta(hours=1))
    with psycopg.connect(admin_url) as db:
        bad = db.execute("SELECT bad, calls FROM github_tokens ORDER BY bad").fetchall()
        stored = db.execute("SELECT string_agg(t::text, '') FROM github_tokens t").fetchone()
    assert [row[0] for row in bad] == ["", message.lower()]
    assert bad[1][1] <= 1
    assert scene.rows()[0]["synced_at"] is not None
    assert not any(token in str(stored) for token in both)
    assert github.violations == []


async def test_a_killed_workers_batch_is_taken_up_by_another(scene: Scene) -> None:
    scene.github.add("ann", "tool")
    follow(scene.admin_url, ["ann/tool"], START)
    taken = await scene.lane._take()
    assert not isinstance(taken, float)
    async with scene.github.client() as client:
        other = await scene.works.lane(client, scene.clock)
        assert await other.step() > 0, "nobody asks twice for what is being asked for"
        scene.clock.moment += timedelta(seconds=91)
        await other.step()
    assert scene.rows()[0]["synced_at"] is not None
