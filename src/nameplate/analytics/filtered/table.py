"""Facts of days that are not folded, as columns of numbers that are added up at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nameplate.analytics.filtered.queries import Clicks, Facts
from nameplate.analytics.folding.pack import Column, Sums, column, group

SEPARATOR = "\x1f"  # in no word we keep: they are printable
_EPOCH_DAY = date(2000, 1, 1).toordinal()

Counted = dict[str, list[int]]
"""Views, visitors and clicks by value."""


def count(facts: Facts, clicks: Clicks | None) -> tuple[dict[date, list[int]], list[Counted], Counted]:
    """By day, by value of each column of the facts, and by link (which has no views)."""
    days, visitors = facts.days.split(","), facts.visitors.split(",")
    people = np.array([not visitor.startswith("-") for visitor in visitors], dtype=np.int64)
    sums = _numbers(facts.views), people, _numbers(facts.clicks)
    by_day = _sum(column(days), sums)
    values = [_sum(column(text.split(SEPARATOR)), sums) for text in facts.columns]
    links: Counted = {}
    if clicks is not None:
        links = _by_link(set(zip(days, visitors, strict=True)), clicks)
    return {date.fromordinal(int(day) + _EPOCH_DAY): counts for day, counts in by_day.items()}, values, links


def _by_link(who: set[tuple[str, str]], clicks: Clicks) -> Counted:
    days, visitors = clicks.days.split(","), clicks.visitors.split(",")
    theirs = np.array([key in who for key in zip(days, visitors, strict=True)], dtype=bool)
    people = np.array([not visitor.startswith("-") for visitor in visitors], dtype=np.int64)[theirs]
    links = column(clicks.links.split(","))
    counted = _numbers(clicks.clicks)[theirs]
    return _sum(Column(links.values, links.codes[theirs]), (np.zeros_like(counted), people, counted))


def _sum(values: Column, sums: Sums) -> Counted:
    return group(values, values.codes, sums)


def _numbers(text: str) -> NDArray[Any]:
    words: Sequence[str] = text.split(",")
    return np.fromiter(map(int, words), dtype=np.int64, count=len(words))
