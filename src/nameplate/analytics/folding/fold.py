"""Folding one day: read its facts, work out packs and pairs, and keep them with a note of what is in them.

What is counted meanwhile is not lost and does not spoil the fold: a fact keeps what the fold has of it (folded_views,
folded_clicks), and questions add what it has gained since. Days that are over gain nothing but late events; their facts
keep no such note, and a fold that was overtaken is thrown away.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from uuid import UUID

import numpy as np

from nameplate.analytics.dimensions import FACTS
from nameplate.analytics.filtered.table import SEPARATOR, numbers
from nameplate.analytics.folding import pack, pairs, queries
from nameplate.analytics.folding.facts import queries as facts
from nameplate.analytics.folding.facts.queries import DayFacts, Remembered
from nameplate.analytics.folding.pairs import Pair
from nameplate.db import Tx

Enter = Callable[[], AbstractAsyncContextManager[Tx]]
"""Opens a transaction of the worker for the account."""

LEAST = 200
"""Views and clicks of a day below which its facts are read faster than anything made of them."""
MANY = 500
"""As many that are not folded yet are worth folding a day while it lasts."""


async def fold(enter: Enter, account_id: UUID, day: date, *, lasts: bool) -> bool:
    """Whether the fold is kept. False: there was nothing to fold, somebody else folded the day meanwhile, or it is over
    and something was counted meanwhile.

    Nothing is locked while the fold is made. Keeping it makes who counts the same visitors wait for milliseconds.
    """
    async with enter() as tx:
        read = await facts.facts(tx, account_id, day)
    if read is None:
        return False
    parts, paired, kept = await asyncio.to_thread(_work_out, read)
    async with enter() as tx:
        await queries.one_at_a_time(tx, account_id, day)
        if not await facts.unchanged(tx, account_id, day, read.folds, None if lasts else read.version):
            return False
        await queries.write(tx, account_id, day, parts, paired)
        await facts.expect_many(tx)
        await facts.keep(tx, account_id, day, read, kept if lasts else None)
    return True


def _work_out(read: DayFacts) -> tuple[dict[int, bytes], list[Pair], Remembered]:
    table = _table(read)
    made = pack.make(table)
    return pack.dump(made), list(pairs.make(made)), _remembered(read, table)


def _table(read: DayFacts) -> pack.Table:
    there = read.visitors is not None
    return pack.Table(
        visitors=numbers(read.visitors or ""),
        views=numbers(read.views or ""),
        clicks=numbers(read.clicks or ""),
        words=[text.split(SEPARATOR) for text in read.words or ()] if there else [[]] * len(FACTS),
        clicked_by=numbers(read.clicked_by or ""),
        clicked=read.clicked.split(",") if read.clicked else [],
        times=numbers(read.times or ""),
    )


def _remembered(read: DayFacts, table: pack.Table) -> Remembered:
    rows = np.flatnonzero(numbers(read.unfolded or ""))
    clicks = np.flatnonzero(numbers(read.times_unfolded or ""))
    return Remembered(
        visitors=table.visitors[rows].tolist(),
        views=table.views[rows].tolist(),
        clicks=table.clicks[rows].tolist(),
        clicked_by=table.clicked_by[clicks].tolist(),
        clicked=[table.clicked[at] for at in clicks.tolist()],
        times=table.times[clicks].tolist(),
    )
