"""Which days are to be folded, what they hold, and what they are folded into."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nameplate.analytics.days import DirtyDay
from nameplate.analytics.folding.pairs import Pair
from nameplate.db import Tx


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


@dataclass(frozen=True, slots=True)
class Mark:
    """How a day on which something was counted stands to its last fold."""

    day: date
    folds: int
    clean: bool
    """The fold is all there is to know."""
    intact: bool
    """It is, together with what is `unfolded` in the facts."""


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


async def growing_days(tx: Tx, since: date, least: int) -> list[DirtyDay]:
    """Of all accounts, days from `since` on with at least that many views and clicks that are not folded, and a
    fiftieth of those that are: so all folds of a day cost in proportion to what is counted. Sooner if a fact moved."""
    return await tx.all(
        DirtyDay,
        """
        SELECT account_id, day FROM daily_totals
        WHERE dirty AND day >= %s AND (
            views + clicks - folded_events >= greatest(%s, folded_events / 50)
            OR moves <> folded_moves AND folds > 0 AND views + clicks - folded_events >= folded_events / 500
        )
        ORDER BY day, account_id
        """,
        (since, least),
    )


async def dirty_days_of(tx: Tx, account_id: UUID, least: int) -> list[date]:
    """The same of one account."""
    cursor = await tx.connection.execute(
        "SELECT day FROM daily_totals WHERE account_id = %s AND dirty AND views + clicks >= %s ORDER BY day",
        (account_id, least),
    )
    return [row[0] for row in await cursor.fetchall()]


async def one_at_a_time(tx: Tx, account_id: UUID, day: date) -> None:
    """Wait for whoever is writing a fold of the same day."""
    await tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"fold {account_id} {day}",))


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


async def marks(tx: Tx, account_id: UUID, first: date, last: date) -> list[Mark]:
    return await tx.all(
        Mark,
        """
        SELECT day, folds, NOT dirty AS clean, moves IS NOT DISTINCT FROM folded_moves AS intact FROM daily_totals
        WHERE account_id = %s AND day BETWEEN %s AND %s
        """,
        (account_id, first, last),
    )


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
