"""Which days are folded for questions about taps and vitals, what they hold, and what they are folded into."""
# ruff: noqa: S608  (literals only)

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from nameplate.analytics.days import DirtyDay
from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which something happened, and when. `folded`: its packs say all there is."""

    day: date
    folded: bool
    events: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Unfolded:
    version: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    day: date
    part: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Noticed:
    """Columns of a day's views, taps and vitals as texts; None when there are none. `looks`: the dimensions in their
    order, why it is a bot, and the links clicked that day by who it was, between unit separators; between record
    separators from one event to the next. Numbers between commas; -1: none."""

    looks: str | None
    kinds: str
    viewports: str
    spots: str
    cells: str
    devices: str
    lcp: str
    inp: str
    cls: str
    fcp: str
    ttfb: str


async def count(tx: Tx) -> None:
    """Mark the days of the batch in the stage."""
    await tx.run(
        """
        INSERT INTO noticed_days AS n (account_id, day, events, first_at, last_at)
        SELECT account_id, day, count(*), min(at), max(at) FROM stage GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (account_id, day) DO UPDATE SET
            events = n.events + excluded.events, version = n.version + 1, dirty = true,
            first_at = least(n.first_at, excluded.first_at), last_at = greatest(n.last_at, excluded.last_at)
        """
    )


async def marks(tx: Tx, account_id: UUID, first: date, last: date) -> list[Mark]:
    return await tx.all(
        Mark,
        """
        SELECT day, NOT dirty AS folded, events, first_at, last_at FROM noticed_days
        WHERE account_id = %s AND day BETWEEN %s AND %s ORDER BY day
        """,
        (account_id, first, last),
    )


async def parts(tx: Tx, account_id: UUID, days: Collection[date], wanted: Collection[int]) -> list[Part]:
    return await tx.all(
        Part,
        """
        SELECT day, part, data FROM noticed_packs
        WHERE account_id = %s AND day = ANY(%s) AND part = ANY(%s) ORDER BY day
        """,
        (account_id, list(days), list(wanted)),
    )


async def titles(tx: Tx, account_id: UUID, links: Collection[UUID]) -> dict[UUID, str]:
    """Of links that are still there, deleted ones too."""
    cursor = await tx.connection.execute(
        "SELECT id, title FROM links WHERE account_id = %s AND id = ANY(%s)", (account_id, list(links))
    )
    return dict(await cursor.fetchall())


async def dirty_days(tx: Tx, since: date, before: date, least: int, limit: int) -> list[DirtyDay]:
    """Of all accounts, the oldest first, with at least that many events."""
    return await tx.all(
        DirtyDay,
        """
        SELECT account_id, day FROM noticed_days WHERE dirty AND day >= %s AND day < %s AND events >= %s
        ORDER BY day, account_id LIMIT %s
        """,
        (since, before, least, limit),
    )


async def dirty_days_of(tx: Tx, account_id: UUID, least: int) -> list[date]:
    cursor = await tx.connection.execute(
        "SELECT day FROM noticed_days WHERE account_id = %s AND dirty AND events >= %s ORDER BY day",
        (account_id, least),
    )
    return [day for (day,) in await cursor.fetchall()]


async def unfolded(tx: Tx, account_id: UUID, day: date) -> Unfolded | None:
    """None: nothing happened that day, or it is folded. To be asked before the day is read."""
    return await tx.one(
        Unfolded,
        """
        SELECT version, first_at, last_at FROM noticed_days WHERE account_id = %s AND day = %s AND dirty
        """,
        (account_id, day),
    )


def _own(column: LiteralString) -> LiteralString:
    """A visitor's of that day; of who has none that day, the event's own."""
    return "coalesce(CASE WHEN v.visitor IS NULL THEN e." + column + " ELSE v." + column + " END, '')"


def _bar(
    metric: LiteralString, good: LiteralString, poor: LiteralString, scale: LiteralString = "1"
) -> LiteralString:
    """Of a histogram, as vitals/queries.py counts it: its rating times 512, and its bucket. -1: not measured."""
    scaled: LiteralString = metric + " * " + scale + "::float8"
    return (
        "CASE WHEN " + metric + " IS NULL THEN -1 ELSE 512 * ((" + metric + " > " + good + "::real)::integer + ("
        + metric + " > " + poor + "::real)::integer) + CASE WHEN " + scaled + " < 1 THEN 0 ELSE 1 + ceil(ln("
        + scaled + ") / ln(1.05::float8)) END END AS " + metric
    )  # fmt: skip


_LOOK: LiteralString = (
    "concat_ws(E'\\x1f', "
    + _own("country") + ", " + _own("region") + ", " + _own("city") + ", " + _own("device") + ", "
    + _own("browser") + ", " + _own("os") + ", " + _own("language") + ", " + _own("referrer") + ", "
    + _own("utm_source") + ", " + _own("utm_medium") + ", " + _own("utm_campaign")
    + """, coalesce(e.bot, ''),
        coalesce(CASE WHEN e.visitor IS NULL OR e.bot IS NOT NULL THEN e.link_id::text ELSE c.links END, ''))"""
)  # fmt: skip
BARS: LiteralString = (
    _bar("lcp", "2500", "4000")
    + ", " + _bar("inp", "200", "500")
    + ", " + _bar("cls", "0.1", "0.25", "10000")
    + ", " + _bar("fcp", "1800", "3000")
    + ", " + _bar("ttfb", "800", "1800")
)  # fmt: skip
_CELL: LiteralString = """CASE WHEN e.kind = 'tap' THEN least(floor(e.tap_x * 20), 19) + 20 *
    CASE WHEN e.link_id IS NULL AND coalesce(e.element, '') = ''
    THEN least(floor(e.tap_y * 40), 39) ELSE least(floor(e.tap_y * 8), 7) END ELSE -1 END"""


async def read(tx: Tx, account_id: UUID, day: date, found: Unfolded) -> Noticed | None:
    """At least what was there when it was `found`. Cells are made as counting makes them (taps/queries.py)."""
    # PostgreSQL does not know yet how many rows a new account has, takes it for one, and would look up each of many.
    await tx.run("SET LOCAL enable_nestloop = off")
    return await tx.one(
        Noticed,
        """
        WITH clicked AS (
            SELECT visitor, string_agg(link_id::text, ',' ORDER BY link_id) AS links FROM visitor_link_days
            WHERE account_id = %(account_id)s AND day = %(day)s GROUP BY visitor
        ), noticed AS (
            SELECT CASE e.kind WHEN 'view' THEN 0 WHEN 'tap' THEN 1 ELSE 2 END AS kind,
                coalesce(e.viewport, 0) AS viewport,
                coalesce(e.link_id, '00000000-0000-0000-0000-000000000000')::text || ' '
                    || coalesce(e.element, CASE WHEN e.link_id IS NULL THEN '' ELSE 'link' END) AS spot,
                coalesce(e.device, '') AS device, """
        + _LOOK + " AS look, " + _CELL + " AS cell, " + BARS
        + """
            FROM events e
            LEFT JOIN visitor_days v ON v.account_id = e.account_id AND v.day = e.day AND v.visitor = e.visitor
                AND v.day = %(day)s AND e.bot IS NULL
            LEFT JOIN clicked c ON c.visitor = e.visitor AND e.bot IS NULL
            WHERE e.account_id = %(account_id)s AND e.day = %(day)s
                AND e.at BETWEEN %(first_at)s AND %(last_at)s
                AND (e.kind IN ('view', 'vitals') OR e.kind = 'tap' AND e.tap_x IS NOT NULL AND e.tap_y IS NOT NULL)
        )
        SELECT string_agg(look, E'\\x1e') AS looks, coalesce(string_agg(kind::text, ','), '') AS kinds,
            coalesce(string_agg(viewport::text, ','), '') AS viewports,
            coalesce(string_agg(spot, E'\\x1e'), '') AS spots, coalesce(string_agg(cell::text, ','), '') AS cells,
            coalesce(string_agg(device, E'\\x1e'), '') AS devices, coalesce(string_agg(lcp::text, ','), '') AS lcp,
            coalesce(string_agg(inp::text, ','), '') AS inp, coalesce(string_agg(cls::text, ','), '') AS cls,
            coalesce(string_agg(fcp::text, ','), '') AS fcp, coalesce(string_agg(ttfb::text, ','), '') AS ttfb
        FROM noticed
        """,
        {"account_id": account_id, "day": day, "first_at": found.first_at, "last_at": found.last_at},
    )  # fmt: skip


async def write(tx: Tx, account_id: UUID, day: date, version: int, parts: Mapping[int, bytes]) -> bool:
    """In place of what the day was folded into before. False: something was counted since it had that version."""
    taken = await tx.run(
        "UPDATE noticed_days SET dirty = false WHERE account_id = %s AND day = %s AND version = %s AND dirty",
        (account_id, day, version),
    )
    if not taken:
        return False
    await tx.run("DELETE FROM noticed_packs WHERE account_id = %s AND day = %s", (account_id, day))
    await tx.run(
        """
        INSERT INTO noticed_packs (account_id, day, part, data)
        SELECT %s::uuid, %s::date, * FROM unnest(%s::smallint[], %s::bytea[])
        """,
        (account_id, day, list(parts), list(parts.values())),
    )
    return True
