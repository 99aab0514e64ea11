"""Views, visitors and clicks over time: hours, days, weeks or months of the owner."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from nameplate.analytics import queries
from nameplate.analytics.annotations import queries as annotations
from nameplate.analytics.answers import Asked, Found, find
from nameplate.analytics.days import zone
from nameplate.analytics.filtered import queries as filtered
from nameplate.analytics.shapes import Annotation, Interval, Point, Timeseries
from nameplate.db import Tx
from nameplate.errors import Invalid

HOURS_DAYS = 31
"""Days at most that are shown by the hour; with filters it takes the raw events of each, so fewer."""
HOURS_DAYS_FILTERED = 7
_QUARTER = timedelta(minutes=15)


async def timeseries(
    tx: Tx, account_id: UUID, asked: Asked, interval: Interval, found: Found | None = None
) -> Timeseries:
    """`found`: what is known of the range already. Raises Invalid for a range too long to show by the hour."""
    if interval is Interval.HOUR:
        return await _hours(tx, account_id, asked)
    days = (found or await find(tx, account_id, asked, ())).days
    points: dict[date, list[int]] = {}
    for number in range((asked.last - asked.first).days + 1):
        day = asked.first + timedelta(days=number)
        point = points.setdefault(_beginning(day, interval), [0, 0, 0])
        for at, count in enumerate(days.get(day, ())):
            point[at] += count
    return Timeseries(
        interval=interval,
        rows=[_point(at, *counts) for at, counts in points.items()],
        annotations=await _annotations(tx, account_id, asked),
    )


async def _annotations(tx: Tx, account_id: UUID, asked: Asked) -> list[Annotation]:
    rows = await annotations.get_annotations(tx, account_id, asked.first, asked.last)
    return [Annotation(id=row.id, day=row.day, text=row.text) for row in rows]


def _beginning(day: date, interval: Interval) -> date:
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval is Interval.MONTH else day


def _point(at: date | datetime, views: int, visitors: int, clicks: int) -> Point:
    return Point(at=at.isoformat(), views=views, visitors=visitors, clicks=clicks)


async def _hours(tx: Tx, account_id: UUID, asked: Asked) -> Timeseries:
    narrowed = bool(asked.filters) or asked.bots
    most = HOURS_DAYS_FILTERED if narrowed else HOURS_DAYS
    if (asked.last - asked.first).days >= most:
        raise Invalid(
            "The range is too long to show by the hour.",
            fields={"interval": f"At most {most} days can be shown by the hour{' with filters' * narrowed}."},
        )
    here = zone(await queries.time_zone(tx, account_id) or "UTC")
    points = {at: [0, 0, 0] for at in _hours_of(asked.first, asked.last, here)}
    if narrowed:
        quarters = await filtered.quarters(
            tx, account_id, asked.first, asked.last, asked.filters, bots=asked.bots
        )
    else:
        quarters = await filtered.all_quarters(tx, account_id, asked.first, asked.last)
    for quarter in quarters:
        # Outside of the range when the owner has moved to another time zone since.
        point = points.setdefault(_hour(quarter.at, here), [0, 0, 0])
        for at, count in enumerate((quarter.views, quarter.visitors, quarter.clicks)):
            point[at] += count
    rows = [_point(at.astimezone(here), *points[at]) for at in sorted(points)]
    return Timeseries(
        interval=Interval.HOUR, rows=rows, annotations=await _annotations(tx, account_id, asked)
    )


def _hour(at: datetime, here: ZoneInfo) -> datetime:
    """When, in UTC, the hour on the owner's clock began. No zone is off by anything but quarters of an hour."""
    local = at.astimezone(here)
    return at.astimezone(UTC) - timedelta(minutes=local.minute, seconds=local.second)


def _hours_of(first: date, last: date, here: ZoneInfo) -> list[datetime]:
    """Of the days from `first` to `last`: 23, 24 or 25 a day, in UTC."""
    at = datetime(first.year, first.month, first.day, tzinfo=here).astimezone(UTC)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=here).astimezone(UTC)
    hours: dict[datetime, None] = {}
    while at < end:
        hours[_hour(at, here)] = None
        at += _QUARTER
    return list(hours)
