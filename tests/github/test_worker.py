"""The real worker process, the real page, and a GitHub on a port of this machine."""

import time
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.github.scene import follow
from tests.github.served import served
from tests.github.stand_in import GitHub
from tests.support.programs import Program

TOKEN = "ghp_" + "a" * 36


def wait_for(what: Callable[[], bool], program: Program, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "\n".join(program.lines)
        time.sleep(0.05)


@pytest.mark.slow
def test_a_worker_killed_in_mid_batch_leaves_nothing_stuck(settings: Settings, admin_url: str) -> None:
    github = GitHub(Clock(), latency=3.0)
    github.token(TOKEN)
    names = [github.add("ann", f"repo-{n}").full_name for n in range(150)]
    follow(admin_url, names, github.time.now())

    def number(query: str) -> int:
        with psycopg.connect(admin_url) as db:
            row = db.execute(query).fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0

    with served(github) as api:
        settings = replace(settings, github_api_url=api, github_tokens=(TOKEN,))
        with Program.work(settings) as first:
            wait_for(lambda: github.purses[TOKEN].busy, first)
            first.process.kill_group()
        assert number("SELECT count(*) FROM github_repositories WHERE lease_until > now()") == 100
        with Program.work(settings) as second:
            wait_for(lambda: not github.purses[TOKEN].busy, second)
            github.latency = 0.1
            # A lease is shorter than anybody's patience, but longer than this test's.
            with psycopg.connect(admin_url) as db:
                db.execute("UPDATE github_repositories SET lease_until = now()")
                db.execute("UPDATE github_tokens SET lease_until = now()")
            wait_for(
                lambda: number("SELECT count(*) FROM github_repositories WHERE synced_at IS NULL") == 0,
                second,
            )
            assert not [line for line in second.lines if TOKEN in line]
    assert github.violations == []
