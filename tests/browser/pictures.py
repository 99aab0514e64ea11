"""Photos as phones take them, made here: what a test sends can be told apart in what is stored."""

from functools import cache
from typing import cast

import pyvips

RED, BLUE, GREEN = [200, 40, 40], [40, 40, 200], [40, 180, 60]


@cache
def phone_photo(width: int = 4032, height: int = 3024) -> bytes:
    """JPEG with grain, about half a byte for each pixel, lying on its side: upright it is red above blue."""
    # Orientation 6: what is left in the file is above on the screen.
    halves = _plain(RED, width // 2, height).join(_plain(BLUE, width // 2, height), "horizontal")
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=21, seed=7).gaussblur(0.6)
    photo = (halves + grain).cast("uchar").copy(interpretation="srgb")
    photo.set_type(pyvips.GValue.gint_type, "orientation", 6)
    photo.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Model", "Phone of Ann")
    return cast(bytes, photo.jpegsave_buffer(Q=95, keep="exif"))


def small_photo(colour: list[int], width: int = 640, height: int = 480) -> bytes:
    return cast(bytes, _plain(colour, width, height).jpegsave_buffer(Q=90))


def _plain(colour: list[int], width: int, height: int) -> pyvips.Image:
    return (
        pyvips.Image.black(width, height, bands=3).linear(1, colour).cast("uchar").copy(interpretation="srgb")
    )
