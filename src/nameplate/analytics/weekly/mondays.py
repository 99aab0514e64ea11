"""When the mail of a week is due: Monday, eight o'clock, where its owner is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = time(8)
WEEK = timedelta(days=7)


def at(monday: date, zone: ZoneInfo) -> datetime:
    """In UTC. A day is seven local days after the one before, however long its nights were."""
    return datetime.combine(monday, HOUR, zone).astimezone(UTC)


def last(now: datetime, zone: ZoneInfo) -> date:
    """The last Monday whose eight o'clock is over."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return monday if at(monday, zone) <= now else monday - WEEK


def following(now: datetime, zone: ZoneInfo) -> datetime:
    """The next time after `now`."""
    return at(last(now, zone) + WEEK, zone)
