"""GET and PATCH /profile, and whether a handle is still free."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from nameplate.analytics.weekly import queries as weekly
from nameplate.assets import shown
from nameplate.assets.purposes import Purpose
from nameplate.assets.shown import Image
from nameplate.assets.uses import queries as uses
from nameplate.assets.uses.queries import Shown
from nameplate.audit.record import Actor, Audit
from nameplate.cache import Cache
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, Invalid, NotFound
from nameplate.http.caller import Caller
from nameplate.http.etag import IfMatch, check_if_match, etag
from nameplate.page import themes
from nameplate.profiles import handles, queries
from nameplate.profiles.queries import ProfileRow
from nameplate.settings import Settings, is_time_zone

# Every old handle keeps redirecting, so one account could otherwise sit on any number of names.
MOST_HANDLES = 5
_IMAGES: dict[str, Purpose] = {"avatar_id": "avatar", "background_id": "background", "favicon_id": "favicon"}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner says about the page."""

    handle: str
    display_name: str
    bio: str
    theme: str
    timezone: str
    published: bool
    count_own_visits: bool
    privacy_signals: Literal["anonymous", "ignore-visit"]
    avatar: Image | None
    background: Image | None
    favicon: Image | None
    url: str
    updated_at: datetime
    version: int


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """Any subset; what is missing stays."""

    handle: str | UnsetType = UNSET
    display_name: str | UnsetType = UNSET
    bio: str | UnsetType = UNSET
    theme: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    count_own_visits: bool | UnsetType = UNSET
    privacy_signals: Literal["anonymous", "ignore-visit"] | UnsetType = UNSET
    avatar_id: UUID | UnsetType | None = UNSET
    """An upload of yours with this purpose; null: none."""
    background_id: UUID | UnsetType | None = UNSET
    favicon_id: UUID | UnsetType | None = UNSET


class HandleState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a handle can be taken, and if not, why."""

    handle: str
    available: bool
    reason: Literal["taken", "reserved", "look-alike", "invalid"] | None = None
    detail: str = ""


@get(
    "/handles/{handle:str}",
    operation_id="getHandle",
    summary="Whether a handle is free",
    tags=["Profile"],
    security=[],
)
async def get_handle(handle: FromPath[str], db: NamedDependency[Database]) -> HandleState:
    wanted = handles.normalise(handle)
    if refused := handles.check(wanted):
        reason, detail = refused
        known: Literal["reserved", "invalid"] = "reserved" if reason == "reserved" else "invalid"
        return HandleState(handle=wanted, available=False, reason=known, detail=detail)
    async with db.as_visitor() as tx:
        row = await queries.handle_by_skeleton(tx, handles.skeleton(wanted))
    if row is None:
        return HandleState(handle=wanted, available=True)
    if row.handle == wanted:
        return HandleState(handle=wanted, available=False, reason="taken", detail="Somebody has this one.")
    detail = f"This looks too much like {row.handle}, which somebody has."
    return HandleState(handle=wanted, available=False, reason="look-alike", detail=detail)


@get("/profile", operation_id="getProfile", summary="Your profile", tags=["Profile"])
async def get_profile(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[Profile]:
    caller.may("profile:read")
    async with db.as_account(caller.account_id) as tx:
        row = await queries.get_profile(tx, caller.account_id)
        images = await _images(tx, row)
    return _answer(row, images, settings)


@patch("/profile", operation_id="updateProfile", summary="Change your profile", tags=["Profile"])
async def update_profile(
    data: JSONBody[ProfileChange],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    audit: NamedDependency[Audit],
    if_match: IfMatch = None,
) -> Response[Profile]:
    caller.may("profile:write")
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        before = await queries.lock_profile(tx, caller.account_id)
        if before is None:
            raise NotFound("This account has no profile.")
        check_if_match(if_match, before.version)
        after = _changed(before, data)
        await _check_images(tx, before, after)
        if after.handle != before.handle:
            await _rename(tx, after, now)
        await queries.update_profile(tx, after, now)
        if after.timezone != before.timezone:
            await weekly.look_again(tx, caller.account_id, now)
        if after.published != before.published:
            await queries.publish_links(tx, caller.account_id, after.published)
            await uses.publish(tx, caller.account_id, after.published)
        row = await queries.get_profile(tx, caller.account_id)
        images = await _images(tx, row)
        by: Actor = "owner" if caller.session_id else "token"
        if after.published != before.published:
            kind = "profile.published" if after.published else "profile.unpublished"
            await audit.record(tx, caller.account_id, kind, by=by)
        if after.handle != before.handle:
            await audit.record(tx, caller.account_id, "handle.changed", by=by, name=after.handle)
    for handle in {before.handle, after.handle}:
        await cache.publish_page_changed(handle, gone=not after.published)
    return _answer(row, images, settings)


def _changed(before: ProfileRow, data: ProfileChange) -> ProfileRow:
    """The profile with the changes in it. Raises Invalid with every field that is wrong."""
    wrong: dict[str, str] = {}
    values = {f: getattr(before, f) for f in ProfileRow.__slots__}
    for name in ProfileChange.__struct_fields__:
        value = getattr(data, name)
        if value is not UNSET:
            values[name] = value.strip() if isinstance(value, str) else value
    values["handle"] = handles.normalise(values["handle"])
    after = ProfileRow(**values)
    if after.handle != before.handle and (refused := handles.check(after.handle)):
        wrong["handle"] = refused[1]
    for name, most in (("display_name", 80), ("bio", 400)):
        text: str = values[name]
        if len(text) > most:
            wrong[name] = f"At most {most} characters; this has {len(text)}."
        elif any((ord(c) < 32 and c not in "\n") or ord(c) == 127 for c in text):
            wrong[name] = "Leave out control characters."
    if after.theme not in themes.THEMES:
        wrong["theme"] = f"Choose one of: {', '.join(themes.THEMES)}."
    if not is_time_zone(after.timezone):
        wrong["timezone"] = "Choose a time zone by its name, such as Europe/Berlin."
    if wrong:
        raise Invalid("Correct these and send it again.", fields=wrong)
    return after


async def _rename(tx: Tx, after: ProfileRow, now: datetime) -> None:
    taken = await queries.take_handle(tx, after.account_id, after.handle, handles.skeleton(after.handle), now)
    if not taken:
        raise Conflict(
            "Choose another handle.", fields={"handle": "Somebody has this one, or one that looks like it."}
        )
    if await queries.count_handles(tx, after.account_id) > MOST_HANDLES:
        detail = f"An account can have {MOST_HANDLES} handles over time, because old ones keep redirecting."
        raise Conflict(detail, fields={"handle": detail})


async def _check_images(tx: Tx, before: ProfileRow, after: ProfileRow) -> None:
    """What was chosen anew. What is kept may be deleted by now: undoing that shows it again."""
    chosen = {
        name: (purpose, upload)
        for name, purpose in _IMAGES.items()
        if (upload := getattr(after, name)) is not None and upload != getattr(before, name)
    }
    if chosen:
        await shown.check_choice(tx, after.account_id, chosen)


async def _images(tx: Tx, row: ProfileRow | None) -> dict[UUID, Shown]:
    if row is None:
        return {}
    ids = [upload for name in _IMAGES if (upload := getattr(row, name)) is not None]
    return await uses.get_shown(tx, row.account_id, ids)


def _answer(row: ProfileRow | None, images: dict[UUID, Shown], settings: Settings) -> Response[Profile]:
    if row is None:
        raise NotFound("This account has no profile.")
    avatar, background, favicon = (
        shown.image(images.get(getattr(row, name)), settings.asset_base_url) for name in _IMAGES
    )
    profile = Profile(
        handle=row.handle,
        display_name=row.display_name,
        bio=row.bio,
        theme=row.theme,
        timezone=row.timezone,
        published=row.published,
        count_own_visits=row.count_own_visits,
        privacy_signals="ignore-visit" if row.privacy_signals == "ignore-visit" else "anonymous",
        avatar=avatar,
        background=background,
        favicon=favicon,
        url=f"{settings.base_url}/{row.handle}",
        updated_at=row.updated_at,
        version=row.version,
    )
    return Response(profile, headers={"ETag": etag(row.version)})


routes = [get_handle, get_profile, update_profile]
