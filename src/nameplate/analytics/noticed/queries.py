"""Taps and web vitals under filters, from the raw events of days that are not folded (noticed/pack.py).

A visitor has the dimensions of his first view or click of the day, as everywhere. Who had none that day (the page was
open at midnight), bots and visitors who asked not to be tracked have those of the event itself. Statements are put
together from the literals below; what a filter asks for is always a parameter.
"""
# ruff: noqa: S608  (literals only)

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString
from uuid import UUID

from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.filtered.queries import Filters, named, where
from nameplate.analytics.noticed.folds.queries import BARS, Mark
from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell with taps, as in day_taps. Without an element: the views on screens of this size."""

    viewport: int
    link_id: UUID
    element: str | None
    cell: int
    taps: int
    views: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The web vitals of one day, as columns: devices between record separators, bars (folds/queries.py) between
    commas."""

    day: date
    devices: str
    lcp: str
    inp: str
    cls: str
    fcp: str
    ttfb: str


def _chosen(filters: Filters, *, bots: bool) -> LiteralString:
    """FROM and WHERE: the events `e` of those who are meant."""
    within: LiteralString = """e.account_id = %(account_id)s AND e.day = ANY(%(days)s)
        AND e.at BETWEEN %(first_at)s AND %(last_at)s"""
    if bots:
        return "FROM events e WHERE " + within + " AND e.bot IS NOT NULL" + where("e", filters)
    own: Filters = {at: value for at, value in filters.items() if at is not Dimension.LINK}
    text: LiteralString = "FROM events e"
    people: LiteralString = ""
    if own:
        text += """ LEFT JOIN visitor_days v ON v.account_id = e.account_id AND v.day = e.day
            AND v.visitor = e.visitor AND v.day = ANY(%(days)s)"""
        people += (
            " AND (v.visitor IS NOT NULL" + where("v", own) + " OR v.visitor IS NULL" + where("e", own) + ")"
        )
    if Dimension.LINK in filters:
        text += """ LEFT JOIN visitor_link_days c ON c.account_id = e.account_id AND c.day = e.day
            AND c.visitor = e.visitor AND c.link_id = %(link)s AND c.day = ANY(%(days)s)"""
        people += " AND (e.link_id = %(link)s AND e.visitor IS NULL OR c.visitor IS NOT NULL)"
    return text + " WHERE " + within + " AND e.bot IS NULL" + people


def _of(marks: Sequence[Mark]) -> dict[str, object]:
    return {
        "days": [mark.day for mark in marks],
        "first_at": min(mark.first_at for mark in marks),
        "last_at": max(mark.last_at for mark in marks),
    }


async def spots(
    tx: Tx, account_id: UUID, marks: Sequence[Mark], filters: Filters, *, bots: bool
) -> list[Spot]:
    """Cells with taps on every size of screen, and the views; places are counted as for day_taps."""
    if not marks:
        return []
    await _plan(tx)
    found = await tx.all(
        Spot,
        """
        SELECT coalesce(e.viewport, 0) AS viewport,
                coalesce(e.link_id, '00000000-0000-0000-0000-000000000000') AS link_id,
                CASE WHEN e.kind = 'tap' THEN
                    coalesce(e.element, CASE WHEN e.link_id IS NULL THEN '' ELSE 'link' END) END AS element,
                CASE WHEN e.kind = 'tap' THEN least(floor(e.tap_x * 20), 19) + 20 *
                    CASE WHEN e.link_id IS NULL AND coalesce(e.element, '') = ''
                    THEN least(floor(e.tap_y * 40), 39) ELSE least(floor(e.tap_y * 8), 7) END
                    ELSE 0 END::integer AS cell,
                count(*) FILTER (WHERE e.kind = 'tap') AS taps, count(*) FILTER (WHERE e.kind = 'view') AS views
            """
        + _chosen(filters, bots=bots)
        + """
            AND (e.kind = 'view' OR e.kind = 'tap' AND e.tap_x IS NOT NULL AND e.tap_y IS NOT NULL)
            GROUP BY 1, 2, 3, 4
        """,
        named(account_id, filters, **_of(marks)),
    )
    await _plan_again(tx)
    return found


async def measured(
    tx: Tx, account_id: UUID, marks: Sequence[Mark], filters: Filters, *, bots: bool
) -> list[Measured]:
    if not marks:
        return []
    await _plan(tx)
    found = await tx.all(
        Measured,
        "SELECT day, string_agg(device, E'\\x1e') AS devices, string_agg(lcp::text, ',') AS lcp,"
        " string_agg(inp::text, ',') AS inp, string_agg(cls::text, ',') AS cls, string_agg(fcp::text, ',') AS fcp,"
        " string_agg(ttfb::text, ',') AS ttfb FROM (SELECT e.day, coalesce(e.device, '') AS device, "
        + BARS + " " + _chosen(filters, bots=bots) + " AND e.kind = 'vitals') AS event GROUP BY day",
        named(account_id, filters, **_of(marks)),
    )  # fmt: skip
    await _plan_again(tx)
    return found


async def _plan(tx: Tx) -> None:
    # PostgreSQL does not know yet how many rows a new account has, takes it for one, and would look up each of many.
    await tx.run("SET LOCAL enable_nestloop = off")


async def _plan_again(tx: Tx) -> None:
    await tx.run("SET LOCAL enable_nestloop = on")
