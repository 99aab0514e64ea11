"""How late the event loops of web processes are to their timers, from the histogram they export."""

import re

from benchmarks.harness import say
from benchmarks.load import fetch

MOST_LAG = 0.02  # seconds, for 999 of 1,000 timers
PLAIN = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"  # not compressed
_BUCKET = re.compile(r'nameplate_event_loop_lag_seconds_bucket\{.*?le="([^"]+)".*?\} (\S+)')


class Lag:
    """Of all web processes behind `port` together, from when it was made."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._before = self._now()

    def _now(self) -> dict[float, float]:
        text = fetch(self._port, PLAIN)[2].decode()
        return {float(match[1]): float(match[2]) for match in _BUCKET.finditer(text)}

    def buckets(self) -> dict[float, float]:
        """Upper bound in seconds to how many timers were late by at most that."""
        now = self._now()
        return {bound: now[bound] - self._before.get(bound, 0.0) for bound in sorted(now)}

    def percentile(self, share: float = 0.999) -> tuple[float, int]:
        """The bound below which that share of the timers stayed, in seconds, and how many timers there were."""
        found = self.buckets()
        number = max(found.values())
        return next(bound for bound, count in found.items() if count >= number * share), int(number)

    def judge(self, what: str) -> list[str]:
        """Print it; what is not as promised."""
        late, number = self.percentile()
        say(
            f"| {what} | {number:,} | {late * 1000:g} ms | {late / MOST_LAG:.2f} |"
            if late < float("inf")
            else f"| {what} | {number:,} | more than a second | |"
        )
        return [f"{what}: event loops up to {late * 1000:g} ms late"] if late > MOST_LAG else []


def head() -> None:
    """Of the table whose rows `judge` prints."""
    say("| meanwhile | timers | 99.9 % late by at most | of the limit |\n|---|---|---|---|")
