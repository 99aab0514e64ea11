"""POST /e, durable before the answer, as a share of a bare application that reads the same body.

Web process, Valkey (append-only file, fsync always) and PostgreSQL share one core; the load has the other.
"""

import ipaddress
import json
import random

from benchmarks.harness import Bench, Case, compare, say
from benchmarks.load import request
from benchmarks.page import make_page

LEAST = 0.45
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
]
REFERRERS = [
    "",
    "https://www.google.com/",
    "https://github.com/ann/repo",
    "https://news.ycombinator.com/item?id=1",
]


def beacons(handle: str, number: int = 500) -> list[bytes]:
    """Views by different visitors, as the page's script sends them."""
    chance = random.Random(7)
    made = []
    for _ in range(number):
        event = {
            "t": "view",
            "h": handle,
            "u": f"http://localhost/{handle}"
            + chance.choice(["", "?utm_source=newsletter&utm_medium=email"]),
            "r": chance.choice(REFERRERS),
            "vw": chance.choice([390, 820, 1440]),
        }
        headers = {
            "Content-Type": "text/plain;charset=UTF-8",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": str(ipaddress.IPv4Address(chance.randrange(1 << 24, 200 << 24))),
        }
        data = request("/e", method="POST", body=json.dumps(event).encode(), headers=headers)
        made.append(data.replace(b"User-Agent: ", b"X-Bench: ", 1).replace(
            b"\r\n", b"\r\nUser-Agent: " + chance.choice(AGENTS).encode() + b"\r\n", 1
        ))  # fmt: skip
    return made


def main(rounds: int = 5, seconds: float = 3.0) -> None:
    """Print the table; exit non-zero below what is promised."""
    loopback = (ipaddress.ip_network("127.0.0.0/8"),)
    with Bench(trusted_proxies=loopback) as bench:
        site = bench.nameplate()
        make_page(site, "ann")
        data = beacons("ann")
        bare = bench.bare(site.port, data[0])
        cases = {"POST /e": Case(site, data, status=204), "bare": Case(bare, data, status=204)}
        result = compare(cases, base="bare", rounds=rounds, seconds=seconds)["POST /e"]
        if result.ratio < LEAST:
            raise SystemExit(
                f"POST /e reaches {result.ratio:.2f} of the bare application; {LEAST} is promised"
            )
        say(f"POST /e: {result.ratio:.2f} of the bare application ({LEAST} is promised).")


if __name__ == "__main__":
    main()
