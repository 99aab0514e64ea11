"""Pictures made on the spot, good and bad."""

from functools import cache

import pyvips


@cache
def photo(width: int = 640, height: int = 480, kind: str = ".jpg", **options: object) -> bytes:
    """Something with detail, as photos have it. `options`: of libvips' writer."""
    red = pyvips.Image.perlin(width, height, cell_size=max(width // 6, 8), uchar=True)
    green = pyvips.Image.perlin(width, height, cell_size=max(width // 20, 4), uchar=True)
    blue = pyvips.Image.gaussnoise(width, height, sigma=8, mean=128, seed=1).cast("uchar")
    image = red.bandjoin([green, blue]).copy(interpretation="srgb")
    data: bytes = image.write_to_buffer(kind, **options)
    return data
