"""Links to the statistics: made and revoked on the dashboard, read by whoever has one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.callers import SESSION
from nameplate.accounts.shares import queries, secrets
from nameplate.accounts.shares.queries import ShareRow
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import Conflict, Forbidden, Invalid, NotFound
from nameplate.http.caller import Caller
from nameplate.profiles import queries as profiles
from nameplate.settings import Settings

# Said in the description of what only such a link opens.
SHARE: list[dict[str, list[str]]] = [{"share": []}]


class NewShare(msgspec.Struct, frozen=True, kw_only=True):
    """Without `expires_in_days` it works until it is revoked."""

    name: str = ""
    """To tell links apart; shown to the owner only."""
    expires_in_days: Annotated[int, msgspec.Meta(ge=1, le=secrets.LONGEST_LIFE.days)] | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """`used_at` is true to the hour."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class MadeShare(Share, frozen=True, kw_only=True):
    """`url` is shown this once: only a hash of its secret is kept."""

    url: str


class Shares(msgspec.Struct, frozen=True):
    rows: list[Share]


class SharedBy(msgspec.Struct, frozen=True, kw_only=True):
    """Whose statistics a link opens."""

    handle: str
    display_name: str
    url: str | None
    """Of the page; null: it is not published."""
    timezone: str
    """Its days are the days of the statistics."""
    expires_at: datetime | None


@get(
    "/analytics/shares",
    operation_id="getShares",
    summary="Your links to the statistics",
    tags=["Analytics"],
    security=SESSION,
)
async def get_shares(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Shares:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        rows = await queries.get_shares(tx, caller.account_id)
    return Shares(
        [
            Share(
                id=row.id,
                name=row.name,
                created_at=row.created_at,
                expires_at=row.expires_at,
                used_at=row.used_at,
            )
            for row in rows
        ]
    )


@post(
    "/analytics/shares",
    operation_id="createShare",
    summary="Make a link under which anyone reads your statistics",
    tags=["Analytics"],
    security=SESSION,
)
async def create_share(
    data: JSONBody[NewShare],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
    settings: NamedDependency[Settings],
) -> Response[MadeShare]:
    """It opens sums of any range under any filter, and annotations. It opens neither single events nor what happens
    just now, and names no link that your page does not show."""
    caller.must_be_person()
    name = " ".join(data.name.split())
    if len(name) > 80 or not name.isprintable():
        raise Invalid("Correct this and send it again.", fields={"name": "Use at most 80 characters."})
    credential = Credential.new(caller.account_id)
    now = datetime.now(UTC)
    expires_at = None if data.expires_in_days is None else now + timedelta(days=data.expires_in_days)
    row = ShareRow(credential.id, name, credential.secret_hash, now, expires_at, None)
    async with db.as_account(caller.account_id) as tx:
        if await queries.count_shares(tx, caller.account_id) >= secrets.MOST_SHARES:
            raise Conflict(
                f"You have {secrets.MOST_SHARES} links to the statistics already. Revoke one first."
            )
        await queries.add_share(tx, caller.account_id, row)
        await audit.record(tx, caller.account_id, "share.made", name=name or "unnamed")
    made = MadeShare(
        id=row.id,
        name=name,
        created_at=now,
        expires_at=expires_at,
        used_at=None,
        url=f"{settings.base_url}/shared#{secrets.write(credential)}",
    )
    return Response(made, status_code=201)


@delete(
    "/analytics/shares/{share_id:uuid}",
    operation_id="revokeShare",
    summary="Revoke a link to the statistics",
    tags=["Analytics"],
    security=SESSION,
)
async def revoke_share(
    share_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
) -> None:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        name = await queries.revoke_share(tx, caller.account_id, share_id)
        if name is None:
            raise NotFound("You have no such link; perhaps it was revoked already.")
        await audit.record(tx, caller.account_id, "share.revoked", name=name or "unnamed")


@get(
    "/analytics/shared",
    operation_id="getShared",
    summary="Whose statistics a link opens",
    tags=["Analytics"],
    security=SHARE,
)
async def get_shared(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> SharedBy:
    """Send what stands after the # of the link as `Authorization: Bearer nps_...`."""
    if caller.share_id is None:
        raise Forbidden("This is for links to statistics. Read `GET /profile` instead.")
    async with db.as_account(caller.account_id) as tx:
        share = await queries.get_share(tx, caller.account_id, caller.share_id)
        profile = await profiles.get_profile(tx, caller.account_id)
    if share is None or profile is None:
        raise NotFound("These statistics are no longer shared.")
    return SharedBy(
        handle=profile.handle,
        display_name=profile.display_name,
        url=f"{settings.base_url}/{profile.handle}" if profile.published else None,
        timezone=profile.timezone,
        expires_at=share.expires_at,
    )


routes = [get_shares, create_share, revoke_share, get_shared]
