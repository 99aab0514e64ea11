"""Folding of days, over or not. May run at any time, twice, or be killed half-way."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog

from nameplate.analytics.days import owners_day
from nameplate.analytics.folding import queries
from nameplate.analytics.folding.fold import LEAST, MANY, fold
from nameplate.analytics.queries import time_zone
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase

log = structlog.get_logger(__name__)
AT_ONCE = 1000  # days listed in one go
AHEAD = timedelta(hours=14)  # of UTC, where days begin first
BEHIND = timedelta(hours=12)  # where they end last


class Services(Protocol):
    @property
    def system(self) -> SystemDatabase: ...


async def fold_days(services: Services) -> None:
    """Fold what is dirty and over where its owner lives, of all accounts."""
    folded = AT_ONCE
    while folded:
        async with services.system.as_worker() as tx:
            listed = await queries.dirty_days(tx, (now() + AHEAD).astimezone(UTC).date(), LEAST, AT_ONCE)
        folded = 0
        for dirty in listed:
            folded += await fold_day(services.system, dirty.account_id, dirty.day)
        if folded:
            log.info("days folded", days=folded)


async def fold_growing_days(services: Services) -> None:
    """Fold days that last, where enough was counted since they were folded before."""
    async with services.system.as_worker() as tx:
        listed = await queries.growing_days(tx, (now() - BEHIND).astimezone(UTC).date(), MANY)
    for growing in listed:
        await fold_day(services.system, growing.account_id, growing.day, lasting=True)


async def fold_day(system: SystemDatabase, account_id: UUID, day: date, *, lasting: bool = False) -> bool:
    """Whether it is folded now: while it lasts only if that is asked for."""
    async with system.as_worker_for(account_id) as tx:
        zone = await time_zone(tx, account_id)
    if zone is None:
        return False
    lasts = day >= owners_day(now(), zone)
    if lasts and not lasting:
        return False
    return await fold(partial(system.as_worker_for, account_id), account_id, day, lasts=lasts)


async def fold_account(
    system: SystemDatabase, account_id: UUID, progress: Callable[[int, int], None]
) -> None:
    """All days of one account. `progress` hears days done and days in all."""
    async with system.as_worker_for(account_id) as tx:
        days = await queries.dirty_days_of(tx, account_id, LEAST)
    for done, day in enumerate(days, 1):
        await fold_day(system, account_id, day, lasting=True)
        progress(done, len(days))
