"""Rows of all tenants that the worker looks after: what waits for the store, what it removes, what it compares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class WaitingRow:
    account_id: UUID
    key: str
    upload_id: UUID
    type: str


async def waiting(tx: Tx, most: int) -> list[WaitingRow]:
    """Across tenants: what is not in the store yet."""
    return await tx.all(
        WaitingRow,
        "SELECT account_id, key, upload_id, type FROM asset_objects WHERE pending IS NOT NULL LIMIT %s",
        (most,),
    )


async def get_pending(tx: Tx, account_id: UUID, key: str) -> bytes | None:
    found = await tx.value(
        "SELECT pending FROM asset_objects WHERE account_id = %s AND key = %s", (account_id, key)
    )
    return None if found is None else bytes(found)


async def moved(tx: Tx, row: WaitingRow, now: datetime) -> None:
    """It is in the store; its upload is stored with its last variant."""
    # One at a time: of two that are last at once, neither would see that the other is.
    await tx.value(
        "SELECT 1 FROM asset_uploads WHERE account_id = %s AND id = %s FOR UPDATE",
        (row.account_id, row.upload_id),
    )
    await tx.run(
        "UPDATE asset_objects SET pending = NULL WHERE account_id = %s AND key = %s",
        (row.account_id, row.key),
    )
    await tx.run(
        """
        UPDATE asset_uploads SET state = 'stored', stored_at = %s
        WHERE account_id = %s AND id = %s AND state = 'queued' AND NOT EXISTS
            (SELECT FROM asset_objects o WHERE o.account_id = %s AND o.upload_id = %s AND o.pending IS NOT NULL)
        """,
        (now, row.account_id, row.upload_id, row.account_id, row.upload_id),
    )


async def recount_backlog(tx: Tx) -> int:
    """Bytes of all accounts that wait, counted while nobody adds to them."""
    await tx.value("SELECT bytes FROM asset_backlog WHERE one FOR UPDATE")
    # A statement of its own: it sees what was committed while this transaction waited for the lock.
    total = int(await tx.value("SELECT coalesce(sum(bytes), 0) FROM asset_objects WHERE pending IS NOT NULL"))
    await tx.run("UPDATE asset_backlog SET bytes = %s WHERE one", (total,))
    return total


async def accounts_to_sweep(
    tx: Tx, deleted: datetime, unfinished: datetime, rejected: datetime
) -> list[UUID]:
    """Across tenants: accounts with uploads deleted, begun or rejected before these moments."""
    rows = await tx.all(
        AccountRow,
        """
        SELECT DISTINCT account_id FROM asset_uploads
        WHERE deleted_at < %s OR (state IN ('received', 'validating') AND created_at < %s)
            OR (state = 'rejected' AND created_at < %s)
        """,
        (deleted, unfinished, rejected),
    )
    return [row.account_id for row in rows]


@dataclass(frozen=True, slots=True)
class AccountRow:
    account_id: UUID


async def accounts_with_objects(tx: Tx) -> list[UUID]:
    return [
        row.account_id for row in await tx.all(AccountRow, "SELECT DISTINCT account_id FROM asset_objects")
    ]


async def removable(tx: Tx, account_id: UUID, deleted: datetime) -> list[UUID]:
    """Uploads that were deleted before that moment."""
    rows = await tx.all(
        IdRow, "SELECT id FROM asset_uploads WHERE account_id = %s AND deleted_at < %s", (account_id, deleted)
    )
    return [row.id for row in rows]


@dataclass(frozen=True, slots=True)
class IdRow:
    id: UUID


async def remove_uploads(tx: Tx, account_id: UUID, ids: Sequence[UUID], now: datetime) -> None:
    """For good; their objects are on the list of what the store has to remove."""
    await tx.run(
        """
        WITH gone AS (DELETE FROM asset_objects WHERE account_id = %s AND upload_id = ANY (%s) RETURNING key)
        INSERT INTO asset_removals (key, asked_at) SELECT key, %s FROM gone ON CONFLICT DO NOTHING
        """,
        (account_id, list(ids), now),
    )
    await tx.run("DELETE FROM asset_uploads WHERE account_id = %s AND id = ANY (%s)", (account_id, list(ids)))


async def give_up_objects(tx: Tx, account_id: UUID, now: datetime) -> int:
    """Every object of an account that is purged: how many the store has to remove."""
    return await tx.run(
        """
        WITH gone AS (DELETE FROM asset_objects WHERE account_id = %s RETURNING key)
        INSERT INTO asset_removals (key, asked_at) SELECT key, %s FROM gone ON CONFLICT DO NOTHING
        """,
        (account_id, now),
    )


async def forget_unfinished(tx: Tx, account_id: UUID, unfinished: datetime, rejected: datetime) -> int:
    """Uploads a killed process left half done, and old refusals."""
    return await tx.run(
        """
        DELETE FROM asset_uploads WHERE account_id = %s
            AND ((state IN ('received', 'validating') AND created_at < %s) OR (state = 'rejected' AND created_at < %s))
        """,
        (account_id, unfinished, rejected),
    )


async def delete_unused(tx: Tx, account_id: UUID, before: datetime, now: datetime) -> int:
    """Delete uploads older than that which nothing shows: replaced by others, or never used."""
    params = {"account": account_id, "before": before, "now": now}
    touched = await tx.run(
        """
        UPDATE asset_uploads SET deleted_at = %(now)s
        WHERE account_id = %(account)s AND created_at < %(before)s AND deleted_at IS NULL
            AND state IN ('stored', 'queued')
            AND id NOT IN (
                SELECT v.id FROM profiles p CROSS JOIN LATERAL
                    (VALUES (p.avatar_id), (p.background_id), (p.favicon_id)) AS v (id)
                WHERE p.account_id = %(account)s AND v.id IS NOT NULL
                UNION ALL
                SELECT thumbnail_id FROM links WHERE account_id = %(account)s AND thumbnail_id IS NOT NULL)
        """,
        params,
    )
    if touched:
        await tx.run(
            """
            UPDATE asset_objects o SET deleted_at = u.deleted_at FROM asset_uploads u
            WHERE o.account_id = %(account)s AND u.account_id = o.account_id AND u.id = o.upload_id
                AND u.deleted_at IS NOT NULL AND o.deleted_at IS NULL
            """,
            params,
        )
    return touched


@dataclass(frozen=True, slots=True)
class KeyRow:
    key: str


async def removals(tx: Tx, most: int) -> list[str]:
    """Objects the store has to remove, the oldest first."""
    rows = await tx.all(KeyRow, "SELECT key FROM asset_removals ORDER BY asked_at, key LIMIT %s", (most,))
    return [row.key for row in rows]


async def ask_removal(tx: Tx, keys: Sequence[str], now: datetime) -> None:
    await tx.run(
        "INSERT INTO asset_removals (key, asked_at) SELECT k, %s FROM unnest(%s::text[]) AS k ON CONFLICT DO NOTHING",
        (now, list(keys)),
    )


async def removed(tx: Tx, keys: Sequence[str]) -> None:
    await tx.run("DELETE FROM asset_removals WHERE key = ANY (%s)", (list(keys),))


@dataclass(frozen=True, slots=True)
class KnownRow:
    """`waits`: it is not in the store, and need not be."""

    key: str
    account_id: UUID
    upload_id: UUID
    bytes: int
    waits: bool


async def known_objects(tx: Tx, after: str, until: str | None, most: int) -> list[KnownRow]:
    """Across tenants: up to `most` rows with `after` < key (and <= `until`), in the order in which a store lists."""
    return await tx.all(
        KnownRow,
        """
        SELECT key, account_id, upload_id, bytes, pending IS NOT NULL AS waits FROM asset_objects
        WHERE key > %s AND (%s::text IS NULL OR key <= %s)
        ORDER BY key LIMIT %s
        """,
        (after, until, until, most),
    )


async def lose_object(tx: Tx, account_id: UUID, upload_id: UUID, key: str) -> None:
    """The store lost it: pages must not name it any more. An upload without any variant is rejected."""
    await tx.run("DELETE FROM asset_objects WHERE account_id = %s AND key = %s", (account_id, key))
    await tx.run(
        """
        UPDATE asset_uploads SET state = 'rejected', reason = 'image-lost',
            reason_detail = 'The object storage lost this picture. Upload it again.'
        WHERE account_id = %s AND id = %s AND state IN ('stored', 'queued')
            AND NOT EXISTS (SELECT FROM asset_objects o WHERE o.account_id = %s AND o.upload_id = %s)
        """,
        (account_id, upload_id, account_id, upload_id),
    )
