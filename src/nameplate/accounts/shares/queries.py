"""Links to the statistics. Every statement names the account that its transaction has entered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class ShareRow:
    id: UUID
    name: str
    secret_hash: bytes
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


async def add_share(tx: Tx, account_id: UUID, row: ShareRow) -> None:
    await tx.run(
        """
        INSERT INTO statistics_shares (account_id, id, name, secret_hash, created_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (account_id, row.id, row.name, row.secret_hash, row.created_at, row.expires_at),
    )


async def get_share(tx: Tx, account_id: UUID, share_id: UUID) -> ShareRow | None:
    return await tx.one(
        ShareRow,
        """
        SELECT id, name, secret_hash, created_at, expires_at, used_at FROM statistics_shares
        WHERE account_id = %s AND id = %s
        """,
        (account_id, share_id),
    )


async def get_shares(tx: Tx, account_id: UUID) -> list[ShareRow]:
    return await tx.all(
        ShareRow,
        """
        SELECT id, name, secret_hash, created_at, expires_at, used_at FROM statistics_shares
        WHERE account_id = %s ORDER BY created_at DESC, id DESC
        """,
        (account_id,),
    )


async def count_shares(tx: Tx, account_id: UUID) -> int:
    return int(await tx.value("SELECT count(*) FROM statistics_shares WHERE account_id = %s", (account_id,)))


async def touch_share(tx: Tx, account_id: UUID, share_id: UUID, used_at: datetime) -> None:
    await tx.run(
        "UPDATE statistics_shares SET used_at = %s WHERE account_id = %s AND id = %s",
        (used_at, account_id, share_id),
    )


async def revoke_share(tx: Tx, account_id: UUID, share_id: UUID) -> str | None:
    """Its name; None when there is no such link."""
    name: str | None = await tx.value(
        "DELETE FROM statistics_shares WHERE account_id = %s AND id = %s RETURNING name",
        (account_id, share_id),
    )
    return name


async def revoke_all(tx: Tx, account_id: UUID) -> None:
    await tx.run("DELETE FROM statistics_shares WHERE account_id = %s", (account_id,))
