"""Which days are to be folded, what they hold, and what they are folded into."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from nameplate.analytics.folding.pairs import Pair
from nameplate.db import Tx

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class DirtyDay:
    account_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class PackPart:
    day: date
    part: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PairOfDay:
    day: date
    views: int
    visitors: int
    clicks: int
    others: bytes


@dataclass(frozen=True, slots=True)
class DayTotal:
    day: date
    views: int
    visitors: int
    clicks: int


async def dirty_days(tx: Tx, before: date, least: int, limit: int) -> list[DirtyDay]:
    """Of all accounts, the oldest first: days before `before` with at least that many views and clicks."""
    return await tx.all(
        DirtyDay,
        """
        SELECT account_id, day FROM daily_totals WHERE dirty AND day < %s AND views + clicks >= %s
        ORDER BY day, account_id LIMIT %s
        """,
        (before, least, limit),
    )


async def dirty_days_of(tx: Tx, account_id: UUID, least: int) -> list[date]:
    """The same of one account."""
    cursor = await tx.connection.execute(
        "SELECT day FROM daily_totals WHERE account_id = %s AND dirty AND views + clicks >= %s ORDER BY day",
        (account_id, least),
    )
    return [row[0] for row in await cursor.fetchall()]


async def expect_many(tx: Tx) -> None:
    """For this transaction: PostgreSQL does not know yet how many rows a new account has, takes it for one, and would
    look up each of a hundred thousand."""
    await tx.run("SET LOCAL enable_nestloop = off")


async def one_at_a_time(tx: Tx, account_id: UUID, day: date) -> None:
    """Wait for whoever is folding the same day."""
    await tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"fold {account_id} {day}",))


async def version(tx: Tx, account_id: UUID, day: date) -> int | None:
    """None when the day is not dirty."""
    found: int | None = await tx.value(
        "SELECT version FROM daily_totals WHERE account_id = %s AND day = %s AND dirty", (account_id, day)
    )
    return found


async def clean(tx: Tx, account_id: UUID, day: date, version: int) -> bool:
    """The day is folded as of `version`. False when something was counted since."""
    return bool(
        await tx.run(
            "UPDATE daily_totals SET dirty = false WHERE account_id = %s AND day = %s AND version = %s",
            (account_id, day, version),
        )
    )


async def facts(tx: Tx, account_id: UUID, day: date) -> Rows:
    """As nameplate.analytics.folding.pack.make takes them."""
    cursor = await tx.connection.execute(
        """
        SELECT coalesce(country, ''), coalesce(region, ''), coalesce(city, ''), coalesce(device, ''),
            coalesce(browser, ''), coalesce(os, ''), coalesce(language, ''), coalesce(referrer, ''),
            coalesce(utm_source, ''), coalesce(utm_medium, ''), coalesce(utm_campaign, ''),
            sum(views)::bigint, count(*) FILTER (WHERE visitor >= 0), sum(clicks)::bigint
        FROM visitor_days WHERE account_id = %s AND day = %s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        """,
        (account_id, day),
    )
    return await cursor.fetchall()


async def clicked(tx: Tx, account_id: UUID, day: date) -> Rows:
    """As nameplate.analytics.folding.pack.make takes them. Of anonymous visitors nobody knows who clicked what."""
    cursor = await tx.connection.execute(
        """
        SELECT coalesce(country, ''), coalesce(region, ''), coalesce(city, ''), coalesce(device, ''),
            coalesce(browser, ''), coalesce(os, ''), coalesce(language, ''), coalesce(referrer, ''),
            coalesce(utm_source, ''), coalesce(utm_medium, ''), coalesce(utm_campaign, ''), l.link_id::text,
            coalesce(sum(v.views) FILTER (WHERE v.visitor >= 0), 0)::bigint, count(*) FILTER (WHERE v.visitor >= 0),
            sum(l.clicks)::bigint
        FROM visitor_link_days l JOIN visitor_days v USING (account_id, day, visitor)
        WHERE account_id = %s AND day = %s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
        """,
        (account_id, day),
    )
    return await cursor.fetchall()


async def write(tx: Tx, account_id: UUID, day: date, parts: dict[int, bytes], pairs: Iterable[Pair]) -> None:
    """In place of what the day was folded into before."""
    await tx.run("DELETE FROM day_packs WHERE account_id = %s AND day = %s", (account_id, day))
    await tx.run("DELETE FROM day_pairs WHERE account_id = %s AND day = %s", (account_id, day))
    await tx.run(
        """
        INSERT INTO day_packs (account_id, day, part, data)
        SELECT %s::uuid, %s::date, * FROM unnest(%s::smallint[], %s::bytea[])
        """,
        (account_id, day, list(parts), list(parts.values())),
    )
    listed = list(pairs)
    await tx.run(
        """
        INSERT INTO day_pairs (account_id, day, dimension, value, views, visitors, clicks, others)
        SELECT %s::uuid, %s::date, * FROM
            unnest(%s::smallint[], %s::text[], %s::integer[], %s::integer[], %s::integer[], %s::bytea[])
        """,
        (
            account_id, day, [pair.dimension for pair in listed], [pair.value for pair in listed],
            [pair.views for pair in listed], [pair.visitors for pair in listed], [pair.clicks for pair in listed],
            [pair.others for pair in listed],
        ),
    )  # fmt: skip


async def folded_days(tx: Tx, account_id: UUID, first: date, last: date) -> dict[date, bool]:
    """Every day on which something was counted, and whether what it was folded into is valid."""
    cursor = await tx.connection.execute(
        "SELECT day, NOT dirty FROM daily_totals WHERE account_id = %s AND day BETWEEN %s AND %s",
        (account_id, first, last),
    )
    return dict(await cursor.fetchall())


async def packs(tx: Tx, account_id: UUID, days: Collection[date], parts: Collection[int]) -> list[PackPart]:
    return await tx.all(
        PackPart,
        "SELECT day, part, data FROM day_packs WHERE account_id = %s AND day = ANY(%s) AND part = ANY(%s) ORDER BY day",
        (account_id, list(days), list(parts)),
    )


async def pairs(
    tx: Tx, account_id: UUID, days: Collection[date], dimension: int, value: str
) -> list[PairOfDay]:
    return await tx.all(
        PairOfDay,
        """
        SELECT day, views, visitors, clicks, others FROM day_pairs
        WHERE account_id = %s AND day = ANY(%s) AND dimension = %s AND value = %s
        """,
        (account_id, list(days), dimension, value),
    )


async def pair_totals(
    tx: Tx, account_id: UUID, days: Collection[date], dimension: int, value: str
) -> list[DayTotal]:
    """`pairs` without the values of other dimensions, which are what takes time."""
    return await tx.all(
        DayTotal,
        """
        SELECT day, views, visitors, clicks FROM day_pairs
        WHERE account_id = %s AND day = ANY(%s) AND dimension = %s AND value = %s
        """,
        (account_id, list(days), dimension, value),
    )
