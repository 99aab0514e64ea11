"""Authenticator apps, passkeys, recovery codes, and log-ins that wait for one of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class TotpRow:
    secret: bytes
    last_step: int
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    synced: bool
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketRow:
    secret_hash: bytes
    method: str
    tries: int
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Present:
    """What an account can prove itself with."""

    password: bool
    github: bool
    totp: bool
    passkeys: int
    recovery_codes: int

    @property
    def two_step(self) -> bool:
        return self.totp or self.passkeys > 0


async def present(tx: Tx, account_id: UUID) -> Present:
    found = await tx.one(
        Present,
        """
        SELECT EXISTS (SELECT FROM accounts WHERE account_id = %(id)s AND password_hash IS NOT NULL) AS password,
            EXISTS (SELECT FROM oauth_identities WHERE account_id = %(id)s) AS github,
            EXISTS (SELECT FROM totp_factors WHERE account_id = %(id)s AND confirmed_at IS NOT NULL) AS totp,
            (SELECT count(*) FROM passkeys WHERE account_id = %(id)s) AS passkeys,
            (SELECT count(*) FROM recovery_codes WHERE account_id = %(id)s) AS recovery_codes
        """,
        {"id": account_id},
    )
    assert found is not None, "one row without FROM"  # noqa: S101
    return found


async def remove_factors(tx: Tx, account_id: UUID) -> int:
    """Every second factor; how many there were, recovery codes aside."""
    removed = await tx.run("DELETE FROM totp_factors WHERE account_id = %s", (account_id,))
    removed += await tx.run("DELETE FROM passkeys WHERE account_id = %s", (account_id,))
    await tx.run("DELETE FROM recovery_codes WHERE account_id = %s", (account_id,))
    return removed


# --- the authenticator app


async def get_totp(tx: Tx, account_id: UUID) -> TotpRow | None:
    return await tx.one(
        TotpRow,
        "SELECT secret, last_step, created_at, confirmed_at FROM totp_factors WHERE account_id = %s",
        (account_id,),
    )


async def offer_totp(tx: Tx, account_id: UUID, secret: bytes, now: datetime) -> bool:
    """Keep a secret that waits for its first code. False when there is one already that counts."""
    touched = await tx.run(
        """
        INSERT INTO totp_factors (account_id, secret, last_step, created_at) VALUES (%s, %s, 0, %s)
        ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = excluded.created_at
        WHERE totp_factors.confirmed_at IS NULL
        """,
        (account_id, secret, now),
    )
    return touched == 1


async def confirm_totp(tx: Tx, account_id: UUID, now: datetime) -> None:
    await tx.run(
        "UPDATE totp_factors SET confirmed_at = %s WHERE account_id = %s AND confirmed_at IS NULL",
        (now, account_id),
    )


async def use_step(tx: Tx, account_id: UUID, step: int) -> bool:
    """False when this code, or a newer one, was used before."""
    touched = await tx.run(
        "UPDATE totp_factors SET last_step = %s WHERE account_id = %s AND last_step < %s",
        (step, account_id, step),
    )
    return touched == 1


async def remove_totp(tx: Tx, account_id: UUID) -> int:
    return await tx.run("DELETE FROM totp_factors WHERE account_id = %s", (account_id,))


# --- passkeys


async def add_passkey(tx: Tx, account_id: UUID, row: PasskeyRow) -> bool:
    """False when the account has it already."""
    touched = await tx.run(
        """
        INSERT INTO passkeys (account_id, id, credential_id, public_key, sign_count, name, synced, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (
            account_id, row.id, row.credential_id, row.public_key, row.sign_count, row.name, row.synced,
            row.created_at,
        ),
    )  # fmt: skip
    return touched == 1


async def get_passkeys(tx: Tx, account_id: UUID) -> list[PasskeyRow]:
    return await tx.all(
        PasskeyRow,
        """
        SELECT id, credential_id, public_key, sign_count, name, synced, created_at, used_at FROM passkeys
        WHERE account_id = %s ORDER BY created_at, id
        """,
        (account_id,),
    )


async def find_passkey(tx: Tx, account_id: UUID, credential_id: bytes) -> PasskeyRow | None:
    return await tx.one(
        PasskeyRow,
        """
        SELECT id, credential_id, public_key, sign_count, name, synced, created_at, used_at FROM passkeys
        WHERE account_id = %s AND credential_id = %s
        """,
        (account_id, credential_id),
    )


async def used_passkey(tx: Tx, account_id: UUID, passkey_id: UUID, sign_count: int, now: datetime) -> None:
    await tx.run(
        "UPDATE passkeys SET sign_count = %s, used_at = %s WHERE account_id = %s AND id = %s",
        (sign_count, now, account_id, passkey_id),
    )


@dataclass(frozen=True, slots=True)
class NameRow:
    name: str


async def rename_passkey(tx: Tx, account_id: UUID, passkey_id: UUID, name: str) -> bool:
    touched = await tx.run(
        "UPDATE passkeys SET name = %s WHERE account_id = %s AND id = %s", (name, account_id, passkey_id)
    )
    return touched == 1


async def remove_passkey(tx: Tx, account_id: UUID, passkey_id: UUID) -> str | None:
    """Its name. None: there is none with that id."""
    row = await tx.one(
        NameRow,
        "DELETE FROM passkeys WHERE account_id = %s AND id = %s RETURNING name",
        (account_id, passkey_id),
    )
    return row.name if row else None


async def spend_challenge(tx: Tx, account_id: UUID, challenge_hash: bytes, expires_at: datetime) -> bool:
    """False when it was answered before."""
    touched = await tx.run(
        """
        INSERT INTO spent_challenges (account_id, challenge_hash, expires_at) VALUES (%s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (account_id, challenge_hash, expires_at),
    )
    return touched == 1


# --- recovery codes


async def replace_codes(tx: Tx, account_id: UUID, hashes: list[bytes], now: datetime) -> None:
    await tx.run("DELETE FROM recovery_codes WHERE account_id = %s", (account_id,))
    await tx.run(
        "INSERT INTO recovery_codes (account_id, secret_hash, created_at) SELECT %s, unnest(%s::bytea[]), %s",
        (account_id, hashes, now),
    )


async def use_code(tx: Tx, account_id: UUID, secret_hash: bytes) -> bool:
    touched = await tx.run(
        "DELETE FROM recovery_codes WHERE account_id = %s AND secret_hash = %s", (account_id, secret_hash)
    )
    return touched == 1


async def remove_codes(tx: Tx, account_id: UUID) -> None:
    await tx.run("DELETE FROM recovery_codes WHERE account_id = %s", (account_id,))


# --- log-ins that wait for their second step


async def add_ticket(
    tx: Tx, account_id: UUID, ticket_id: UUID, secret_hash: bytes, method: str, now: datetime, until: datetime
) -> None:
    await tx.run(
        """
        INSERT INTO log_in_tickets (account_id, id, secret_hash, method, tries, created_at, expires_at)
        VALUES (%s, %s, %s, %s, 0, %s, %s)
        """,
        (account_id, ticket_id, secret_hash, method, now, until),
    )


async def get_ticket(tx: Tx, account_id: UUID, ticket_id: UUID) -> TicketRow | None:
    return await tx.one(
        TicketRow,
        """
        SELECT secret_hash, method, tries, created_at, used_at FROM log_in_tickets
        WHERE account_id = %s AND id = %s
        """,
        (account_id, ticket_id),
    )


async def count_try(tx: Tx, account_id: UUID, ticket_id: UUID, most: int) -> bool:
    """False when the ticket was tried too often, or is used."""
    touched = await tx.run(
        """
        UPDATE log_in_tickets SET tries = tries + 1
        WHERE account_id = %s AND id = %s AND tries < %s AND used_at IS NULL
        """,
        (account_id, ticket_id, most),
    )
    return touched == 1


async def use_ticket(tx: Tx, account_id: UUID, ticket_id: UUID, now: datetime) -> bool:
    """False when somebody else used it first."""
    touched = await tx.run(
        "UPDATE log_in_tickets SET used_at = %s WHERE account_id = %s AND id = %s AND used_at IS NULL",
        (now, account_id, ticket_id),
    )
    return touched == 1


async def forget_expired(tx: Tx) -> int:
    """Across tenants, for the worker."""
    gone = await tx.run("DELETE FROM log_in_tickets WHERE expires_at < now()")
    return gone + await tx.run("DELETE FROM spent_challenges WHERE expires_at < now()")
