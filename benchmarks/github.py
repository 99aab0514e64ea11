"""Days with ten thousand repositories, in minutes: what keeping them true costs, and whether they are in time.

The worker's own lanes on a real PostgreSQL and Valkey against the strict stand-in of the tests, under a clock that
jumps. At least 99 % of due syncs within their interval and a tenth while GitHub is well, 95 % while a quarter of calls
fail, and never a rule of GitHub's broken.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from nameplate.settings import Settings
from tests.github.scene import follow, late_share, workers
from tests.github.stand_in import Fault, GitHub, calm, stormy
from tests.github.virtual import VirtualClock
from tests.support.engines import TestDatabases, TestEngines

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKENS = ["ghp_" + "a" * 36, "ghp_" + "b" * 36]
LANES = 4


@dataclass(frozen=True)
class Case:
    name: str
    minutes: int
    hours: float
    fault: Callable[[], Fault]
    floor: float


CASES = [
    Case("every 15 minutes, GitHub well", 15, 24, lambda: calm, 0.99),
    Case("every 15 minutes, a quarter fails", 15, 24, lambda: stormy(0.25), 0.95),
    Case("every 6 hours, GitHub well", 360, 72, lambda: calm, 0.99),
    Case("every 6 hours, a quarter fails", 360, 72, lambda: stormy(0.25), 0.95),
]


async def live(case: Case, settings: Settings, admin_url: str, number: int, share: float) -> bool:
    clock = VirtualClock(START)
    github = GitHub(clock, fault=case.fault(), latency=2.0)
    for token in TOKENS:
        github.token(token)
    repos = [github.add(f"org-{n % 500}", f"repo-{n}") for n in range(number)]
    follow(
        admin_url,
        [repo.full_name for repo in repos],
        START,
        case.minutes,
        spread=timedelta(minutes=case.minutes),
    )
    length = timedelta(hours=case.hours * share)
    began = time.perf_counter()
    async with workers(settings, TOKENS) as works, github.client() as client:
        lanes = [await works.lane(client, clock, poll=300) for _ in range(LANES)]
        await clock.live(length, *(lane.run() for lane in lanes))
    due, on_time = late_share(github, repos, clock.now(), case.minutes)
    calls = sum(purse.calls for purse in github.purses.values())
    points = sum(purse.spent for purse in github.purses.values())
    hours = length.total_seconds() / 3600
    scale = 10_000 / number / hours
    print(
        f"{case.name:36}  in time {on_time / due:8.3%} of {due:>9,}   an hour for 10,000: {calls * scale:6.0f} calls"
        f" {points * scale:6.0f} points   violations {len(github.violations)}"
        f"   ({hours:g} h in {time.perf_counter() - began:.0f} s)",
        flush=True,
    )
    return on_time / due >= case.floor and not github.violations


def main(
    rounds: int = 0, seconds: float = 0.0, number: int = 10_000, share: float = 1.0, only: str = ""
) -> None:
    """`share`: of the time each case lives through."""
    if rounds:
        number, share = 1000, 0.125
    # A quarter of calls fails on purpose: nobody reads of each.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engines = TestEngines()
    failed = []
    try:
        databases = TestDatabases(engines.addresses, "bench")
        for case in [case for case in CASES if only in case.name]:
            with databases.fresh() as url:
                given = engines.addresses
                settings = Settings(
                    data_dir=Path(tempfile.gettempdir()),
                    database_url=url,
                    valkey_url=given.valkey_url,
                    s3_endpoint=given.s3_endpoint,
                    secret_key=given.secret_key,
                )
                good = asyncio.run(live(case, settings, databases.admin_url(url), number, share))
                failed += [] if good else [case.name]
        databases.close()
    finally:
        engines.stop()
    if failed:
        raise SystemExit(f"below the floor: {', '.join(failed)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000, help="repositories")
    parser.add_argument("--share", type=float, default=1.0, help="of the time each case lives through")
    parser.add_argument("--only", default="", help="cases with these words in their name")
    given = parser.parse_args()
    main(number=given.number, share=given.share, only=given.only)
