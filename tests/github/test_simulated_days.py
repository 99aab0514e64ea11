"""Hours with many repositories and several workers: nothing GitHub forbids, and everything in time."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from nameplate.settings import Settings
from tests.github.scene import follow, late_share, workers
from tests.github.stand_in import Fault, GitHub, calm, stormy
from tests.github.virtual import VirtualClock

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKENS = ["ghp_" + "a" * 36, "ghp_" + "b" * 36]


@pytest.mark.parametrize(
    ("fault", "share"), [(calm, 0.99), (stormy(0.25), 0.95)], ids=["calm", "a-quarter-fails"]
)
async def test_two_workers_keep_hundreds_true_for_hours_and_break_no_rule(
    settings: Settings, admin_url: str, fault: Fault, share: float
) -> None:
    clock = VirtualClock(START)
    github = GitHub(clock, fault=fault, latency=1.5)
    for token in TOKENS:
        github.token(token)
    repos = [github.add("ann", f"repo-{n}") for n in range(600)]
    follow(admin_url, [repo.full_name for repo in repos], START, minutes=60, spread=timedelta(minutes=60))
    async with workers(settings, TOKENS) as works, github.client() as client:
        lanes = [await works.lane(client, clock, poll=600) for _ in range(3)]
        await clock.live(timedelta(hours=8), *(lane.run() for lane in lanes))
    assert github.violations == []
    due, on_time = late_share(github, repos, clock.now(), 60)
    assert due >= 600 * 7
    assert on_time / due >= share
    calls = sum(purse.calls for purse in github.purses.values())
    if fault is calm:
        # A twenty-fifth of an hour holds 24 of them, all of which go together.
        assert calls <= 8 * 26
    with psycopg.connect(admin_url) as db:
        assert db.execute("SELECT count(*) FROM github_repositories WHERE synced_at IS NULL").fetchone() == (
            0,
        )
        assert db.execute("SELECT count(*) > 4000 FROM github_attempts").fetchone() == (True,)


async def test_without_a_token_the_sixty_requests_of_an_hour_are_kept_and_spent_on_news(
    settings: Settings, admin_url: str
) -> None:
    clock = VirtualClock(START)
    github = GitHub(clock, latency=0.4)
    # What sixty an hour are enough for: all at once, releases, and who is due again a little early.
    repos = [github.add("ann", f"repo-{n}") for n in range(24)]
    follow(admin_url, [repo.full_name for repo in repos], START, minutes=60)
    async with workers(settings, []) as works, github.client() as client:
        lanes = [await works.lane(client, clock, poll=600) for _ in range(2)]
        await clock.live(timedelta(hours=6), *(lane.run() for lane in lanes))
    assert github.violations == []
    due, on_time = late_share(github, repos, clock.now(), 60)
    assert on_time / due >= 0.99


async def test_hours_without_github_cost_a_few_calls_and_lose_nothing(
    settings: Settings, admin_url: str
) -> None:
    clock = VirtualClock(START)
    github = GitHub(clock, latency=1.0)
    github.token(TOKENS[0])
    repos = [github.add("ann", f"repo-{n}") for n in range(300)]
    follow(admin_url, [repo.full_name for repo in repos], START, minutes=15, spread=timedelta(minutes=15))
    async with workers(settings, TOKENS[:1]) as works, github.client() as client:
        lanes = [await works.lane(client, clock, poll=600) for _ in range(2)]
        await clock.live(timedelta(minutes=30), *(lane.run() for lane in lanes))
        github.down = True
        before = github.purses[TOKENS[0]].calls
        await clock.live(timedelta(hours=4), *(lane.run() for lane in lanes))
        tries = github.purses[TOKENS[0]].calls - before
        assert 5 <= tries <= 45, "growing pauses, and still looking"
        with psycopg.connect(admin_url) as db:
            kept = db.execute("SELECT count(*) FROM github_repositories WHERE stars = 12").fetchone()
        assert kept == (300,), "what was known is still shown"
        github.down = False
        back = clock.now()
        await clock.live(timedelta(minutes=45), *(lane.run() for lane in lanes))
    assert github.violations == []
    assert all(github.seen[repo.node_id][-1] > back for repo in repos)
