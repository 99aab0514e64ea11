"""Images on a page: `<picture>` with every size and type, and the CSS that only pages with images carry."""

import re
from pathlib import Path

import msgspec
import rcssmin

from nameplate.assets.shown import address
from nameplate.page.document import PageImage, PageVariant
from nameplate.page.styles import source_of

# Smaller types first: a browser takes the first one it understands. What every browser can show stands in the <img>.
_MODERN = ("image/avif", "image/webp")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HERE = Path(__file__).parent / "templates"
AVATAR, THUMBNAIL, WALL = (
    rcssmin.cssmin((_HERE / name).read_text()) for name in ("avatar.css", "thumbnail.css", "wall.css")
)
AVATAR_SIZES = "(min-width:60rem) 8rem,6.5rem"
THUMBNAIL_SIZES = "3rem"


class Source(msgspec.Struct, frozen=True):
    """One `<source>`."""

    type: str
    srcset: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An image as the template shows it. `width` and `height` are those of the largest one: their ratio keeps the place
    free. `colour`: shown until the image is, empty where it would shine through."""

    sources: tuple[Source, ...]
    src: str
    srcset: str
    sizes: str
    width: int
    height: int
    colour: str


class PageStyle(msgspec.Struct, frozen=True):
    """A second `<style>`: what this page's images need. Without images both are empty."""

    css: str
    source: str


def picture(image: PageImage | None, images: str, sizes: str) -> Picture | None:
    """`images`: the address of the CDN that serves /a/, empty for this server."""
    if image is None or not image.variants:
        return None
    by_type: dict[str, list[PageVariant]] = {}
    for variant in image.variants:
        by_type.setdefault(variant.type, []).append(variant)
    plain = next((kind for kind in by_type if kind not in _MODERN), next(iter(by_type)))
    fallback = by_type[plain]
    largest = fallback[-1]
    colour = image.colour if _COLOUR.fullmatch(image.colour) and plain == "image/jpeg" else ""
    return Picture(
        sources=tuple(
            Source(kind, _srcset(by_type[kind], images))
            for kind in _MODERN
            if kind in by_type and kind != plain
        ),
        src=address(fallback[len(fallback) // 2].key, images),
        srcset=_srcset(fallback, images),
        sizes=sizes,
        width=largest.width,
        height=largest.height,
        colour=colour,
    )


def wallpaper(image: PageImage | None, images: str) -> Picture | None:
    """The picture behind a page: it covers the window, so on a tall one it is as wide as its height asks for."""
    found = picture(image, images, "")
    if found is None:
        return None
    ratio = -(-found.width * 100 // max(found.height, 1))
    return msgspec.structs.replace(found, sizes=f"max(100vw,{ratio}vh)")


def largest(image: PageImage | None, images: str) -> str:
    """The address of the largest size everybody can show, for machines; empty without an image."""
    found = [variant for variant in image.variants if variant.type not in _MODERN] if image else []
    return address(found[-1].key, images) if found else ""


def page_style(avatar: Picture | None, wall: Picture | None, thumbnails: list[Picture | None]) -> PageStyle:
    """Rules for the images there are; colours are here because the policy allows no style on an element."""
    parts = []
    if avatar:
        parts += [AVATAR, f"img.av{{background:{avatar.colour}}}" if avatar.colour else ""]
    if any(thumbnails):
        parts.append(THUMBNAIL)
        parts += [f".k{n}{{background:{p.colour}}}" for n, p in enumerate(thumbnails) if p and p.colour]
    if wall:
        parts += [WALL, f".wp img{{background:{wall.colour}}}" if wall.colour else ""]
    css = "".join(parts)
    return PageStyle(css, source_of(css) if css else "")


def _srcset(variants: list[PageVariant], images: str) -> str:
    return ",".join(f"{address(variant.key, images)} {variant.width}w" for variant in variants)
