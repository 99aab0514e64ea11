"""What more profiles cost, and what more web processes bring.

    python -m benchmarks growth [--quick]

At 10, 1,000 and 100,000 profiles of twelve links each: processor time of the web process and requests a second for a
cached page, a page that was just edited (one query), a short link, and pages as visitors choose among all of them,
whose misses are in it; and the memory of the process afterwards. Visitors choose by Zipf's law: the page of rank `n` is
asked for `1/n` times as often as the first. Each size gets a new web process, and a bare application beside it is
measured in the same rounds; "growth" is a cost by bare's, as a ratio to the same at 10 profiles.

Then the cached page from 1, 2 and 4 web processes, which may use every core, as may the load. Where there are two cores
the load needs most of one, so that requests a second say little about a second process and nothing about four; what
they say is whether processes stand in each other's way, for which the processor time of a request is the better figure.
"""

import asyncio
import itertools
import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import psycopg

from benchmarks.backlog import free
from benchmarks.harness import Bench, Server, say
from benchmarks.load import fetch, request, run
from benchmarks.page import make_page
from nameplate.cache import Cache
from nameplate.ids import new_id
from nameplate.profiles.handles import skeleton

SIZES = (10, 1_000, 100_000)
PROCESSES = (1, 2, 4)
HEAD = 1_000  # the most visited pages: these fit into memory however many there are
DRAWN = 200_000
EDITED = 10  # pages at a time, at every size
MOST_GROWTH = 1.5  # of the cached page, the uncached page and the short link
JUDGED = ("cached page", "uncached page", "short link")
FIRST = """ada alan ana barbara bjarne carol dennis edith emmy frances grace guido hedy ines joan karen ken lin linus
    margaret mary niklaus olga paul radia robin sofia tim vera yukihiro""".split()
LAST = """adams allen baker becker brown clark diaz evans fischer garcia green hall hansen ito jansen kim klein lee
    lopez meyer moore novak okafor patel reed rossi sato silva smith weber""".split()

DB = psycopg.Connection[Any]


class People:
    """All profiles of the database, the most visited first."""

    def __init__(self, server: Server, db: DB) -> None:
        make_page(server, "ann")
        self._db = db
        self._links = db.execute("SELECT title, url, slug, kind, icon, position FROM links").fetchall()
        self.slug: str = self._links[0][2]
        self.handles = ["ann"]
        self._taken = {skeleton("ann")}
        self._names = self._invented()

    def _invented(self) -> Iterator[str]:
        for number in itertools.count():
            for last, first in itertools.product(LAST, FIRST):
                name = f"{first}-{last}" + (f"-{number}" if number else "")
                if skeleton(name) not in self._taken:
                    self._taken.add(skeleton(name))
                    yield name

    def grow(self, number: int) -> None:
        """Add profiles until there are `number`. As superuser: COPY is refused under row-level security."""
        new = [(new_id(), name) for name in itertools.islice(self._names, number - len(self.handles))]
        with self._db.transaction():
            # Every reference is right by construction; looking each of them up would take longest.
            self._db.execute("SET LOCAL session_replication_role = replica")
            self._copy(
                "accounts (account_id, email, created_at)", ((a, f"{h}@example.org", NOW) for a, h in new)
            )
            self._copy(
                "handles (skeleton, handle, account_id, changed_at)",
                ((skeleton(h), h, a, NOW) for a, h in new),
            )
            self._copy(
                "profiles (account_id, handle, display_name, bio, created_at, updated_at)",
                ((a, h, h.replace("-", " ").title(), "I make small tools.", NOW, NOW) for a, h in new),
            )
            self._copy(
                "links (account_id, id, title, url, slug, kind, icon, position, published, created_at, updated_at)",
                (
                    (a, new_id(), title, url.replace("ann", h), slug, kind, icon, position, True, NOW, NOW)
                    for a, h in new
                    for title, url, slug, kind, icon, position in self._links
                ),
            )
        self._db.execute("VACUUM (ANALYZE)")
        self.handles += [name for _, name in new]
        # Who is visited often says nothing about who signed up first.
        random.Random(number).shuffle(self.handles)

    def _copy(self, what: str, rows: Iterator[tuple[object, ...]]) -> None:
        with self._db.cursor() as cursor, cursor.copy(f"COPY {what} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def visited(self, number: int, path: str = "") -> Iterator[bytes]:
        """Requests for the `number` most visited pages, for ever."""
        asked = [request(f"/{handle}{path}") for handle in self.handles[:number]]
        return itertools.cycle(random.choices(asked, zipf(len(asked)), k=DRAWN))

    def some(self) -> list[str]:
        """Different ones, by how often they are visited."""
        found: set[str] = set()
        while len(found) < EDITED:
            found.update(random.choices(self.handles, zipf(len(self.handles)), k=EDITED - len(found)))
        return list(found)

    async def edit(self, bench: Bench, handles: list[str]) -> None:
        """As an edit does: the row, then the news to web processes."""
        self._db.execute(
            "UPDATE profiles SET bio = %s, updated_at = now() WHERE handle = ANY(%s)",
            (f"{time.time()}", handles),
        )
        async with Cache(bench.settings) as cache:
            for handle in handles:
                await cache.publish_page_changed(handle)


NOW = "2026-11-01 12:00:00+00"


def zipf(number: int) -> list[float]:
    return [1 / rank for rank in range(1, number + 1)]


@dataclass(slots=True)
class Costs:
    """Of one kind of request at one size, round by round."""

    cpu: list[float] = field(default_factory=list)  # seconds of the web process for each
    rates: list[float] = field(default_factory=list)  # requests a second
    statements: float = 0.0
    sent: int = 0

    def asked(self, server: Server, requests: Iterator[bytes], status: int, seconds: float) -> None:
        statements, before = server.statements(), server.cpu()
        sample = run(server.port, requests, status=status, seconds=seconds)
        self.cpu.append((server.cpu() - before) / sample.sent)
        self.rates.append(sample.rate)
        self.statements += server.statements() - statements
        self.sent += sample.sent


def edited(costs: Costs, server: Server, people: People, bench: Bench, seconds: float) -> None:
    """Edit some pages, then ask for each. That the process hears of it costs it something, at every size the same."""
    statements, before = server.statements(), server.cpu()
    passed, sent = 0.0, 0
    while passed < seconds:
        handles = people.some()
        last = request(f"/{handles[-1]}")
        etag = dict(fetch(server.port, last)[1])["etag"]
        asyncio.run(people.edit(bench, handles))
        while dict(fetch(server.port, last)[1])["etag"] == etag:  # changes are heard in order
            pass
        started = time.perf_counter()
        for handle in handles[:-1]:
            fetch(server.port, request(f"/{handle}"))
        passed += time.perf_counter() - started
        sent += len(handles)
    costs.cpu.append((server.cpu() - before) / sent)
    costs.rates.append((sent - sent / EDITED) / passed)
    costs.statements += server.statements() - statements
    costs.sent += sent


def measure(
    bench: Bench, people: People, rounds: int, seconds: float
) -> tuple[dict[str, Costs], float, float]:
    """Costs by kind, and the memory in MB of a new process before and after."""
    server = bench.nameplate(name=f"with-{len(people.handles)}")
    begun = memory(server)
    head = min(HEAD, len(people.handles))
    for handle in people.handles[:head]:
        fetch(server.port, request(f"/{handle}"))
    bare = bench.bare(server.port, request(f"/{people.handles[0]}"))
    cases = {
        "bare": (bare, people.visited(1), 200),
        "cached page": (server, people.visited(head), 200),
        "short link": (server, people.visited(head, f"/{people.slug}"), 302),
    }
    found = {name: Costs() for name in [*cases, "uncached page", "as visitors choose"]}
    for number in range(rounds):
        for name, (where, requests, status) in list(cases.items())[:: 1 if number % 2 else -1]:
            if where is bare:
                before = bare.cpu()
                sample = run(bare.port, requests, seconds=seconds)
                found[name].cpu.append((bare.cpu() - before) / sample.sent)
                found[name].rates.append(sample.rate)
            else:
                found[name].asked(where, requests, status, seconds)
        edited(found["uncached page"], server, people, bench, seconds)
    # Last: what is asked for once takes the place of pages in memory.
    everybody = people.visited(len(people.handles))
    for _ in range(rounds):
        found["as visitors choose"].asked(server, everybody, 200, seconds)
    after = memory(server)
    bench.stop(bare)
    bench.stop(server)
    return found, begun, after


def memory(server: Server) -> float:
    """MB of the largest process of `server`: the one that answers."""
    parent = psutil.Process(server.process.pid)
    return max(process.memory_info().rss for process in (parent, *parent.children(recursive=True))) / 1e6


def growth(found: dict[str, Costs], least: dict[str, Costs], name: str) -> tuple[float, float]:
    """Of the processor time and of the time of a request, by bare's, since the smallest size."""

    def share(costs: dict[str, Costs]) -> tuple[float, float]:
        cpu = zip(costs[name].cpu, costs["bare"].cpu, strict=True)
        rates = zip(costs["bare"].rates, costs[name].rates, strict=True)
        return statistics.median(a / b for a, b in cpu), statistics.median(a / b for a, b in rates)

    (cpu, rate), (cpu_before, rate_before) = share(found), share(least)
    return cpu / cpu_before, rate / rate_before


def profiles(bench: Bench, people: People, rounds: int, seconds: float) -> list[str]:
    """Print both tables; what grew too much."""
    failed, sizes = [], []
    say("| profiles | | CPU | growth | requests/s | growth of the time | statements each |")
    say("|---|---|---|---|---|---|---|")
    least: dict[str, Costs] = {}
    for size in SIZES:
        people.grow(size)
        found, begun, after = measure(bench, people, rounds, seconds)
        least = least or found
        sizes.append((size, begun, after))
        for name in ("bare", *JUDGED, "as visitors choose"):
            cpu, rate = growth(found, least, name)
            costs = found[name]
            say(
                f"| {size:,} | {name} | {statistics.median(costs.cpu) * 1e6:.0f} µs | {cpu:.2f} "
                f"| {statistics.median(costs.rates):,.0f} | {rate:.2f} | {costs.statements / max(costs.sent, 1):.3f} |"
            )
            if name in JUDGED and cpu > MOST_GROWTH:
                failed.append(
                    f"{name} at {size:,} profiles: {cpu:.2f} times the processor time at {SIZES[0]}"
                )
    say("\n| profiles | memory of a new web process | afterwards | ratio |")
    say("|---|---|---|---|")
    for size, begun, after in sizes:
        say(f"| {size:,} | {begun:.0f} MB | {after:.0f} MB | {after / sizes[0][2]:.2f} |")
    return failed


def processes(bench: Bench, people: People, rounds: int, seconds: float) -> None:
    """Print the table."""
    servers = {number: bench.nameplate(name=f"web-{number}", web_processes=number) for number in PROCESSES}
    free()
    os.sched_setaffinity(0, range(psutil.cpu_count() or 1))
    found = {number: Costs() for number in PROCESSES}
    requests = people.visited(SIZES[0])
    for number in range(rounds):
        for count, server in list(servers.items())[:: 1 if number % 2 else -1]:
            before = server.cpu()
            sample = run(server.port, requests, seconds=seconds, warm_up=1.0, connections=64)
            found[count].cpu.append((server.cpu() - before) / sample.sent)
            found[count].rates.append(sample.rate)
    say(f"\n{psutil.cpu_count()} cores, for the load as well.\n")
    say("| web processes | requests/s | ratio | CPU | ratio |\n|---|---|---|---|---|")
    for count, costs in found.items():
        rate = statistics.median(a / b for a, b in zip(costs.rates, found[1].rates, strict=True))
        cpu = statistics.median(a / b for a, b in zip(costs.cpu, found[1].cpu, strict=True))
        say(
            f"| {count} | {statistics.median(costs.rates):,.0f} | {rate:.2f} "
            f"| {statistics.median(costs.cpu) * 1e6:.0f} µs | {cpu:.2f} |"
        )


def main(rounds: int = 5, seconds: float = 2.0) -> None:
    """Print the tables; exit non-zero when a request costs more the more profiles there are."""
    with Bench() as bench, psycopg.connect(bench.admin_url, autocommit=True) as db:
        first = bench.nameplate(name="first")
        people = People(first, db)
        bench.stop(first)
        failed = profiles(bench, people, rounds, seconds)
        processes(bench, people, rounds, seconds)
    if failed:
        raise SystemExit("; ".join(failed))


if __name__ == "__main__":
    main()
