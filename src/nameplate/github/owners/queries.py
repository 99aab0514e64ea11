"""Owners' tokens: kept sealed, taken when a repository of theirs is due and nobody else may ask for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from nameplate.db import Tx

Source = Literal["login", "pasted"]
# What an operator reads instead of a token's last letters: these are not his.
HINT = "owner"


@dataclass(frozen=True, slots=True)
class OwnerTokenRow:
    """`secret` is sealed, see github/tokens.py."""

    token_id: str
    source: Source
    login: str
    secret: bytes
    added_at: datetime
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A token that is ours for one request, as `budget.queries.TokenRow` has it, and whose it is."""

    account_id: UUID
    secret: bytes
    id: str
    remaining: int | None
    budget: int | None
    reset_at: datetime | None
    failures: int
    batch: int


async def get(tx: Tx, account_id: UUID) -> OwnerTokenRow | None:
    return await tx.one(
        OwnerTokenRow,
        "SELECT token_id, source, login, secret, added_at, refused_at FROM github_credentials WHERE account_id = %s",
        (account_id,),
    )


async def put(tx: Tx, account_id: UUID, row: OwnerTokenRow) -> None:
    """In place of the one there was."""
    await tx.run(
        "INSERT INTO github_tokens (id, hint) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING",
        (row.token_id, HINT),
    )
    await tx.run(
        """
        INSERT INTO github_credentials (account_id, token_id, source, login, secret, added_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (account_id) DO UPDATE SET token_id = excluded.token_id, source = excluded.source,
            login = excluded.login, secret = excluded.secret, added_at = excluded.added_at, refused_at = NULL
        """,
        (account_id, row.token_id, row.source, row.login, row.secret, row.added_at),
    )


async def renew(tx: Tx, account_id: UUID, row: OwnerTokenRow) -> None:
    """Only for who lends the one from his log-in, and agreed to that before."""
    if await tx.value(
        "SELECT true FROM github_credentials WHERE account_id = %s AND source = 'login'", (account_id,)
    ):
        await put(tx, account_id, row)


async def remove(tx: Tx, account_id: UUID, source: Source | None = None) -> bool:
    """Whether there was one (of this source)."""
    return bool(
        await tx.run(
            "DELETE FROM github_credentials WHERE account_id = %(account)s"
            " AND (%(source)s::text IS NULL OR source = %(source)s)",
            {"account": account_id, "source": source},
        )
    )


async def take(tx: Tx, by: UUID, now: datetime, until: datetime, share: float) -> TakenRow | None:
    """The token of whoever waits longest for a repository of his; ours until then.

    `share`: of a token's hour that is left to its owner, unless he waits in front of a screen.
    """
    return await tx.one(
        TakenRow,
        """
        UPDATE github_tokens t SET lease_until = %(until)s, lease_by = %(by)s
        FROM (
            SELECT b.id, o.account_id, o.secret
            FROM github_repositories r
            JOIN github_sync_jobs s ON s.repository_id = r.id AND s.active
            JOIN github_credentials o ON o.account_id = s.account_id AND o.refused_at IS NULL
            JOIN github_tokens b ON b.id = o.token_id
            WHERE r.due_at <= %(now)s AND NOT r.made_up AND (r.lease_until IS NULL OR r.lease_until <= %(now)s)
                AND b.bad = '' AND b.not_before <= %(now)s AND (b.lease_until IS NULL OR b.lease_until <= %(now)s)
                AND (b.remaining IS NULL OR b.reset_at <= %(now)s
                     OR b.remaining > CASE WHEN r.asked THEN 1 ELSE b.budget * %(share)s END)
            ORDER BY r.asked DESC, r.due_at LIMIT 1 FOR UPDATE OF b SKIP LOCKED) chosen
        WHERE t.id = chosen.id
        RETURNING chosen.account_id, chosen.secret, t.id,
            CASE WHEN t.reset_at <= %(now)s THEN NULL ELSE t.remaining END AS remaining, t.budget, t.reset_at,
            t.failures, t.batch
        """,
        {"by": by, "now": now, "until": until, "share": share},
    )


async def set_refused(tx: Tx, account_id: UUID, token_id: str, now: datetime) -> bool:
    """Enters the account. False when its owner has given another one meanwhile, or knows."""
    await tx.run("SELECT enter_account(%s)", (account_id,))
    return bool(
        await tx.run(
            "UPDATE github_credentials SET refused_at = %s"
            " WHERE account_id = %s AND token_id = %s AND refused_at IS NULL",
            (now, account_id, token_id),
        )
    )


async def forget(tx: Tx) -> int:
    """Budgets of tokens that no owner lends any more."""
    return await tx.run(
        "DELETE FROM github_tokens t WHERE hint = %s"
        " AND NOT EXISTS (SELECT FROM github_credentials o WHERE o.token_id = t.id)",
        (HINT,),
    )
