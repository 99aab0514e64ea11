"""Days are the owner's: from midnight to midnight where he is, be that 23, 24 or 25 hours."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DirtyDay:
    """One that gained something since it was folded."""

    account_id: UUID
    day: date


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """UTC when this machine does not know the zone: a profile may outlive a machine's time zone data."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        log.warning("unknown time zone, counting in UTC", timezone=name)
        return ZoneInfo("UTC")


def owners_day(at: datetime, timezone: str) -> date:
    """The day the aware time `at` falls on in the zone called `timezone`."""
    return at.astimezone(zone(timezone)).date()
