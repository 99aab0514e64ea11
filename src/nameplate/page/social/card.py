"""What stands on the picture that is shown when a page is shared, and the name that changes whenever it does."""

import hashlib

import msgspec

from nameplate.page.document import PageDocument, PageImage
from nameplate.page.initials import initials, shapes
from nameplate.page.themes import DEFAULT, THEMES

WIDTH, HEIGHT = 1200, 630  # pixels: what every network asks for
# Raise it when `draw` changes: every picture then gets another name.
DESIGN = 1


class Colours(msgspec.Struct, frozen=True, array_like=True):
    """`#rrggbb` each; `ground` from top to bottom."""

    ground: tuple[str, ...]
    text: str
    muted: str
    accent: str
    on_accent: str
    shape: str


class Card(msgspec.Struct, frozen=True, array_like=True):
    """Everything a drawing is made of, besides the avatar itself."""

    name: str
    bio: str
    address: str
    initials: str
    circles: tuple[tuple[int, int, int], ...]
    colours: Colours
    round: bool
    avatar: str
    """Its key; empty: initials."""

    @property
    def file(self) -> str:
        """`og-0123456789abcdef.jpg`: another one for every other picture."""
        content = msgspec.msgpack.encode((DESIGN, self))
        return f"og-{hashlib.sha256(content).hexdigest()[:16]}.jpg"


class Order(msgspec.Struct, frozen=True, array_like=True):
    """What the drawing process is told. `avatar`: the bytes of an image of ours, or nothing."""

    card: Card
    avatar: bytes


def card_of(document: PageDocument, base_url: str) -> Card:
    """The card of a page. In the colours of the day: nobody knows when it will be looked at."""
    theme = THEMES.get(document.theme, DEFAULT)
    palette = theme.light
    drawn = shapes(document.handle)
    return Card(
        name=_line(document.display_name) or document.handle,
        bio=_line(document.bio),
        address=f"{base_url.partition('://')[2]}/{document.handle}",
        initials=initials(document.display_name, document.handle),
        circles=(drawn.first, drawn.second),
        colours=Colours(
            palette.ground,
            palette.text,
            palette.muted,
            palette.accent,
            palette.on_accent,
            palette.avatar_shape,
        ),
        round=theme.avatar_radius == "50%",
        avatar=_drawable(document.avatar),
    )


def _line(text: str) -> str:
    """On one line, without what cannot be drawn."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _drawable(image: PageImage | None) -> str:
    """The largest of the sizes in a format that loads everywhere."""
    found = [item.key for item in image.variants if item.type in ("image/jpeg", "image/png")] if image else []
    return found[-1] if found else ""
