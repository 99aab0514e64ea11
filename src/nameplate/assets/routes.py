"""/assets: upload a picture, see what there is, delete and bring back."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from nameplate.assets import queries
from nameplate.assets.receive import receive, scratch
from nameplate.assets.shapes import Quota, Upload, Uploads, shown
from nameplate.assets.uploads import Uploader
from nameplate.assets.uses import queries as uses
from nameplate.audit.record import Audit
from nameplate.cache import Cache
from nameplate.db import Database, Tx
from nameplate.errors import NotFound, TooLarge
from nameplate.http.caller import Caller
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings

_GONE = "You have no such picture; perhaps it was removed already."


@get("/assets", operation_id="getAssets", summary="Your pictures", tags=["Pictures"])
async def get_assets(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Uploads:
    """Also those that were rejected during the last week, with the reason."""
    caller.may("assets:read")
    async with db.as_account(caller.account_id) as tx:
        rows = await queries.get_uploads(tx, caller.account_id)
        objects = await queries.get_objects(tx, caller.account_id, [row.id for row in rows])
        used = await queries.used(tx, caller.account_id)
        shown_as = await uses.used_as(tx, caller.account_id)
    by_upload = defaultdict(list)
    for found in objects:
        by_upload[found.upload_id].append(found)
    return Uploads(
        uploads=[shown(settings, row, by_upload[row.id], shown_as) for row in rows],
        quota=Quota(
            bytes_used=used.bytes,
            bytes_most=settings.asset_quota_megabytes * 1_000_000,
            count=used.count,
            count_most=settings.asset_quota_count,
        ),
    )


@get("/assets/{upload_id:uuid}", operation_id="getAsset", summary="One picture", tags=["Pictures"])
async def get_asset(
    upload_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Upload:
    caller.may("assets:read")
    async with db.as_account(caller.account_id) as tx:
        return await _shown(tx, caller.account_id, upload_id, settings)


@post(
    "/assets",
    operation_id="uploadAsset",
    summary="Upload a picture",
    tags=["Pictures"],
    response_description="The picture, and where its variants are",
    request_max_body_size=None,
)
async def upload_asset(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    limits: NamedDependency[Limits],
    uploader: NamedDependency[Uploader],
    audit: NamedDependency[Audit],
) -> Response[Upload]:
    """A form (`multipart/form-data`) with `purpose` and then `file`: JPEG, PNG, WebP, GIF or AVIF, whatever its name
    says. It is made anew in every size that is needed, without what else the file holds (place, camera, comments).

    201: stored. 202: accepted and shown; the object storage is away and gets it later. 200: the same content was
    kept already."""
    caller.may("assets:write")
    await limits.spend(
        limits.cost(limits.budgets.uploads, caller.account_id.bytes),
        detail="You uploaded many pictures. Send more in {wait}.",
    )
    async with scratch(uploader.folder) as file:
        try:
            received = await receive(request, file, uploader.most)
        except TooLarge:
            async with db.as_account(caller.account_id) as tx:
                await audit.record(tx, caller.account_id, "upload.refused", reason="too-large")
            raise
        outcome = await uploader.take(caller.account_id, received, audit)
    async with db.as_account(caller.account_id) as tx:
        upload = await _shown(tx, caller.account_id, outcome.id, settings)
    status = (202 if upload.state == "queued" else 201) if outcome.made else 200
    return Response(upload, status_code=status)


@delete("/assets/{upload_id:uuid}", operation_id="deleteAsset", summary="Delete a picture", tags=["Pictures"])
async def delete_asset(
    upload_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
) -> None:
    """Pages no longer show it; for a week `POST /assets/{id}/restore` brings it back, then it is removed."""
    caller.may("assets:write")
    async with db.as_account(caller.account_id) as tx:
        if not await queries.set_deleted(tx, caller.account_id, upload_id, datetime.now(UTC)):
            raise NotFound(_GONE)
        handle = await uses.handle_of(tx, caller.account_id)
    if handle is not None:
        await cache.publish_page_changed(handle)


@post(
    "/assets/{upload_id:uuid}/restore",
    operation_id="restoreAsset",
    summary="Undo a delete",
    tags=["Pictures"],
    status_code=200,
)
async def restore_asset(
    upload_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    uploader: NamedDependency[Uploader],
) -> Upload:
    """It is shown again where it was."""
    caller.may("assets:write")
    async with db.as_account(caller.account_id) as tx:
        await queries.lock_uploads(tx, caller.account_id)
        uploader.check_quota(await queries.used(tx, caller.account_id))
        if not await queries.set_deleted(tx, caller.account_id, upload_id, None):
            raise NotFound(_GONE)
        handle = await uses.handle_of(tx, caller.account_id)
        upload = await _shown(tx, caller.account_id, upload_id, settings)
    if handle is not None:
        await cache.publish_page_changed(handle)
    return upload


async def _shown(tx: Tx, account_id: UUID, upload_id: UUID, settings: Settings) -> Upload:
    row = await queries.get_upload(tx, account_id, upload_id)
    if row is None or row.deleted_at is not None:
        raise NotFound(_GONE)
    objects = await queries.get_objects(tx, account_id, [upload_id])
    return shown(settings, row, objects, await uses.used_as(tx, account_id))


routes = [get_assets, get_asset, upload_asset, delete_asset, restore_asset]
