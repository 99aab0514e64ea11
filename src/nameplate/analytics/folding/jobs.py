"""Folding of days, over or not (walk.py)."""

from collections.abc import Sequence
from datetime import UTC, date
from functools import partial
from uuid import UUID

from nameplate.analytics.days import DirtyDay
from nameplate.analytics.folding import queries, walk
from nameplate.analytics.folding.fold import LEAST, MANY, fold
from nameplate.analytics.folding.walk import Progress, Services
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase, Tx


async def fold_days(services: Services) -> None:
    """Fold what is dirty and over where its owner lives, of all accounts."""
    await walk.fold_listed(services.system, _dirty, fold_day, "visits")


async def fold_growing_days(services: Services) -> None:
    """Fold days that last, where enough was counted since they were folded before."""
    async with services.system.as_worker() as tx:
        listed = await queries.growing_days(tx, (now() - walk.BEHIND).astimezone(UTC).date(), MANY)
    for growing in listed:
        await fold_day(services.system, growing.account_id, growing.day, lasting=True)


async def fold_day(system: SystemDatabase, account_id: UUID, day: date, *, lasting: bool = False) -> bool:
    """Whether it is folded now: while it lasts only if that is asked for."""
    async with system.as_worker_for(account_id) as tx:
        over = await walk.is_over(tx, account_id, day)
    if over is None or not (over or lasting):
        return False
    return await fold(partial(system.as_worker_for, account_id), account_id, day, lasts=not over)


async def fold_account(system: SystemDatabase, account_id: UUID, progress: Progress) -> None:
    """All days of one account, today as well."""
    async with system.as_worker_for(account_id) as tx:
        days = await queries.dirty_days_of(tx, account_id, LEAST)
    await walk.fold_each(system, account_id, days, partial(fold_day, lasting=True), progress)


async def _dirty(tx: Tx, before: date) -> Sequence[DirtyDay]:
    return await queries.dirty_days(tx, before, LEAST, walk.AT_ONCE)
