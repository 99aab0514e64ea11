"""/links: the list, one link, its order, and undo."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar, cast
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.assets import shown
from nameplate.assets.shown import Image
from nameplate.assets.uses import queries as uses
from nameplate.assets.uses.queries import Shown
from nameplate.cache import Cache
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, Invalid, NotFound
from nameplate.github import address
from nameplate.github import queries as github
from nameplate.http.caller import Caller
from nameplate.http.etag import IfMatch, check_if_match, etag
from nameplate.ids import new_id
from nameplate.links import queries, slugs
from nameplate.links.changes import Kind, LinkFields, NewLink, changed
from nameplate.links.queries import LinkRow, ListRow
from nameplate.settings import Settings

T = TypeVar("T")
MOST_LINKS = 500


class Link(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    url: str
    slug: str
    kind: Kind
    icon: str
    """A name of the icon set, see `GET /config`; empty shows the kind's own."""
    visible: bool
    pinned: bool
    position: int
    thumbnail: Image | None
    """Shown in place of the icon."""
    short_url: str
    """Answers 302 to `url` and counts a click."""
    created_at: datetime
    updated_at: datetime
    version: int


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """In the order of the page, pinned ones first."""

    rows: list[Link]
    version: int
    """Of the list: which links there are, and their order. Also its ETag."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    ids: list[UUID]
    """Every link of the list, once."""


@get("/links", operation_id="getLinks", summary="Your links", tags=["Links"])
async def get_links(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[Links]:
    caller.may("links:read")
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.get_list(tx, caller.account_id))
        rows = await queries.get_links(tx, caller.account_id)
        images = await _images(tx, caller.account_id, *rows)
    return _list_answer(rows, owner, images, settings)


@get("/links/{link_id:uuid}", operation_id="getLink", summary="One link", tags=["Links"])
async def get_link(
    link_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Link]:
    caller.may("links:read")
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.get_list(tx, caller.account_id))
        row = _found(await queries.get_link(tx, caller.account_id, link_id))
        images = await _images(tx, caller.account_id, row)
    return _answer(row, owner, images, settings)


@post("/links", operation_id="createLink", summary="Add a link", tags=["Links"])
async def create_link(
    data: JSONBody[NewLink],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
) -> Response[Link]:
    caller.may("links:write")
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.lock_list(tx, caller.account_id))
        rows = await queries.get_links(tx, caller.account_id)
        if len(rows) >= MOST_LINKS:
            raise Conflict(f"A page holds at most {MOST_LINKS} links. Delete one first.")
        empty = LinkRow(new_id(), "", "", "", "", "", True, False, _last(rows) + 1, 1, now, now)
        link = changed(empty, data, {row.slug for row in rows}, address.host(settings.github_api_url))
        images = await _images(tx, caller.account_id, link, chosen=link.thumbnail_id)
        await queries.add_link(tx, caller.account_id, link, owner.published)
        await _follow(tx, caller.account_id, link, settings)
        await queries.bump_list(tx, caller.account_id)
    await cache.publish_page_changed(owner.handle)
    return _answer(link, owner, images, settings, status=201)


@patch("/links/{link_id:uuid}", operation_id="updateLink", summary="Change a link", tags=["Links"])
async def update_link(
    link_id: FromPath[UUID],
    data: JSONBody[LinkFields],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    if_match: IfMatch = None,
) -> Response[Link]:
    caller.may("links:write")
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.lock_list(tx, caller.account_id))
        rows = {row.id: row for row in await queries.get_links(tx, caller.account_id)}
        before = _found(rows.get(link_id))
        check_if_match(if_match, before.version)
        taken = {row.slug for row in rows.values() if row.id != link_id}
        after = changed(before, data, taken, address.host(settings.github_api_url))
        chosen = after.thumbnail_id if after.thumbnail_id != before.thumbnail_id else None
        images = await _images(tx, caller.account_id, after, chosen=chosen)
        await queries.update_link(tx, caller.account_id, after, now)
        if (before.url, before.kind) != (after.url, after.kind):
            await _follow(tx, caller.account_id, after, settings)
        await queries.bump_list(tx, caller.account_id)
        row = _found(await queries.get_link(tx, caller.account_id, link_id))
    await cache.publish_page_changed(owner.handle)
    return _answer(row, owner, images, settings)


@delete("/links/{link_id:uuid}", operation_id="deleteLink", summary="Delete a link", tags=["Links"])
async def delete_link(
    link_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    if_match: IfMatch = None,
) -> None:
    """Its history stays; `POST /links/{id}/restore` brings it back."""
    caller.may("links:write")
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.lock_list(tx, caller.account_id))
        row = _found(await queries.get_link(tx, caller.account_id, link_id))
        check_if_match(if_match, row.version)
        await queries.close_link(tx, caller.account_id, link_id, datetime.now(UTC))
        await github.close(tx, caller.account_id, link_id)
        await queries.bump_list(tx, caller.account_id)
    await cache.publish_page_changed(owner.handle)


@post(
    "/links/{link_id:uuid}/restore",
    operation_id="restoreLink",
    summary="Undo a delete",
    tags=["Links"],
    status_code=200,
)
async def restore_link(
    link_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
) -> Response[Link]:
    """Its slug is kept, unless another link took it in the meantime."""
    caller.may("links:write")
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.lock_list(tx, caller.account_id))
        closed = _found(await queries.get_deleted_link(tx, caller.account_id, link_id))
        rows = await queries.get_links(tx, caller.account_id)
        if len(rows) >= MOST_LINKS:
            raise Conflict(f"A page holds at most {MOST_LINKS} links. Delete one first.")
        taken = {row.slug for row in rows}
        slug = closed.slug if closed.slug not in taken else slugs.from_title(closed.title, taken)
        now = datetime.now(UTC)
        await queries.reopen_link(tx, caller.account_id, link_id, slug, owner.published, now)
        await _follow(tx, caller.account_id, closed, settings)
        await queries.bump_list(tx, caller.account_id)
        row = _found(await queries.get_link(tx, caller.account_id, link_id))
        images = await _images(tx, caller.account_id, row)
    await cache.publish_page_changed(owner.handle)
    return _answer(row, owner, images, settings)


@put("/links/order", operation_id="orderLinks", summary="Put the links in order", tags=["Links"])
async def order_links(
    data: JSONBody[Order],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    if_match: IfMatch = None,
) -> Response[Links]:
    caller.may("links:write")
    async with db.as_account(caller.account_id) as tx:
        owner = _found(await queries.lock_list(tx, caller.account_id))
        check_if_match(if_match, owner.links_version)
        rows = await queries.get_links(tx, caller.account_id)
        if len(data.ids) != len(rows) or set(data.ids) != {row.id for row in rows}:
            raise Invalid(
                "Send every link of the list exactly once.", fields={"ids": "Not the ids of the list."}
            )
        await queries.order_links(tx, caller.account_id, data.ids)
        version = await queries.bump_list(tx, caller.account_id)
        rows = await queries.get_links(tx, caller.account_id)
        images = await _images(tx, caller.account_id, *rows)
    await cache.publish_page_changed(owner.handle)
    return _list_answer(rows, replace(owner, links_version=version), images, settings)


async def _follow(tx: Tx, account_id: UUID, link: LinkRow, settings: Settings) -> None:
    """What is known of a project on GitHub is kept true from now on: the row it gets is its place in the queue."""
    host = address.host(settings.github_api_url)
    found = address.parse(link.url, host) if link.kind == "project" else None
    if found is None:
        await github.unfollow(tx, account_id, link.id)
    else:
        await github.follow(
            tx, account_id, link.id, found, datetime.now(UTC), least=settings.github_sync_interval
        )


async def _images(tx: Tx, account_id: UUID, *rows: LinkRow, chosen: UUID | None = None) -> dict[UUID, Shown]:
    """The thumbnails of `rows`. Raises Invalid when `chosen` is none."""
    if chosen is not None:
        await shown.check_choice(tx, account_id, {"thumbnail_id": ("thumbnail", chosen)})
    return await uses.get_shown(tx, account_id, [row.thumbnail_id for row in rows if row.thumbnail_id])


def _last(rows: list[LinkRow]) -> int:
    return max((row.position for row in rows), default=0)


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound("You have no such link.")
    return row


def _link(row: LinkRow, owner: ListRow, images: dict[UUID, Shown], settings: Settings) -> Link:
    thumbnail = images.get(row.thumbnail_id) if row.thumbnail_id else None
    return Link(
        id=row.id,
        title=row.title,
        url=row.url,
        slug=row.slug,
        kind=cast(Kind, row.kind),
        icon=row.icon,
        visible=row.visible,
        pinned=row.pinned,
        position=row.position,
        thumbnail=shown.image(thumbnail, settings.asset_base_url),
        short_url=f"{settings.base_url}/{owner.handle}/{row.slug}",
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _answer(
    row: LinkRow, owner: ListRow, images: dict[UUID, Shown], settings: Settings, status: int = 200
) -> Response[Link]:
    link = _link(row, owner, images, settings)
    return Response(link, status_code=status, headers={"ETag": etag(link.version)})


def _list_answer(
    rows: list[LinkRow], owner: ListRow, images: dict[UUID, Shown], settings: Settings
) -> Response[Links]:
    links = Links(rows=[_link(row, owner, images, settings) for row in rows], version=owner.links_version)
    return Response(links, headers={"ETag": etag(owner.links_version)})


routes = [get_links, get_link, create_link, update_link, delete_link, restore_link, order_links]
