"""A thousand people at once on a whole `nameplate up`.

    python -m benchmarks.thousand_users [--seconds 60] [--rounds 1] [--rate 300] [--soak 30]

The same requests a second from 100 connections and from 1,000: pages, short links, views, dashboards, edits, and
uploads where there is a route for them. Nothing may fail, no event may be lost, and a thousand may wait at most half as
long again as a hundred.
"""

import argparse
import itertools
import json
import random
import shutil
import struct
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

from benchmarks.crowd import Ask, Crowd, let_loose
from benchmarks.harness import say
from benchmarks.load import fetch, request
from benchmarks.visits import AGENTS
from tests.reliability.installation import Installation, installation

PEOPLE = (100, 1000)
MOST_SLOWER = 1.5  # p95 of a thousand by that of a hundred
LONGEST = 2.0  # seconds
MOST_LAG = 0.02
ACCOUNTS = 20
# Of a hundred requests.
MIX = {"page": 58, "short link": 12, "view": 22, "dashboard": 4, "edit": 3, "upload": 1}
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


class People:
    """Who asks for what. `counted`: how many events of each campaign were acknowledged."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.acknowledged: set[str] = set()
        self._numbers = itertools.count()
        self._accounts = [self._sign_up(f"person-{number}") for number in range(ACCOUNTS)]
        self._uploads = "/api/v1/assets" in json.loads(self._get("/api/v1/openapi.json"))["paths"]
        self._kinds = [kind for kind in MIX if kind != "upload" or self._uploads]
        self._weights = [MIX[kind] for kind in self._kinds]
        if not self._uploads:
            say("There is no route for uploads: none are in the mix.")

    def _get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        # Not compressed: it is read here.
        return fetch(self.port, request(path, headers={"Accept-Encoding": "identity", **(headers or {})}))[2]

    def _call(self, method: str, path: str, body: object, cookie: str = "") -> tuple[Any, str]:
        data = request(
            f"/api/v1{path}",
            method=method,
            body=json.dumps(body).encode(),
            headers={**SAME_SITE, "Cookie": cookie, "Accept-Encoding": "identity"},
        )
        status, headers, text = fetch(self.port, data)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {text.decode()}")
        cookies = [value.partition(";")[0] for name, value in headers if name == "set-cookie"]
        return json.loads(text), cookies[0] if cookies else cookie

    def _sign_up(self, handle: str) -> tuple[str, str, list[str]]:
        """Handle, cookie and short addresses of a new account."""
        account = {"email": f"{handle}@example.org", "password": "correct horse battery", "handle": handle}
        _, cookie = self._call("POST", "/accounts", account)
        urls = [f"https://example.org/{handle}/{number}" for number in range(8)]
        links = [self._call("POST", "/links", {"url": url}, cookie)[0] for url in urls]
        return handle, cookie, [f"/{handle}/{link['slug']}" for link in links]

    def choose(self) -> Ask:
        """The next request of somebody."""
        kind = random.choices(self._kinds, self._weights)[0]
        handle, cookie, shorts = random.choice(self._accounts)
        number = next(self._numbers)
        visitor = {
            "User-Agent": random.choice(AGENTS[:-1]),  # the last one is a robot
            "X-Forwarded-For": f"81.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        if kind == "page":
            return Ask(kind, request(f"/{handle}", headers=visitor), (b"200",))
        if kind == "dashboard":
            data = request("/api/v1/analytics/dashboard", headers={"Cookie": cookie})
            return Ask(kind, data, (b"200",))
        if kind == "edit":
            body = json.dumps({"bio": f"Edited {number} times."}).encode()
            data = request(
                "/api/v1/profile", method="PATCH", body=body, headers={**SAME_SITE, "Cookie": cookie}
            )
            return Ask(kind, data, (b"200",))
        if kind == "upload":
            return Ask(kind, _upload(number, cookie), (b"201", b"202"))
        campaign = f"c{number}"
        done = self._note(campaign)
        if kind == "short link":
            visitor["Referer"] = f"https://news.example/?utm_campaign={campaign}"
            return Ask(kind, request(random.choice(shorts), headers=visitor), (b"302",), done)
        view = {
            "t": "view",
            "h": handle,
            "u": f"http://localhost/{handle}?utm_campaign={campaign}",
            "vw": 390,
        }
        data = request("/e", method="POST", body=json.dumps(view).encode(), headers=visitor)
        return Ask(kind, data, (b"204",), done)

    def _note(self, campaign: str) -> Callable[[], None]:
        return lambda: self.acknowledged.add(campaign)


def _upload(number: int, cookie: str) -> bytes:
    """A small picture, another one each time."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = b"".join(b"\0" + bytes((number + x) % 256 for x in range(64 * 3)) for _ in range(64))
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )
    parts = (
        b'--frontier\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nlink\r\n'
        b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="p.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + png + b"\r\n--frontier--\r\n"
    )
    headers = {
        "Cookie": cookie,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "multipart/form-data; boundary=frontier",
    }
    return request("/api/v1/assets", method="POST", body=parts, headers=headers)


def lag_buckets(port: int) -> dict[float, float]:
    """Upper bound in seconds to how many timers were late by at most that, of all web processes so far."""
    text = fetch(port, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")[2].decode()
    found = {}
    for line in text.splitlines():
        if line.startswith("nameplate_event_loop_lag_seconds_bucket"):
            series, _, value = line.rpartition(" ")
            found[float(series.partition('le="')[2].partition('"')[0])] = float(value)
    return found


def lag(before: dict[float, float], after: dict[float, float], fraction: float = 0.999) -> float:
    """The bound that `fraction` of the timers in between stayed below."""
    grown = {bound: after[bound] - before.get(bound, 0.0) for bound in sorted(after)}
    total = max(grown.values())
    return next((bound for bound, count in grown.items() if count >= total * fraction), float("inf"))


def held(site: Installation) -> tuple[float, int]:
    """Megabytes and file descriptors of our own processes: `up`, web and worker."""
    memory = files = 0
    for pid in (site.up.pid, *site.pids("web"), *site.pids("worker")):
        process = psutil.Process(pid)
        memory += process.memory_info().rss
        files += process.num_fds()
    return memory / 1e6, files


def lost(site: Installation, acknowledged: set[str], seconds: float = 120) -> tuple[int, int]:
    """Acknowledged events that are not in PostgreSQL, and those that are there more than once."""
    deadline = time.monotonic() + seconds
    while True:
        with psycopg.connect(site.admin_url(), autocommit=True) as admin:
            rows = admin.execute(
                "SELECT utm_campaign, count(*) FROM events WHERE utm_campaign IS NOT NULL GROUP BY 1"
            ).fetchall()
        found: dict[str, int] = dict(rows)
        missing = sum(campaign not in found for campaign in acknowledged)
        if not missing or time.monotonic() > deadline:
            return missing, sum(count > 1 for count in found.values())
        time.sleep(0.5)


def show(crowds: list[Crowd], kinds: list[str]) -> None:
    say("| | connections | requests | a second | errors | p50 | p95 | p99 | longest | generator busy |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    for kind in ["", *kinds]:
        for crowd in crowds:
            times = [f"{crowd.percentile(part, kind) * 1000:.0f} ms" for part in (0.5, 0.95, 0.99, 1.0)]
            number = len(crowd.times.get(kind, ())) if kind else crowd.answered
            errors = sum(crowd.errors.values()) if not kind else ""
            say(
                f"| {kind or '**all**'} | {crowd.connections:,} | {number:,} | {number / crowd.seconds:,.0f} "
                f"| {errors} | {' | '.join(times)} | {crowd.busy:.0%} |"
            )


def check(hundred: Crowd, thousand: Crowd, late: float) -> list[str]:
    failed = [
        f"{crowd.connections} connections: {dict(crowd.errors)}"
        for crowd in (hundred, thousand)
        if crowd.errors
    ]
    ratio = thousand.percentile(0.95) / hundred.percentile(0.95)
    say(f"\np95 of a thousand by that of a hundred: {ratio:.2f} (at most {MOST_SLOWER}).")
    say(f"Event loops: 99.9 % of timers at most {late * 1000:.0f} ms late (at most {MOST_LAG * 1000:.0f}).")
    if ratio > MOST_SLOWER:
        failed.append(f"p95 of a thousand is {ratio:.2f} times that of a hundred")
    if thousand.percentile(1.0) > LONGEST:
        failed.append(f"the longest took {thousand.percentile(1.0):.1f} s")
    if late > MOST_LAG:
        failed.append(f"event loops were up to {late * 1000:.0f} ms late")
    return failed


def soak(site: Installation, people: People, minutes: float, rate: float) -> list[str]:
    """The same for long: memory and file descriptors minute by minute."""
    say("\n| minute | requests | errors | p95 | longest | memory | file descriptors |")
    say("|---|---|---|---|---|---|---|")
    seen, failed = [held(site)], []
    for minute in range(1, round(minutes) + 1):
        crowd = let_loose(people.port, people.choose, connections=PEOPLE[1], rate=rate, seconds=58.0)
        seen.append(held(site))
        say(
            f"| {minute} | {crowd.answered:,} | {sum(crowd.errors.values())} | {crowd.percentile(0.95) * 1000:.0f} ms "
            f"| {crowd.percentile(1.0) * 1000:.0f} ms | {seen[-1][0]:.0f} MB | {seen[-1][1]} |"
        )
        if crowd.errors:
            failed.append(f"minute {minute}: {dict(crowd.errors)}")
    # The first minutes fill caches and pools.
    third = max(len(seen) // 3, 1)
    early, late = max(m for m, _ in seen[: third + 1]), max(m for m, _ in seen[-third:])
    if late > early * 1.15 or seen[-1][1] > max(f for _, f in seen[: third + 1]) + 50:
        failed.append(f"memory or files grew: {seen[third]} to {seen[-1]}")
    return failed


def main(seconds: float = 60.0, rate: float = 300.0, soak_minutes: float = 0.0, rounds: int = 1) -> None:
    """Print the tables; exit non-zero when something failed or took longer than promised."""
    limits = {"rate_limit": "10000000", "rate_limit_uploads": "1000000", "rate_limit_pages": "10000000"}
    limits |= {"rate_limit_sign_up": "10000", "trusted_proxies": "127.0.0.0/8", "log_level": "warning"}
    folder = Path(tempfile.mkdtemp(prefix="nameplate-bench-"))
    folder.chmod(0o755)
    with installation(folder, web_processes=2, **limits) as site:
        port = urlsplit(site.url).port or 0
        people = People(port)
        kinds = [kind for kind in MIX if kind != "upload" or people._uploads]
        before = lag_buckets(port)
        crowds: dict[int, Crowd] = {}
        for _ in range(rounds):
            for number in PEOPLE:
                crowd = let_loose(port, people.choose, connections=number, rate=rate, seconds=seconds)
                merge(crowds.setdefault(number, Crowd(number)), crowd)
        show(list(crowds.values()), kinds)
        failed = check(crowds[PEOPLE[0]], crowds[PEOPLE[1]], lag(before, lag_buckets(port)))
        if soak_minutes:
            failed += soak(site, people, soak_minutes, rate)
        missing, doubled = lost(site, people.acknowledged)
        say(
            f"Of {len(people.acknowledged):,} acknowledged events {missing} are lost and {doubled} there twice."
        )
        if missing or doubled:
            failed.append(f"{missing} events lost, {doubled} doubled")
    shutil.rmtree(folder, ignore_errors=True)
    if failed:
        raise SystemExit("; ".join(failed))


def merge(into: Crowd, crowd: Crowd) -> None:
    into.seconds += crowd.seconds
    into.busy = max(into.busy, crowd.busy)
    into.errors.update(crowd.errors)
    for kind, times in crowd.times.items():
        into.times.setdefault(kind, []).extend(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=300.0, help="requests a second in all")
    parser.add_argument("--rounds", type=int, default=1, help="a hundred and a thousand in turns, so often")
    parser.add_argument("--soak", type=float, default=0.0, help="minutes")
    given = parser.parse_args()
    main(given.seconds, given.rate, given.soak, given.rounds)
