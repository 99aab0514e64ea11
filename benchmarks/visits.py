"""Visits as browsers make them: what the page's script sends for each, from many people to several pages."""

import ipaddress
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.load import request

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
"""The proxies to be trusted: a visit's address is in X-Forwarded-For."""

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0"
_AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + _CHROME + " Safari/537.36": range(120, 143),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + _CHROME + " Safari/537.36": range(126, 143),
    "Mozilla/5.0 (X11; Linux x86_64) " + _CHROME + " Safari/537.36": range(130, 143),
    "Mozilla/5.0 (Linux; Android 10; K) " + _CHROME + " Mobile Safari/537.36": range(110, 143),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + _CHROME + " Safari/537.36 Edg/{0}.0.0.0": range(130, 143),
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0": range(115, 145),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0": range(128, 145),
    "Mozilla/5.0 (Android 14; Mobile; rv:{0}.0) Gecko/{0}.0 Firefox/{0}.0": range(132, 145),
    "Mozilla/5.0 (iPhone; CPU iPhone OS {0}_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/{0}.3 Mobile/15E148 Safari/604.1": range(15, 27),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{0}.1 "
    "Safari/605.1.15": range(15, 27),
    "Mozilla/5.0 (compatible; Googlebot/2.{0}; +http://www.google.com/bot.html)": range(1, 2),
}
AGENTS = [text.format(version) for text, versions in _AGENTS.items() for version in versions]
LANGUAGES = [
    "en-US,en;q=0.9",
    "en-GB,en;q=0.9",
    "de-DE,de;q=0.9,en;q=0.8",
    "fr-FR,fr;q=0.9",
    "pt-BR,pt;q=0.9",
    "ja",
]
REFERRERS = [
    "",
    "",
    "https://www.google.com/",
    "https://github.com/ann/repo",
    "https://news.ycombinator.com/item?id=41234567",
    "https://www.linkedin.com/",
    "https://mastodon.social/@ann",
]
CAMPAIGNS = ["", "", "", "?utm_source=newsletter&utm_medium=email", "?utm_source=card&utm_campaign=talk-{0}"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Requests of one visitor, complete: the page itself, the view, and what is sent when the page is left."""

    page: bytes
    view: bytes
    leave: bytes


def visits(handles: Sequence[str], number: int, *, seed: int = 7) -> Iterator[Visit]:
    """Each by somebody else. A third of them tap something before they leave."""
    chance = random.Random(seed)
    for _ in range(number):
        handle, width = chance.choice(handles), chance.choice([360, 390, 820, 1440, 1920])
        headers = {
            "User-Agent": chance.choice(AGENTS),
            "Accept-Language": chance.choice(LANGUAGES),
            "X-Forwarded-For": str(ipaddress.IPv4Address(chance.randrange(1 << 24, 200 << 24))),
        }
        url = f"http://localhost/{handle}" + chance.choice(CAMPAIGNS).format(chance.randrange(50))
        common = {"h": handle, "u": url, "vw": width}
        view = {"t": "view", **common, "r": chance.choice(REFERRERS)}
        leave: list[dict[str, Any]] = [{"t": "vitals", **common, "ct": "4g", **_vitals(chance)}]
        if chance.random() < 0.33:
            leave.insert(0, {"t": "tap", **common, **_tap(chance)})
        yield Visit(request(f"/{handle}", headers=headers), beacon([view], headers), beacon(leave, headers))


def beacon(events: list[dict[str, Any]], headers: dict[str, str]) -> bytes:
    """As `navigator.sendBeacon` sends it."""
    sent = {"Content-Type": "text/plain;charset=UTF-8", "Sec-Fetch-Site": "same-origin", **headers}
    body = json.dumps(events, separators=(",", ":")).encode()
    return request("/e", method="POST", body=body, headers=sent)


def _vitals(chance: random.Random) -> dict[str, float]:
    fcp = chance.randrange(100, 2500)
    return {
        "ttfb": chance.randrange(20, 800),
        "fcp": fcp,
        "lcp": fcp + chance.randrange(0, 900),
        "cls": round(chance.random() / 10, 4),
    }


def _tap(chance: random.Random) -> dict[str, Any]:
    place = {
        "x": round(chance.random(), 3),
        "y": round(chance.random(), 3),
        "ms": chance.randrange(300, 60_000),
    }
    return {"l": None, "el": chance.choice(["avatar", "name", "bio", ""]), **place, "i": 0}
