"""Facts that are not folded, as columns of numbers that are added up at once."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nameplate.analytics.filtered.queries import Clicks, Facts
from nameplate.analytics.folding.pack import Sums, column, group

SEPARATOR = "\x1f"  # in no word we keep: they are printable
_EPOCH_DAY = date(2000, 1, 1).toordinal()

Counted = dict[str, list[int]]
"""Views, visitors and clicks by value."""


def count(facts: Facts, clicks: Clicks | None) -> tuple[dict[date, list[int]], list[Counted], Counted]:
    """By day, by value of each column of the facts, and by link (which has no views)."""
    sums = numbers(facts.views), numbers(facts.visitors), numbers(facts.clicks)
    by_day = _sum(facts.days.split(","), sums)
    values = [_sum(text.split(SEPARATOR), sums) for text in facts.columns]
    links: Counted = {}
    if clicks is not None:
        clicked = numbers(clicks.clicks)
        links = _sum(clicks.links.split(","), (np.zeros_like(clicked), numbers(clicks.visitors), clicked))
    return {date.fromordinal(int(day) + _EPOCH_DAY): counts for day, counts in by_day.items()}, values, links


def _sum(words: list[str], sums: Sums) -> Counted:
    values = column(words)
    return group(values, values.codes, sums)


def numbers(text: str) -> NDArray[Any]:
    """Of a text with commas between them."""
    return np.fromstring(text, dtype=np.int64, sep=",")
