"""Records of usage: written by the consumer's role, read by their owner, and by the operator across tenants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx
from nameplate.http.rate_limit_tally import Use

NOBODY = UUID(int=0)
"""In place of a token: the dashboard."""


async def claim(tx: Tx, batch_id: UUID) -> bool:
    """Whether this batch is counted now; False: it was before."""
    touched = await tx.run(
        """
        INSERT INTO counted_batches (batch_id, forget_at) VALUES (%s, now() + interval '7 days')
        ON CONFLICT DO NOTHING
        """,
        (batch_id,),
    )
    return touched == 1


async def add_uses(tx: Tx, uses: Sequence[Use]) -> None:
    """Add up what accounts did that still exist."""
    await tx.run(
        """
        INSERT INTO rate_limit_records AS r (account_id, minute, token_id, address, area, allowed, limited)
        SELECT u.account_id, to_timestamp(u.minute * 60), u.token_id, u.address, u.area, sum(u.allowed), sum(u.limited)
        FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[], %s::text[], %s::int[], %s::int[])
            AS u (account_id, minute, token_id, address, area, allowed, limited)
        JOIN profiles p ON p.account_id = u.account_id
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (account_id, minute, token_id, address, area) DO UPDATE
        SET allowed = r.allowed + excluded.allowed, limited = r.limited + excluded.limited
        """,
        (
            [use.account_id for use in uses],
            [use.minute for use in uses],
            [use.token_id or NOBODY for use in uses],
            [use.address for use in uses],
            [use.area for use in uses],
            [use.allowed for use in uses],
            [use.limited for use in uses],
        ),
    )


async def add_strangers(tx: Tx, uses: Sequence[Use]) -> None:
    """Add up what people without an account did."""
    await tx.run(
        """
        INSERT INTO stranger_limit_records AS r (minute, address, area, allowed, limited)
        SELECT to_timestamp(u.minute * 60), u.address, u.area, sum(u.allowed), sum(u.limited)
        FROM unnest(%s::bigint[], %s::bytea[], %s::text[], %s::int[], %s::int[])
            AS u (minute, address, area, allowed, limited)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (minute, address, area) DO UPDATE
        SET allowed = r.allowed + excluded.allowed, limited = r.limited + excluded.limited
        """,
        (
            [use.minute for use in uses],
            [use.address for use in uses],
            [use.area for use in uses],
            [use.allowed for use in uses],
            [use.limited for use in uses],
        ),
    )


async def forget_accounts(tx: Tx) -> int:
    """Across tenants, for the worker: the policy shows it what is older than 30 days."""
    return await tx.run("DELETE FROM rate_limit_records WHERE minute < now() - interval '30 days'")


async def forget_strangers(tx: Tx) -> int:
    return await tx.run("DELETE FROM stranger_limit_records WHERE minute < now() - interval '30 days'")


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One step of time with requests in it. `most`: requests in its busiest minute."""

    at: datetime
    allowed: int
    limited: int
    most: int


async def spans(tx: Tx, account_id: UUID, start: datetime, step: str) -> list[SpanRow]:
    """By `step` ('hour' or 'day', in UTC), the oldest first; steps without requests are not there."""
    return await tx.all(
        SpanRow,
        """
        SELECT date_trunc(%s, minute, 'UTC') AS at, sum(allowed)::bigint AS allowed, sum(limited)::bigint AS limited,
            max(allowed)::bigint AS most
        FROM (
            SELECT minute, sum(allowed) AS allowed, sum(limited) AS limited FROM rate_limit_records
            WHERE account_id = %s AND minute >= %s GROUP BY minute
        ) minutes GROUP BY 1 ORDER BY 1
        """,
        (step, account_id, start),
    )


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`name` is None for the dashboard, and for a token that is no longer there."""

    token_id: UUID
    name: str | None
    allowed: int
    limited: int


async def sources(tx: Tx, account_id: UUID, start: datetime) -> list[SourceRow]:
    """Tokens and the dashboard, the busiest first."""
    return await tx.all(
        SourceRow,
        """
        SELECT r.token_id, t.name, sum(r.allowed)::bigint AS allowed, sum(r.limited)::bigint AS limited
        FROM rate_limit_records r
        LEFT JOIN api_tokens t ON t.account_id = r.account_id AND t.id = r.token_id
        WHERE r.account_id = %s AND r.minute >= %s
        GROUP BY r.token_id, t.name ORDER BY 3 DESC, 1 LIMIT 100
        """,
        (account_id, start),
    )


@dataclass(frozen=True, slots=True)
class AreaRow:
    area: str
    allowed: int
    limited: int


async def areas(tx: Tx, account_id: UUID, start: datetime) -> list[AreaRow]:
    """Parts of the API, the busiest first."""
    return await tx.all(
        AreaRow,
        """
        SELECT area, sum(allowed)::bigint AS allowed, sum(limited)::bigint AS limited FROM rate_limit_records
        WHERE account_id = %s AND minute >= %s GROUP BY area ORDER BY 2 DESC, 1
        """,
        (account_id, start),
    )


@dataclass(frozen=True, slots=True)
class TotalRow:
    """`people`: accounts or addresses that were limited."""

    allowed: int
    limited: int
    people: int


async def account_total(tx: Tx, start: datetime) -> TotalRow | None:
    """Of everybody with an account, for the operator."""
    return await tx.one(
        TotalRow,
        """
        SELECT coalesce(sum(allowed), 0)::bigint AS allowed, coalesce(sum(limited), 0)::bigint AS limited,
            count(DISTINCT account_id) FILTER (WHERE limited > 0) AS people
        FROM rate_limit_records WHERE minute >= %s
        """,
        (start,),
    )


async def stranger_total(tx: Tx, start: datetime) -> TotalRow | None:
    """Of everybody without. An address has another hash each day, and counts once for each."""
    return await tx.one(
        TotalRow,
        """
        SELECT coalesce(sum(allowed), 0)::bigint AS allowed, coalesce(sum(limited), 0)::bigint AS limited,
            count(DISTINCT address) FILTER (WHERE limited > 0 AND address <> '') AS people
        FROM stranger_limit_records WHERE minute >= %s
        """,
        (start,),
    )


@dataclass(frozen=True, slots=True)
class LimitedRow:
    """`who`: 'account' or 'address'; `name`: its id, or the beginning of its hash."""

    who: str
    name: str
    area: str
    limited: int
    minutes: int


async def most_limited(tx: Tx, start: datetime, most: int) -> list[LimitedRow]:
    """Who was limited where, most often first."""
    return await tx.all(
        LimitedRow,
        """
        SELECT 'account' AS who, account_id::text AS name, area, sum(limited)::bigint AS limited,
            count(DISTINCT minute) AS minutes
        FROM rate_limit_records WHERE minute >= %(start)s AND limited > 0 GROUP BY account_id, area
        UNION ALL
        SELECT 'address', left(encode(address, 'hex'), 8), area, sum(limited)::bigint, count(DISTINCT minute)
        FROM stranger_limit_records WHERE minute >= %(start)s AND limited > 0 GROUP BY address, area
        ORDER BY limited DESC, name LIMIT %(most)s
        """,
        {"start": start, "most": most},
    )


async def limited_areas(tx: Tx, start: datetime) -> list[AreaRow]:
    """Of everybody, the most limited first."""
    return await tx.all(
        AreaRow,
        """
        SELECT area, sum(allowed)::bigint AS allowed, sum(limited)::bigint AS limited FROM (
            SELECT area, allowed, limited FROM rate_limit_records WHERE minute >= %(start)s
            UNION ALL SELECT area, allowed, limited FROM stranger_limit_records WHERE minute >= %(start)s
        ) r GROUP BY area ORDER BY 3 DESC, 2 DESC, 1
        """,
        {"start": start},
    )
