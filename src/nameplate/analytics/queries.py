"""What reports, the visitor keys, the worker's jobs and other domains ask of the analytics tables.

Everything a dashboard shows is read from the roll-ups: the cost grows with days and distinct values, not with events.
"""

from dataclasses import dataclass
from datetime import date
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
    dimension: int
    value: str
    views: int
    visitors: int
    clicks: int


@dataclass(frozen=True, slots=True)
class LinkSums:
    link_id: UUID
    visitors: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Title:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class _Key:
    day: date
    side: str
    key: bytes


async def time_zone(tx: Tx, account_id: UUID) -> str | None:
    zone: str | None = await tx.value("SELECT timezone FROM profiles WHERE account_id = %s", (account_id,))
    return zone


async def handle(tx: Tx, account_id: UUID) -> str | None:
    found: str | None = await tx.value("SELECT handle FROM profiles WHERE account_id = %s", (account_id,))
    return found


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


async def links(tx: Tx, account_id: UUID, first: date, last: date) -> list[LinkSums]:
    """Clicks by link, deleted links included. A view is of the page and belongs to no link."""
    return await tx.all(
        LinkSums,
        """
        SELECT link_id, sum(visitors)::bigint AS visitors, sum(clicks)::bigint AS clicks
        FROM daily_links WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY link_id
        """,
        (account_id, first, last),
    )


async def titles(tx: Tx, account_id: UUID, links: list[UUID], *, shown: bool = False) -> dict[str, str]:
    """By id; of deleted and hidden links too, unless only those that the page shows are asked for."""
    rows = await tx.all(
        Title,
        """
        SELECT id::text, title FROM links WHERE account_id = %s AND id = ANY(%s)
            AND (NOT %s OR (published AND visible AND deleted_at IS NULL))
        """,
        (account_id, links, shown),
    )
    return {row.id: row.title for row in rows}


async def values(
    tx: Tx, account_id: UUID, first: date, last: date, dimensions: list[int], limit: int | None
) -> list[Value]:
    """The most frequent values of each of `dimensions` (by their numbers), all from one scan; without limit all.

    An empty value is what is not known: an anonymous visitor's place, a visit without referrer.
    """
    return await tx.all(
        Value,
        """
        WITH grouped AS (
            SELECT dimension, value, sum(views)::bigint AS views, sum(visitors)::bigint AS visitors,
                sum(clicks)::bigint AS clicks
            FROM day_values WHERE account_id = %s AND day BETWEEN %s AND %s AND dimension = ANY(%s)
            GROUP BY dimension, value
        ), placed AS (
            SELECT *, row_number() OVER (
                PARTITION BY dimension
                ORDER BY visitors DESC, views DESC, clicks DESC, value = '', value COLLATE "C"
            ) AS place FROM grouped WHERE views <> 0 OR visitors <> 0 OR clicks <> 0
        )
        SELECT dimension, value, views, visitors, clicks FROM placed WHERE place <= coalesce(%s, place)
        """,
        (account_id, first, last, dimensions, limit),
    )


async def bots(tx: Tx, account_id: UUID, first: date, last: date) -> list[Value]:
    """By reason; most views and clicks first."""
    return await tx.all(
        Value,
        """
        SELECT 13 AS dimension, bot AS value, sum(views)::bigint AS views, 0 AS visitors, sum(clicks)::bigint AS clicks
        FROM daily_bots WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY bot
        ORDER BY sum(views) + sum(clicks) DESC, bot
        """,
        (account_id, first, last),
    )


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
