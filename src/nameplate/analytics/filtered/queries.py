"""Questions with filters, asked of the facts: of what is not folded, of bots, and of hours.

Every statement is put together from the literals below; what a filter asks for is always a parameter. An empty
value stands for what is not known.
"""
# ruff: noqa: S608  (literals only)

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from nameplate.analytics.dimensions import Dimension
from nameplate.db import Tx

Filters = Mapping[Dimension, str]
TOTAL = ""
"""The dimension of rows that are the sums of a day."""

# A column of visitor_days, bot_days and events.
_COLUMNS: dict[Dimension, LiteralString] = {
    Dimension.COUNTRY: "country",
    Dimension.REGION: "region",
    Dimension.CITY: "city",
    Dimension.DEVICE: "device",
    Dimension.BROWSER: "browser",
    Dimension.OS: "os",
    Dimension.LANGUAGE: "language",
    Dimension.REFERRER: "referrer",
    Dimension.UTM_SOURCE: "utm_source",
    Dimension.UTM_MEDIUM: "utm_medium",
    Dimension.UTM_CAMPAIGN: "utm_campaign",
    Dimension.LINK: "link_id",
    Dimension.BOT: "bot",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """`day` of the rows of TOTAL only; `value` of the others."""

    dimension: str
    day: date | None
    value: str
    views: int
    visitors: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Columns as texts: numbers between commas (days are counted from 2000-01-01), words between unit separators."""

    days: str
    visitors: str
    views: str
    clicks: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clicks:
    """The same."""

    links: str
    visitors: str
    clicks: str


@dataclass(frozen=True, slots=True)
class Quarter:
    at: datetime
    views: int
    visitors: int
    clicks: int


def where(table: LiteralString, filters: Filters) -> LiteralString:
    """Conditions on the columns of `table`, each behind an AND."""
    conditions: LiteralString = ""
    for dimension in filters:
        column = table + "." + _COLUMNS[dimension]
        if dimension is Dimension.LINK:
            conditions += " AND " + column + " = %(link)s"
        else:
            conditions += " AND coalesce(" + column + ", '') = %(" + _COLUMNS[dimension] + ")s"
    return conditions


def named(account_id: UUID, filters: Filters, **more: Any) -> dict[str, Any]:
    """The parameters of a statement with `where`, and `more`."""
    values: dict[str, Any] = {_COLUMNS[dimension]: value for dimension, value in filters.items()}
    if Dimension.LINK in filters:
        values["link"] = UUID(filters[Dimension.LINK])
    return {**values, **more, "account_id": account_id}


def _grouped(dimensions: Collection[Dimension]) -> tuple[LiteralString, LiteralString, LiteralString]:
    """Which dimension a row is about, its value, and the sets to group by."""
    names: LiteralString = "CASE 0 WHEN grouping(day) THEN ''"
    value: LiteralString = ""
    sets: LiteralString = "(day)"
    for dimension in dimensions:
        column = _COLUMNS[dimension]
        names += " WHEN grouping(" + column + ") THEN '" + column + "'"
        value += column + "::text, "
        sets += ", (" + column + ")"
    return names + " END", "coalesce(" + value + "'')", sets


# Of facts `v` and what each clicked, `l`: views, visitors and clicks that the facts have, and those that the last fold
# of the day does not know of. The second are asked only of days of which no fact moved since.
_PERSON: LiteralString = "(v.visitor >= 0)::integer"
_ALL: LiteralString = "v.views AS views, " + _PERSON + " AS visitors, v.clicks AS clicks"
_SINCE: LiteralString = (
    "v.views - v.folded_views AS views, CASE WHEN v.folded_views + v.folded_clicks = 0 THEN "
    + _PERSON
    + " ELSE 0 END AS visitors, v.clicks - v.folded_clicks AS clicks"
)
_ALL_LINKED: LiteralString = (
    "v.views * " + _PERSON + " AS views, " + _PERSON + " AS visitors, l.clicks AS clicks"
)
_SINCE_LINKED: LiteralString = (
    "(v.views - CASE WHEN l.folded_clicks = 0 THEN 0 ELSE v.folded_views END) * "
    + _PERSON
    + " AS views, CASE WHEN l.folded_clicks = 0 THEN "
    + _PERSON
    + " ELSE 0 END AS visitors, l.clicks - l.folded_clicks AS clicks"
)
# OFFSET 0: look them up one by one, and do not read what everybody clicked for the sake of a few facts.
_CLICKED: LiteralString = """ CROSS JOIN LATERAL (
        SELECT * FROM visitor_link_days c
        WHERE c.account_id = v.account_id AND c.day = v.day AND c.visitor = v.visitor OFFSET 0
    ) AS l"""


def _matched(filters: Filters, *, since: bool, linked: bool) -> LiteralString:
    """The facts under `filters`: with each link a visitor clicked when `linked`."""
    own: Filters = {at: value for at, value in filters.items() if at is not Dimension.LINK}
    chosen = (_SINCE_LINKED if since else _ALL_LINKED) if linked else (_SINCE if since else _ALL)
    return (
        "SELECT v.day, v.country, v.region, v.city, v.device, v.browser, v.os, v.language, v.referrer, v.utm_source,"
        " v.utm_medium, v.utm_campaign, "
        + ("l.link_id, " if linked else "")
        + chosen
        + " FROM visitor_days v"
        + (_CLICKED if linked else "")
        + " WHERE v.account_id = %(account_id)s AND v.day = ANY(%(days)s)"
        + (" AND v.unfolded" if since else "")
        + (" AND l.link_id = %(link)s" if Dimension.LINK in filters else "")
        + where("v", own)
    )


async def facts(
    tx: Tx,
    account_id: UUID,
    days: Collection[date],
    filters: Filters,
    dimensions: Collection[Dimension],
    *,
    since: bool,
) -> Facts | None:
    """People, from visitor_days; `since`: what the last fold of those days does not know of them.

    With a filter by link: those who clicked it, their views, and its clicks. A column travels as one text: rows would
    cost far more than they say. None: there are none.
    """
    texts: LiteralString = ""
    for dimension in dimensions:
        texts += ", string_agg(coalesce(" + _COLUMNS[dimension] + ", ''), E'\\x1f')"
    cursor = await tx.connection.execute(
        """
        SELECT string_agg((day - date '2000-01-01')::text, ','), string_agg(visitors::text, ','),
            string_agg(views::text, ','), string_agg(clicks::text, ',')"""
        + texts
        + " FROM ("
        + _matched(filters, since=since, linked=Dimension.LINK in filters)
        + ") AS matched",
        named(account_id, filters, days=list(days)),
    )
    row = await cursor.fetchone()
    if row is None or row[0] is None:
        return None
    days_, visitors, views, clicks_, *columns = row
    return Facts(days_, visitors, views, clicks_, tuple(columns))


async def clicks(
    tx: Tx, account_id: UUID, days: Collection[date], filters: Filters, *, since: bool
) -> Clicks | None:
    """Which links the same people clicked. None: nobody clicked any."""
    cursor = await tx.connection.execute(
        "SELECT string_agg(link_id::text, ','), string_agg(visitors::text, ','), string_agg(clicks::text, ',') FROM ("
        + _matched(filters, since=since, linked=True)
        + ") AS matched",
        named(account_id, filters, days=list(days)),
    )
    row = await cursor.fetchone()
    return Clicks(*row) if row and row[0] is not None else None


async def of_bots(
    tx: Tx, account_id: UUID, first: date, last: date, filters: Filters, dimensions: Collection[Dimension]
) -> list[Sums]:
    """Bots, from bot_days. They have no visitors; a view has no link."""
    names, value, sets = _grouped(dimensions)
    return await tx.all(
        Sums,
        "SELECT "
        + names
        + " AS dimension, day, "
        + value
        + """ AS value, sum(views)::bigint AS views, 0 AS visitors, sum(clicks)::bigint AS clicks
            FROM bot_days b WHERE account_id = %(account_id)s AND day BETWEEN %(first)s AND %(last)s"""
        + where("b", filters)
        + " GROUP BY GROUPING SETS ("
        + sets
        + ")",
        named(account_id, filters, first=first, last=last),
    )


_BINNED: LiteralString = """
    SELECT date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS at, sum(views)::bigint AS views,
        sum(visitors)::bigint AS visitors, sum(clicks)::bigint AS clicks
    FROM moment GROUP BY 1 ORDER BY 1
"""
# An owner's day lies within these, whatever his time zone was when it was counted: it chooses the partitions.
_WITHIN: LiteralString = """e.account_id = %(account_id)s AND e.day BETWEEN %(first)s AND %(last)s
    AND e.at >= %(first)s::date - interval '1 day' AND e.at < %(last)s::date + interval '2 days'
    AND e.kind IN ('view', 'click')"""


def _quarters(filters: Filters, *, bots: bool) -> LiteralString:
    """Those who are meant, and the moments at which they did something."""
    linked = Dimension.LINK in filters
    own: Filters = {
        dimension: value for dimension, value in filters.items() if dimension is not Dimension.LINK
    }
    click: LiteralString = "(e.kind = 'click')::integer"
    view: LiteralString = "(e.kind = 'view')::integer"
    their_click: LiteralString = "(e.kind = 'click' AND e.link_id = %(link)s)::integer" if linked else click
    who: LiteralString = """
        SELECT v.day, v.visitor, v.first_at FROM visitor_days v
        WHERE v.account_id = %(account_id)s AND v.day BETWEEN %(first)s AND %(last)s AND v.visitor >= 0""" + where(
        "v", own
    )
    if linked:
        who += """ AND EXISTS (SELECT FROM visitor_link_days l WHERE l.account_id = v.account_id AND l.day = v.day
            AND l.visitor = v.visitor AND l.link_id = %(link)s)"""
    moment: LiteralString
    if bots:
        moment = (
            "SELECT e.at, " + view + " AS views, 0 AS visitors, " + click + " AS clicks FROM events e WHERE "
            "e.bot IS NOT NULL AND " + _WITHIN + where("e", filters)
        )
    else:
        moment = (
            "SELECT e.at, " + view + " AS views, 0 AS visitors, " + their_click + " AS clicks"
            " FROM events e JOIN who USING (day, visitor) WHERE e.bot IS NULL AND " + _WITHIN + " UNION ALL "
            "SELECT e.at, " + view + ", 0, " + click + " FROM events e"
            " WHERE e.bot IS NULL AND e.visitor IS NULL AND " + _WITHIN + where("e", filters) + " UNION ALL "
            "SELECT first_at, 0, 1, 0 FROM who"
        )
    return "WITH who AS (" + who + "), moment AS (" + moment + ")"


async def quarters(
    tx: Tx, account_id: UUID, first: date, last: date, filters: Filters, *, bots: bool
) -> list[Quarter]:
    """Quarters of an hour in which something happened, from the raw events.

    People have the dimensions of their first event of the day; anonymous events and bots their own.
    """
    # PostgreSQL does not know yet how many rows a new account has, takes it for one, and would look up each of many.
    await tx.run("SET LOCAL enable_nestloop = off")
    found = await tx.all(
        Quarter,
        _quarters(filters, bots=bots) + _BINNED,
        named(account_id, filters, first=first, last=last),
    )
    await tx.run("SET LOCAL enable_nestloop = on")
    return found


async def all_quarters(tx: Tx, account_id: UUID, first: date, last: date) -> list[Quarter]:
    """The same without filters, from the roll-up."""
    return await tx.all(
        Quarter,
        """
        SELECT at, sum(views)::bigint AS views, sum(visitors)::bigint AS visitors, sum(clicks)::bigint AS clicks
        FROM quarter_totals WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY at ORDER BY at
        """,
        (account_id, first, last),
    )
