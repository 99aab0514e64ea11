"""Whether what a decoder wrote is what was ordered: it has touched hostile bytes and is not believed."""

import re

import msgspec

from nameplate.assets.decoder.messages import Picture, Result
from nameplate.assets.purposes import AVIF, JPEG, PNG, SHAPES, WEBP, Purpose

_decode = msgspec.msgpack.Decoder(Result).decode
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_BLUR = re.compile(r"[A-Za-z0-9+/]{0,398}={0,2}")
MOST_SIDE = 4096


def checked(data: bytes, purpose: Purpose) -> Result:
    """The Result in `data`. One that breaks a rule becomes a refusal of the file."""
    try:
        result = _decode(data)
    except msgspec.DecodeError:
        return Result("", refused="image-broken", detail="no result")
    if result.refused:
        return Result(result.kind[:80], refused=result.refused[:80], detail=result.detail[:500])
    widths = {picture.width for picture in result.pictures}
    sound = (
        1 <= len(widths) <= len(SHAPES[purpose].sizes)
        and len(result.pictures) == len(widths) * (3 if SHAPES[purpose].modern else 1)
        and all(_sound(picture) for picture in result.pictures)
        and (result.width, result.height) == (result.pictures[0].width, result.pictures[0].height)
        and _COLOUR.fullmatch(result.colour)
        and _BLUR.fullmatch(result.blur)
    )
    return result if sound else Result("", refused="image-broken", detail="a result that was not ordered")


def _sound(picture: Picture) -> bool:
    data = picture.data
    beginnings = {
        AVIF: data[4:12] == b"ftypavif",
        WEBP: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
        JPEG: data[:3] == b"\xff\xd8\xff",
        PNG: data[:8] == b"\x89PNG\r\n\x1a\n",
    }
    return beginnings.get(picture.type, False) and 0 < max(picture.width, picture.height) <= MOST_SIDE
