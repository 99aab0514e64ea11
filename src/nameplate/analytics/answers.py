"""What was counted in a range of days, under any filters: put together from the roll-ups that know it.

Without filters the daily roll-ups know. With one, the pairs of folded days; with more, their packs; and what was
counted since they were folded (today, or all of a day too small to be worth it) the facts themselves.
"""

import asyncio
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import msgspec

from nameplate.analytics import queries
from nameplate.analytics.dimensions import FACTS, NUMBER, Dimension
from nameplate.analytics.filtered import queries as filtered
from nameplate.analytics.filtered import table
from nameplate.analytics.filtered.queries import Filters
from nameplate.analytics.folding import pack, pairs
from nameplate.analytics.folding import queries as folding
from nameplate.db import Tx

Counts = list[int]
"""Views, visitors, clicks."""

_DIMENSION = {number: dimension for dimension, number in NUMBER.items()}
_BY_COLUMN = {
    **{dimension.value: dimension for dimension in FACTS},
    "link_id": Dimension.LINK,
    "bot": Dimension.BOT,
}


class Asked(msgspec.Struct, frozen=True):
    """Days of the owner, both included, and who is meant."""

    first: date
    last: date
    filters: Filters = {}
    """An empty value: what is not known."""
    bots: bool = False
    """Bots instead of people."""
    hide: bool = False
    """Do not name links that the page does not show: a stranger asks."""


class Found(msgspec.Struct):
    """Sums by day and by value. Only what is not zero; an empty value: not known."""

    days: dict[date, Counts] = {}
    values: dict[Dimension, dict[str, Counts]] = {}

    def total(self) -> Counts:
        return [sum(column) for column in zip(*self.days.values(), strict=True)] or [0, 0, 0]

    def add_day(self, day: date, counts: Iterable[int]) -> None:
        _add(self.days, day, counts)

    def add_value(self, dimension: Dimension, value: str, counts: Iterable[int]) -> None:
        _add(self.values[dimension], value, counts)


def _add(into: dict[date, Counts] | dict[str, Counts], key: date | str, counts: Iterable[int]) -> None:
    there = into.get(key)  # type: ignore[arg-type]
    if there is None:
        into[key] = list(counts)  # type: ignore[index]
    else:
        views, visitors, clicks = counts
        there[0] += views
        there[1] += visitors
        there[2] += clicks


def _add_all(into: dict[str, Counts], rows: Iterable[tuple[str, int, int, int]]) -> None:
    """The same for the tens of thousands of rows of many days."""
    find_ = into.get
    for value, views, visitors, clicks in rows:
        there = find_(value)
        if there is None:
            into[value] = [views, visitors, clicks]
        else:
            there[0] += views
            there[1] += visitors
            there[2] += clicks


async def find(
    tx: Tx, account_id: UUID, asked: Asked, dimensions: Collection[Dimension], limit: int | None = None
) -> Found:
    """Everything about `dimensions`; with `limit` and no filters only about that many of their most frequent values.

    Bots by reason are there with `asked.bots` only.
    """
    found = Found(values={dimension: {} for dimension in dimensions})
    if asked.bots:
        rows = await filtered.of_bots(tx, account_id, asked.first, asked.last, asked.filters, dimensions)
        _take(found, rows)
    elif asked.filters:
        return await _filtered(tx, account_id, asked, dimensions)
    else:
        await _plain(tx, account_id, asked, dimensions, found, limit)
    return found


async def _plain(
    tx: Tx, account_id: UUID, asked: Asked, dimensions: Collection[Dimension], found: Found, limit: int | None
) -> None:
    for day in await queries.days(tx, account_id, asked.first, asked.last):
        found.add_day(day.at, (day.views, day.visitors, day.clicks))
    numbers = [NUMBER[dimension] for dimension in dimensions if dimension in FACTS]
    if numbers:
        for value in await queries.values(tx, account_id, asked.first, asked.last, numbers, limit):
            counts = (value.views, value.visitors, value.clicks)
            found.add_value(_DIMENSION[value.dimension], value.value, counts)
    if Dimension.LINK in dimensions:
        for link in await queries.links(tx, account_id, asked.first, asked.last):
            found.add_value(Dimension.LINK, str(link.link_id), (0, link.visitors, link.clicks))


async def _filtered(tx: Tx, account_id: UUID, asked: Asked, dimensions: Collection[Dimension]) -> Found:
    """Folded days are asked of their folds, with what the facts gained since; the others of all their facts."""
    marks = await folding.marks(tx, account_id, asked.first, asked.last)
    while True:
        found = Found(values={dimension: {} for dimension in dimensions})
        folded = [mark.day for mark in marks if mark.folds and (mark.clean or mark.intact)]
        gained = [mark.day for mark in marks if not mark.clean and mark.intact]
        spoiled = [mark.day for mark in marks if not mark.clean and not mark.intact]
        if folded:
            await _folded(tx, account_id, folded, asked.filters, dimensions, found)
        if gained:
            await _facts(tx, account_id, gained, asked.filters, dimensions, found, since=True)
        if spoiled:
            await _facts(tx, account_id, spoiled, asked.filters, dimensions, found, since=False)
        if not gained:
            return found
        # A day may have been folded, or a fact of it have moved, between the two questions: then ask again.
        now = await folding.marks(tx, account_id, min(gained), max(gained))
        before = {mark.day: (mark.folds, mark.intact) for mark in marks}
        if all(before.get(mark.day) == (mark.folds, mark.intact) for mark in now if mark.day in gained):
            return found
        marks = await folding.marks(tx, account_id, asked.first, asked.last)


async def _folded(
    tx: Tx,
    account_id: UUID,
    days: list[date],
    filters: Filters,
    dimensions: Collection[Dimension],
    found: Found,
) -> None:
    wanted = {NUMBER[dimension] for dimension in dimensions}
    by_number = {NUMBER[dimension]: value for dimension, value in filters.items()}
    if len(by_number) > 1:
        parts = await folding.packs(tx, account_id, days, {pack.SUMS, *wanted, *by_number})
        await asyncio.to_thread(_merge_packs, found, parts, by_number, wanted)
        return
    ((number, value),) = by_number.items()
    if wanted:
        paired = await folding.pairs(tx, account_id, days, number, value)
        await asyncio.to_thread(_merge_pairs, found, paired, number, value, wanted)
        return
    for total in await folding.pair_totals(tx, account_id, days, number, value):
        found.add_day(total.day, (total.views, total.visitors, total.clicks))


async def _facts(
    tx: Tx,
    account_id: UUID,
    days: list[date],
    filters: Filters,
    dimensions: Collection[Dimension],
    found: Found,
    *,
    since: bool,
) -> None:
    """From the facts themselves; `since`: what they gained since the days were folded."""
    columns = [dimension for dimension in dimensions if dimension is not Dimension.LINK]
    facts = await filtered.facts(tx, account_id, days, filters, columns, since=since)
    if facts is None:
        return
    own_link = filters.get(Dimension.LINK)
    by_link = Dimension.LINK in dimensions and own_link is None
    clicks = await filtered.clicks(tx, account_id, days, filters, since=since) if by_link else None
    by_day, values, links = await asyncio.to_thread(table.count, facts, clicks)
    for day, counts in by_day.items():
        found.add_day(day, counts)
        if Dimension.LINK in dimensions and own_link is not None:
            found.add_value(Dimension.LINK, own_link, (0, *counts[1:]))
    for dimension, counted in zip(
        [*columns, *[Dimension.LINK] * by_link], [*values, *[links] * by_link], strict=True
    ):
        for value, counts in counted.items():
            found.add_value(dimension, value, counts)


def _take(found: Found, rows: Iterable[filtered.Sums]) -> None:
    for row in rows:
        counts = (row.views, row.visitors, row.clicks)
        if row.dimension == filtered.TOTAL and row.day is not None:
            found.add_day(row.day, counts)
        elif row.value or row.dimension not in ("link_id", "bot"):  # a view has no link
            found.add_value(_BY_COLUMN[row.dimension], row.value, counts)


def _merge_pairs(
    found: Found, days: list[folding.PairOfDay], number: int, value: str, wanted: set[int]
) -> None:
    for day in days:
        found.add_day(day.day, (day.views, day.visitors, day.clicks))
        for other, (values, *columns) in pairs.load(day.others).items():
            if other in wanted and other != number:
                _add_all(found.values[_DIMENSION[other]], zip(values, *columns, strict=True))
        if number in wanted:
            views = 0 if number == pack.LINKS else day.views
            found.add_value(_DIMENSION[number], value, (views, day.visitors, day.clicks))


def _merge_packs(
    found: Found, parts: list[folding.PackPart], filters: dict[int, str], wanted: set[int]
) -> None:
    by_day: dict[date, dict[int, bytes]] = {}
    for part in parts:
        by_day.setdefault(part.day, {})[part.part] = part.data
    for day, data in by_day.items():
        for number, values in pack.ask(pack.load(data), filters, wanted).items():
            if number == pack.SUMS:
                if any(values[""]):
                    found.add_day(day, values[""])
                continue
            rows = [(value, counts[0], counts[1], counts[2]) for value, counts in values.items()]
            _add_all(found.values[_DIMENSION[number]], rows)
