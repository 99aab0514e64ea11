"""What the weekly mail says, as plain text and as HTML."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from nameplate.analytics import queries, reports
from nameplate.analytics.answers import Asked
from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.shapes import Row
from nameplate.analytics.vitals import report as vitals
from nameplate.db import Tx

ROWS = 5
LEAST_SAMPLES = 20
"""Measurements below which a slow week is not worth a warning."""
_VITALS = {
    "lcp": "its largest part appears late",
    "inp": "it reacts late to taps",
    "cls": "it jumps while it loads",
}


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    change: str
    """Against the week before; empty: nothing to compare with."""
    better: bool | None


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    count: str


@dataclass(frozen=True, slots=True)
class Week:
    """`days` in words; `quiet`: nobody came, who had come the week before."""

    handle: str
    first: date
    last: date
    quiet: bool
    views: int
    figures: tuple[Figure, ...]
    lists: tuple[tuple[str, tuple[Line, ...]], ...]
    warnings: tuple[str, ...]

    @property
    def days(self) -> str:
        if self.first.year == self.last.year and self.first.month == self.last.month:
            return f"{self.first.day} to {self.last.day} {self.last:%B %Y}"
        begin = f"{self.first.day} {self.first:%B}"
        if self.first.year != self.last.year:
            begin += f" {self.first.year}"
        return f"{begin} to {self.last.day} {self.last:%B %Y}"

    def address(self, base_url: str) -> str:
        query = urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})
        return f"{base_url}/dashboard/analytics?{query}"


_templates = Environment(
    loader=PackageLoader("nameplate.analytics.weekly", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


async def week_of(tx: Tx, account_id: UUID, monday: date) -> Week | None:
    """The seven days before `monday`. None when nobody came, neither then nor the week before."""
    asked = Asked(monday - timedelta(days=7), monday - timedelta(days=1))
    sums = await reports.summary(tx, account_id, asked)
    before = sums.previous
    handle = await queries.handle(tx, account_id)
    if handle is None or not (sums.views or sums.clicks or before.views or before.clicks):
        return None
    figures = (
        _figure("Views", sums.views, before.views),
        _figure("Visitors", sums.visitors, before.visitors),
        _figure("Clicks", sums.clicks, before.clicks),
        _rate(sums.click_rate, before.click_rate),
    )
    return Week(
        handle=handle,
        first=asked.first,
        last=asked.last,
        quiet=not (sums.views or sums.clicks),
        views=sums.views,
        figures=figures,
        lists=await _lists(tx, account_id, asked),
        warnings=await _warnings(tx, account_id, asked),
    )


async def _lists(tx: Tx, account_id: UUID, asked: Asked) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    lists: list[tuple[str, tuple[Line, ...]]] = []
    for title, dimension, counted in (
        ("Most clicked", Dimension.LINK, "clicks"),
        ("Where they came from", Dimension.REFERRER, "visitors"),
        ("Countries", Dimension.COUNTRY, "visitors"),
    ):
        rows = (await reports.breakdown(tx, account_id, asked, dimension, ROWS)).rows
        lines = tuple(
            Line(_name(row, dimension), f"{count:,}") for row in rows if (count := int(getattr(row, counted)))
        )
        if lines:
            lists.append((title, lines))
    return tuple(lists)


async def _warnings(tx: Tx, account_id: UUID, asked: Asked) -> tuple[str, ...]:
    slow = (await vitals.summary(tx, account_id, asked.first, asked.last)).metrics
    return tuple(
        f"{row.metric.upper()} is {'poor' if row.rating == 'poor' else 'not good'}: for one visit in four or more "
        f"{_VITALS[row.metric]}."
        for row in slow
        if row.metric in _VITALS and row.rating not in (None, "good") and row.samples >= LEAST_SAMPLES
    )


def subject(week: Week) -> str:
    if week.quiet:
        return f"A quiet week for {week.handle}"
    return f"{week.views:,} {'view' if week.views == 1 else 'views'} of {week.handle} last week"


def as_text(week: Week, base_url: str, token: str) -> str:
    return _templates.get_template("week.txt").render(week=week, **_addresses(week, base_url, token))


def as_html(week: Week, base_url: str, token: str) -> str:
    return _templates.get_template("week.html").render(
        week=week, title=subject(week), **_addresses(week, base_url, token)
    )


def host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "localhost"


def _addresses(week: Week, base_url: str, token: str) -> dict[str, str]:
    return {
        "page": f"{base_url}/{week.handle}",
        "numbers": week.address(base_url),
        "vitals": week.address(base_url).replace("/analytics?", "/analytics/vitals?"),
        # Behind #: browsers do not send that part, so no log or proxy on the way keeps it.
        "off": f"{base_url}/unsubscribe#{token}",
    }


def _name(row: Row, dimension: Dimension) -> str:
    if dimension is Dimension.LINK:
        return row.label or "Deleted link"
    if dimension is Dimension.REFERRER:
        return row.value or "Direct, or not told"
    return _countries().get(row.value or "", row.value) or "Unknown"


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Names by code, as the time zone database has them."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def _figure(name: str, now: int, before: int) -> Figure:
    if not before:
        return Figure(name, f"{now:,}", "", None)
    share = (now - before) / before
    return Figure(name, f"{now:,}", _signed(share), None if now == before else now > before)


def _rate(now: float | None, before: float | None) -> Figure:
    value = "–" if now is None else f"{now:.1%}"
    return Figure("Clicks per view", value, "" if before is None else f"{before:.1%} before", None)


def _signed(share: float) -> str:
    size = f"{abs(share):.1%}" if abs(share) < 0.1 else f"{abs(share):,.0%}"
    return f"{'+' if share > 0 else '−' if share < 0 else '±'}{size}"
