"""What an export of raw events costs: the memory it adds to a web process, its first byte, and its speed.

    python -m benchmarks.export [events]

One page gets that many events, and somebody downloads all of them twice: once with a fifth of them asked for, to warm
up, then whole. Between the two the process may not grow by more than a few pages of events.
"""

import asyncio
import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import psutil

from benchmarks.harness import Bench, Server, say
from benchmarks.load import fetch, request
from nameplate.demo.api import DemoLogin, Options, fill

DAYS = 90
MOST_GROWTH = 24.0  # MB
MOST_WAIT = 1.0  # seconds to the first byte of the events


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
        root = psutil.Process(server.process.pid)
        self._processes = [root, *root.children(recursive=True)]
        self._over = threading.Event()
        self.highest = 0.0
        self._thread = threading.Thread(target=self._watch)

    def now(self) -> float:
        return sum(process.memory_info().rss for process in self._processes) / 2**20

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.highest = max(self.highest, self.now())


def download(server: Server, headers: dict[str, str], days: int) -> tuple[int, int, float, float]:
    """Lines, bytes, seconds to the first event, and seconds in all."""
    last = datetime.now(UTC).date()
    query = urlencode({"from": str(last - timedelta(days=days - 1)), "to": str(last)})
    lines = size = 0
    first = 0.0
    started = time.perf_counter()
    url = f"http://127.0.0.1:{server.port}/api/v1/analytics/events.csv?{query}"
    with httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200, answer.status_code
        for block in answer.iter_raw():
            lines += block.count(b"\n")
            size += len(block)
            if lines > 1 and not first:
                first = time.perf_counter() - started
    return lines, size, first, time.perf_counter() - started


def main() -> None:
    number = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 300_000
    failed: list[str] = []
    with Bench() as bench:
        login = asyncio.run(
            fill(bench.settings, Options(handle="bench", events=number, days=DAYS), lambda *_: None)
        )
        server = bench.nameplate()
        headers = log_in(server, login)
        download(server, headers, DAYS // 5)
        with Memory(server) as memory:
            before = memory.now()
            lines, size, first, taken = download(server, headers, DAYS)
        grown = memory.highest - before
        say(
            f"{lines - 1:,} events, {size / 2**20:.0f} MB in {taken:.1f} s: {(lines - 1) / taken:,.0f} events a second"
        )
        say(f"first event after {first * 1000:.0f} ms (at most {MOST_WAIT * 1000:.0f})")
        say(f"memory: {before:.0f} MB before, {memory.highest:.0f} MB at most: {grown:.1f} MB more")
        if first > MOST_WAIT:
            failed.append("the first byte is late")
        if grown > MOST_GROWTH:
            failed.append(f"it grew by {grown:.1f} MB, not {MOST_GROWTH:.0f}")
    if failed:
        raise SystemExit("Missed: " + "; ".join(failed))


if __name__ == "__main__":
    main()
