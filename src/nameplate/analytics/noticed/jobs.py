"""Folding what the page noticed, day by day (folding/walk.py)."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from nameplate.analytics.days import DirtyDay
from nameplate.analytics.folding import walk
from nameplate.analytics.folding.walk import Progress, Services
from nameplate.analytics.noticed import pack
from nameplate.analytics.noticed.folds import queries
from nameplate.analytics.retention import queries as retention
from nameplate.db import SystemDatabase, Tx

LEAST = 200
"""Events of a day below which they are read as fast as anything made of them."""


async def fold_noticed(services: Services) -> None:
    """Fold what is dirty and over where its owner lives, of all accounts."""
    await walk.fold_listed(services.system, _dirty, fold_day, "what pages noticed")


async def fold_day(system: SystemDatabase, account_id: UUID, day: date) -> bool:
    """Whether it is folded now. False as well when something was counted meanwhile: a later call does it."""
    async with system.as_worker_for(account_id) as tx:
        if not await walk.is_over(tx, account_id, day):
            return False
        # Before the day is read: what comes later makes it dirty again.
        found = await queries.unfolded(tx, account_id, day)
        noticed = None if found is None else await queries.read(tx, account_id, day, found)
    if found is None or noticed is None:
        return False
    parts = await asyncio.to_thread(pack.make, noticed)
    async with system.as_worker_for(account_id) as tx:
        return await queries.write(tx, account_id, day, found.version, parts)


async def fold_account(system: SystemDatabase, account_id: UUID, progress: Progress) -> None:
    """All days of one account that are over."""
    async with system.as_worker_for(account_id) as tx:
        days = await queries.dirty_days_of(tx, account_id, LEAST)
    await walk.fold_each(system, account_id, days, fold_day, progress)


async def _dirty(tx: Tx, before: date) -> Sequence[DirtyDay]:
    months = await retention.months(tx)
    if not months:
        return []
    # Of days before that, some raw events may be gone: what they were folded into is all there is.
    since = months[0] + timedelta(days=1)
    return await queries.dirty_days(tx, since, before, LEAST, walk.AT_ONCE)
