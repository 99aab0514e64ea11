"""How long the dashboard takes, from log-in's cookie to the last byte, with millions of events of one page.

    python -m benchmarks.dashboard [--kept folder] [--without-raw] [events] [fewer events]

The screen makes one call, and it is timed as a browser makes it: unfiltered, under each single filter, and under
combinations of filters with the values most visitors have, which are the worst ones. Heatmap and web vitals are pages
of their own, asked without filters, under the same ones, and for bots. The last day with events, which stands for
today, is folded as a day that lasts, and has gained since as many events as it may before it is folded again. The same
cards asked of the raw events in plain SQL, in the same run, are what the ratios are to.
`CPU` is the processor time of all processes of ours and PostgreSQL's, which a busy machine hardly moves: on an idle one
a load takes about as long. The fill takes a while; with `--kept` it is done once and found again by the next run.
"""

import argparse
import asyncio
import secrets
import statistics
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from msgspec.structs import replace

from benchmarks import noticed
from benchmarks.harness import Bench, say
from benchmarks.screen import Screen, Taken, p95, row
from nameplate.analytics.batch import write_batch
from nameplate.analytics.folding.fold import MANY, fold
from nameplate.db import SystemDatabase
from nameplate.demo.api import DemoLogin, Options, fill, login_file, read_login
from nameplate.demo.page import account_id
from nameplate.events import Event
from nameplate.ids import new_id

DAYS = 90
DIMENSIONS = [
    "country", "region", "city", "device", "browser", "os", "language", "referrer", "utm_source", "utm_medium",
    "utm_campaign",
]  # fmt: skip
COMBINATIONS = [
    ["device", "os"], ["device", "browser"], ["utm_source", "utm_campaign"], ["country", "device"],
    ["country", "region", "city"], ["city", "referrer"], ["language", "browser", "os"], ["device", "link"],
    ["country", "device", "browser", "os", "language"], ["city", "device", "referrer", "link"], DIMENSIONS,
]  # fmt: skip
# Of how many days, filters at most, and milliseconds they may take (95 of 100).
BOUNDS = {(30, 0): 50.0, (90, 0): 100.0, (30, 1): 100.0, (90, 1): 100.0, (30, 9): 500.0, (90, 9): 500.0}
GROWTH = 1.5
LIKE_TODAY = (
    "SELECT " + ", ".join(Event.__struct_fields__) + " FROM events WHERE account_id = %s AND day = %s"  # noqa: S608
    " AND kind IN ('view', 'click') AND bot IS NULL AND visitor IS NOT NULL ORDER BY id LIMIT %s"
)  # fmt: skip
BYTES = 250


def measure(screen: Screen, name: str) -> tuple[dict[tuple[int, int], Taken], list[str]]:
    """Of the overview, by days and number of filters (9: several); and of what pages noticed, what takes too long."""
    found: dict[tuple[int, int], Taken] = {}
    slow = []
    say(f"\n| {name} | median | p95 | CPU, median | CPU, p95 |\n|---|---|---|---|---|")
    top = {
        name: [row["value"] or "" for row in screen.get(f"breakdown/{name}", DAYS, {})["rows"]]
        for name in [*DIMENSIONS, "link"]
    }
    singles = [
        {name: value} for name, values in top.items() for value in (values[0], values[len(values) // 2])
    ]
    several = [{name: top[name][0] for name in names} for names in COMBINATIONS]
    for days in (30, DAYS):
        found[days, 0] = screen.load(days, {}, ["dashboard"], 30)
        row(f"{days} days, no filter", found[days, 0])
        slowest: dict[str, float] = {}
        for number, filters in ((1, singles), (9, several)):
            found[days, number] = Taken([], [])
            for chosen in filters:
                taken = screen.load(days, chosen, ["dashboard"], 5)
                found[days, number] += taken
                slowest[" ".join(f"{name}={value}" for name, value in chosen.items())] = taken.cpu[0]
            row(f"{days} days, {'one filter' if number == 1 else 'several filters'}", found[days, number])
        for what in sorted(slowest, key=slowest.__getitem__)[-3:]:
            say(f"|   slowest: {what} | | | {slowest[what]:.0f} ms | |")
        slow += noticed.measure(screen, days, {"one filter": singles, "several filters": several})
    return found, slow


def ask_raw(connection: psycopg.Connection[Any], account: object, first: date, last: date) -> float:
    """Milliseconds of the cards of one screen, asked of the raw events: one statement each, as one would write it."""
    these = "FROM events WHERE account_id = %s AND at >= %s AND at < %s AND bot IS NULL AND kind IN ('view', 'click')"
    sums = """count(*) FILTER (WHERE kind = 'view'), count(DISTINCT visitor), count(*) FILTER (WHERE kind = 'click')"""
    statements = [
        f"SELECT {sums} {these}",
        f"SELECT day, {sums} {these} GROUP BY day",
        *(f"SELECT {name}, {sums} {these} GROUP BY 1 ORDER BY 3 DESC LIMIT 10" for name in DIMENSIONS),
        f"SELECT link_id, count(*), count(DISTINCT visitor) {these} AND kind = 'click' GROUP BY 1 ORDER BY 2 DESC",
    ]
    params = (account, first, last + timedelta(days=1))
    started = time.perf_counter()
    for statement in statements:
        connection.execute(statement, params).fetchall()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.add_argument("events", nargs="*", type=int, default=[10_000_000, 1_000_000])
    parser.add_argument("--kept", type=Path, help="folder with the data, made when it is missing")
    parser.add_argument(
        "--without-raw", action="store_true", help="do not ask the raw events, which takes minutes"
    )
    given = parser.parse_args()
    if given.kept:
        given.kept.mkdir(mode=0o755, parents=True, exist_ok=True)
    with Bench(given.kept) as bench, psycopg.connect(bench.admin_url, autocommit=True) as connection:
        logins = [find_or_fill(bench, number) for number in given.events]
        connection.execute("VACUUM (ANALYZE)")
        size = connection.execute(
            "SELECT sum(pg_total_relation_size(inhrelid))::bigint / (SELECT count(*) FROM events) FROM pg_inherits"
            " WHERE inhparent = 'events'::regclass"
        ).fetchone()
        assert size is not None
        say(f"bytes per raw event, with its index: {size[0]} (at most {BYTES})")
        last = max([asyncio.run(gain(bench, connection, account_id(login.handle))) for login in logins])
        server = bench.nameplate()
        results = [
            measure(Screen(server, login, last), f"{number:,} events over {DAYS} days")
            for number, login in zip(given.events, logins, strict=True)
        ]
        say("")
        for number, login, (found, _) in zip(given.events, logins, results, strict=True):
            for days in () if given.without_raw else (30, DAYS):
                raw = ask_raw(connection, account_id(login.handle), last - timedelta(days=days - 1), last)
                ours = statistics.median(found[days, 0].wall)
                say(
                    f"{number:,} events, {days} days, the same cards from raw events in plain SQL: {raw:,.0f} ms, "
                    f"{raw / ours:,.0f} times as long"
                )
    judge(given.events, [found for found, _ in results], size[0], results[0][1])


def find_or_fill(bench: Bench, number: int) -> DemoLogin:
    handle = f"bench{number}"
    known = read_login(login_file(bench.settings, handle))
    if known is not None:
        return known
    started = time.perf_counter()
    login = asyncio.run(
        fill(bench.settings, Options(handle=handle, events=number, days=DAYS), lambda *_: None)
    )
    say(f"{number:,} events made, counted and folded in {time.perf_counter() - started:.0f} s")
    return login


async def gain(bench: Bench, connection: psycopg.Connection[Any], account: UUID) -> date:
    """Fold the last day and count as much as may be before it is folded again: half of new visitors, and later. Which
    day that is."""
    found = connection.execute(
        "SELECT day, views + clicks FROM daily_totals WHERE account_id = %s ORDER BY day DESC LIMIT 1",
        (account,),
    ).fetchone()
    assert found is not None
    last: date = found[0]
    rows = connection.execute(LIKE_TODAY, (account, last, max(MANY, found[1] // 50))).fetchall()
    events = [Event(**dict(zip(Event.__struct_fields__, row, strict=True))) for row in rows]
    latest = max(event.at for event in events)
    more = [
        replace(
            event,
            id=secrets.randbits(63),
            at=latest + timedelta(milliseconds=1),
            visitor=secrets.randbits(63) if at % 2 else event.visitor,
        )
        for at, event in enumerate(events)
    ]
    async with SystemDatabase(bench.settings) as system:
        await count(system, more[:1])  # so that there is something to fold
        # As if it were not over: data that is kept may be from yesterday.
        await fold(partial(system.as_worker_for, account), account, last, lasts=True)
        await count(system, more[1:])
    unfolded = connection.execute(
        "SELECT count(*) FROM visitor_days WHERE account_id = %s AND day = %s AND unfolded", (account, last)
    ).fetchone()
    assert unfolded is not None
    say(f"counted since {last} was folded: {len(more) - 1} events of {unfolded[0]} visitors")
    return last


async def count(system: SystemDatabase, events: list[Event]) -> None:
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), events)


def judge(
    numbers: list[int], results: list[dict[tuple[int, int], Taken]], size: int, slow: list[str]
) -> None:
    """Exit non-zero when something takes longer than it may. `slow`: what is known to."""
    failed = [
        f"{days} days with {filters} filters: {p95(results[0][days, filters].wall):.0f} ms, not {bound:.0f}"
        for (days, filters), bound in BOUNDS.items()
        if p95(results[0][days, filters].wall) > bound
    ] + slow
    if len(results) > 1:
        for days in (30, DAYS):
            for number in (0, 1):
                more, fewer = (statistics.median(result[days, number].cpu) for result in results[:2])
                say(
                    f"{days} days, {number} filters: {numbers[0]:,} events take {more / fewer:.2f} times the CPU of "
                    f"{numbers[1]:,}"
                )
                if more / fewer > GROWTH:
                    failed.append(f"{days} days, {number} filters grow by {more / fewer:.2f}, not {GROWTH}")
    if size > BYTES:
        failed.append("an event takes more bytes than it may")
    if failed:
        raise SystemExit("Missed: " + "; ".join(failed))


if __name__ == "__main__":
    main()
