"""Links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class LinkRow:
    id: UUID
    title: str
    url: str
    slug: str
    kind: str
    icon: str
    visible: bool
    pinned: bool
    position: int
    version: int
    created_at: datetime
    updated_at: datetime
    thumbnail_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListRow:
    """The profile as the list of links needs it."""

    handle: str
    published: bool
    links_version: int


async def get_list(tx: Tx, account_id: UUID) -> ListRow | None:
    return await tx.one(
        ListRow, "SELECT handle, published, links_version FROM profiles WHERE account_id = %s", (account_id,)
    )


async def lock_list(tx: Tx, account_id: UUID) -> ListRow | None:
    """The list, and nobody else changes it until this transaction ends."""
    return await tx.one(
        ListRow,
        "SELECT handle, published, links_version FROM profiles WHERE account_id = %s FOR UPDATE",
        (account_id,),
    )


async def bump_list(tx: Tx, account_id: UUID) -> int:
    """The list changed: its new version."""
    return int(
        await tx.value(
            "UPDATE profiles SET links_version = links_version + 1 WHERE account_id = %s RETURNING links_version",
            (account_id,),
        )
    )


async def get_links(tx: Tx, account_id: UUID) -> list[LinkRow]:
    """In the order of the page: pinned first."""
    return await tx.all(
        LinkRow,
        """
        SELECT id, title, url, slug, kind, icon, visible, pinned, position, version, created_at, updated_at,
            thumbnail_id
        FROM links WHERE account_id = %s AND deleted_at IS NULL
        ORDER BY pinned DESC, position, id
        """,
        (account_id,),
    )


async def get_link(tx: Tx, account_id: UUID, link_id: UUID) -> LinkRow | None:
    return await tx.one(
        LinkRow,
        """
        SELECT id, title, url, slug, kind, icon, visible, pinned, position, version, created_at, updated_at,
            thumbnail_id
        FROM links WHERE account_id = %s AND id = %s AND deleted_at IS NULL
        """,
        (account_id, link_id),
    )


async def get_deleted_link(tx: Tx, account_id: UUID, link_id: UUID) -> LinkRow | None:
    return await tx.one(
        LinkRow,
        """
        SELECT id, title, url, slug, kind, icon, visible, pinned, position, version, created_at, updated_at,
            thumbnail_id
        FROM links WHERE account_id = %s AND id = %s AND deleted_at IS NOT NULL
        """,
        (account_id, link_id),
    )


async def add_link(tx: Tx, account_id: UUID, link: LinkRow, published: bool) -> None:
    await tx.run(
        """
        INSERT INTO links (account_id, id, title, url, slug, kind, icon, visible, pinned, position, published,
            version, created_at, updated_at, thumbnail_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            account_id,
            link.id,
            link.title,
            link.url,
            link.slug,
            link.kind,
            link.icon,
            link.visible,
            link.pinned,
            link.position,
            published,
            link.version,
            link.created_at,
            link.updated_at,
            link.thumbnail_id,
        ),
    )


async def update_link(tx: Tx, account_id: UUID, link: LinkRow, now: datetime) -> None:
    await tx.run(
        """
        UPDATE links SET title = %s, url = %s, slug = %s, kind = %s, icon = %s, visible = %s, pinned = %s,
            thumbnail_id = %s, version = version + 1, updated_at = %s
        WHERE account_id = %s AND id = %s
        """,
        (
            link.title,
            link.url,
            link.slug,
            link.kind,
            link.icon,
            link.visible,
            link.pinned,
            link.thumbnail_id,
            now,
            account_id,
            link.id,
        ),
    )


async def close_link(tx: Tx, account_id: UUID, link_id: UUID, now: datetime) -> None:
    await tx.run(
        "UPDATE links SET deleted_at = %s, version = version + 1 WHERE account_id = %s AND id = %s",
        (now, account_id, link_id),
    )


async def reopen_link(
    tx: Tx, account_id: UUID, link_id: UUID, slug: str, published: bool, now: datetime
) -> None:
    """`published` may have changed while the link was closed."""
    await tx.run(
        """
        UPDATE links SET deleted_at = NULL, slug = %s, published = %s, version = version + 1, updated_at = %s
        WHERE account_id = %s AND id = %s
        """,
        (slug, published, now, account_id, link_id),
    )


async def order_links(tx: Tx, account_id: UUID, ids: Sequence[UUID]) -> None:
    """Number the links as they stand in `ids`."""
    await tx.run(
        """
        UPDATE links SET position = wanted.position
        FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, position)
        WHERE links.account_id = %s AND links.id = wanted.id AND links.position <> wanted.position
        """,
        (list(ids), account_id),
    )
