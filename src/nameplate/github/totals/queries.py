"""How keeping repositories true goes on this installation: for its operator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class TotalsRow:
    repositories: int
    never: int
    gone: int
    overdue: int
    oldest: datetime | None
    """Since when the most overdue one is due."""
    attempts: int
    good: int
    points: float
    lent: int
    """Tokens that owners lend."""
    lent_refused: int


@dataclass(frozen=True, slots=True)
class TokenTotalsRow:
    id: str
    hint: str
    remaining: int | None
    budget: int | None
    reset_at: datetime | None
    not_before: datetime
    bad: str
    calls: int
    spent: int


async def get_totals(tx: Tx, now: datetime, over: timedelta) -> TotalsRow:
    row = await tx.one(
        TotalsRow,
        """
        SELECT r.repositories, r.never, r.gone, r.overdue, r.oldest, a.attempts, a.good, a.points, o.lent,
            o.lent_refused
        FROM (SELECT count(*) AS repositories, count(*) FILTER (WHERE synced_at IS NULL) AS never,
                count(gone_at) AS gone, count(*) FILTER (WHERE due_at < %(now)s) AS overdue,
                min(due_at) FILTER (WHERE due_at < %(now)s) AS oldest
            FROM github_repositories WHERE due_at IS NOT NULL) r,
            (SELECT count(*) AS attempts, coalesce(sum(cost), 0)::float8 AS points,
                count(*) FILTER (WHERE outcome IN ('updated', 'unchanged', 'merged', 'not-found', 'private')) AS good
            FROM github_attempts WHERE at > %(since)s AND outcome NOT IN ('limited', 'refused')) a,
            (SELECT count(*) AS lent, count(refused_at) AS lent_refused FROM github_credentials) o
        """,
        {"now": now, "since": now - over},
    )
    assert row is not None  # noqa: S101  aggregates have a row
    return row


async def get_tokens(tx: Tx) -> list[TokenTotalsRow]:
    return await tx.all(
        TokenTotalsRow,
        "SELECT id, hint, remaining, budget, reset_at, not_before, bad, calls, spent FROM github_tokens ORDER BY id",
    )


async def get_rest(tx: Tx) -> datetime:
    value: datetime = await tx.value("SELECT rests_until FROM github_circuit")
    return value


async def revive(tx: Tx) -> int:
    """Tokens that GitHub refused are tried again."""
    return await tx.run(
        "UPDATE github_tokens SET bad = '', not_before = 'epoch', failures = 0 WHERE bad <> ''"
    )
