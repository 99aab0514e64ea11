"""When people come: the hours of their own day, seen from the owner's."""

from bisect import bisect_left
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from nameplate.demo.plan import HOURS

STEPS = 1024  # equally likely moments


def offset_hours(timezone: str, owner: str, at: datetime) -> float:
    """How far the clock in `timezone` is ahead of the owner's."""
    there = at.astimezone(ZoneInfo(timezone)).utcoffset()
    here = at.astimezone(ZoneInfo(owner)).utcoffset()
    assert there is not None  # noqa: S101
    assert here is not None  # noqa: S101
    return (there - here).total_seconds() / 3600


def moments(offset: float) -> list[float]:
    """STEPS equally likely times of the owner's day, as shares of it from midnight, for people whose clock is
    `offset` hours ahead. To each belongs the time up to the next one of an even grid."""
    edges = [0.0, *accumulate(HOURS)]
    found = []
    for step in range(STEPS):
        target = (step + 0.5) / STEPS * edges[-1]
        hour = bisect_left(edges, target) - 1
        local = hour + (target - edges[hour]) / HOURS[hour]
        found.append((local - offset) % 24 / 24)
    return found
