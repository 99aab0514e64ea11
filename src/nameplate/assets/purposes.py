"""What pictures are for, and the sizes in which each purpose needs them."""

from dataclasses import dataclass
from typing import Literal

Purpose = Literal["avatar", "background", "thumbnail", "favicon"]
AVIF, WEBP, JPEG, PNG = "image/avif", "image/webp", "image/jpeg", "image/png"
EXTENSIONS = {AVIF: "avif", WEBP: "webp", JPEG: "jpg", PNG: "png"}
TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}


@dataclass(frozen=True, slots=True)
class Shape:
    """`sizes`: widths in pixels, the largest first. `square`: cropped around the middle to as high as wide.

    `modern`: as AVIF and WebP besides JPEG, or PNG where something is transparent; otherwise as PNG only.
    """

    sizes: tuple[int, ...]
    square: bool = True
    modern: bool = True


SHAPES: dict[Purpose, Shape] = {
    "avatar": Shape((384, 192, 96)),
    "background": Shape((1920, 1280, 640), square=False),
    "thumbnail": Shape((192, 96)),
    "favicon": Shape((180, 32), modern=False),
}
