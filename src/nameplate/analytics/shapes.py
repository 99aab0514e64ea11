"""What the API answers about a range of days."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from nameplate.analytics.vitals.report import VitalsSummary


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Previous(msgspec.Struct, frozen=True, kw_only=True):
    """The same for as many days just before."""

    from_: date = msgspec.field(name="from")
    to: date
    views: int
    visitors: int
    """Different visitors of each day, added up: nobody is recognised on another day."""
    clicks: int
    click_rate: float | None
    """Clicks per view; null: no views."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    views: int
    visitors: int
    """Different visitors of each day, added up: nobody is recognised on another day."""
    clicks: int
    click_rate: float | None
    """Clicks per view; null: no views."""
    bots: int
    """Views and clicks that were not by people, whatever the filters. They are in no other number."""
    previous: Previous


class Point(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    """A date: of a week its Monday, of a month its first day. Of an hour its beginning, a time with the offset of the
    profile's time zone."""
    views: int
    visitors: int
    """Of an hour: who was first seen that day in that hour."""
    clicks: int


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner wrote about a day."""

    id: UUID
    day: date
    """In the profile's time zone."""
    text: str


class Timeseries(msgspec.Struct, frozen=True, kw_only=True):
    interval: Interval
    """From midnight to midnight in the profile's time zone; weeks begin on Monday."""
    rows: list[Point]
    """Every day (hour, week, month) of the range, also those without visits. Only days of the range are counted."""
    annotations: list[Annotation]
    """Of the days of the range."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    value: str | None
    """null: not known, or (referrer, utm) none. As a filter: the empty value."""
    label: str | None = None
    """A link's title, also of a deleted link. null for other dimensions."""
    views: int
    """0 for links: a view is of the page and belongs to no link."""
    visitors: int
    clicks: int
    click_rate: float | UnsetType | None = UNSET
    """Links only: its clicks per view of the page."""
    position: float | UnsetType | None = UNSET
    """Links without filters only: mean place on the page when it was tapped, 1 is the first; null: not known."""
    time_to_click: float | UnsetType | None = UNSET
    """Links without filters only: median milliseconds from the page to the tap; null: not known."""


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[Row]


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """One screen in one answer; each list holds the ten most frequent."""

    summary: Summary
    timeseries: Timeseries
    links: list[Row]
    countries: list[Row]
    regions: list[Row]
    cities: list[Row]
    devices: list[Row]
    browsers: list[Row]
    os: list[Row]
    languages: list[Row]
    referrers: list[Row]
    utm_sources: list[Row]
    utm_mediums: list[Row]
    utm_campaigns: list[Row]
    bots: list[Row]
    """Bots by reason, whatever the filters."""
    vitals: VitalsSummary | None
    """null with filters or bots: /analytics/vitals tells."""
    updated_at: datetime
    """When this was asked of the database. What was counted before is in it."""
