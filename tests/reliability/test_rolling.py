"""New processes take over from old ones while people visit, and nobody notices."""

import asyncio
import itertools
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from nameplate.settings import Settings
from tests.reliability.installation import Installation, installation, sign_up
from tests.support.programs import Program

pytestmark = pytest.mark.slow


class Load:
    """Requests on connections that are kept, and on a new one each, until it is told to stop."""

    def __init__(self, url: str, paths: list[str]) -> None:
        self._url = url
        self._paths = paths
        self._stop = False
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []
        self.events: set[str] = set()
        self._numbers = itertools.count()

    async def __aenter__(self) -> "Load":
        visitors = [self._visit(keep=number % 2 == 0) for number in range(10)]
        self._tasks = [asyncio.create_task(visit) for visit in visitors]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop = True
        await asyncio.gather(*self._tasks)

    async def _visit(self, *, keep: bool) -> None:
        limits = httpx.Limits() if keep else httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=self._url, timeout=20, trust_env=False, limits=limits
        ) as browser:
            while not self._stop:
                number = next(self._numbers)
                path = self._paths[number % len(self._paths)]
                try:
                    if path == "/e":
                        page = f"{self._url}/ann?utm_campaign=event-{number}"
                        answer = await browser.post("/e", json={"t": "view", "h": "ann", "u": page})
                        self.events.add(f"event-{number}")
                    else:
                        answer = await browser.get(path)
                except httpx.HTTPError as error:
                    self.failures.append(f"{path}: {error!r}")
                else:
                    self.answers[answer.status_code] += 1
                    if answer.status_code not in (200, 204, 302):
                        self.failures.append(f"{path}: {answer.status_code}")
                await asyncio.sleep(0.1)


async def until(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def found(site: Installation, what: str) -> set[int]:
    try:
        return set(site.pids(what))
    except psutil.Error:
        return set()


@pytest.mark.timeout(240)
async def test_a_reload_of_everything_under_load_fails_no_request(tmp_path: Path) -> None:
    with installation(tmp_path, web_processes=2, trusted_proxies="127.0.0.1/32", rate_limit="100000") as site:
        (short,) = sign_up(site, "ann", ["https://ann.example/blog"])
        before = {what: found(site, what) for what in ("web", "worker")}
        assert len(before["web"]) == 3
        async with Load(site.url, ["/ann", short, "/e", "/healthz", "/api/v1/config"]) as load:
            os.kill(site.up.pid, signal.SIGHUP)
            await until(lambda: '"event": "reloaded"' in site.log)
            await asyncio.sleep(0.5)
        assert load.failures == []
        assert load.answers[200] > 100
        for what, old in before.items():
            assert found(site, what) - old
            assert not any(psutil.pid_exists(pid) for pid in old)
        site.wait_until_ready()
        # The worker takes over the counting.
        await until(lambda: load.events <= counted(site), 30)
        # What workers count, the old one and the new one, is told by the web processes.
        metrics = await asyncio.to_thread(httpx.get, f"{site.url}/metrics", trust_env=False)
        told = re.search(r"^nameplate_events_counted_total (\S+)$", metrics.text, re.MULTILINE)
        assert told is not None
        assert float(told[1]) >= len(load.events)


def counted(site: Installation) -> set[str]:
    with psycopg.connect(site.admin_url()) as connection:
        rows = connection.execute("SELECT utm_campaign FROM events WHERE kind = 'view'").fetchall()
    assert len(rows) == len(set(rows))
    return {campaign for (campaign,) in rows}


@pytest.mark.timeout(120)
def test_serve_alone_replaces_its_processes_and_says_when_it_leaves(settings: Settings) -> None:
    """SIGHUP: one process after the other. SIGTERM: /readyz says 503 to a load balancer while people are answered."""
    with Program.serve(replace(settings, web_processes=2, drain=3)) as server:
        asyncio.run(replaced_and_left(server))
        assert server.process.exit_code == 0


async def replaced_and_left(server: Program) -> None:
    main = psutil.Process(server.process.pid)
    before = {child.pid for child in main.children()}
    async with Load(server.url, ["/healthz", "/", "/api/v1/config"]) as load:
        server.process.signal(signal.SIGHUP)
        await until(lambda: any("web processes replaced" in line for line in server.lines))
        after = {child.pid for child in main.children()}
        assert len(after) == len(before) == 2
        assert not after & before
        server.process.signal(signal.SIGTERM)
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as balancer:
            ready = await balancer.get("/readyz")
            while ready.status_code == 200:
                ready = await balancer.get("/readyz")
            assert (ready.status_code, ready.headers["connection"]) == (503, "close")
            assert ready.json()["leaving"] is True
            assert (await balancer.get("/healthz")).status_code == 200
    assert load.failures == []
    await until(lambda: not server.process.alive, 10)
