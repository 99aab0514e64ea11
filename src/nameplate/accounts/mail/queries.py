"""One-time proofs sent by mail. The worker makes them, the web process uses them up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class ProofRow:
    id: UUID
    purpose: str
    email: str
    secret_hash: bytes
    expires_at: datetime
    used_at: datetime | None


async def add_proof(tx: Tx, account_id: UUID, row: ProofRow) -> None:
    await tx.run(
        """
        INSERT INTO mail_proofs (account_id, id, purpose, email, secret_hash, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (account_id, row.id, row.purpose, row.email, row.secret_hash, row.expires_at),
    )


async def count_proofs(tx: Tx, account_id: UUID, purpose: str, now: datetime) -> int:
    """Those that have not expired, used ones too: how many mails were sent lately."""
    return int(
        await tx.value(
            "SELECT count(*) FROM mail_proofs WHERE account_id = %s AND purpose = %s AND expires_at > %s",
            (account_id, purpose, now),
        )
    )


async def get_proof(tx: Tx, account_id: UUID, proof_id: UUID) -> ProofRow | None:
    return await tx.one(
        ProofRow,
        """
        SELECT id, purpose, email, secret_hash, expires_at, used_at FROM mail_proofs
        WHERE account_id = %s AND id = %s
        """,
        (account_id, proof_id),
    )


async def use_proof(tx: Tx, account_id: UUID, proof_id: UUID, now: datetime) -> bool:
    """False when it was used up before, or has expired."""
    touched = await tx.run(
        """
        UPDATE mail_proofs SET used_at = %s
        WHERE account_id = %s AND id = %s AND used_at IS NULL AND expires_at > %s
        """,
        (now, account_id, proof_id, now),
    )
    return touched == 1


async def remove_proof(tx: Tx, account_id: UUID, proof_id: UUID) -> None:
    """Its mail could not be sent: nobody has it."""
    await tx.run("DELETE FROM mail_proofs WHERE account_id = %s AND id = %s", (account_id, proof_id))


async def void_proofs(tx: Tx, account_id: UUID, now: datetime) -> None:
    """Whatever mails are on their way, their links no longer work. They still count as sent."""
    await tx.run(
        "UPDATE mail_proofs SET used_at = %s WHERE account_id = %s AND used_at IS NULL", (now, account_id)
    )


async def forget_expired_proofs(tx: Tx) -> int:
    """Across tenants, for the worker."""
    return await tx.run("DELETE FROM mail_proofs WHERE expires_at < now()")
