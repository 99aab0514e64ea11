"""Taps and web vitals under filters, from the raw events of days that are not folded (noticed/pack.py).

A visitor has the dimensions of his first view or click of the day, as everywhere. Who had none that day (the page was
open at midnight), bots and visitors who asked not to be tracked have those of the event itself. Statements are put
together from the literals below; what a filter asks for is always a parameter.
"""
# ruff: noqa: S608  (literals only)

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.filtered.queries import Filters, named, where
from nameplate.analytics.noticed.folds.queries import Mark
from nameplate.analytics.noticed.pack import Bar
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


async def histogram(
    tx: Tx, account_id: UUID, marks: Sequence[Mark], filters: Filters, device: str | None, *, bots: bool
) -> list[Bar]:
    """Of each device and metric; and of each day and metric on `device` (of all, when None) where the percentile is."""
    await _plan(tx)
    found = await tx.all(
        Bar,
        """
        WITH bar AS MATERIALIZED (
            SELECT day, device, metric, (value > good)::integer + (value > poor)::integer AS rating,
                CASE WHEN value * scale < 1 THEN 0 ELSE 1 + ceil(ln(value * scale) / ln(1.05::float8)) END::integer
                    AS bucket, count(*) AS samples
            FROM (SELECT e.day, coalesce(e.device, '') AS device, e.lcp, e.inp, e.cls, e.fcp, e.ttfb """
        + _chosen(filters, bots=bots)
        + """ AND e.kind = 'vitals') AS event CROSS JOIN LATERAL (VALUES
                ('lcp', lcp, 2500::real, 4000::real, 1::float8),
                ('inp', inp, 200::real, 500::real, 1::float8),
                ('cls', cls, 0.1::real, 0.25::real, 10000::float8),
                ('fcp', fcp, 1800::real, 3000::real, 1::float8),
                ('ttfb', ttfb, 800::real, 1800::real, 1::float8)
            ) AS m (metric, value, good, poor, scale)
            WHERE value IS NOT NULL GROUP BY 1, 2, 3, 4, 5
        ), passed AS (
            SELECT day, metric, rating, bucket, sum(sum(samples)) OVER same AS passed,
                sum(sum(samples)) OVER (PARTITION BY day, metric) AS total
            FROM bar WHERE %(device_asked)s::text IS NULL OR device = %(device_asked)s
            GROUP BY day, metric, rating, bucket
            WINDOW same AS (PARTITION BY day, metric ORDER BY rating, bucket)
        ), at AS (
            SELECT DISTINCT ON (day, metric) day, metric, rating, bucket, total
            FROM passed WHERE passed * 4 >= total * 3 ORDER BY day, metric, rating, bucket
        )
        SELECT NULL::date AS day, device, metric, rating, bucket, sum(samples)::bigint AS samples FROM bar
        GROUP BY device, metric, rating, bucket
        UNION ALL SELECT day, '', metric, rating, bucket, total::bigint FROM at
        """,
        named(account_id, filters, **_of(marks), device_asked=device),
    )
    await _plan_again(tx)
    return found


async def _plan(tx: Tx) -> None:
    # PostgreSQL does not know yet how many rows a new account has, takes it for one, and would look up each of many.
    await tx.run("SET LOCAL enable_nestloop = off")


async def _plan_again(tx: Tx) -> None:
    await tx.run("SET LOCAL enable_nestloop = on")
