"""Raw events as lines of CSV, made by PostgreSQL one page at a time.

Statements are put together from the literals below and those of `filtered`; what is asked for is always a parameter.
"""
# ruff: noqa: S608  (literals only)

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.exports.schema import EVENTS
from nameplate.analytics.filtered.queries import Filters, named, where
from nameplate.db import Tx

LINES_AT_ONCE = 250
"""After so many others have their turn."""


@dataclass(frozen=True, slots=True)
class Place:
    """Of an event in the order of time."""

    at: datetime
    id: int


def _text(column: LiteralString) -> LiteralString:
    """A spreadsheet takes a cell that begins like this for a formula: an apostrophe makes it a text. What follows
    comes from strangers."""
    return "regexp_replace(" + column + r", '^[=+\-@\t\r\n＝＋－＠]', '''\&')"


# Name of a column -> what is in it.
_SELECTED: dict[str, LiteralString] = {
    "at": """to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    "day": "e.day",
    "kind": "e.kind",
    # The same number for the same visitor of a day within one export; it leads nowhere else, because the key is lost.
    "visitor": "substr(sha256(%(key)s || int8send(e.visitor) || date_send(e.day)), 1, 6)::bigint",
    "bot": "e.bot",
    "link_id": "e.link_id",
    "link_title": _text("l.title"),
    "country": "e.country",
    "region": _text("e.region"),
    "city": _text("e.city"),
    "device": "e.device",
    "browser": _text("e.browser"),
    "browser_version": _text("e.browser_version"),
    "os": _text("e.os"),
    "os_version": _text("e.os_version"),
    "language": _text("e.language"),
    "referrer": _text("e.referrer"),
    "referrer_path": _text("e.referrer_path"),
    "utm_source": _text("e.utm_source"),
    "utm_medium": _text("e.utm_medium"),
    "utm_campaign": _text("e.utm_campaign"),
    "utm_term": _text("e.utm_term"),
    "utm_content": _text("e.utm_content"),
    "connection": _text("e.connection"),
    "viewport": "e.viewport",
    "element": _text("e.element"),
    "tap_x": "e.tap_x",
    "tap_y": "e.tap_y",
    "ms": "e.ms",
    "position": "e.position",
    "ttfb": "e.ttfb",
    "fcp": "e.fcp",
    "lcp": "e.lcp",
    "inp": "e.inp",
    "cls": "e.cls",
}
COLUMNS = tuple(EVENTS)
_TEXTS: tuple[LiteralString, ...] = (
    "region", "city", "browser", "browser_version", "os", "os_version", "language", "referrer", "referrer_path",
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "connection", "element",
)  # fmt: skip
# For a program: texts as they are, and all digits of the time.
_PLAIN: dict[str, LiteralString] = {
    **_SELECTED,
    "at": "e.at",
    "link_title": "l.title",
    **{name: "e." + name for name in _TEXTS},
}


def _list(columns: dict[str, LiteralString]) -> LiteralString:
    text: LiteralString = ""
    for name in COLUMNS:
        text += ", " + columns[name] if text else columns[name]
    return text


# An owner's day lies within these, whatever his time zone was when it was counted.
_BEFORE: LiteralString = "e.at < %(last)s::date + interval '2 days'"
_AFTER: LiteralString = (
    "e.account_id = %(account_id)s AND e.at >= %(at)s::timestamptz"
    " AND (e.at, e.id) > (%(at)s::timestamptz, %(id)s::bigint)"
)


async def end_of_page(tx: Tx, account_id: UUID, after: Place, last: date, rows: int) -> Place | None:
    """Where a page that begins behind `after` ends: after `rows` events, chosen by a filter or not, so that no filter
    makes one statement long. None: this page is the last one."""
    return await tx.one(
        Place,
        "SELECT e.at, e.id FROM events e WHERE "
        + _AFTER
        + " AND "
        + _BEFORE
        + " ORDER BY e.at, e.id OFFSET %(skip)s LIMIT 1",
        {"account_id": account_id, "at": after.at, "id": after.id, "last": last, "skip": rows - 1},
    )


def _chosen(filters: Filters, *, bots: bool) -> LiteralString:
    """People have the dimensions of their first event of the day, anonymous events and bots their own: as counted."""
    if bots:
        return "e.bot IS NOT NULL" + where("e", filters)
    if not filters:
        return "e.bot IS NULL"
    own: Filters = {at: value for at, value in filters.items() if at is not Dimension.LINK}
    theirs: LiteralString = ""
    if own:
        theirs += (
            """ AND EXISTS (SELECT FROM visitor_days v WHERE v.account_id = e.account_id AND v.day = e.day
            AND v.visitor = e.visitor"""
            + where("v", own)
            + ")"
        )
    if Dimension.LINK in filters:
        theirs += """ AND (e.kind NOT IN ('click', 'tap') OR e.link_id = %(link)s)
            AND EXISTS (SELECT FROM visitor_link_days c WHERE c.account_id = e.account_id AND c.day = e.day
            AND c.visitor = e.visitor AND c.link_id = %(link)s)"""
    return (
        "e.bot IS NULL AND (e.visitor IS NOT NULL"
        + theirs
        + " OR e.visitor IS NULL"
        + where("e", filters)
        + ")"
    )


async def page(
    tx: Tx,
    account_id: UUID,
    days: tuple[date, date],
    filters: Filters,
    *,
    bots: bool,
    after: Place,
    until: Place | None,
    key: bytes,
    plain: bool = False,
) -> bytes:
    """Lines of CSV of the events behind `after` and up to `until`, without a header. `plain`: not for a spreadsheet."""
    values = named(account_id, filters, first=days[0], last=days[1], at=after.at, id=after.id, key=key)
    end: LiteralString = ""
    if until is not None:
        end = " AND e.at <= %(until)s::timestamptz AND (e.at, e.id) <= (%(until)s::timestamptz, %(until_id)s::bigint)"
        values |= {"until": until.at, "until_id": until.id}
    statement = (
        "COPY (SELECT "
        + _list(_PLAIN if plain else _SELECTED)
        + " FROM events e LEFT JOIN links l ON l.account_id = e.account_id AND l.id = e.link_id WHERE "
        + _AFTER
        + " AND "
        + _BEFORE
        + end
        + " AND e.day BETWEEN %(first)s AND %(last)s AND "
        + _chosen(filters, bots=bots)
        + " ORDER BY e.at, e.id) TO STDOUT (FORMAT csv)"
    )
    lines: list[bytes] = []
    async with tx.connection.cursor() as cursor, cursor.copy(statement, values) as copy:
        async for line in copy:
            lines.append(bytes(line))
            # Lines that are here already are given without waiting, and there may be thousands.
            if len(lines) % LINES_AT_ONCE == 0:
                await asyncio.sleep(0)
    return b"".join(lines)
