"""What one page, one short link and one event cost of every process that takes part: the numbers of docs/scaling.md.

    python -m benchmarks.costs [--seconds 10]

Processor time, not requests per second: it hardly moves on a machine that does something else as well. An event is
followed until it is in the tables; bytes are those of the tables and of Valkey's append-only file.
"""

import argparse
import contextlib
import time
from collections.abc import Iterable
from itertools import cycle
from typing import Any

import psutil
import psycopg
from valkey import Valkey

from benchmarks.beacon import HANDLES, VISITS
from benchmarks.harness import Bench, Server, say
from benchmarks.load import request, run
from benchmarks.page import make_page
from benchmarks.visits import LOOPBACK, visits
from nameplate.events import PARTITIONS, stream_key

# What each process is recognised by; the first that fits.
PARTS = {
    "web": "nameplate serve",
    "worker": "nameplate work",
    "valkey": "valkey-server",
    "seaweedfs": "weed",
    "postgresql": "postgres",
}


def used() -> dict[str, float]:
    """Seconds of processor time so far, by part. Those of PostgreSQL's sessions that ended are their parent's."""
    found = dict.fromkeys(PARTS, 0.0)
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            line = " ".join(process.cmdline()) or process.name()
            part = next((part for part, mark in PARTS.items() if mark in line), None)
            spent = process.cpu_times()
            if part is not None:
                found[part] += spent.user + spent.system
            if part == "postgresql":
                found[part] += spent.children_user + spent.children_system
    return found


class Meter:
    """What they use when nothing is asked of them is measured first, and taken off."""

    def __init__(self, seconds: float) -> None:
        before = used()
        time.sleep(seconds)
        after = used()
        self._idle = {part: (after[part] - before[part]) / seconds for part in PARTS}

    def start(self) -> None:
        self._before, self._since = used(), time.monotonic()

    def row(self, name: str, number: int) -> None:
        after, passed = used(), time.monotonic() - self._since
        each = {
            part: max(after[part] - self._before[part] - self._idle[part] * passed, 0.0) / number * 1e6
            for part in PARTS
            if part != "seaweedfs"
        }
        shown = " | ".join(f"{spent:.0f}" for spent in each.values())
        say(f"| {name} | {shown} | {sum(each.values()):.0f} | {number:,} |")


def asked(server: Server, requests: Iterable[bytes], status: int, seconds: float) -> int:
    return run(server.port, requests, status=status, connections=32, seconds=seconds).sent


def main(seconds: float = 10.0) -> None:
    """Print the table."""
    with Bench(trusted_proxies=LOOPBACK) as bench, psycopg.connect(bench.admin_url, autocommit=True) as db:
        server = bench.nameplate()
        slugs = [make_page(server, handle) for handle in HANDLES]
        bench.worker()
        made = list(visits(HANDLES, VISITS))
        pages = cycle([request(f"/{handle}") for handle in HANDLES])
        views = cycle([visit.view for visit in made])
        links = cycle([request(slug) for slug in slugs])
        for requests, status in ((pages, 200), (links, 302), (views, 204)):
            asked(server, requests, status, 1.0)
        streams = Valkey.from_url(bench.settings.valkey_url)
        _counted(streams)
        meter = Meter(seconds)
        say(
            "| CPU, µs | " + " | ".join(part for part in PARTS if part != "seaweedfs") + " | all | measured |"
        )
        say("|---|---|---|---|---|---|---|")
        meter.start()
        meter.row("cached page", asked(server, pages, 200, seconds))
        meter.start()
        sent = asked(server, links, 302, seconds)
        _counted(streams)
        meter.row("short link, until its click is counted", sent)
        log = _written(streams)
        size = _size(db)
        meter.start()
        sent = asked(server, views, 204, seconds)
        _counted(streams)
        meter.row("view, until it is counted", sent)
        grown = (_size(db) - size) / sent
        written = (_written(streams) - log) / sent
        say(f"an event: {grown:.0f} bytes of tables, roll-ups included; {written:.0f} bytes of Valkey's file")


def _size(db: psycopg.Connection[tuple[int]]) -> int:
    row = db.execute("SELECT pg_database_size(current_database())").fetchone()
    return row[0] if row else 0


def _written(streams: Valkey) -> int:
    info: Any = streams.info("persistence")
    return int(info["aof_current_size"])


def _counted(streams: Valkey) -> None:
    deadline = time.monotonic() + 120
    while any(streams.xlen(stream_key(number)) for number in range(PARTITIONS)):
        assert time.monotonic() < deadline, "the consumer does not keep up"
        time.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    main(parser.parse_args().seconds)
