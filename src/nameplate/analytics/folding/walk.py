"""Day by day through what is to be folded, whatever it is folded into. May run at any time, twice, or be killed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from nameplate.analytics.days import DirtyDay, owners_day
from nameplate.analytics.queries import time_zone
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase, Tx

log = structlog.get_logger(__name__)
AT_ONCE = 1000  # days listed in one go
AHEAD = timedelta(hours=14)  # of UTC, where days begin first
BEHIND = timedelta(hours=12)  # where they end last

Listed = Callable[[Tx, date], Awaitable[Sequence[DirtyDay]]]
"""Some days before that one, of all accounts."""
Fold = Callable[[SystemDatabase, UUID, date], Awaitable[bool]]
"""Whether the day is folded now."""
Progress = Callable[[int, int], None]
"""Hears days done and days in all."""


class Services(Protocol):
    @property
    def system(self) -> SystemDatabase: ...


async def fold_listed(system: SystemDatabase, listed: Listed, fold: Fold, what: str) -> None:
    """Fold what is listed until nothing of it can be folded now."""
    folded = True
    while folded:
        async with system.as_worker() as tx:
            days = await listed(tx, (now() + AHEAD).astimezone(UTC).date())
        done = [await fold(system, dirty.account_id, dirty.day) for dirty in days]
        if folded := any(done):
            log.info("days folded", what=what, days=sum(done))


async def fold_each(
    system: SystemDatabase, account_id: UUID, days: Sequence[date], fold: Fold, progress: Progress
) -> None:
    for done, day in enumerate(days, 1):
        await fold(system, account_id, day)
        progress(done, len(days))


async def is_over(tx: Tx, account_id: UUID, day: date) -> bool | None:
    """Where its owner lives; None when there is no such account."""
    zone = await time_zone(tx, account_id)
    return None if zone is None else day < owners_day(now(), zone)
