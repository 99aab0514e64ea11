"""What the worker does for analytics on a schedule. Every job may run at any time, twice, or be killed half-way."""

from datetime import date, timedelta
from typing import Protocol

import structlog

from nameplate.analytics import queries
from nameplate.analytics.visitor import lifetime, now
from nameplate.db import SystemDatabase

log = structlog.get_logger(__name__)
MONTHS_AHEAD = 3
CHUNK = 10_000  # rows deleted in one transaction


class Services(Protocol):
    @property
    def system(self) -> SystemDatabase: ...


async def make_partitions(services: Services) -> None:
    """Partitions of this month and the next few, so that the consumer seldom has to make one itself."""
    month = now().date().replace(day=1)
    for _ in range(MONTHS_AHEAD + 1):
        await _make_partition(services, month)
        month = (month + timedelta(days=32)).replace(day=1)


async def _make_partition(services: Services, month: date) -> None:
    async with services.system.as_worker() as tx:
        if await queries.make_partition(tx, month):
            log.info("partition made", month=month.isoformat())


async def forget_batches(services: Services) -> None:
    """Forget the ids of batches that can no longer arrive a second time."""
    while True:
        async with services.system.as_worker() as tx:
            if await queries.forget_batches(tx, CHUNK) < CHUNK:
                return


async def destroy_visitor_keys(services: Services) -> None:
    """Destroy the keys whose time is over: delete them, then rewrite the table so that its file is without them."""
    at = now()
    async with services.system.as_worker() as tx:
        dead = [label for label in await queries.visitor_keys(tx) if lifetime(label)[1] <= at]
        for day, side in dead:
            await queries.delete_visitor_key(tx, day, side)
    # Also when nothing was deleted just now: somebody's snapshot may have kept a row alive at the last rewrite.
    async with services.system.as_worker() as tx:
        await queries.rewrite_visitor_keys(tx)
    if dead:
        log.info("visitor keys destroyed", keys=len(dead))
