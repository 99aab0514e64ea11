"""Folding of days that are over. May run at any time, twice, or be killed half-way."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from nameplate.analytics.days import owners_day
from nameplate.analytics.folding import queries
from nameplate.analytics.folding.fold import LEAST, fold
from nameplate.analytics.queries import time_zone
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase

log = structlog.get_logger(__name__)
AT_ONCE = 1000  # days listed in one go
AHEAD = timedelta(hours=14)  # of UTC, where days begin first


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


async def fold_day(system: SystemDatabase, account_id: UUID, day: date) -> bool:
    """Whether it is folded now: not while it lasts, nor when something was counted meanwhile."""
    async with system.as_worker_for(account_id) as tx:
        zone = await time_zone(tx, account_id)
        if zone is None or day >= owners_day(now(), zone):
            return False
        return await fold(tx, account_id, day)


async def fold_account(
    system: SystemDatabase, account_id: UUID, progress: Callable[[int, int], None]
) -> None:
    """All days of one account. `progress` hears days done and days in all."""
    async with system.as_worker_for(account_id) as tx:
        days = await queries.dirty_days_of(tx, account_id, LEAST)
    for done, day in enumerate(days, 1):
        await fold_day(system, account_id, day)
        progress(done, len(days))
