"""Accounts, and the claims by which they are found before anybody has logged in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class AccountRow:
    account_id: UUID
    email: str
    email_verified_at: datetime | None
    password_hash: str | None
    created_at: datetime
    handle: str
    github_login: str | None


@dataclass(frozen=True, slots=True)
class AccountId:
    account_id: UUID


@dataclass(frozen=True, slots=True)
class ClaimRow:
    account_id: UUID
    verified: bool


# --- accounts


async def add_account(tx: Tx, account_id: UUID, email: str, password_hash: str | None, now: datetime) -> None:
    await tx.run(
        "INSERT INTO accounts (account_id, email, password_hash, created_at) VALUES (%s, %s, %s, %s)",
        (account_id, email, password_hash, now),
    )


async def get_account(tx: Tx, account_id: UUID) -> AccountRow | None:
    """None for an account that is closed."""
    return await tx.one(
        AccountRow,
        """
        SELECT a.account_id, a.email, a.email_verified_at, a.password_hash, a.created_at, p.handle,
            (SELECT o.login FROM oauth_identities o WHERE o.account_id = %(id)s) AS github_login
        FROM accounts a JOIN profiles p ON p.account_id = a.account_id
        WHERE a.account_id = %(id)s AND a.closed_at IS NULL
        """,
        {"id": account_id},
    )


async def get_password_hash(tx: Tx, account_id: UUID) -> str | None:
    """None also when there is no such account."""
    value = await tx.value(
        "SELECT password_hash FROM accounts WHERE account_id = %s AND closed_at IS NULL", (account_id,)
    )
    return None if value is None else str(value)


async def set_password_hash(tx: Tx, account_id: UUID, before: str | None, after: str) -> bool:
    """False when the password is no longer the one it was when it was checked."""
    touched = await tx.run(
        """
        UPDATE accounts SET password_hash = %s
        WHERE account_id = %s AND password_hash IS NOT DISTINCT FROM %s AND closed_at IS NULL
        """,
        (after, account_id, before),
    )
    return touched == 1


async def set_email(tx: Tx, account_id: UUID, email: str, verified_at: datetime | None) -> None:
    await tx.run(
        "UPDATE accounts SET email = %s, email_verified_at = %s WHERE account_id = %s",
        (email, verified_at, account_id),
    )


@dataclass(frozen=True, slots=True)
class HandleRow:
    handle: str


async def close_account(tx: Tx, account_id: UUID, now: datetime) -> list[str]:
    """Nothing finds or shows the account any more; the other rows are the purge job's. Returns its freed handles."""
    await tx.run("DELETE FROM sessions WHERE account_id = %s", (account_id,))
    await tx.run("DELETE FROM api_tokens WHERE account_id = %s", (account_id,))
    await tx.run("DELETE FROM mail_proofs WHERE account_id = %s", (account_id,))
    await tx.run("DELETE FROM email_claims WHERE account_id = %s", (account_id,))
    await tx.run("DELETE FROM oauth_identities WHERE account_id = %s", (account_id,))
    freed = await tx.all(
        HandleRow, "DELETE FROM handles WHERE account_id = %s RETURNING handle", (account_id,)
    )
    await tx.run("UPDATE profiles SET published = false WHERE account_id = %s", (account_id,))
    await tx.run(
        "UPDATE accounts SET closed_at = %s, password_hash = NULL WHERE account_id = %s", (now, account_id)
    )
    return [row.handle for row in freed]


async def is_closed(tx: Tx, account_id: UUID) -> bool | None:
    """None when nothing is left of the account."""
    closed = await tx.value("SELECT closed_at IS NOT NULL FROM accounts WHERE account_id = %s", (account_id,))
    return None if closed is None else bool(closed)


async def closed_accounts(tx: Tx, most: int) -> list[UUID]:
    """Across tenants, for the worker: whose purge has not finished."""
    rows = await tx.all(
        AccountId, "SELECT account_id FROM accounts WHERE closed_at IS NOT NULL LIMIT %s", (most,)
    )
    return [row.account_id for row in rows]


# --- e-mail claims


async def add_claim(tx: Tx, account_id: UUID, email: str, now: datetime, *, verified: bool = False) -> bool:
    """False when the account claims it already, or when `verified` and another account has verified it."""
    touched = await tx.run(
        """
        INSERT INTO email_claims (email, account_id, verified, claimed_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (email, account_id, verified, now),
    )
    return touched == 1


async def claims(tx: Tx, email: str, most: int) -> list[ClaimRow]:
    """Who says the address is theirs: whoever has verified it, then the newest. Asked as a claimant."""
    return await tx.all(
        ClaimRow,
        """
        SELECT account_id, verified FROM email_claims WHERE email = %s
        ORDER BY verified DESC, claimed_at DESC, account_id LIMIT %s
        """,
        (email, most),
    )


async def own_verified_email(tx: Tx, account_id: UUID) -> str | None:
    """During a change of address this is still the old one."""
    value = await tx.value("SELECT email FROM email_claims WHERE account_id = %s AND verified", (account_id,))
    return None if value is None else str(value)


async def drop_unverified_claims(tx: Tx, account_id: UUID) -> None:
    await tx.run("DELETE FROM email_claims WHERE account_id = %s AND NOT verified", (account_id,))


async def verify_claim(tx: Tx, account_id: UUID, email: str, now: datetime) -> bool:
    """The address is proven to be the account's, and its only one.

    False when another account has proven it before; the transaction is of no more use then.
    """
    await tx.run("DELETE FROM email_claims WHERE account_id = %s AND email <> %s", (account_id, email))
    try:
        await tx.run(
            "UPDATE email_claims SET verified = true WHERE account_id = %s AND email = %s",
            (account_id, email),
        )
    except UniqueViolation:
        return False
    await tx.run(
        "UPDATE accounts SET email_verified_at = coalesce(email_verified_at, %s) WHERE account_id = %s",
        (now, account_id),
    )
    return True


async def is_verified_elsewhere(tx: Tx, account_id: UUID, email: str) -> bool:
    """Shows every claim of this address to the rest of the transaction."""
    await tx.run("SELECT enter_claim(%s)", (email,))
    return bool(
        await tx.value(
            "SELECT EXISTS (SELECT FROM email_claims WHERE email = %s AND verified AND account_id <> %s)",
            (email, account_id),
        )
    )


# --- identities at GitHub


async def identity_owner(tx: Tx, subject: str) -> UUID | None:
    """Asked as a claimant of the subject."""
    value = await tx.value("SELECT account_id FROM oauth_identities WHERE subject = %s", (subject,))
    return value if isinstance(value, UUID) else None


async def link_identity(tx: Tx, account_id: UUID, subject: str, login: str, now: datetime) -> bool:
    """An account has one identity: another one takes its place. False when the identity is another account's."""
    await tx.run(
        "DELETE FROM oauth_identities WHERE account_id = %s AND subject <> %s", (account_id, subject)
    )
    touched = await tx.run(
        """
        INSERT INTO oauth_identities (subject, account_id, login, linked_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (subject) DO UPDATE SET login = excluded.login
        WHERE oauth_identities.account_id = excluded.account_id
        """,
        (subject, account_id, login, now),
    )
    return touched == 1


async def unlink_identity(tx: Tx, account_id: UUID) -> int:
    return await tx.run("DELETE FROM oauth_identities WHERE account_id = %s", (account_id,))
