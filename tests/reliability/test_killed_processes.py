"""Acknowledged means counted, exactly once, whichever process is killed at whichever moment."""

import asyncio
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.reliability.installation import Installation, installation, sign_up
from tests.reliability.traffic import Traffic

EVENTS = 2000
# In this order: the process that answers requests, its parent, the consumer, and both stores.
VICTIMS = ["web child", "web", "worker", "valkey", "postgresql", "worker", "valkey", "postgresql"]

PLAIN_TOTALS = """
    SELECT day, count(*) FILTER (WHERE kind = 'view' AND bot IS NULL),
        count(DISTINCT visitor) FILTER (WHERE kind IN ('view', 'click') AND bot IS NULL),
        count(*) FILTER (WHERE kind = 'click' AND bot IS NULL),
        count(*) FILTER (WHERE kind IN ('view', 'click') AND bot IS NOT NULL)
    FROM events GROUP BY day ORDER BY day
"""
ROLLED_UP_TOTALS = "SELECT day, views, visitors, clicks, bots FROM daily_totals ORDER BY day"
PLAIN_LINKS = """
    SELECT day, link_id, count(*), count(DISTINCT visitor) FROM events WHERE kind = 'click' AND bot IS NULL
    GROUP BY day, link_id ORDER BY day, link_id
"""
ROLLED_UP_LINKS = "SELECT day, link_id, clicks, visitors FROM daily_links ORDER BY day, link_id"
PLAIN_VISITORS = """
    SELECT day, visitor, count(*) FILTER (WHERE kind = 'view'), count(*) FILTER (WHERE kind = 'click') FROM events
    WHERE kind IN ('view', 'click') AND bot IS NULL GROUP BY day, visitor ORDER BY day, visitor
"""
ROLLED_UP_VISITORS = "SELECT day, visitor, views, clicks FROM visitor_days ORDER BY day, visitor"


def ask(site: Installation, sql: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(site.admin_url()) as connection:
        return connection.execute(sql).fetchall()


def stored(site: Installation) -> Counter[str]:
    return Counter(dict(ask(site, "SELECT utm_campaign, count(*) FROM events GROUP BY utm_campaign")))


def kill_each(site: Installation) -> None:
    """One after another, each once everything stands again."""
    for victim in VICTIMS:
        what, _, child = victim.partition(" ")
        pids = site.pids(what)
        assert pids, f"{what} is not running"
        site.kill(pids[1] if child else pids[0])
        time.sleep(0.3)  # the death is noticed before the next look
        site.wait_until_ready()
        deadline = time.monotonic() + 20
        while not site.pids(what):
            assert time.monotonic() < deadline, f"{what} was not started again"
            time.sleep(0.05)
        time.sleep(1.0)


def wait_until_counted(site: Installation, campaigns: set[str]) -> Counter[str]:
    deadline = time.monotonic() + 40
    while True:
        rows = stored(site)
        if campaigns <= rows.keys() or time.monotonic() > deadline:
            return rows
        time.sleep(0.3)


def unacknowledged(site: Installation) -> int:
    """Clicks that were redirected although no store took them: the server says so itself."""
    text = httpx.get(f"{site.url}/metrics", trust_env=False).text
    found = re.search(r"^nameplate_clicks_unacknowledged_total (\S+)$", text, re.MULTILINE)
    return int(float(found[1])) if found else 0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_acknowledged_event_is_counted_once_while_each_process_is_killed(tmp_path: Path) -> None:
    # pytest makes its folder for its own user only; PostgreSQL runs as another one when we are root.
    with installation(tmp_path, trusted_proxies="127.0.0.1/32") as site:
        links = sign_up(
            site, "ann", ["https://ann.example/blog", "https://github.com/ann", "https://ann.example/cv.pdf"]
        )
        traffic = Traffic(site, "ann", links)
        killing = asyncio.create_task(asyncio.to_thread(kill_each, site))
        await traffic.run(lambda: killing.done() and traffic.sent >= EVENTS)
        await killing
        acknowledged = traffic.views.acknowledged | traffic.clicks.acknowledged
        rows = await asyncio.to_thread(wait_until_counted, site, acknowledged)

        assert traffic.sent >= EVENTS
        # The server was there for most of the time, or the rest of this test says little.
        assert len(acknowledged) > 0.8 * traffic.sent, Counter(traffic.views.failed.values())
        assert {campaign: times for campaign, times in rows.items() if times != 1} == {}
        assert traffic.views.acknowledged - rows.keys() == set()
        assert len(traffic.clicks.acknowledged - rows.keys()) <= unacknowledged(site)
        assert rows.keys() <= acknowledged | traffic.views.failed.keys() | traffic.clicks.failed.keys()

        assert ask(site, ROLLED_UP_TOTALS) == ask(site, PLAIN_TOTALS) != []
        assert ask(site, ROLLED_UP_LINKS) == ask(site, PLAIN_LINKS) != []
        assert ask(site, ROLLED_UP_VISITORS) == ask(site, PLAIN_VISITORS) != []


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_sigterm_leaves_no_process_and_data_survives(tmp_path: Path) -> None:
    with installation(tmp_path) as site:
        sign_up(site, "ann", ["https://ann.example/blog"])
        processes = site.everything()
        started = time.monotonic()
        site.up.signal(15)
        while site.up.alive:
            assert time.monotonic() - started < 10, "it must stop within ten seconds"
            time.sleep(0.05)
        assert site.up.exit_code == 0
        assert [
            process for process in processes if process.is_running() and process.status() != "zombie"
        ] == []
    with installation(tmp_path) as site:
        assert httpx.get(f"{site.url}/ann", trust_env=False).status_code == 200
