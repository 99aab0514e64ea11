"""Somebody at the dashboard, and what each load takes by the clock and of the processors."""

import contextlib
import json
import statistics
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks.harness import Server, say
from benchmarks.load import fetch, request
from nameplate.demo.api import DemoLogin


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of loads: by the clock, and of processors (the mean of loads that are alike)."""

    wall: list[float]
    cpu: list[float]

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.wall + other.wall, self.cpu + other.cpu)


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

    def load(self, days: int, filters: dict[str, str], calls: list[str], times: int) -> Taken:
        """All calls of the screen, one after another, some times."""
        self._load(days, filters, calls)
        cpu = busy()
        wall = [self._load(days, filters, calls) for _ in range(times)]
        return Taken(wall, [(busy() - cpu) / times] * times)

    def _load(self, days: int, filters: dict[str, str], calls: list[str]) -> float:
        started = time.perf_counter()
        for call in calls:
            self.get(call, days, filters)
        return (time.perf_counter() - started) * 1000


def busy() -> float:
    """Milliseconds of processor time that the engines and the web process have used."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system
    return used * 1000


def p95(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.95))]


def row(what: str, taken: Taken) -> None:
    wall, cpu = taken.wall, taken.cpu
    say(
        f"| {what} | {statistics.median(wall):.0f} ms | {p95(wall):.0f} ms | {statistics.median(cpu):.0f} ms "
        f"| {p95(cpu):.0f} ms |"
    )
