"""Drops raw events that are older than the operator wants them."""

from datetime import date
from typing import Protocol

import structlog

from nameplate.analytics.retention import queries
from nameplate.analytics.visitor import now
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.settings import Settings

log = structlog.get_logger(__name__)


class Services(Protocol):
    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...


def oldest_kept(today: date, months: int) -> date:
    """First day of the oldest month that is kept: `months` whole ones before this one."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


async def drop_old_events(services: Services) -> None:
    """Drop whole months. What was counted stays. A month that is being read is left to the next time."""
    months = services.settings.retention_months
    if months == 0:
        return
    oldest = oldest_kept(now().date(), months)
    async with services.system.as_worker() as tx:
        old = [month for month in await queries.months(tx) if month < oldest]
    for month in old:
        try:
            async with services.system.as_worker() as tx:
                dropped = await queries.drop_month(tx, month)
        except Unavailable:
            log.warning("month of events not dropped, trying again later", month=month.isoformat())
            return
        if dropped:
            log.info("month of events dropped", month=month.isoformat())
