"""Tokens and what is left of them, and the circuit breaker: shared by all workers. Time is always given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: str
    remaining: int | None
    budget: int | None
    reset_at: datetime | None
    failures: int
    batch: int


@dataclass(frozen=True, slots=True)
class CircuitRow:
    failures: int
    rests_until: datetime


async def add_token(tx: Tx, token: str, hint: str) -> None:
    await tx.run(
        "INSERT INTO github_tokens (id, hint) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING", (token, hint)
    )


async def revive(tx: Tx, ids: Sequence[str]) -> None:
    """What GitHub said of them before may be over."""
    await tx.run("UPDATE github_tokens SET bad = '' WHERE id = ANY(%s) AND bad <> ''", (list(ids),))


async def take_token(
    tx: Tx, known: Sequence[str], by: UUID, now: datetime, until: datetime
) -> TokenRow | None:
    """The token with most left that nobody uses and that may be used now; ours until then."""
    return await tx.one(
        TokenRow,
        """
        UPDATE github_tokens SET lease_until = %(until)s, lease_by = %(by)s
        WHERE id = (
            SELECT id FROM github_tokens
            WHERE id = ANY(%(known)s) AND bad = '' AND not_before <= %(now)s
                AND (lease_until IS NULL OR lease_until <= %(now)s)
            ORDER BY CASE WHEN reset_at <= %(now)s THEN budget ELSE remaining END DESC NULLS FIRST, id
            LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, CASE WHEN reset_at <= %(now)s THEN NULL ELSE remaining END AS remaining, budget, reset_at,
            failures, batch
        """,
        {"known": list(known), "by": by, "now": now, "until": until},
    )


async def next_token(tx: Tx, known: Sequence[str]) -> datetime | None:
    """When the first token may be used again. None: never, all of them are bad."""
    value: datetime | None = await tx.value(
        "SELECT min(greatest(not_before, lease_until)) FROM github_tokens WHERE id = ANY(%s) AND bad = ''",
        (list(known),),
    )
    return value


async def give_back(tx: Tx, token: str, by: UUID) -> None:
    """Unused."""
    await tx.run(
        "UPDATE github_tokens SET lease_until = NULL, lease_by = NULL WHERE id = %s AND lease_by = %s",
        (token, by),
    )


async def put_token(
    tx: Tx,
    token: str,
    by: UUID,
    *,
    remaining: int | None,
    budget: int | None,
    reset_at: datetime | None,
    not_before: datetime,
    bad: str,
    failures: int,
    batch: int,
    spent: int,
) -> None:
    """Give a used token back, with what its answer said."""
    await tx.run(
        """
        UPDATE github_tokens SET lease_until = NULL, lease_by = NULL, remaining = coalesce(%(remaining)s, remaining),
            budget = coalesce(%(budget)s, budget), reset_at = coalesce(%(reset_at)s, reset_at),
            not_before = greatest(not_before, %(not_before)s), bad = %(bad)s, failures = %(failures)s,
            batch = %(batch)s, calls = calls + 1, spent = spent + %(spent)s
        WHERE id = %(id)s AND lease_by = %(by)s
        """,
        {
            "id": token, "by": by, "remaining": remaining, "budget": budget, "reset_at": reset_at,
            "not_before": not_before, "bad": bad, "failures": failures, "batch": batch, "spent": spent,
        },
    )  # fmt: skip


async def get_circuit(tx: Tx) -> CircuitRow:
    row = await tx.one(
        CircuitRow,
        "SELECT failures, rests_until FROM github_circuit",
    )
    assert row is not None  # noqa: S101  the migration made it
    return row


async def probe(tx: Tx, now: datetime, until: datetime) -> bool:
    """Whether this worker is the one that tries whether GitHub is well again; the others rest until then."""
    return bool(
        await tx.run("UPDATE github_circuit SET rests_until = %s WHERE rests_until <= %s", (until, now))
    )


async def is_ill(tx: Tx) -> int:
    """GitHub failed again: how often in a row, for all workers together."""
    return int(await tx.value("UPDATE github_circuit SET failures = failures + 1 RETURNING failures"))


async def rest(tx: Tx, until: datetime) -> None:
    await tx.run("UPDATE github_circuit SET rests_until = greatest(rests_until, %s)", (until,))


async def is_well(tx: Tx) -> None:
    await tx.run("UPDATE github_circuit SET failures = 0, rests_until = 'epoch' WHERE failures > 0")
