"""Folding what the page noticed, day by day. May run at any time, twice, or be killed half-way."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from nameplate.analytics.days import owners_day
from nameplate.analytics.noticed import pack
from nameplate.analytics.noticed.folds import queries
from nameplate.analytics.queries import time_zone
from nameplate.analytics.retention import queries as retention
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase

log = structlog.get_logger(__name__)
AT_ONCE = 1000  # days listed in one go
AHEAD = timedelta(hours=14)  # of UTC, where days begin first
LEAST = 200
"""Events of a day below which they are read as fast as anything made of them."""


class Services(Protocol):
    @property
    def system(self) -> SystemDatabase: ...


async def fold_noticed(services: Services) -> None:
    """Fold what is dirty and over where its owner lives, of all accounts."""
    folded = AT_ONCE
    while folded:
        async with services.system.as_worker() as tx:
            months = await retention.months(tx)
            if not months:
                return
            # Of days before that, some raw events may be gone: what they were folded into is all there is.
            since = months[0] + timedelta(days=1)
            before = (now() + AHEAD).astimezone(UTC).date()
            listed = await queries.dirty_days(tx, since, before, LEAST, AT_ONCE)
        folded = 0
        for dirty in listed:
            folded += await fold_day(services.system, dirty.account_id, dirty.day)
        if folded:
            log.info("what pages noticed folded", days=folded)


async def fold_day(system: SystemDatabase, account_id: UUID, day: date) -> bool:
    """Whether it is folded now. False as well when something was counted meanwhile: a later call does it."""
    async with system.as_worker_for(account_id) as tx:
        zone = await time_zone(tx, account_id)
        if zone is None or day >= owners_day(now(), zone):
            return False
        # Before the day is read: what comes later makes it dirty again.
        found = await queries.unfolded(tx, account_id, day)
        noticed = None if found is None else await queries.read(tx, account_id, day, found)
    if found is None or noticed is None:
        return False
    parts = await asyncio.to_thread(pack.make, noticed)
    async with system.as_worker_for(account_id) as tx:
        return await queries.write(tx, account_id, day, found.version, parts)


async def fold_account(
    system: SystemDatabase, account_id: UUID, progress: Callable[[int, int], None]
) -> None:
    """All days of one account that are over. `progress` hears days done and days in all."""
    async with system.as_worker_for(account_id) as tx:
        days = await queries.dirty_days_of(tx, account_id, LEAST)
    for done, day in enumerate(days, 1):
        await fold_day(system, account_id, day)
        progress(done, len(days))
