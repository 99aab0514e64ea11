"""What is forgotten once in a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def forget(tx: Tx, now: datetime, attempts: timedelta, most_attempts: int, unwanted: timedelta) -> int:
    """Old attempts but the newest few of each, and repositories that nobody has linked for long."""
    await tx.run(
        """
        DELETE FROM github_attempts a USING (
            SELECT repository_id, at FROM (
                SELECT repository_id, at, row_number() OVER (PARTITION BY repository_id ORDER BY at DESC) AS n
                FROM github_attempts) numbered
            WHERE n > %s AND at < %s) old
        WHERE a.repository_id = old.repository_id AND a.at = old.at
        """,
        (most_attempts, now - attempts),
    )
    rows = await tx.all(
        _Id,
        """
        SELECT r.id FROM github_repositories r
        WHERE r.due_at IS NULL AND coalesce(r.synced_at, r.added_at) < %s
            AND NOT EXISTS (SELECT FROM github_sync_jobs s WHERE s.repository_id = r.id)
        FOR UPDATE
        """,
        (now - unwanted,),
    )
    await remove(tx, [row.id for row in rows])
    return len(rows)


async def remove(tx: Tx, ids: Sequence[UUID]) -> None:
    """No foreign keys: those of this house begin with an account."""
    await tx.run("DELETE FROM github_attempts WHERE repository_id = ANY(%s)", (list(ids),))
    await tx.run("DELETE FROM github_stars WHERE repository_id = ANY(%s)", (list(ids),))
    await tx.run("DELETE FROM github_repositories WHERE id = ANY(%s)", (list(ids),))
