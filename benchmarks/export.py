"""What an export of raw events costs: the memory it adds to a web process, its first byte, and its speed.

    python -m benchmarks.export [events]
    python -m benchmarks.export --kept folder       # with the data of `python -m benchmarks.dashboard --kept folder`

One page has that many events, and somebody downloads all of them as CSV and as Parquet, each once with five days of
them asked for, to warm up, then whole. Meanwhile the process, together with the one that makes Parquet for it, may not
grow by more than 50 MB; the first event comes within a second, and of 1,000 timers of its event loop 999 are at most
20 ms late, or as late as those of another web process on the same core that nobody asks for anything.
"""

import argparse
import asyncio
import contextlib
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil
import psycopg

from benchmarks.backlog import lags, percentile
from benchmarks.harness import Bench, Server, say
from benchmarks.load import fetch, request
from benchmarks.screen import busy
from nameplate.demo.api import DemoLogin, Options, fill, login_file, read_login

DAYS = 90
ENDINGS = ["csv", "parquet"]
HEADER = 500  # bytes a file begins with before its first event
MOST_GROWTH = 50.0  # MB
MOST_WAIT = 1.0  # seconds to the first byte of an event
MOST_LAG = 0.02  # seconds, 999 of 1,000 timers


def log_in(server: Server, login: DemoLogin) -> dict[str, str]:
    body = json.dumps({"login": login.email, "password": login.password}).encode()
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    status, answer, _ = fetch(
        server.port, request("/api/v1/sessions", method="POST", body=body, headers=headers)
    )
    assert status == 201, status
    cookies = [value.split(";")[0] for name, value in answer if name.lower() == "set-cookie"]
    return {"Cookie": "; ".join(cookies), "Sec-Fetch-Site": "same-origin"}


class Memory:
    """The highest resident size of the server's processes while it is watched, in MB."""

    def __init__(self, server: Server) -> None:
        self._root = psutil.Process(server.process.pid)
        self._over = threading.Event()
        self.highest = 0.0
        self._thread = threading.Thread(target=self._watch)

    def now(self) -> float:
        used = 0.0
        for process in (self._root, *self._root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                used += process.memory_info().rss
        return used / 2**20

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.highest = max(self.highest, self.now())


def download(server: Server, headers: dict[str, str], days: int, ending: str) -> tuple[int, float, float]:
    """Bytes, seconds to the first event, and seconds in all."""
    last = datetime.now(UTC).date()
    query = urlencode({"from": str(last - timedelta(days=days - 1)), "to": str(last)})
    size = 0
    first = 0.0
    started = time.perf_counter()
    url = f"http://127.0.0.1:{server.port}/api/v1/analytics/events.{ending}?{query}"
    with httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200, answer.status_code
        for block in answer.iter_raw():
            size += len(block)
            if size > HEADER and not first:
                first = time.perf_counter() - started
    return size, first, time.perf_counter() - started


def count(bench: Bench, handle: str) -> int:
    with psycopg.connect(bench.admin_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM events e JOIN profiles p USING (account_id)"
            " WHERE p.handle = %s AND e.bot IS NULL AND e.day > current_date - %s",
            (handle, DAYS),
        ).fetchone()
    assert row is not None
    return int(row[0])


def spent(server: Server) -> float:
    """As `busy`, with what processes of the server used that have ended."""
    root = psutil.Process(server.process.pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return busy() + sum(time.children_user + time.children_system for time in times) * 1000


def measure(bench: Bench, login: DemoLogin, handle: str, endings: list[str]) -> list[str]:
    """Print the table; what was missed."""
    missed = []
    events = count(bench, handle)
    say(f"{events:,} events of people in {DAYS} days\n")
    say(
        "| | MB | events/s | first event after | of the limit | memory grew by | of the limit | lag, p99.9"
        " | lag of an idle process | CPU |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|")
    idle = bench.nameplate(name="idle")
    for ending in endings:
        server = bench.nameplate(name=f"export-{ending}")
        headers = log_in(server, login)
        download(server, headers, 5, ending)
        with Memory(server) as memory:
            before, used = memory.now(), spent(server)
            late, late_idle = lags(server), lags(idle)
            size, first, taken = download(server, headers, DAYS, ending)
            lag, least = percentile(late, lags(server), 0.999), percentile(late_idle, lags(idle), 0.999)
            used = spent(server) - used
        grown = memory.highest - before
        bench.stop(server)
        say(
            f"| {ending} | {size / 2**20:,.0f} | {events / taken:,.0f} | {first * 1000:.0f} ms"
            f" | {first / MOST_WAIT:.2f} | {grown:.1f} MB | {grown / MOST_GROWTH:.2f} | {lag * 1000:.1f} ms"
            f" | {least * 1000:.1f} ms | {used * 1000 / events:.1f} µs |"
        )
        if lag > max(MOST_LAG, least):
            missed.append(f"{ending}: the event loop is late by {lag * 1000:.0f} ms")
        if first > MOST_WAIT:
            missed.append(f"{ending}: the first byte is late")
        if grown > MOST_GROWTH:
            missed.append(f"{ending}: it grew by {grown:.1f} MB")
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=300_000)
    parser.add_argument("--kept", type=Path, help="folder with data of the dashboard's benchmark")
    parser.add_argument("--only", choices=ENDINGS)
    given = parser.parse_args()
    with Bench(given.kept) as bench:
        if given.kept:
            handle = "bench10000000"
            known = read_login(login_file(bench.settings, handle))
            if known is None:
                raise SystemExit(f"{given.kept} has no data")
            login = known
        else:
            handle = "bench"
            options = Options(handle=handle, events=given.events, days=DAYS)
            login = asyncio.run(fill(bench.settings, options, lambda *_: None))
        missed = measure(bench, login, handle, [given.only] if given.only else ENDINGS)
    if missed:
        raise SystemExit("Missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
