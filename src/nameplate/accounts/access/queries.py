"""Sessions and API tokens. Every statement names the account that its transaction has entered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: UUID
    secret_hash: bytes
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    proven_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: UUID
    secret_hash: bytes
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


async def add_session(tx: Tx, account_id: UUID, row: SessionRow) -> None:
    await tx.run(
        """
        INSERT INTO sessions (account_id, id, secret_hash, device, created_at, seen_at, expires_at, proven_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            account_id, row.id, row.secret_hash, row.device, row.created_at, row.seen_at, row.expires_at,
            row.proven_at,
        ),
    )  # fmt: skip


async def get_session(tx: Tx, account_id: UUID, session_id: UUID) -> SessionRow | None:
    return await tx.one(
        SessionRow,
        """
        SELECT id, secret_hash, device, created_at, seen_at, expires_at, proven_at FROM sessions
        WHERE account_id = %s AND id = %s
        """,
        (account_id, session_id),
    )


async def get_sessions(tx: Tx, account_id: UUID, now: datetime) -> list[SessionRow]:
    return await tx.all(
        SessionRow,
        """
        SELECT id, secret_hash, device, created_at, seen_at, expires_at, proven_at FROM sessions
        WHERE account_id = %s AND expires_at > %s ORDER BY seen_at DESC, id DESC
        """,
        (account_id, now),
    )


async def touch_session(
    tx: Tx, account_id: UUID, session_id: UUID, seen_at: datetime, expires_at: datetime
) -> None:
    await tx.run(
        "UPDATE sessions SET seen_at = %s, expires_at = %s WHERE account_id = %s AND id = %s",
        (seen_at, expires_at, account_id, session_id),
    )


async def rotate_session(tx: Tx, account_id: UUID, session_id: UUID, after: UUID, secret_hash: bytes) -> bool:
    """The same session under another id and secret. False when it has ended."""
    touched = await tx.run(
        "UPDATE sessions SET id = %s, secret_hash = %s WHERE account_id = %s AND id = %s",
        (after, secret_hash, account_id, session_id),
    )
    return touched == 1


async def set_proven(tx: Tx, account_id: UUID, session_id: UUID, now: datetime) -> None:
    await tx.run(
        "UPDATE sessions SET proven_at = %s WHERE account_id = %s AND id = %s", (now, account_id, session_id)
    )


@dataclass(frozen=True, slots=True)
class NameRow:
    name: str


async def end_session(tx: Tx, account_id: UUID, session_id: UUID) -> str | None:
    """The device it was on. None: there was no such session."""
    row = await tx.one(
        NameRow,
        "DELETE FROM sessions WHERE account_id = %s AND id = %s RETURNING device AS name",
        (account_id, session_id),
    )
    return row.name if row else None


async def end_other_sessions(tx: Tx, account_id: UUID, kept: UUID | None) -> int:
    """All of them when none is kept."""
    return await tx.run(
        "DELETE FROM sessions WHERE account_id = %s AND id IS DISTINCT FROM %s", (account_id, kept)
    )


async def forget_expired_sessions(tx: Tx) -> int:
    """Across tenants, for the worker."""
    return await tx.run("DELETE FROM sessions WHERE expires_at < now()")


async def add_token(tx: Tx, account_id: UUID, row: TokenRow) -> None:
    await tx.run(
        """
        INSERT INTO api_tokens (account_id, id, name, secret_hash, scopes, created_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (account_id, row.id, row.name, row.secret_hash, row.scopes, row.created_at, row.expires_at),
    )


async def get_token(tx: Tx, account_id: UUID, token_id: UUID) -> TokenRow | None:
    return await tx.one(
        TokenRow,
        """
        SELECT id, secret_hash, name, scopes, created_at, expires_at, used_at FROM api_tokens
        WHERE account_id = %s AND id = %s
        """,
        (account_id, token_id),
    )


async def get_tokens(tx: Tx, account_id: UUID) -> list[TokenRow]:
    return await tx.all(
        TokenRow,
        """
        SELECT id, secret_hash, name, scopes, created_at, expires_at, used_at FROM api_tokens
        WHERE account_id = %s ORDER BY created_at DESC, id DESC
        """,
        (account_id,),
    )


async def count_tokens(tx: Tx, account_id: UUID) -> int:
    return int(await tx.value("SELECT count(*) FROM api_tokens WHERE account_id = %s", (account_id,)))


async def touch_token(tx: Tx, account_id: UUID, token_id: UUID, used_at: datetime) -> None:
    await tx.run(
        "UPDATE api_tokens SET used_at = %s WHERE account_id = %s AND id = %s",
        (used_at, account_id, token_id),
    )


async def revoke_token(tx: Tx, account_id: UUID, token_id: UUID) -> str | None:
    """Its name. None: there was no such token."""
    row = await tx.one(
        NameRow,
        "DELETE FROM api_tokens WHERE account_id = %s AND id = %s RETURNING name",
        (account_id, token_id),
    )
    return row.name if row else None
