"""Questions about a range of days, answered from the roll-ups: one transaction each."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from nameplate.analytics import queries
from nameplate.analytics.days import owners_day
from nameplate.analytics.visitor import now
from nameplate.db import Tx
from nameplate.errors import Invalid, NotFound

DEFAULT_DAYS = 30
MOST_DAYS = 800
EARLIEST = date(2015, 1, 1)
CARD = 10  # values on one card of the dashboard


class Dimension(StrEnum):
    """What visits can be broken down by."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    DEVICE = "device"
    BROWSER = "browser"
    OS = "os"
    LANGUAGE = "language"
    REFERRER = "referrer"
    UTM_SOURCE = "utm_source"
    UTM_MEDIUM = "utm_medium"
    UTM_CAMPAIGN = "utm_campaign"
    LINK = "link"


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    views: int
    visitors: int
    """Different visitors of each day, added up: nobody is recognised on another day."""
    clicks: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    views: int
    visitors: int
    """Different visitors of each day, added up: nobody is recognised on another day."""
    clicks: int
    bots: int
    """Views and clicks that were not by people. They are in no other number."""
    previous: Numbers
    """The same for as many days just before."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    at: date
    views: int
    visitors: int
    clicks: int


class Timeseries(msgspec.Struct, frozen=True, kw_only=True):
    interval: str
    """Always `day`: midnight to midnight in the profile's time zone."""
    rows: list[Point]
    """Every day of the range, also those without visits."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    value: str | None
    """null: not known, or (referrer, utm) none."""
    label: str | None = None
    """A link's title, also of a deleted link. null for other dimensions."""
    views: int
    """0 for links: a view is of the page and belongs to no link."""
    visitors: int
    clicks: int


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[Row]


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """One screen in one answer; each list holds the ten most frequent."""

    summary: Summary
    timeseries: Timeseries
    links: list[Row]
    countries: list[Row]
    devices: list[Row]
    browsers: list[Row]
    referrers: list[Row]
    updated_at: datetime
    """When this was asked of the database. What was counted before is in it."""


class Range(msgspec.Struct, frozen=True):
    """Days of the owner, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Range":
        """As many days just before."""
        length = timedelta(days=self.days)
        return Range(self.first - length, self.last - length)


async def find_range(tx: Tx, account_id: UUID, first: date | None, last: date | None) -> Range:
    """The range asked for; what is missing makes it the last 30 days, or 30 days from or to what is there.

    Raises Invalid for a range that is backwards, too long or out of all reason.
    """
    zone = await queries.time_zone(tx, account_id)
    if zone is None:
        raise NotFound("This account has no profile.")
    today = owners_day(now(), zone)
    if last is None:
        last = today if first is None else max(first, today)
    if first is None:
        first = max(EARLIEST, last - timedelta(days=DEFAULT_DAYS - 1))
    if last < first:
        raise Invalid(
            "The range ends before it begins.", fields={"to": f"Must not be before {first.isoformat()}."}
        )
    if first < EARLIEST:
        raise Invalid(
            "The range begins too early.", fields={"from": f"Must not be before {EARLIEST.isoformat()}."}
        )
    if last > today + timedelta(days=MOST_DAYS):
        raise Invalid("The range ends too late.", fields={"to": "Must not be so far in the future."})
    if (last - first).days >= MOST_DAYS:
        raise Invalid(
            "The range is too long.", fields={"from": f"At most {MOST_DAYS} days can be asked for."}
        )
    return Range(first, last)


async def summary(tx: Tx, account_id: UUID, asked: Range) -> Summary:
    current = await queries.totals(tx, account_id, asked.first, asked.last)
    previous = await queries.totals(tx, account_id, asked.before().first, asked.before().last)
    return Summary(
        from_=asked.first,
        to=asked.last,
        views=current.views,
        visitors=current.visitors,
        clicks=current.clicks,
        bots=current.bots,
        previous=Numbers(views=previous.views, visitors=previous.visitors, clicks=previous.clicks),
    )


async def timeseries(tx: Tx, account_id: UUID, asked: Range) -> Timeseries:
    found = {day.at: day for day in await queries.days(tx, account_id, asked.first, asked.last)}
    rows = []
    for number in range(asked.days):
        at = asked.first + timedelta(days=number)
        day = found.get(at) or queries.Day(at, 0, 0, 0)
        rows.append(Point(at=at, views=day.views, visitors=day.visitors, clicks=day.clicks))
    return Timeseries(interval="day", rows=rows)


async def breakdown(tx: Tx, account_id: UUID, asked: Range, dimension: Dimension, limit: int) -> Breakdown:
    if dimension is Dimension.LINK:
        return Breakdown(rows=_rows(await queries.links(tx, account_id, asked.first, asked.last, limit)))
    found = await queries.values(tx, account_id, asked.first, asked.last, [dimension.value], limit)
    return Breakdown(rows=_rows(found[dimension.value]))


async def dashboard(tx: Tx, account_id: UUID, asked: Range) -> Dashboard:
    first, last = asked.first, asked.last
    cards = await queries.values(
        tx, account_id, first, last, ["country", "device", "browser", "referrer"], CARD
    )
    return Dashboard(
        summary=await summary(tx, account_id, asked),
        timeseries=await timeseries(tx, account_id, asked),
        links=_rows(await queries.links(tx, account_id, first, last, CARD)),
        countries=_rows(cards["country"]),
        devices=_rows(cards["device"]),
        browsers=_rows(cards["browser"]),
        referrers=_rows(cards["referrer"]),
        updated_at=now(),
    )


def _rows(values: list[queries.Value]) -> list[Row]:
    return [
        Row(
            value=value.value,
            label=value.label,
            views=value.views,
            visitors=value.visitors,
            clicks=value.clicks,
        )
        for value in values
    ]
