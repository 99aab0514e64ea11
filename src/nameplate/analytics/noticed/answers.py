"""Taps and web vitals under filters: of folded days from their packs, of the others from the raw events."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from nameplate.analytics.answers import Asked
from nameplate.analytics.filtered.queries import Filters
from nameplate.analytics.noticed import pack, queries
from nameplate.analytics.noticed.folds import queries as folds
from nameplate.analytics.noticed.folds.queries import Mark
from nameplate.analytics.noticed.pack import Bar, Taps
from nameplate.analytics.retention import queries as retention
from nameplate.db import Tx
from nameplate.errors import Invalid

T = TypeVar("T")
U = TypeVar("U")
MOST = 2_000_000
"""Events of days that are not folded that filters are answered for: a second or two."""


class Days:
    """The days of a question: `packed` are read from packs, `raw` from the events themselves. `complete_from`: the
    first day all of which is still known, when that is after the first one asked for; else None."""

    def __init__(self, packed: list[date], raw: list[Mark], complete_from: date | None) -> None:
        self.packed = packed
        self.raw = raw
        self.complete_from = complete_from


async def days(tx: Tx, account_id: UUID, asked: Asked) -> Days:
    """Raises Invalid when there are too many events to read."""
    marks = await folds.marks(tx, account_id, asked.first, asked.last)
    raw = [mark for mark in marks if not mark.folded]
    months = await retention.months(tx) if raw else []
    # The owner's first day of a month may have begun in the month before.
    kept = months[0] + timedelta(days=1) if months else asked.first
    gone = bool(raw) and raw[0].day < kept
    since = kept if gone else None
    raw = [mark for mark in raw if mark.day >= kept]
    if sum(mark.events for mark in raw) > MOST:
        raise Invalid(
            "There is too much in this range to filter it here: choose fewer days, or take the filters away.",
            fields={"from": f"Filters are answered for up to {MOST:,} events that are not added up yet."},
        )
    packed = [mark.day for mark in marks if mark.folded and (since is None or mark.day >= since)]
    return Days(packed, raw, since)


async def spots(
    tx: Tx, account_id: UUID, over: Days, filters: Filters, *, bots: bool
) -> tuple[list[Taps], dict[int, int]]:
    """Taps by size of screen, element and cell; and the views by size of screen."""
    packed = await _packs(tx, account_id, over.packed, pack.needed(filters, pack.TAPS, pack.VIEWS))
    (taps, views), raw = await _meanwhile(
        partial(pack.spots, packed.values(), filters, bots=bots),
        queries.spots(tx, account_id, over.raw, filters, bots=bots),
    )
    sums = {(one.viewport, one.link_id, one.element, one.cell): one.taps for one in taps}
    for spot in raw:
        if spot.element is None:
            views[spot.viewport] = views.get(spot.viewport, 0) + spot.views
        else:
            key = (spot.viewport, spot.link_id, spot.element, spot.cell)
            sums[key] = sums.get(key, 0) + spot.taps
    return [Taps(*key, times) for key, times in sorted(sums.items())], views


async def histogram(
    tx: Tx, account_id: UUID, over: Days, filters: Filters, device: str | None, *, bots: bool
) -> list[Bar]:
    """As pack.histogram; bars of the whole range may be there twice, and then add up."""
    packed = await _packs(tx, account_id, over.packed, pack.needed(filters, pack.VITALS))
    each = (pack.vitals(day, parts, filters, bots=bots) for day, parts in packed.items())
    folded, raw = await _meanwhile(
        partial(pack.histogram, each, device),
        queries.measured(tx, account_id, over.raw, filters, bots=bots),
    )
    return folded + await asyncio.to_thread(pack.histogram, map(pack.measured, raw), device)


async def _meanwhile(work: Callable[[], T], asking: Awaitable[U]) -> tuple[T, U]:
    """What is folded is added up in a thread while PostgreSQL reads what is not."""
    working = asyncio.create_task(asyncio.to_thread(work))
    try:
        answer = await asking
    finally:
        await asyncio.wait([working])
    return working.result(), answer


async def _packs(
    tx: Tx, account_id: UUID, days: Collection[date], wanted: Collection[int]
) -> dict[date, dict[int, bytes]]:
    found: dict[date, dict[int, bytes]] = {}
    for part in await folds.parts(tx, account_id, days, wanted) if days else ():
        found.setdefault(part.day, {})[part.part] = part.data
    return found
