"""Where uploads are shown: on a page, in an answer of the API, below /a/."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from nameplate.assets.purposes import Purpose
from nameplate.db import Tx


class Variant(msgspec.Struct, frozen=True):
    """One size and type of an image."""

    key: str
    width: int
    height: int
    type: str
    bytes: int


class Shown(msgspec.Struct, frozen=True):
    """An upload that can be shown: stored, or waiting for the store, and not deleted."""

    id: UUID
    purpose: Purpose
    width: int
    height: int
    colour: str
    blur: str
    variants: list[Variant]


@dataclass(frozen=True, slots=True)
class Use:
    """`name`: avatar, background, favicon, or `thumbnail:` and the link's id."""

    upload_id: UUID
    name: str


async def get_pending(tx: Tx, key: str) -> bytes | None:
    """The image called `key` while it waits for the store, as far as the role of `tx` may see it."""
    # A visitor's policy: who names the key may see what is behind it.
    await tx.run("SELECT set_config('app.claim', %s, true)", (key,))
    found = await tx.value("SELECT pending FROM asset_objects WHERE key = %s AND pending IS NOT NULL", (key,))
    return None if found is None else bytes(found)


@dataclass(frozen=True, slots=True)
class KeyRow:
    key: str


async def keys_of(tx: Tx, account_id: UUID) -> list[str]:
    """Every image of the account, deleted ones included."""
    rows = await tx.all(
        KeyRow, "SELECT key FROM asset_objects WHERE account_id = %s ORDER BY key", (account_id,)
    )
    return [row.key for row in rows]


async def get_shown(tx: Tx, account_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Those of `ids` that can be shown, with their variants, the smallest first."""
    if not ids:
        return {}
    rows = await tx.all(
        Shown,
        """
        SELECT u.id, u.purpose, u.width, u.height, u.colour, u.blur,
            coalesce(
                (SELECT jsonb_agg(jsonb_build_object('key', o.key, 'width', o.width, 'height', o.height,
                    'type', o.type, 'bytes', o.bytes) ORDER BY o.width, o.key)
                 FROM asset_objects o
                 WHERE o.account_id = u.account_id AND o.upload_id = u.id AND o.deleted_at IS NULL),
                '[]') AS variants
        FROM asset_uploads u
        WHERE u.account_id = %s AND u.id = ANY (%s) AND u.state IN ('stored', 'queued') AND u.deleted_at IS NULL
        """,
        (account_id, list(ids)),
    )
    return {
        row.id: msgspec.structs.replace(row, variants=msgspec.convert(row.variants, list[Variant]))
        for row in rows
    }


async def used_as(tx: Tx, account_id: UUID) -> list[Use]:
    """Every use of the account's uploads, deleted ones included: they are shown again when that is undone."""
    return await tx.all(
        Use,
        """
        SELECT u.id AS upload_id, u.name FROM profiles p CROSS JOIN LATERAL
            (VALUES (p.avatar_id, 'avatar'), (p.background_id, 'background'), (p.favicon_id, 'favicon')) AS u (id, name)
        WHERE p.account_id = %s AND u.id IS NOT NULL
        UNION ALL
        SELECT l.thumbnail_id, 'thumbnail:' || l.id FROM links l
        WHERE l.account_id = %s AND l.thumbnail_id IS NOT NULL AND l.deleted_at IS NULL
        ORDER BY name
        """,
        (account_id, account_id),
    )


async def free(tx: Tx, account_id: UUID, ids: Sequence[UUID]) -> None:
    """Nothing names the uploads any more: they are about to be removed for good."""
    gone = list(ids)
    await tx.run(
        """
        UPDATE profiles SET
            avatar_id = CASE WHEN avatar_id = ANY (%s) THEN NULL ELSE avatar_id END,
            background_id = CASE WHEN background_id = ANY (%s) THEN NULL ELSE background_id END,
            favicon_id = CASE WHEN favicon_id = ANY (%s) THEN NULL ELSE favicon_id END
        WHERE account_id = %s AND (avatar_id = ANY (%s) OR background_id = ANY (%s) OR favicon_id = ANY (%s))
        """,
        (gone, gone, gone, account_id, gone, gone, gone),
    )
    await tx.run(
        "UPDATE links SET thumbnail_id = NULL WHERE account_id = %s AND thumbnail_id = ANY (%s)",
        (account_id, gone),
    )


async def publish(tx: Tx, account_id: UUID, published: bool) -> None:
    """Repeat on the account's pictures what the profile says."""
    await tx.run(
        "UPDATE asset_uploads SET published = %s WHERE account_id = %s AND published <> %s",
        (published, account_id, published),
    )
    await tx.run(
        "UPDATE asset_objects SET published = %s WHERE account_id = %s AND published <> %s",
        (published, account_id, published),
    )


async def handle_of(tx: Tx, account_id: UUID) -> str | None:
    """Whose page changes with the account's uploads."""
    handle = await tx.value("SELECT handle FROM profiles WHERE account_id = %s", (account_id,))
    return None if handle is None else str(handle)
