"""Who links a repository that is gone, and who was told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A link of the account to it."""

    link_id: UUID
    title: str
    full_name: str
    told_gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Follower:
    account_id: UUID


async def followers(tx: Tx, repository_id: UUID) -> list[UUID]:
    """Accounts that want it, while it is gone. Across tenants, for the worker."""
    rows = await tx.all(
        _Follower,
        """
        SELECT DISTINCT s.account_id FROM github_sync_jobs s
        JOIN github_repositories r ON r.id = s.repository_id AND r.gone_at IS NOT NULL
        WHERE s.repository_id = %s AND s.active
        """,
        (repository_id,),
    )
    return [row.account_id for row in rows]


async def lock(tx: Tx, account_id: UUID, repository_id: UUID) -> list[GoneRow]:
    """The account's links to it while it is gone; nobody else tells of them until this transaction ends."""
    return await tx.all(
        GoneRow,
        """
        SELECT s.link_id, l.title, r.full_name, s.told_gone_at FROM github_sync_jobs s
        JOIN links l ON l.account_id = s.account_id AND l.id = s.link_id AND l.deleted_at IS NULL
        JOIN github_repositories r ON r.id = s.repository_id AND r.gone_at IS NOT NULL
        WHERE s.account_id = %s AND s.repository_id = %s AND s.active
        ORDER BY l.position FOR UPDATE OF s
        """,
        (account_id, repository_id),
    )


async def set_told(tx: Tx, account_id: UUID, repository_id: UUID, at: datetime | None) -> None:
    await tx.run(
        "UPDATE github_sync_jobs SET told_gone_at = %s WHERE account_id = %s AND repository_id = %s",
        (at, account_id, repository_id),
    )
