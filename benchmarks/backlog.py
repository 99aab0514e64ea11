"""A worker that was away comes back to a million events: how fast they drain, and what visitors notice of it.

    python -m benchmarks.backlog [events]

Real `serve` and `work` beside each other, free to use any core, and a page asked for some times a second. What visitors
would notice is the event-loop lag of the web process: 20 ms at most for 99 of 100 timers.
"""

import argparse
import asyncio
import contextlib
import os
import re
import time
from uuid import UUID

import psutil
import psycopg
from valkey import Valkey

from benchmarks.consumer import fill, make_events, prepare
from benchmarks.harness import Bench, Server, say
from benchmarks.load import fetch, request
from benchmarks.page import make_page
from nameplate.cache import Cache
from nameplate.events import PARTITIONS, stream_key
from nameplate.ids import new_id

MOST_LAG = 0.02
AT_MOST = 600.0  # seconds
PAUSE = 0.02  # between two pages
_BUCKET = re.compile(r'nameplate_event_loop_lag_seconds_bucket\{.*?le="([^"]+)".*?\}')


def lags(server: Server) -> dict[float, float]:
    """Timers by the most they were late, in seconds."""
    return {
        float(match[1]): count
        for series, count in server.metrics().items()
        if (match := _BUCKET.match(series))
    }


def percentile(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """Between the bounds of a bucket it is taken to be even."""
    counts = {bound: after[bound] - before.get(bound, 0.0) for bound in sorted(after)}
    wanted = share * counts[float("inf")]
    low, passed = 0.0, 0.0
    for bound, count in counts.items():
        if count >= wanted:
            return (
                low
                if bound == float("inf")
                else low + (bound - low) * (wanted - passed) / max(count - passed, 1)
            )
        low, passed = bound, count
    return low


def watch(server: Server, streams: Valkey, seconds: float | None = None) -> tuple[float, float]:
    """Ask for pages until the streams are empty, or for `seconds`. How long that was, and p99 of a page."""
    page, taken = request("/ann"), []
    started = look_at = time.perf_counter()
    while True:
        asked = time.perf_counter()
        assert fetch(server.port, page)[0] == 200
        taken.append(time.perf_counter() - asked)
        time.sleep(PAUSE)
        passed = time.perf_counter() - started
        if (seconds is not None and passed < seconds) or time.perf_counter() < look_at:
            continue
        if seconds is not None or not any(streams.xlen(stream_key(number)) for number in range(PARTITIONS)):
            return passed, sorted(taken)[int(len(taken) * 0.99)]
        look_at = time.perf_counter() + 0.2
        if passed > AT_MOST:
            raise SystemExit(f"After {AT_MOST:.0f} s the backlog is still there.")


def free() -> None:
    """Let every process use every core: beside each other is what this is about."""
    cores = range(psutil.cpu_count() or 1)
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            for thread in process.threads():
                os.sched_setaffinity(thread.id, cores)


async def back_up(bench: Bench, number: int, accounts: list[UUID]) -> None:
    async with Cache(bench.settings) as cache:
        await fill(cache.client, make_events(number, accounts, [new_id() for _ in range(12)]))


def main(number: int = 1_000_000) -> None:
    """Exit non-zero when the web process lags more than it may."""
    accounts = [new_id() for _ in range(20)]
    with Bench() as bench, psycopg.connect(bench.admin_url, autocommit=True) as connection:
        prepare(connection, accounts)
        server = bench.nameplate()
        make_page(server, "ann")
        asyncio.run(back_up(bench, number, accounts))
        streams = Valkey.from_url(bench.settings.valkey_url)
        free()
        before = lags(server)
        _, page = watch(server, streams, 10.0)
        idle = lags(server)
        say(f"idle: lag {percentile(before, idle, 0.99) * 1000:.1f} ms, page {page * 1000:.1f} ms (p99)")
        bench.worker()
        free()
        seconds, page = watch(server, streams)
        lag = percentile(idle, lags(server), 0.99)
        found = connection.execute("SELECT count(*) FROM events").fetchone()
        assert found == (number,), found
        say(
            f"{number:,} events drained in {seconds:.0f} s from the worker's start, {number / seconds:,.0f} a second: "
            f"lag {lag * 1000:.1f} ms, page {page * 1000:.1f} ms (p99)\n"
            f"lag: {lag / MOST_LAG:.2f} of what it may be ({MOST_LAG * 1000:.0f} ms)"
        )
    if lag > MOST_LAG:
        raise SystemExit("the web process lags while the backlog drains")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backlog", description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=1_000_000)
    main(parser.parse_args().events)
