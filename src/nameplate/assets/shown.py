"""An image as the API shows it where it is used, and the choice of one."""

from uuid import UUID

import msgspec

from nameplate.assets.purposes import Purpose
from nameplate.assets.uses import queries
from nameplate.assets.uses.queries import Shown
from nameplate.db import Tx
from nameplate.errors import Invalid


class ImageVariant(msgspec.Struct, frozen=True, kw_only=True):
    """One size and type of an image."""

    url: str
    """A path of this server, or an address of the CDN that serves images for it."""
    width: int
    height: int
    type: str
    bytes: int


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An upload where it is used."""

    id: UUID
    """Of the upload."""
    colour: str
    """Its mean, as `#rrggbb`: what to show until it is there."""
    blur: str | None
    """A tiny WebP in base64."""
    variants: list[ImageVariant]
    """The smallest first."""


def address(key: str, asset_base_url: str) -> str:
    """Where an image is fetched."""
    return f"{asset_base_url.rstrip('/')}/a/{key}"


def image(shown: Shown | None, asset_base_url: str) -> Image | None:
    """What the API says of an upload that is used; None for one that is deleted, or none."""
    if shown is None:
        return None
    return Image(
        id=shown.id,
        colour=shown.colour,
        blur=shown.blur or None,
        variants=[
            ImageVariant(
                url=address(variant.key, asset_base_url),
                width=variant.width,
                height=variant.height,
                type=variant.type,
                bytes=variant.bytes,
            )
            for variant in shown.variants
        ],
    )


async def check_choice(tx: Tx, account_id: UUID, chosen: dict[str, tuple[Purpose, UUID]]) -> None:
    """Whether each field names an upload of the account for its purpose. Raises Invalid."""
    known = await queries.get_shown(tx, account_id, [upload for _, upload in chosen.values()])
    wrong = {
        field: f"Choose an image of yours that was uploaded as {purpose}, or null for none."
        for field, (purpose, upload) in chosen.items()
        if upload not in known or known[upload].purpose != purpose
    }
    if wrong:
        raise Invalid("Correct these and send it again.", fields=wrong)
