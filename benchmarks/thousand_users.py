"""A thousand people at once on a whole `nameplate up`.

    python -m benchmarks.thousand_users [--seconds 60] [--rounds 1] [--rate 300] [--soak 30]

The same requests a second from 100 connections and from 1,000: pages, short links, views, dashboards, edits, and
uploads of a small picture each. Nothing may fail, no event and no accepted upload may be lost, and a thousand may wait
at most half as long again as a hundred.
"""

import argparse
import hashlib
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

import psycopg

from benchmarks.crowd import Ask, Crowd, let_loose
from benchmarks.harness import say
from benchmarks.lag import MOST_LAG, Lag
from benchmarks.load import fetch, request
from benchmarks.soak import Watch
from benchmarks.visits import AGENTS
from tests.reliability.installation import Installation, installation

PEOPLE = (100, 1000)
MOST_SLOWER = 1.5  # p95 of a thousand by that of a hundred
LONGEST = 2.0  # seconds
ACCOUNTS = 20
# Of a hundred requests.
MIX = {"page": 58, "short link": 12, "view": 22, "dashboard": 4, "edit": 3, "upload": 1}
ACCEPTED = (b"201", b"202", b"200")  # stored; waiting for the store; the same was there
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


class People:
    """Who asks for what. `counted`: how many events of each campaign were acknowledged."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.acknowledged: set[str] = set()
        self.uploaded: set[bytes] = set()  # digests of what was accepted
        self._numbers = itertools.count()
        self._accounts = [self._sign_up(f"person-{number}") for number in range(ACCOUNTS)]

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
        kind = random.choices(list(MIX), list(MIX.values()))[0]
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
            png = picture(number)
            digest = hashlib.sha256(png).digest()
            return Ask(kind, upload(png, cookie), ACCEPTED, lambda: self.uploaded.add(digest))
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


def picture(number: int) -> bytes:
    """A small PNG, another one for each number: the same content would be kept once."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + number.to_bytes(4) + bytes((number + x) % 256 for x in range(64 * 3 - 4))
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def upload(png: bytes, cookie: str) -> bytes:
    parts = (
        b'--frontier\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nthumbnail\r\n'
        b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="p.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + png + b"\r\n--frontier--\r\n"
    )
    headers = {
        "Cookie": cookie,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "multipart/form-data; boundary=frontier",
    }
    return request("/api/v1/assets", method="POST", body=parts, headers=headers)


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
    """The same for long, and whether memory and file descriptors stay flat (benchmarks/soak.py says what that is)."""
    failed = []
    with Watch(site) as watch:
        watch.head()
        for number in range(1, round(minutes * 2) + 1):
            crowd = let_loose(people.port, people.choose, connections=PEOPLE[1], rate=rate, seconds=28.0)
            watch.row(number / 2)
            if crowd.errors:
                failed.append(f"minute {number / 2:g}: {dict(crowd.errors)}")
    return failed + watch.judge()


def forgotten(site: Installation, uploaded: set[bytes]) -> int:
    """Accepted uploads of which nothing is kept, or not every variant that is said to be."""
    with psycopg.connect(site.admin_url(), autocommit=True) as admin:
        rows = admin.execute(
            """
            SELECT u.digest
            FROM asset_uploads u JOIN asset_objects o ON (o.account_id, o.upload_id) = (u.account_id, u.id)
            WHERE u.deleted_at IS NULL AND o.deleted_at IS NULL
            GROUP BY u.account_id, u.id
            HAVING u.state = 'queued' OR u.state = 'stored' AND bool_and(o.pending IS NULL)
            """
        ).fetchall()
    return len(uploaded - {digest for (digest,) in rows})


def main(seconds: float = 60.0, rate: float = 300.0, soak_minutes: float = 0.0, rounds: int = 1) -> None:
    """Print the tables; exit non-zero when something failed or took longer than promised."""
    limits = {"rate_limit": "10000000", "rate_limit_uploads": "1000000", "rate_limit_pages": "10000000"}
    limits |= {"asset_quota_count": "1000000", "asset_quota_megabytes": "1000000"}
    limits |= {"rate_limit_sign_up": "10000", "trusted_proxies": "127.0.0.0/8", "log_level": "warning"}
    folder = Path(tempfile.mkdtemp(prefix="nameplate-bench-"))
    folder.chmod(0o755)
    with installation(folder, web_processes=2, **limits) as site:
        port = urlsplit(site.url).port or 0
        people = People(port)
        lag = Lag(port)
        crowds: dict[int, Crowd] = {}
        for _ in range(rounds):
            for number in PEOPLE:
                crowd = let_loose(port, people.choose, connections=number, rate=rate, seconds=seconds)
                merge(crowds.setdefault(number, Crowd(number)), crowd)
        show(list(crowds.values()), list(MIX))
        failed = check(crowds[PEOPLE[0]], crowds[PEOPLE[1]], lag.percentile()[0])
        if soak_minutes:
            failed += soak(site, people, soak_minutes, rate)
        missing, doubled = lost(site, people.acknowledged)
        say(
            f"Of {len(people.acknowledged):,} acknowledged events {missing} are lost and {doubled} there twice."
        )
        if missing or doubled:
            failed.append(f"{missing} events lost, {doubled} doubled")
        gone = forgotten(site, people.uploaded)
        say(
            f"Of {len(people.uploaded):,} accepted uploads {gone} are neither stored nor waiting for the store."
        )
        if gone:
            failed.append(f"{gone} uploads lost")
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
