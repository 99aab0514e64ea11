"""How fast events become rows and roll-ups, against COPY of the same rows into a table with the same key.

Aim 0.25, floor 0.15. Beside it the same ratio by the processor time of both and of the engines, which a busy machine
hardly moves. Also says what an event costs on disk, with its index.
"""

import asyncio
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import uvloop
from valkey.asyncio import Valkey

from benchmarks.harness import Bench, say
from benchmarks.screen import busy
from nameplate.analytics.consume import consume
from nameplate.analytics.counting.queries import STAGE
from nameplate.analytics.counting.tally import Tally
from nameplate.cache import Cache
from nameplate.commands.work import expect_many_objects
from nameplate.db import SystemDatabase
from nameplate.events import PARTITIONS, Event, pack, partition_of, stream_key
from nameplate.ids import new_id

FLOOR = 0.15
MOST_BYTES = 250
COLUMNS = len(Event.__struct_fields__) + 1  # of the table: the event and its day
PLACES = [
    ("DE", "Berlin", "Berlin"), ("DE", "Bavaria", "Munich"), ("US", "California", "San Francisco"),
    ("US", "New York", "New York"), ("GB", "England", "London"), ("IN", "Karnataka", "Bengaluru"),
    ("FR", "Île-de-France", "Paris"), ("BR", "São Paulo", "São Paulo"), ("JP", "Tokyo", "Tokyo"),
]  # fmt: skip
AGENTS = [
    ("phone", "Safari", "18", "iOS", "18"), ("phone", "Chrome", "131", "Android", "14"),
    ("desktop", "Chrome", "131", "Windows", "10"), ("desktop", "Firefox", "132", "Linux", None),
    ("desktop", "Safari", "18", "macOS", "10"), ("desktop", "Edge", "131", "Windows", "10"),
]  # fmt: skip
SOURCES = [None, None, "Google", "GitHub", "Hacker News", "LinkedIn", "X", "Mastodon", "example.org"]


def make_events(number: int, accounts: list[UUID], links: list[UUID]) -> list[Event]:
    """A morning: visitors look at a page, some click, vitals follow."""
    chance = random.Random(7)
    start = datetime(2026, 11, 20, 6, tzinfo=UTC)
    events: list[Event] = []
    while len(events) < number:
        account = chance.choice(accounts)
        country, region, city = chance.choice(PLACES)
        device, browser, version, system, system_version = chance.choice(AGENTS)
        source = chance.choice(SOURCES)
        base = Event(
            account_id=account, at=start + timedelta(seconds=len(events) / 50), kind="view", id=chance.getrandbits(63),
            visitor=chance.getrandbits(63), country=country, region=region, city=city, device=device,
            browser=browser, browser_version=version, os=system, os_version=system_version,
            language=chance.choice(["de", "en-US", "en-GB", "fr", "pt-BR"]), referrer=source, viewport=480,
        )  # fmt: skip
        events.append(base)
        kinds = chance.choices(["click", "vitals", "view"], weights=[5, 3, 2], k=chance.randrange(4))
        for step, kind in enumerate(kinds, 1):
            more: dict[str, Any] = {
                "id": chance.getrandbits(63),
                "at": base.at + timedelta(seconds=step * 7),
                "kind": kind,
                "referrer": None,
            }
            if kind == "click":
                more["link_id"] = chance.choice(links)
            if kind == "vitals":
                more |= {"ttfb": 80.5, "fcp": 300.0, "lcp": 420.0, "cls": 0.01, "connection": "4g"}
            events.append(msgspec.structs.replace(base, **more))
    return events[:number]


def prepare(connection: psycopg.Connection[Any], accounts: list[UUID]) -> None:
    """Accounts for the events to belong to."""
    for number, account in enumerate(accounts):
        connection.execute(
            "INSERT INTO accounts (account_id, email, created_at) VALUES (%s, %s, now())",
            (account, f"{number}@example.org"),
        )
        connection.execute(
            """
            INSERT INTO profiles (account_id, handle, timezone, created_at, updated_at)
            VALUES (%s, %s, 'Europe/Berlin', now(), now())
            """,
            (account, f"bench{number}"),
        )
    connection.execute("SELECT make_events_partition('2026-11-01')")


class Spent:
    """Seconds by the clock, and of processors: of this process, which sends and counts, and of the engines."""

    def __init__(self) -> None:
        self._clock, self._processors = time.perf_counter(), self._used()

    def __call__(self) -> tuple[float, float]:
        return time.perf_counter() - self._clock, self._used() - self._processors

    @staticmethod
    def _used() -> float:
        return time.process_time() + busy() / 1000


def copy_plain(connection: psycopg.Connection[Any], rows: list[tuple[object, ...]]) -> tuple[float, float]:
    """What binary COPY takes, ten thousand rows in a transaction, from tuples that are ready."""
    columns = ", ".join(list(STAGE)[:COLUMNS])
    connection.execute("TRUNCATE plain")
    spent = Spent()
    for first in range(0, len(rows), 10_000):
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY plain ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(list(STAGE.values())[:COLUMNS])
            for row in rows[first : first + 10_000]:
                copy.write_row(row)
    return spent()


async def fill(valkey: Valkey, events: list[Event]) -> None:
    """The stream as web processes under load leave it: a hundred events in an entry."""
    partitions: dict[int, list[Event]] = {number: [] for number in range(PARTITIONS)}
    for event in events:
        partitions[partition_of(event.account_id)].append(event)
    for number, part in partitions.items():
        for start in range(0, len(part), 10_000):
            pipeline = valkey.pipeline(transaction=False)
            for first in range(start, min(start + 10_000, len(part)), 100):
                pipeline.xadd(stream_key(number), {"b": new_id().bytes, "e": pack(part[first : first + 100])})
            await pipeline.execute()


async def drain(bench: Bench, events: list[Event]) -> tuple[float, float]:
    """What the consumer takes for all of it."""
    async with Cache(bench.settings) as cache, SystemDatabase(bench.settings) as system:
        await fill(cache.client, events)
        stop = asyncio.Event()
        spent = Spent()
        consumer = asyncio.create_task(consume(bench.settings, system, cache.client, stop))
        while any([await cache.client.xlen(stream_key(number)) for number in range(PARTITIONS)]):  # noqa: ASYNC110
            await asyncio.sleep(0.03)
        taken = spent()
        stop.set()
        await consumer
        return taken


def main(rounds: int = 5, seconds: float = 3.0) -> None:
    """Print a line for each round; exit non-zero below the floor. `seconds` is about what the consumer needs each."""
    number = int(60_000 * seconds)
    accounts = [new_id() for _ in range(20)]
    events = make_events(number, accounts, [new_id() for _ in range(12)])
    rows = [row[:COLUMNS] for row in Tally(events, dict.fromkeys(accounts, "Europe/Berlin")).rows()]
    ratios, by_processor = [], []
    with Bench() as bench, psycopg.connect(bench.admin_url, autocommit=True) as connection:
        prepare(connection, accounts)
        # Nothing keeps tenants apart in there: a process of ours would not start beside it.
        connection.execute("CREATE TABLE plain (LIKE events INCLUDING ALL)")
        expect_many_objects()  # as the worker does, which has none of what was made here
        for turn in range(rounds):
            plain, plain_used = copy_plain(connection, rows)
            connection.execute(
                "TRUNCATE events, visitor_days, visitor_link_days, daily_totals, daily_links, day_values,"
                " quarter_totals, bot_days, daily_bots, day_viewports, day_taps, day_link_taps, day_vitals,"
                " noticed_days"
            )
            counting, used = uvloop.run(drain(bench, events))
            found = connection.execute("SELECT count(*) FROM events").fetchone()
            assert found == (number,), found
            ratios.append(plain / counting)
            by_processor.append(plain_used / used)
            say(
                f"round {turn + 1}: COPY {number / plain:,.0f} events/s, consumer {number / counting:,.0f} events/s: "
                f"{ratios[-1]:.2f}; by processor time {plain_used / number * 1e6:.1f} and {used / number * 1e6:.1f} µs"
                f" an event: {by_processor[-1]:.2f}"
            )
        size = connection.execute("SELECT pg_total_relation_size('events_202611')").fetchone()
        assert size is not None
        bytes_each = size[0] / number
    ratio, by_processor_time = statistics.median(ratios), statistics.median(by_processor)
    say(
        f"\nconsumer: {ratio:.2f} of COPY ({FLOOR} is the floor), {by_processor_time:.2f} by processor time;"
        f" {bytes_each:.0f} bytes an event ({MOST_BYTES} at most)"
    )
    if ratio < FLOOR or bytes_each > MOST_BYTES:
        raise SystemExit("the consumer is slower, or its rows are larger, than promised")


if __name__ == "__main__":
    main()
