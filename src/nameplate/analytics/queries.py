"""What reports, the visitor keys, the worker's jobs and other domains ask of the analytics tables.

Everything a dashboard shows is read from the roll-ups: the cost grows with days and distinct values, not with events.
"""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class Totals:
    views: int
    visitors: int
    clicks: int
    bots: int


@dataclass(frozen=True, slots=True)
class Day:
    at: date
    views: int
    visitors: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Value:
    value: str | None
    label: str | None
    views: int
    visitors: int
    clicks: int


@dataclass(frozen=True, slots=True)
class DimensionValue(Value):
    dimension: str


@dataclass(frozen=True, slots=True)
class _Key:
    day: date
    side: str
    key: bytes


async def time_zone(tx: Tx, account_id: UUID) -> str | None:
    zone: str | None = await tx.value("SELECT timezone FROM profiles WHERE account_id = %s", (account_id,))
    return zone


async def totals(tx: Tx, account_id: UUID, first: date, last: date) -> Totals:
    """Sums over the days, both included. `visitors` are those of each day: their keys do not live longer."""
    row = await tx.one(
        Totals,
        """
        SELECT coalesce(sum(views), 0)::bigint AS views, coalesce(sum(visitors), 0)::bigint AS visitors,
            coalesce(sum(clicks), 0)::bigint AS clicks, coalesce(sum(bots), 0)::bigint AS bots
        FROM daily_totals WHERE account_id = %s AND day BETWEEN %s AND %s
        """,
        (account_id, first, last),
    )
    return row or Totals(0, 0, 0, 0)


async def days(tx: Tx, account_id: UUID, first: date, last: date) -> list[Day]:
    """Days on which something happened."""
    return await tx.all(
        Day,
        """
        SELECT day AS at, views, visitors, clicks FROM daily_totals
        WHERE account_id = %s AND day BETWEEN %s AND %s ORDER BY day
        """,
        (account_id, first, last),
    )


async def links(tx: Tx, account_id: UUID, first: date, last: date, limit: int) -> list[Value]:
    """Clicks by link, deleted links included. A view is of the page and belongs to no link."""
    return await tx.all(
        Value,
        """
        WITH clicked AS (
            SELECT link_id, sum(visitors)::bigint AS visitors, sum(clicks)::bigint AS clicks
            FROM daily_links WHERE account_id = %(account_id)s AND day BETWEEN %(first)s AND %(last)s
            GROUP BY link_id
        )
        SELECT c.link_id::text AS value, l.title AS label, 0::bigint AS views, c.visitors, c.clicks
        FROM clicked c LEFT JOIN links l ON l.account_id = %(account_id)s AND l.id = c.link_id
        ORDER BY c.clicks DESC, c.visitors DESC, c.link_id LIMIT %(limit)s
        """,
        {"account_id": account_id, "first": first, "last": last, "limit": limit},
    )


# Dimension -> its column in visitor_days.
COLUMNS: dict[str, LiteralString] = {
    "country": "country",
    "region": "region",
    "city": "city",
    "device": "device",
    "browser": "browser",
    "os": "os",
    "language": "language",
    "referrer": "referrer",
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
}


async def values(
    tx: Tx, account_id: UUID, first: date, last: date, dimensions: list[str], limit: int
) -> dict[str, list[Value]]:
    """The most frequent values of each of `dimensions` (keys of COLUMNS), all from one scan.

    A value of None is what is not known: an anonymous visitor's place, a visit without referrer.
    """
    columns = [COLUMNS[dimension] for dimension in dimensions]
    names = " ".join(["WHEN grouping(" + column + ") = 0 THEN '" + column + "'" for column in columns])
    chosen = " ".join(["WHEN grouping(" + column + ") = 0 THEN " + column for column in columns])
    sets = ", ".join(["(" + column + ")" for column in columns])
    rows = await tx.all(
        DimensionValue,
        """
        WITH grouped AS (
            SELECT CASE """ + names + """ END AS dimension, CASE """ + chosen + """ END AS value,
                sum(views)::bigint AS views, count(*) FILTER (WHERE visitor >= 0) AS visitors,
                sum(clicks)::bigint AS clicks
            FROM visitor_days WHERE account_id = %s AND day BETWEEN %s AND %s
            GROUP BY GROUPING SETS (""" + sets + """)
        ), placed AS (
            SELECT *, row_number() OVER (
                PARTITION BY dimension ORDER BY visitors DESC, views DESC, clicks DESC, value
            ) AS place FROM grouped
        )
        SELECT dimension, value, NULL::text AS label, views, visitors, clicks FROM placed
        WHERE place <= %s ORDER BY dimension, place
        """,  # noqa: S608  (put together from literals: see COLUMNS)
        (account_id, first, last, limit),
    )  # fmt: skip
    found: dict[str, list[Value]] = {dimension: [] for dimension in dimensions}
    for row in rows:
        found[row.dimension].append(row)
    return found


async def visitor_keys(tx: Tx) -> dict[tuple[date, str], bytes]:
    rows = await tx.all(_Key, "SELECT day, side, key FROM visitor_keys")
    return {(row.day, row.side): row.key for row in rows}


async def offer_visitor_key(tx: Tx, day: date, side: str, key: bytes) -> None:
    """Keep `key` unless there is one already."""
    await tx.run(
        "INSERT INTO visitor_keys (day, side, key) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (day, side, key),
    )


async def delete_visitor_key(tx: Tx, day: date, side: str) -> int:
    return await tx.run("DELETE FROM visitor_keys WHERE day = %s AND side = %s", (day, side))


async def rewrite_visitor_keys(tx: Tx) -> None:
    """A new file without the rows deleted before this transaction; the old file is removed."""
    await tx.run("CLUSTER visitor_keys USING visitor_keys_pkey")


async def make_partition(tx: Tx, month: date) -> bool:
    """Of `events`. Whether it had to be made."""
    return bool(await tx.value("SELECT make_events_partition(%s)", (month,)))


async def forget_batches(tx: Tx, limit: int) -> int:
    """Delete at most `limit` ids of counted batches that cannot come again."""
    return await tx.run(
        """
        DELETE FROM counted_batches WHERE batch_id IN
            (SELECT batch_id FROM counted_batches WHERE forget_at < now() ORDER BY forget_at LIMIT %s)
        """,
        (limit,),
    )
