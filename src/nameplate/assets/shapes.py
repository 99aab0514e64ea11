"""What the API says of uploads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from nameplate.assets.purposes import Purpose
from nameplate.assets.queries import ObjectRow, UploadRow
from nameplate.assets.shown import ImageVariant, address
from nameplate.assets.uses.queries import Use
from nameplate.settings import Settings

State = Literal["received", "validating", "stored", "queued", "rejected"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an upload was rejected."""

    code: str
    detail: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    purpose: Purpose
    state: State
    """`queued`: accepted, and shown; moved to the object storage as soon as that answers again."""
    reason: Reason | None
    file_name: str
    bytes_received: int
    bytes_stored: int
    width: int
    """Of the largest variant."""
    height: int
    colour: str
    """The mean, as `#rrggbb`; empty as long as it is not known."""
    blur: str | None
    """A WebP of a few pixels in base64, to be shown enlarged until the picture is there."""
    created_at: datetime
    variants: list[ImageVariant]
    """The largest first, each size in two or three formats."""
    used_as: list[str]
    """`avatar`, `background`, `favicon`, `thumbnail:{link id}`."""


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    bytes_used: int
    bytes_most: int
    count: int
    count_most: int


class Uploads(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    uploads: list[Upload]
    quota: Quota


def shown(settings: Settings, row: UploadRow, objects: Sequence[ObjectRow], uses: Sequence[Use]) -> Upload:
    """`objects` and `uses`: those of this upload, and perhaps of others."""
    own = [found for found in objects if found.upload_id == row.id]
    return Upload(
        id=row.id,
        purpose=row.purpose,
        state=row.state,  # type: ignore[arg-type]
        reason=Reason(code=row.reason, detail=row.reason_detail) if row.reason else None,
        file_name=row.file_name,
        bytes_received=row.bytes_received,
        bytes_stored=sum(found.bytes for found in own),
        width=row.width,
        height=row.height,
        colour=row.colour,
        blur=row.blur or None,
        created_at=row.created_at,
        variants=[
            ImageVariant(
                url=address(found.key, settings.asset_base_url),
                width=found.width,
                height=found.height,
                type=found.type,
                bytes=found.bytes,
            )
            for found in own
        ],
        used_as=[use.name for use in uses if use.upload_id == row.id],
    )
