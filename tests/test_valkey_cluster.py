"""The application on a Valkey Cluster of three servers: everything works, and no command asks for two slots."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import valkey
from valkey.exceptions import ValkeyClusterException

from nameplate.analytics.consume import consume
from nameplate.app import App
from nameplate.cache import Cache
from nameplate.cluster import ClusterClient
from nameplate.db import SystemDatabase
from nameplate.events import PARTITIONS, Event, EventStream, stream_key
from nameplate.http import rate_limit_scripts
from nameplate.http.rate_limit_budgets import Budget
from nameplate.http.rate_limit_history import History
from nameplate.http.rate_limit_valkey import SharedWindows
from nameplate.ids import new_id
from nameplate.limits.jobs import keep_usage
from nameplate.settings import Settings
from tests.support.api import Api, browser, sign_up
from tests.support.valkey_cluster import ValkeyCluster, valkey_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[ValkeyCluster]:
    with valkey_cluster() as cluster:
        yield cluster


@pytest.fixture
def settings(settings: Settings, cluster: ValkeyCluster) -> Settings:
    cluster.everywhere("FLUSHALL")
    cluster.everywhere("CONFIG", "RESETSTAT")
    return replace(settings, valkey_url=cluster.url)


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann-lee")


@pytest.fixture
def misled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands the client did not send, because they name keys of several slots or none."""
    found: list[str] = []
    determine = ClusterClient._determine_slot

    async def noting(self: ClusterClient, command: str, *words: Any) -> int:
        try:
            return await determine(self, command, *words)
        except ValkeyClusterException as error:
            found.append(f"{command} {words!r:.200}: {error}")
            raise

    monkeypatch.setattr(ClusterClient, "_determine_slot", noting)
    return found


async def test_a_command_over_two_slots_would_be_noticed(cluster: ValkeyCluster, misled: list[str]) -> None:
    async with Cache(Settings(valkey_url=cluster.url)) as cache:
        with pytest.raises(ValkeyClusterException):
            await cache.client.execute_command("EVAL", "return 1", 2, "np:{a}:1", "np:{b}:1")  # type: ignore[no-untyped-call]
        with cluster.node(0) as node, pytest.raises(valkey.ResponseError):
            node.execute_command("EVAL", "return 1", 2, "np:{a}:1", "np:{b}:1")
    assert len(misled) == 1
    assert "CROSSSLOT" in refusals(cluster)


def refusals(cluster: ValkeyCluster) -> set[str]:
    """The kinds of errors the servers gave."""
    return {
        name.removeprefix("errorstat_")
        for info in cluster.everywhere("INFO", "errorstats")
        for name in info
        if name.startswith("errorstat_")
    }


def asked(cluster: ValkeyCluster) -> set[str]:
    """The commands the servers were given."""
    return {
        name.removeprefix("cmdstat_")
        for info in cluster.everywhere("INFO", "commandstats")
        for name in info
        if name.startswith("cmdstat_")
    }


async def until(happened: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not (await happened()):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)


async def test_pages_events_limits_and_log_in_work_and_every_command_stays_in_one_slot(
    misled: list[str], app: App, settings: Settings, cluster: ValkeyCluster, ann: Api, admin_url: str
) -> None:
    assert not app.limits.windows.alone, "requests are counted by the cluster"
    link = await ann.post("/api/v1/links", {"url": "https://ann.example/blog", "title": "Blog"})
    vic = browser(app, "198.51.100.9")
    assert "Blog" in (await vic.get("/ann-lee")).text
    changed = await ann.patch(f"/api/v1/links/{link.json()['id']}", {"title": "Diary"})
    assert changed.status_code == 200
    assert "Diary" in (await vic.get("/ann-lee")).text
    assert (await vic.get(f"/ann-lee/{link.json()['slug']}")).status_code == 302
    event = {"t": "view", "h": "ann-lee", "u": f"{settings.base_url}/ann-lee"}
    assert (await vic.post("/e", event)).status_code == 204
    again = browser(app)
    account = {"login": "ann-lee@example.org", "password": "correct horse battery staple"}
    assert (await again.post("/api/v1/sessions", account)).status_code in {200, 201}
    report = {"csp-report": {"document-uri": f"{settings.base_url}/ann-lee", "blocked-uri": "inline"}}
    report["csp-report"]["effective-directive"] = "script-src"
    assert (await vic.post("/api/v1/csp-reports", report)).status_code == 204
    assert (await vic.get("/readyz")).json()["engines"]["valkey"]["ok"]
    await app.tally.flush()

    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        stop = asyncio.Event()
        consumer = asyncio.create_task(consume(settings, system, cache.client, stop))
        try:
            await until(lambda: counted(admin_url, 2))
        finally:
            stop.set()
            await consumer
        await keep_usage(type("Services", (), {"system": system, "cache": cache}))  # type: ignore[arg-type]
        await every_script_over_several_slots(cache)

    assert app.cache.listening, "changes of pages are heard"
    assert not app.limits.windows.alone
    assert misled == []
    assert refusals(cluster) <= {"NOSCRIPT", "MOVED"}
    assert {"evalsha", "xadd", "xrange", "xtrim", "xread", "hincrby", "xdel"} <= asked(cluster)


async def counted(admin_url: str, events: int) -> bool:
    async with await psycopg.AsyncConnection.connect(admin_url) as connection:
        row = await (await connection.execute("SELECT sum(views + clicks) FROM daily_totals")).fetchone()
    return row == (events,)


async def every_script_over_several_slots(cache: Cache) -> None:
    """Each script of the limits, with names that belong to all of their slots."""
    windows = SharedWindows(cache.client, slack=0.0)
    budget = Budget("cluster", 5)
    names = [bytes([65 + number]) * 9 for number in range(16)]
    for _ in range(2):
        assert all(verdict.allowed for verdict in await windows.take([(name, budget) for name in names]))
    await windows.give_back(names[0])
    history = History(60.0)
    for name in names:
        history.note(name, 5.0)
    await windows.tell([history], 0.0, 10.0)
    verdicts = await windows.take([(name, budget) for name in names])
    assert [verdict.left for verdict in verdicts] == [2, *[1] * 15]
    run_ids, processes, key = await windows.beat("test")
    assert (len(run_ids.split()), processes >= 1, len(key)) == (3, True, 32)
    await windows.close()
    scripts = {name for name in vars(rate_limit_scripts) if name.isupper()}
    assert scripts == {"TAKE", "TELL", "GIVE_BACK", "BEAT"}, "a new script is tried here as well"


async def test_events_go_on_when_a_third_of_the_cluster_is_away(cluster: ValkeyCluster) -> None:
    """Those of the missing node's partitions go to PostgreSQL; the others stay with Valkey."""
    cluster.everywhere("FLUSHALL")
    for number in range(3):
        with cluster.node(number) as node:
            node.config_set("cluster-require-full-coverage", "no")
    written: list[int] = []

    async def direct(batches: Any) -> None:
        written.append(sum(len(batch.events) for batch in batches))

    async with Cache(Settings(valkey_url=cluster.url)) as cache:
        stream = EventStream(cache.client, direct)
        everybody = [an_event(number) for number in range(PARTITIONS)]
        await stream.add(everybody)
        assert written == []
        lengths = [await cache.client.xlen(stream_key(number)) for number in range(PARTITIONS)]
        assert lengths == [1] * PARTITIONS
        victim = node_of(cluster, stream_key(0))
        lost = sum(node_of(cluster, stream_key(number)) == victim for number in range(PARTITIONS))
        cluster.processes[victim].signal(9)
        await stream.add(everybody)
        assert sum(written) in {lost, PARTITIONS}, "at most everything of that moment went the other way"
        await stream.close()


def an_event(partition: int) -> Event:
    from datetime import UTC, datetime

    account = new_id()
    while account.int % PARTITIONS != partition:
        account = new_id()
    return Event(account_id=account, at=datetime.now(UTC), kind="view")


def node_of(cluster: ValkeyCluster, key: str) -> int:
    for number in range(len(cluster.ports)):
        with cluster.node(number) as node, suppress(valkey.ResponseError):
            node.exists(key)
            return number
    raise AssertionError(key)
