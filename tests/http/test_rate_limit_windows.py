"""The window itself, on a real Valkey: exact, shared, and still a limit when Valkey is away."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import valkey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valkey.asyncio import Valkey

from nameplate.engines.process import Process, free_port
from nameplate.engines.secrets import load_secrets
from nameplate.engines.valkey import Valkey as Engine
from nameplate.http.rate_limit_budgets import Budget
from nameplate.http.rate_limit_history import History
from nameplate.http.rate_limit_scripts import TAKE
from nameplate.http.rate_limit_windows import Windows
from tests.analytics.proxy import Proxy

VIC = b"a hash of Vic's address"
SECOND = 1_000_000


def worst_window(spans: Sequence[tuple[float, float]], window: float) -> int:
    """The most that were let through within any `window`, of which is known when they asked and were answered.

    Only what was surely within it counts: on a loaded machine an answer is read long after it was given.
    """
    return max(
        (
            sum(start <= asked and answered < start + window for asked, answered in spans)
            for start, _ in spans
        ),
        default=0,
    )


@asynccontextmanager
async def processes(url: str, number: int) -> AsyncIterator[list[Windows]]:
    """As many as there are web processes, each with a connection of its own."""
    async with AsyncExitStack() as stack:
        clients = [Valkey.from_url(url, socket_timeout=1.5, socket_connect_timeout=1) for _ in range(number)]
        for client in clients:
            stack.push_async_callback(client.aclose)
        made = [Windows(client, processes=number, slack=0.0) for client in clients]
        for windows in made:
            await stack.enter_async_context(windows)
        yield made


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[tuple[Proxy, str]]:
    parts = urlsplit(url)
    async with Proxy(parts.hostname or "", parts.port or 0) as proxy:
        netloc = parts.netloc.replace(f":{parts.port}", f":{proxy.port}")
        yield proxy, urlunsplit(parts._replace(netloc=netloc))


async def start(process: Process, engine: Engine) -> None:
    process.start()
    async with asyncio.timeout(20):
        while not await engine.ready():
            await asyncio.sleep(0.02)


async def until(windows: Sequence[Windows], *, alone: bool) -> None:
    async with asyncio.timeout(20):
        while any(one.alone != alone for one in windows):
            await asyncio.sleep(0.01)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 7),
    window=st.integers(1, 50),
    pauses=st.lists(st.integers(0, 30), max_size=80),
)
def test_the_script_lets_through_exactly_what_a_moving_window_does(
    valkey_url: str, limit: int, window: int, pauses: list[int]
) -> None:
    script = TAKE.replace("redis.call('TIME')", "{0, ARGV[4]}")
    assert script != TAKE
    let_through: list[int] = []
    # Keys expire by the real clock, so that a second here has to be one there.
    window *= SECOND
    now = SECOND
    with valkey.from_url(valkey_url) as client:
        client.flushdb()
        for pause in pauses:
            now += pause * SECOND
            answer = client.eval(script, 2, "{x}new", "{x}key", limit, window, 1000, now)
            left, wait = map(int, answer.split())
            recent = [at for at in let_through if at > now - window]
            assert (left >= 0) == (len(recent) < limit)
            if left >= 0:
                assert left == limit - len(recent) - 1
                let_through.append(now)
            else:
                assert wait == recent[-limit] + window - now, "Retry-After is true"
    assert worst_window([(at, at) for at in let_through], window) <= limit


async def test_no_window_gets_more_than_the_limit_however_bursts_are_timed(valkey_url: str) -> None:
    budget = Budget("test", 20, 0.5)
    let_through: list[tuple[float, float]] = []

    async def ask(windows: Windows) -> None:
        asked = time.monotonic()
        if (await windows.take(VIC, budget)).allowed:
            let_through.append((asked, time.monotonic()))

    async with processes(valkey_url, 3) as made:
        start = time.monotonic()
        for moment in (0.0, 0.1, 0.24, 0.26, 0.49, 0.51, 0.55, 0.74, 0.76, 0.99, 1.01, 1.1, 1.3, 1.6):
            await asyncio.sleep(start + moment - time.monotonic())
            await asyncio.gather(*(ask(windows) for windows in made for _ in range(10)))
        assert not any(windows.alone for windows in made)
    assert worst_window(let_through, 0.5) <= 20
    assert len(let_through) >= 40, "and the budget is there again when its time has come"


async def test_who_waits_as_long_as_he_is_told_is_let_through(valkey_url: str) -> None:
    budget = Budget("test", 3, 0.3)
    async with processes(valkey_url, 1) as (windows,):
        for _ in range(4):
            verdicts = [await windows.take(VIC, budget) for _ in range(8)]
            refused = [verdict for verdict in verdicts if not verdict.allowed]
            assert refused
            await asyncio.sleep(refused[-1].wait)
            assert (await windows.take(VIC, budget)).allowed


async def test_what_was_given_back_may_come_again(valkey_url: str) -> None:
    budget = Budget("test", 2, 60)
    async with processes(valkey_url, 1) as (windows,):
        assert [(await windows.take(VIC, budget)).allowed for _ in range(3)] == [True, True, False]
        await windows.give_back(VIC, budget)
        assert [(await windows.take(VIC, budget)).allowed for _ in range(2)] == [True, False]


async def test_with_valkey_gone_processes_share_the_budget_and_tell_when_it_is_back(valkey_url: str) -> None:
    budget = Budget("test", 30, 60)
    async with proxied(valkey_url) as (proxy, url), processes(url, 3) as made:
        await until(made, alone=False)
        await proxy.cut()
        started = time.monotonic()
        verdicts = [await made[0].take(b"somebody else", budget)]
        assert time.monotonic() - started < 1.0, "nobody waits for an engine that is away"
        assert verdicts[0].allowed
        await until(made, alone=True)
        allowed = 0
        for windows in made:
            verdicts = [await windows.take(VIC, budget) for _ in range(40)]
            allowed += sum(verdict.allowed for verdict in verdicts)
            assert verdicts[-1].wait > 50
        assert allowed == 30, "the promise holds without anybody to ask"
        await proxy.mend()
        await until(made, alone=False)
        verdicts = [await windows.take(VIC, budget) for windows in made for _ in range(5)]
        assert not any(verdict.allowed for verdict in verdicts), "what was let through meanwhile counts"
        assert (await made[1].take(b"Ben", budget)).allowed


async def test_a_valkey_that_hangs_holds_nobody_up(valkey_url: str) -> None:
    budget = Budget("test", 10, 60)
    async with proxied(valkey_url) as (proxy, url), processes(url, 1) as (windows,):
        assert sum([(await windows.take(VIC, budget)).allowed for _ in range(4)]) == 4
        proxy.deaf = True
        started = time.monotonic()
        verdicts = [await windows.take(VIC, budget) for _ in range(20)]
        assert time.monotonic() - started < 1.0
        assert windows.alone
        assert sum(verdict.allowed for verdict in verdicts) == 6, "one process remembers what it let through"


async def test_a_restarted_valkey_hears_what_was_let_through_and_its_file_nothing(tmp_path: Path) -> None:
    budget = Budget("test", 10, 60)
    secrets = load_secrets(tmp_path / "secrets.json")
    engine = Engine(tmp_path / "valkey", free_port(), secrets)
    engine.prepare()
    process = Process("valkey", engine.launch(), tmp_path / "valkey.log")
    await start(process, engine)
    try:
        async with processes(engine.url(), 2) as made, Valkey.from_url(engine.url()) as client:
            assert sum([(await made[0].take(VIC, budget)).allowed for _ in range(6)]) == 6
            (key,) = await client.keys("np:{limits:*}:test:*")
            assert 0 < await client.pttl(key) <= 60_000
            assert await client.memory_usage(key) < 300
            assert (await client.info("persistence"))["aof_current_size"] < 200, "no disk writes for requests"
            process.signal(signal.SIGKILL)
            await process.ended()
            await start(process, engine)
            # Known by its new name, if nobody had to ask while it was away.
            await until(made[:1], alone=True)
            await until(made, alone=False)
            allowed = [(await windows.take(VIC, budget)).allowed for windows in made for _ in range(6)]
            assert sum(allowed) == 4
    finally:
        await process.stop()


def test_a_history_forgets_what_is_over_and_lets_nobody_in_whom_it_cannot_remember() -> None:
    history = History(10.0, most_keys=3)
    for key, now in ((b"a", 0.0), (b"b", 5.0), (b"c", 6.0), (b"a", 7.0)):
        history.note(key, now)
    assert history.wait(b"a", 2, 8.0) == pytest.approx(2.0)
    assert history.wait(b"a", 2, 10.5) == 0.0
    assert history.wait(b"new", 5, 8.0) > 0, "full"
    history.note(b"d", 15.5)
    assert len(history) == 3
    assert dict(history.since(6.5, 16.0)) == {b"a": 1, b"d": 1}
    assert list(itertools.islice(history.since(20, 20), 1)) == []
