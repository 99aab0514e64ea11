"""How long the dashboard takes, from log-in's cookie to the last byte, with millions of events of one page.

    python -m benchmarks.dashboard [events] [fewer events]

Every call of the screen is timed as the browser makes it: all of them unfiltered, under each single filter, and under
combinations of filters with the values most visitors have, which are the worst ones. The same cards asked of the raw
events in plain SQL, in the same run, are what the ratios are to.
The fill takes a while.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.harness import Bench, Server, say
from benchmarks.load import fetch, request
from nameplate.demo.api import DemoLogin, Options, fill
from nameplate.demo.page import account_id

DAYS = 90
DIMENSIONS = [
    "country", "region", "city", "device", "browser", "os", "language", "referrer", "utm_source", "utm_medium",
    "utm_campaign",
]  # fmt: skip
# Of how many days, filters at most, and milliseconds they may take (95 of 100).
BOUNDS = {(30, 0): 50.0, (90, 0): 100.0, (30, 1): 100.0, (90, 1): 100.0, (30, 9): 500.0, (90, 9): 500.0}
GROWTH = 1.5
BYTES = 250


class Screen:
    """Somebody looking at the dashboard of one account."""

    def __init__(self, server: Server, login: DemoLogin, last: date) -> None:
        self.server = server
        self.last = last
        body = json.dumps({"login": login.email, "password": login.password}).encode()
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        status, answer, _ = fetch(
            server.port, request("/api/v1/sessions", method="POST", body=body, headers=headers)
        )
        assert status == 201, status
        cookies = [value.split(";")[0] for name, value in answer if name.lower() == "set-cookie"]
        self.headers = {"Cookie": "; ".join(cookies), "Sec-Fetch-Site": "same-origin"}

    def get(self, what: str, days: int, filters: dict[str, str]) -> Any:
        query = {"from": str(self.last - timedelta(days=days - 1)), "to": str(self.last), **filters}
        data = request(
            f"/api/v1/analytics/{what}?{urlencode(query)}", headers={**self.headers, "Accept-Encoding": ""}
        )
        status, _, body = fetch(self.server.port, data)
        assert status == 200, (status, body[:300])
        return json.loads(body)

    def load(self, days: int, filters: dict[str, str], calls: list[str]) -> float:
        """Milliseconds of all calls of the screen, one after another."""
        started = time.perf_counter()
        for call in calls:
            self.get(call, days, filters)
        return (time.perf_counter() - started) * 1000


def time_of(load: Callable[[], float], times: int) -> list[float]:
    load()
    return sorted(load() for _ in range(times))


def p95(taken: list[float]) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * 0.95))]


def measure(screen: Screen, name: str) -> dict[tuple[int, int], list[float]]:
    """By days and number of filters (9: several): milliseconds of every load."""
    found: dict[tuple[int, int], list[float]] = {}
    say(f"\n{name}\n\n| | median | p95 | slowest |\n|---|---|---|---|")
    top = {
        name: [row["value"] or "" for row in screen.get(f"breakdown/{name}", DAYS, {})["rows"]]
        for name in [*DIMENSIONS, "link"]
    }
    for days in (30, DAYS):
        taken = time_of(lambda days=days: screen.load(days, {}, ["dashboard", "vitals"]), 20)  # type: ignore[misc]
        found[days, 0] = taken
        _say(f"{days} days, no filter", taken)
        singles: list[float] = []
        slowest: dict[str, float] = {}
        for dimension, values in top.items():
            for value in (values[0], values[len(values) // 2]):
                taken = time_of(lambda f={dimension: value}: screen.load(days, f, ["dashboard"]), 5)  # type: ignore[misc]  # noqa: B023
                singles += taken
                slowest[f"{dimension}={value}"] = statistics.median(taken)
        found[days, 1] = sorted(singles)
        _say(f"{days} days, one filter ({len(slowest)} of them)", found[days, 1])
        several: list[float] = []
        for names in (
            ["device", "os"], ["device", "browser"], ["utm_source", "utm_campaign"], ["country", "device"],
            ["country", "region", "city"], ["city", "referrer"], ["language", "browser", "os"], ["device", "link"],
            ["country", "device", "browser", "os", "language"], ["city", "device", "referrer", "link"], DIMENSIONS,
        ):  # fmt: skip
            chosen = {name: top[name][0] for name in names}
            taken = time_of(lambda f=chosen: screen.load(days, f, ["dashboard"]), 3)  # type: ignore[misc]  # noqa: B023
            several += taken
            slowest[" ".join(f"{name}={value}" for name, value in chosen.items())] = statistics.median(taken)
        found[days, 9] = sorted(several)
        _say(f"{days} days, several filters", found[days, 9])
        for what in sorted(slowest, key=slowest.__getitem__)[-3:]:
            say(f"|   slowest: {what} | {slowest[what]:.0f} ms | | |")
    return found


def _say(what: str, taken: list[float]) -> None:
    say(f"| {what} | {statistics.median(taken):.0f} ms | {p95(taken):.0f} ms | {taken[-1]:.0f} ms |")


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
        connection.execute(statement, params).fetchall()  # type: ignore[arg-type]
    return (time.perf_counter() - started) * 1000


def main() -> None:
    numbers = [int(word.replace("_", "")) for word in sys.argv[1:]] or [10_000_000, 1_000_000]
    failed: list[str] = []
    with Bench() as bench, psycopg.connect(bench.admin_url, autocommit=True) as connection:
        logins = []
        for number in numbers:
            started = time.perf_counter()
            options = Options(handle=f"bench{number}", events=number, days=DAYS)
            logins.append(asyncio.run(fill(bench.settings, options, lambda *_: None)))
            say(f"{number:,} events made, counted and folded in {time.perf_counter() - started:.0f} s")
        connection.execute("VACUUM (ANALYZE)")
        size = connection.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)), (SELECT count(*) FROM events) FROM pg_inherits"
            " WHERE inhparent = 'events'::regclass"
        ).fetchone()
        assert size is not None
        say(f"bytes per raw event, with its index: {size[0] / size[1]:.0f} (at most {BYTES})")
        server = bench.nameplate()
        last = datetime.now(UTC).date()
        results = []
        for number, login in zip(numbers, logins, strict=True):
            screen = Screen(server, login, last)
            results.append(measure(screen, f"{number:,} events over {DAYS} days"))
        for at, bound in BOUNDS.items():
            if p95(results[0][at]) > bound:
                failed.append(
                    f"{at[0]} days with {at[1]} filters: {p95(results[0][at]):.0f} ms, not {bound:.0f}"
                )
        for number, login, found in zip(numbers, logins, results, strict=True):
            for days in (30, DAYS):
                raw = ask_raw(connection, account_id(login.handle), last - timedelta(days=days - 1), last)
                ours = statistics.median(found[days, 0])
                say(
                    f"{number:,} events, {days} days, the same cards from raw events in plain SQL: {raw:,.0f} ms, "
                    f"{raw / ours:,.0f} times as long"
                )
        if len(results) > 1:
            for days in (30, DAYS):
                grown = statistics.median(results[0][days, 0]) / statistics.median(results[1][days, 0])
                say(f"{days} days: {numbers[0]:,} events take {grown:.2f} times as long as {numbers[1]:,}")
                if grown > GROWTH:
                    failed.append(f"{days} days grow by {grown:.2f}, not {GROWTH}")
        if size[0] / size[1] > BYTES:
            failed.append("an event takes more bytes than it may")
    if failed:
        raise SystemExit("Missed: " + "; ".join(failed))


if __name__ == "__main__":
    main()
