"""Uploads and the objects made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.assets.purposes import Purpose
from nameplate.db import Tx

SHOWN = 200
"""Uploads in a list: more than the quota lets anybody keep, and the newest of those that were rejected."""


@dataclass(frozen=True, slots=True)
class UploadRow:
    id: UUID
    purpose: Purpose
    state: str
    reason: str
    reason_detail: str
    file_name: str
    bytes_received: int
    width: int
    height: int
    colour: str
    blur: str
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One variant, without its bytes."""

    key: str
    upload_id: UUID
    width: int
    height: int
    type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class UsedRow:
    count: int
    bytes: int


async def lock_uploads(tx: Tx, account_id: UUID) -> bool:
    """Nobody else adds to the uploads of this account until the transaction ends. False: there is no such account."""
    return (
        await tx.value("SELECT 1 FROM profiles WHERE account_id = %s FOR UPDATE", (account_id,)) is not None
    )


async def used(tx: Tx, account_id: UUID) -> UsedRow:
    """What counts against the quota. What is deleted does not, though it is kept for some days."""
    row = await tx.one(
        UsedRow,
        """
        SELECT (SELECT count(*) FROM asset_uploads
                WHERE account_id = %(account)s AND state <> 'rejected' AND deleted_at IS NULL) AS count,
            (SELECT coalesce(sum(bytes), 0)::bigint FROM asset_objects
                WHERE account_id = %(account)s AND deleted_at IS NULL) AS bytes
        """,
        {"account": account_id},
    )
    assert row is not None, "aggregates always answer"  # noqa: S101
    return row


async def add_upload(tx: Tx, account_id: UUID, upload: UploadRow, digest: bytes) -> None:
    await tx.run(
        """
        INSERT INTO asset_uploads (account_id, id, purpose, state, file_name, bytes_received, digest, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            account_id,
            upload.id,
            upload.purpose,
            upload.state,
            upload.file_name,
            upload.bytes_received,
            digest,
            upload.created_at,
        ),
    )


async def find_same(tx: Tx, account_id: UUID, purpose: Purpose, digest: bytes) -> UUID | None:
    """The upload of the same content that is kept already, deleted or not."""
    found: UUID | None = await tx.value(
        """
        SELECT id FROM asset_uploads
        WHERE account_id = %s AND purpose = %s AND digest = %s AND state IN ('stored', 'queued')
        """,
        (account_id, purpose, digest),
    )
    return found


async def validating(tx: Tx, account_id: UUID, upload_id: UUID) -> None:
    await tx.run(
        "UPDATE asset_uploads SET state = 'validating' WHERE account_id = %s AND id = %s",
        (account_id, upload_id),
    )


async def reject(
    tx: Tx, account_id: UUID, upload_id: UUID, reason: str, detail: str, type_found: str
) -> None:
    await tx.run(
        """
        UPDATE asset_uploads SET state = 'rejected', reason = %s, reason_detail = %s, type_found = %s
        WHERE account_id = %s AND id = %s
        """,
        (reason, detail, type_found, account_id, upload_id),
    )


async def finish(
    tx: Tx,
    account_id: UUID,
    upload: UploadRow,
    type_found: str,
    now: datetime,
) -> None:
    """The upload is 'stored' or 'queued', and has these measures."""
    await tx.run(
        """
        UPDATE asset_uploads SET state = %s, type_found = %s, width = %s, height = %s, colour = %s, blur = %s,
            stored_at = CASE WHEN %s = 'stored' THEN %s::timestamptz END,
            published = (SELECT p.published FROM profiles p WHERE p.account_id = %s)
        WHERE account_id = %s AND id = %s
        """,
        (
            upload.state,
            type_found,
            upload.width,
            upload.height,
            upload.colour,
            upload.blur,
            upload.state,
            now,
            account_id,
            account_id,
            upload.id,
        ),
    )


async def add_object(tx: Tx, account_id: UUID, row: ObjectRow, pending: bytes | None) -> None:
    """`pending`: its bytes, when they are not in the store yet."""
    await tx.run(
        """
        INSERT INTO asset_objects (account_id, key, upload_id, width, height, type, bytes, pending, published)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, (SELECT published FROM profiles WHERE account_id = %s))
        """,
        (account_id, row.key, row.upload_id, row.width, row.height, row.type, row.bytes, pending, account_id),
    )


async def get_uploads(tx: Tx, account_id: UUID) -> list[UploadRow]:
    """The newest first, without those that are deleted."""
    return await tx.all(
        UploadRow,
        """
        SELECT id, purpose, state, reason, reason_detail, file_name, bytes_received, width, height, colour, blur,
            created_at, deleted_at
        FROM asset_uploads WHERE account_id = %s AND deleted_at IS NULL ORDER BY id DESC LIMIT %s
        """,
        (account_id, SHOWN),
    )


async def get_upload(tx: Tx, account_id: UUID, upload_id: UUID) -> UploadRow | None:
    """Also when it is deleted and not yet removed."""
    return await tx.one(
        UploadRow,
        """
        SELECT id, purpose, state, reason, reason_detail, file_name, bytes_received, width, height, colour, blur,
            created_at, deleted_at
        FROM asset_uploads WHERE account_id = %s AND id = %s
        """,
        (account_id, upload_id),
    )


async def get_objects(tx: Tx, account_id: UUID, uploads: Sequence[UUID]) -> list[ObjectRow]:
    """The variants of these uploads, the largest first."""
    return await tx.all(
        ObjectRow,
        """
        SELECT key, upload_id, width, height, type, bytes FROM asset_objects
        WHERE account_id = %s AND upload_id = ANY (%s) ORDER BY width DESC, type
        """,
        (account_id, list(uploads)),
    )


async def set_deleted(tx: Tx, account_id: UUID, upload_id: UUID, at: datetime | None) -> bool:
    """Delete an upload, or (None) bring it back. False: there is no such upload, or it is so already."""
    touched = await tx.run(
        """
        UPDATE asset_uploads SET deleted_at = %s
        WHERE account_id = %s AND id = %s AND (deleted_at IS NULL) <> (%s::timestamptz IS NULL)
        """,
        (at, account_id, upload_id, at),
    )
    if touched:
        await tx.run(
            "UPDATE asset_objects SET deleted_at = %s WHERE account_id = %s AND upload_id = %s",
            (at, account_id, upload_id),
        )
    return touched == 1


async def remove_unfinished(tx: Tx, account_id: UUID, upload_id: UUID) -> None:
    await tx.run(
        """
        DELETE FROM asset_uploads WHERE account_id = %s AND id = %s AND state IN ('received', 'validating')
        """,
        (account_id, upload_id),
    )


async def pending_bytes(tx: Tx, account_id: UUID) -> int:
    """Of this account, kept here because the store is away."""
    return int(
        await tx.value(
            "SELECT coalesce(sum(bytes), 0) FROM asset_objects WHERE account_id = %s AND pending IS NOT NULL",
            (account_id,),
        )
    )


async def reserve_backlog(tx: Tx, size: int, most: int) -> bool:
    """Add to what all accounts together have waiting. False: it would be more than `most`."""
    return (
        await tx.run(
            "UPDATE asset_backlog SET bytes = bytes + %s WHERE one AND bytes + %s <= %s", (size, size, most)
        )
        == 1
    )
