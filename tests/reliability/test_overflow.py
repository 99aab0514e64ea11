"""Longer than the buffers: nobody is acknowledged whose event nobody keeps, and nothing grows without end."""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Iterator

import httpx
import psutil
import psycopg
import pytest
import valkey

from nameplate.commands.folder import running
from nameplate.events import PARTITIONS, stream_key
from tests.reliability.installation import Installation, installation, sign_up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
TEXT = "x" * 200  # events of a size
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all: each test leaves it as it was, with nothing in its buffers."""
    folder = tmp_path_factory.mktemp("overflow")
    with installation(folder, trusted_proxies="127.0.0.1/32", rate_limit="1000000") as site:
        sign_up(site, "ann", ["https://ann.example/blog"])
        assert httpx.get(f"{site.url}/ann", trust_env=False).status_code == 200
        yield site


def store(site: Installation) -> valkey.Valkey:
    found = running(site.folder)
    assert found is not None
    return valkey.from_url(found.environment["NAMEPLATE_VALKEY_URL"])


def stop(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def go_on(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            continue


class Flood:
    """Beacons of 50 events each; `kept`: the campaigns that were acknowledged, `refused`: how many were not."""

    def __init__(self, site: Installation) -> None:
        self._site = site
        self.kept: set[str] = set()
        self.refused = 0

    async def pour(self, beacons: int, at_once: int = 8) -> None:
        async with httpx.AsyncClient(base_url=self._site.url, timeout=30, trust_env=False) as browser:
            turn = asyncio.Semaphore(at_once)

            async def one(name: str) -> None:
                page = f"{self._site.url}/ann?utm_campaign={name}&utm_content={TEXT}"
                events = [{"t": "view", "h": "ann", "u": page}] * 20
                async with turn:
                    answer = await browser.post("/e", json=events)  # within the time this browser waits
                assert answer.status_code in (204, 503), answer.text
                if answer.status_code == 204:
                    self.kept.add(name)
                else:
                    assert int(answer.headers["retry-after"]) > 0
                    self.refused += 1

            await asyncio.gather(*(one(f"flood-{next(NUMBERS)}") for _ in range(beacons)))


def counted(site: Installation) -> dict[str, int]:
    with psycopg.connect(site.admin_url()) as connection:
        query = "SELECT utm_campaign, count(*) FROM events WHERE utm_campaign LIKE 'flood-%' GROUP BY 1"
        return dict(connection.execute(query).fetchall())


def check(site: Installation, flood: Flood) -> None:
    """Twenty of each that was acknowledged, none of it twice."""
    deadline = time.monotonic() + 60
    while flood.kept - (rows := counted(site)).keys() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert flood.kept - rows.keys() == set()
    assert {name: number for name, number in rows.items() if number != 20} == {}


def memory(pids: list[int]) -> int:
    return sum(psutil.Process(pid).memory_info().rss for pid in pids)


async def test_with_both_stores_away_events_are_refused_and_no_memory_fills(site: Installation) -> None:
    flood = Flood(site)
    await flood.pour(20)
    assert flood.refused == 0
    web = site.pids("web")
    away = [*site.pids("valkey"), *site.pids("postgresql")]
    before = memory(web)
    stop(away)
    try:
        await flood.pour(300, at_once=40)
        page = await asyncio.to_thread(httpx.get, f"{site.url}/ann", trust_env=False, timeout=10)
        assert page.status_code == 200
    finally:
        go_on(away)
    assert flood.refused >= 250
    assert memory(web) - before < 64 * 2**20
    site.wait_until_ready()
    await flood.pour(20)
    assert len(flood.kept) >= 40, "it takes events again"
    check(site, flood)


async def test_a_valkey_without_memory_keeps_what_it_has_and_the_rest_goes_to_the_database(
    site: Installation,
) -> None:
    flood = Flood(site)
    worker, database = site.pids("worker"), list[int]()
    with store(site) as client:
        limit = client.config_get("maxmemory")["maxmemory"]
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        # Nobody counts, so the stream grows until there is no room.
        stop(worker)
        try:
            before = sum(client.xlen(stream_key(number)) for number in range(PARTITIONS))
            await flood.pour(100)
            streamed = sum(client.xlen(stream_key(number)) for number in range(PARTITIONS))
            assert streamed > before
            client.config_set("maxmemory", client.info("memory")["used_memory"] // 2)
            await flood.pour(100)
            assert flood.refused == 0
            assert sum(client.xlen(stream_key(number)) for number in range(PARTITIONS)) == streamed
            assert counted(site).keys() & flood.kept, "written straight to PostgreSQL"
            # And with PostgreSQL away as well nothing is acknowledged, and nothing that was is lost.
            database += site.pids("postgresql")
            stop(database)
            await flood.pour(40)
            assert flood.refused == 40
        finally:
            go_on([*database, *worker])
            client.config_set("maxmemory", limit)
    site.wait_until_ready()
    check(site, flood)


async def test_sigterm_with_full_buffers_loses_nothing_that_was_acknowledged(site: Installation) -> None:
    flood = Flood(site)
    worker = site.pids("worker")
    stop(worker)
    pouring = asyncio.create_task(flood.pour(3000, at_once=60))
    while len(flood.kept) < 100:
        await asyncio.sleep(0.02)
    for pid in worker:
        os.kill(pid, signal.SIGTERM)
    go_on(worker)
    os.kill(site.pids("web")[0], signal.SIGTERM)
    try:
        await pouring
    except httpx.HTTPError:
        pouring.cancel()
    await asyncio.to_thread(site.wait_until_ready)
    await asyncio.to_thread(check, site, flood)
