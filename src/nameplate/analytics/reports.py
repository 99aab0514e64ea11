"""Questions about a range of days, answered from the roll-ups: one transaction each."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from nameplate.analytics import queries
from nameplate.analytics.answers import Asked, Counts, Found, find
from nameplate.analytics.days import owners_day
from nameplate.analytics.dimensions import FACTS, Dimension
from nameplate.analytics.series import timeseries
from nameplate.analytics.shapes import Breakdown, Dashboard, Interval, Previous, Row, Summary
from nameplate.analytics.taps import queries as taps
from nameplate.analytics.visitor import now
from nameplate.analytics.vitals import report as vitals
from nameplate.db import Tx
from nameplate.errors import Invalid, NotFound

DEFAULT_DAYS = 30
MOST_DAYS = 800
EARLIEST = date(2015, 1, 1)
CARD = 10  # values on one card of the dashboard


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


async def summary(tx: Tx, account_id: UUID, asked: Asked, found: Found | None = None) -> Summary:
    """`found`: what is known of the range already."""
    views, visitors, clicks = (found or await find(tx, account_id, asked, ())).total()
    before = Range(asked.first, asked.last).before()
    earlier = msgspec.structs.replace(asked, first=before.first, last=before.last)
    past = (await find(tx, account_id, earlier, ())).total()
    bots = await queries.bots(tx, account_id, asked.first, asked.last)
    return Summary(
        from_=asked.first,
        to=asked.last,
        views=views,
        visitors=visitors,
        clicks=clicks,
        click_rate=_rate(clicks, views),
        bots=sum(reason.views + reason.clicks for reason in bots),
        previous=Previous(
            from_=before.first,
            to=before.last,
            views=past[0],
            visitors=past[1],
            clicks=past[2],
            click_rate=_rate(past[2], past[0]),
        ),
    )


async def breakdown(tx: Tx, account_id: UUID, asked: Asked, dimension: Dimension, limit: int) -> Breakdown:
    if dimension is Dimension.BOT and not asked.filters:
        return Breakdown(rows=await _bots(tx, account_id, asked, limit))
    if dimension is Dimension.BOT:
        asked = msgspec.structs.replace(asked, bots=True)
    found = await find(tx, account_id, asked, [dimension], limit)
    if dimension is Dimension.LINK:
        return Breakdown(rows=await _links(tx, account_id, asked, found, limit))
    return Breakdown(rows=_rows(found, dimension, limit))


async def dashboard(tx: Tx, account_id: UUID, asked: Asked, interval: Interval) -> Dashboard:
    found = await find(tx, account_id, asked, [*FACTS, Dimension.LINK], CARD)
    narrowed = bool(asked.filters) or asked.bots
    cards = {dimension: _rows(found, dimension, CARD) for dimension in FACTS}
    return Dashboard(
        summary=await summary(tx, account_id, asked, found),
        timeseries=await timeseries(tx, account_id, asked, interval, found),
        links=await _links(tx, account_id, asked, found, CARD),
        countries=cards[Dimension.COUNTRY],
        regions=cards[Dimension.REGION],
        cities=cards[Dimension.CITY],
        devices=cards[Dimension.DEVICE],
        browsers=cards[Dimension.BROWSER],
        os=cards[Dimension.OS],
        languages=cards[Dimension.LANGUAGE],
        referrers=cards[Dimension.REFERRER],
        utm_sources=cards[Dimension.UTM_SOURCE],
        utm_mediums=cards[Dimension.UTM_MEDIUM],
        utm_campaigns=cards[Dimension.UTM_CAMPAIGN],
        bots=await _bots(tx, account_id, asked, CARD),
        vitals=None if narrowed else await vitals.summary(tx, account_id, asked.first, asked.last),
        updated_at=now(),
    )


def _rate(clicks: int, views: int) -> float | None:
    return round(clicks / views, 4) if views else None


def _rows(found: Found, dimension: Dimension, limit: int) -> list[Row]:
    def place(item: tuple[str, Counts]) -> tuple[int, int, int, bool, str]:
        value, (views, visitors, clicks) = item
        return -visitors, -views, -clicks, value == "", value

    return [
        Row(value=value or None, views=views, visitors=visitors, clicks=clicks)
        for value, (views, visitors, clicks) in sorted(found.values[dimension].items(), key=place)[:limit]
    ]


async def _links(tx: Tx, account_id: UUID, asked: Asked, found: Found, limit: int) -> list[Row]:
    """Most clicks first."""

    def place(item: tuple[str, Counts]) -> tuple[int, int, str]:
        value, (_, visitors, clicks) = item
        return -clicks, -visitors, value

    views = found.total()[0]
    top = sorted(found.values[Dimension.LINK].items(), key=place)[:limit]
    titles = await queries.titles(tx, account_id, [UUID(value) for value, _ in top], shown=asked.hide)
    rows = [
        Row(
            value=value,
            label=titles.get(value),
            views=0,
            visitors=visitors,
            clicks=clicks,
            click_rate=_rate(clicks, views),
        )
        for value, (_, visitors, clicks) in top
    ]
    if asked.filters or asked.bots:
        return rows
    tapped = await taps.link_taps(tx, account_id, asked.first, asked.last)
    return [_with_taps(row, tapped.get(UUID(row.value))) for row in rows]


def _with_taps(row: Row, tapped: taps.LinkTaps | None) -> Row:
    if tapped is None:
        return msgspec.structs.replace(row, position=None, time_to_click=None)
    return msgspec.structs.replace(row, position=tapped.position, time_to_click=tapped.time_to_click)


async def _bots(tx: Tx, account_id: UUID, asked: Asked, limit: int) -> list[Row]:
    found = await queries.bots(tx, account_id, asked.first, asked.last)
    return [Row(value=bot.value, views=bot.views, visitors=0, clicks=bot.clicks) for bot in found][:limit]
