"""Where what was made of an upload is kept: in the store, or while that is away in PostgreSQL."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import structlog

from nameplate.assets import queries
from nameplate.assets.decoder.messages import Result
from nameplate.assets.keys import object_key
from nameplate.assets.queries import ObjectRow
from nameplate.db import Tx
from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.storage import Storage

log = structlog.get_logger(__name__)

PATIENCE = (
    3.0  # seconds somebody waits for the store, all variants together, before his upload is kept otherwise
)


@dataclass(frozen=True, slots=True)
class Kept:
    """`pending`: key to bytes of what is not in the store. It has to be committed with the rows."""

    objects: list[ObjectRow]
    pending: dict[str, bytes]


async def keep(
    settings: Settings, storage: Storage, account_id: UUID, upload_id: UUID, result: Result
) -> Kept:
    """Put all variants into the store, or find out that it is away."""
    named = {
        object_key(settings.secret_key, account_id, upload_id, picture.data, picture.type): picture
        for picture in result.pictures
    }
    objects = [
        ObjectRow(key, upload_id, picture.width, picture.height, picture.type, len(picture.data))
        for key, picture in named.items()
    ]
    # Side by side, nine at most, and each to its end: all count for whether the store is left alone from now on.
    puts = [storage.put(key, picture.data, picture.type, PATIENCE) for key, picture in named.items()]
    ends = await asyncio.gather(*puts, return_exceptions=True)
    failures = [end for end in ends if end is not None]
    if failures:
        for failure in failures:
            if not isinstance(failure, Unavailable):
                raise failure
        # All of them, also those that arrived: to put an object again does no harm.
        log.warning("storage away, upload kept in the database", account_id=str(account_id))
        return Kept(objects, {key: picture.data for key, picture in named.items()})
    return Kept(objects, {})


async def reserve(tx: Tx, settings: Settings, account_id: UUID, kept: Kept) -> None:
    """Room for what waits. Raises Unavailable when there is none: the upload must not be accepted then."""
    if not kept.pending:
        return
    size = sum(map(len, kept.pending.values()))
    own = await queries.pending_bytes(tx, account_id)
    full = Unavailable(
        "The object storage is away, and as many pictures wait for it as may. Send it again later.",
        retry_after=60,
    )
    if own + size > settings.asset_pending_account_megabytes * 1_000_000:
        raise full
    if not await queries.reserve_backlog(tx, size, settings.asset_pending_megabytes * 1_000_000):
        raise full
