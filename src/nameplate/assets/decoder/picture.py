"""From a hostile file to clean pictures. Runs in a process of its own for each file: see server.py.

What leaves is encoded anew from pixels: nothing of the file's metadata, profiles, comments or trailing data is in it.
"""

import base64
import math
import re
from typing import IO

import msgspec
import pyvips

from nameplate.assets.decoder import kinds
from nameplate.assets.decoder.messages import Limits, Picture, Result
from nameplate.assets.purposes import AVIF, JPEG, PNG, SHAPES, WEBP, Purpose, Shape

# All other ways in stay shut: formats with a history, and those that reach for files and fonts.
_LOADERS = {
    "jpeg": "VipsForeignLoadJpeg",
    "png": "VipsForeignLoadPng",
    "webp": "VipsForeignLoadWebp",
    "gif": "VipsForeignLoadNsgif",
    "avif": "VipsForeignLoadHeif",
}
_BLUR_SIDE = 16
_MOST_BLUR = 300  # bytes: 400 characters in base64
_BACKGROUND_HEIGHT = 2  # times its width: a strip of ten screens is no background


def shut_other_ways_in() -> None:
    """Once, before anything is opened."""
    pyvips.vips_lib.vips_block_untrusted_set(True)
    pyvips.vips_lib.vips_operation_block_set(b"VipsForeignLoad", True)
    for name in _LOADERS.values():
        pyvips.vips_lib.vips_operation_block_set(name.encode(), False)
    pyvips.cache_set_max(0)


def variants(file: IO[bytes], purpose: str, limits: Limits) -> bytes:
    """The Result for `purpose`, as messages are written."""
    return msgspec.msgpack.encode(make(file, msgspec.convert(purpose, Purpose), limits))


def make(file: IO[bytes], purpose: Purpose, limits: Limits) -> Result:
    """The variants `purpose` needs, or why there are none."""
    kind = kinds.find_kind(file.read(kinds.HEAD))
    if kind not in kinds.PICTURES:
        return Result(kind, refused="unsupported-image", detail=kind)
    if hidden := kinds.find_hidden(file):
        return Result(kind, refused="image-hides-something", detail=hidden)
    try:
        header = _open(file, kind)
        if refusal := _too_much(header, limits):
            return Result(kind, refused=refusal[0], detail=refusal[1])
        return transcode(file, kind, SHAPES[purpose])
    except pyvips.Error as error:
        # What libraries say when an allocation is refused, each in its own words.
        starved = re.search(r"out of memory|insufficient memory|alloc", str(error), re.I)
        return Result(kind, refused="image-too-heavy" if starved else "image-broken", detail=str(error)[:500])


def _open(file: IO[bytes], kind: str, shrink: int = 1) -> pyvips.Image:
    """The first frame. Nothing is decoded yet but the header. `shrink`: 1, 2, 4 or 8, of a JPEG."""
    file.seek(0)
    source = pyvips.Source.new_from_descriptor(file.fileno())
    loader = f"{kind if kind != 'avif' else 'heif'}load_source"
    options = {"shrink": shrink} if shrink > 1 else {}
    image: pyvips.Image = pyvips.Operation.call(
        loader, source, access="sequential", fail_on="error", **options
    )
    return image


def _too_much(image: pyvips.Image, limits: Limits) -> tuple[str, str] | None:
    frames = image.get_n_pages()
    if image.width * image.height > limits.pixels:
        return "image-too-large", f"{image.width} by {image.height} pixels"
    if max(image.width, image.height) > limits.side:
        return "image-too-large", f"{image.width} by {image.height} pixels"
    if frames > limits.frames:
        return "image-too-many-frames", str(frames)
    return None


def transcode(file: IO[bytes], kind: str, shape: Shape) -> Result:
    """Of a file that was looked at: what libvips does for an upload, and nothing else."""
    largest = _shrunk(file, kind, shape)
    variants = [largest, *_smaller(largest, shape)]
    pictures = [picture for image in variants for picture in _encoded(image, shape)]
    plain = _flat(largest)
    return Result(
        kind,
        width=largest.width,
        height=largest.height,
        colour=_mean(plain),
        blur=_blur(plain),
        pictures=pictures,
    )


def _shrunk(file: IO[bytes], kind: str, shape: Shape) -> pyvips.Image:
    """The largest variant: upright, in 8 bit sRGB, with an alpha channel only where something shines through.

    The whole picture is read before any of it is cut away: a file that breaks off at its end is noticed. Never
    enlarged: the square of a small picture is as large as its shorter side.
    """
    header = _open(file, kind)
    shorter, longer = sorted((header.width, header.height))
    size = shape.sizes[0]
    if not shape.square:
        return _normal(_read(file, kind, shorter / size, size, size * _BACKGROUND_HEIGHT))
    size = min(size, shorter)
    box = math.ceil(longer * size / shorter) + 1
    image = _read(file, kind, shorter / size, box, box)
    size = min(size, image.width, image.height)
    left, top = (image.width - size) // 2, (image.height - size) // 2
    return _normal(image.extract_area(left, top, size, size))


def _read(file: IO[bytes], kind: str, factor: float, width: int, height: int) -> pyvips.Image:
    """All of it, to fit into `width` and `height`: by `factor` or more. JPEG is read at a fraction of its size where
    that leaves at least twice what is needed. (`thumbnail_source` does that too, but forgets `fail_on`.)"""
    shrink = next((by for by in (8, 4, 2) if kind == "jpeg" and factor >= 2 * by), 1)
    image = _open(file, kind, shrink)
    return image.thumbnail_image(width, height=height, size="down", export_profile="srgb").copy_memory()


def _normal(image: pyvips.Image) -> pyvips.Image:
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.bands > 4:
        image = image.extract_band(0, n=4)
    if image.hasalpha() and image.extract_band(image.bands - 1).min() == 255:
        image = image.extract_band(0, n=image.bands - 1)
    return image


def _smaller(largest: pyvips.Image, shape: Shape) -> list[pyvips.Image]:
    return [
        largest.thumbnail_image(
            width, height=width if shape.square else width * _BACKGROUND_HEIGHT, size="down"
        )
        for width in shape.sizes[1:]
        if width < largest.width
    ]


def _encoded(image: pyvips.Image, shape: Shape) -> list[Picture]:
    if not shape.modern:
        return [_picture(image, PNG, image.pngsave_buffer(keep="none", compression=9))]
    return [
        _picture(
            image, AVIF, image.heifsave_buffer(keep="none", compression="av1", Q=58, effort=2, bitdepth=8)
        ),
        _picture(image, WEBP, image.webpsave_buffer(keep="none", Q=80, effort=4)),
        _picture(image, PNG, image.pngsave_buffer(keep="none", compression=9))
        if image.hasalpha()
        else _picture(image, JPEG, image.jpegsave_buffer(keep="none", Q=82, optimize_coding=True)),
    ]


def _picture(image: pyvips.Image, media_type: str, data: bytes) -> Picture:
    return Picture(media_type, image.width, image.height, data)


def _flat(image: pyvips.Image) -> pyvips.Image:
    return image.flatten(background=[255, 255, 255]) if image.hasalpha() else image


def _mean(image: pyvips.Image) -> str:
    red, green, blue = (round(image.extract_band(band).avg()) for band in range(3))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _blur(image: pyvips.Image) -> str:
    """A WebP of a few pixels in base64, to be enlarged while the picture comes; empty when even that is too long."""
    tiny = image.thumbnail_image(_BLUR_SIDE, height=_BLUR_SIDE, size="down")
    for quality in (40, 20, 5):
        data = tiny.webpsave_buffer(keep="none", Q=quality)
        if len(data) <= _MOST_BLUR:
            return base64.b64encode(data).decode()
    return ""
