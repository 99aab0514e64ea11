"""`python -m nameplate.page.social.draw`: a card on standard input, its JPEG on standard output.

A process of its own for each picture: libvips and the text libraries behind it are large, take what people wrote, and
have no business in a web process. It knows no secret, may write no file, and has a few seconds.
"""

import resource
import sys
from html import escape
from importlib.resources import files
from pathlib import Path

import msgspec
import pyvips

from nameplate.background import give_way
from nameplate.page.social.card import HEIGHT, WIDTH, Card, Order

MARGIN, FACE = 84, 300
_WIDE = WIDTH - 2 * MARGIN - FACE - 60  # of the text beside the face
_FONTS = Path(str(files("font_source_sans_pro"))) / "files"


def draw(order: Order) -> bytes:
    """The picture as a JPEG."""
    card = order.card
    colours = card.colours
    picture = _ground(colours.ground)
    face = _photo(order.avatar) if order.avatar else _letters(card)
    mask = _svg(FACE, FACE, f'<rect width="{FACE}" height="{FACE}" rx="{FACE // 2 if card.round else 24}"/>')
    face = face.bandjoin(mask.extract_band(3))
    picture = picture.composite2(face, "over", x=WIDTH - MARGIN - FACE, y=(HEIGHT - FACE) // 2 - 14)

    name = _drawn_or(card.name, card.address.rpartition("/")[2])
    parts = [(_fitted(name, "Bold", (84, 70, 58), colours.text, lines=2), 32)]
    if bio := _drawn_or(card.bio, ""):
        parts.append((_fitted(bio, "Regular", (36, 32), colours.muted, lines=4), 0))
    height = sum(part.height + gap for part, gap in parts) - (0 if len(parts) > 1 else 32)
    y = (HEIGHT - height) // 2 - 14
    for part, gap in parts:
        picture = picture.composite2(part, "over", x=MARGIN, y=y)
        y += part.height + gap
    address = _text(escape(card.address), "Semibold", 30, colours.accent, WIDTH)
    picture = picture.composite2(address, "over", x=MARGIN, y=HEIGHT - 62 - address.height // 2)
    bar = _svg(WIDTH, 12, f'<rect width="{WIDTH}" height="12" fill="{colours.accent}"/>')
    picture = picture.composite2(bar, "over", x=0, y=HEIGHT - 12)
    return bytes(picture.flatten().jpegsave_buffer(Q=88, optimize_coding=True, keep="none"))


def _ground(colours: tuple[str, ...]) -> pyvips.Image:
    stops = "".join(
        f'<stop offset="{number / max(len(colours) - 1, 1):.3f}" stop-color="{colour}"/>'
        for number, colour in enumerate(colours)
    )
    return _svg(
        WIDTH,
        HEIGHT,
        f'<linearGradient id="g" x1="0" y1="0" x2=".3" y2="1">{stops}</linearGradient>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/>',
    )


def _photo(data: bytes) -> pyvips.Image:
    image = pyvips.Image.thumbnail_buffer(data, FACE, height=FACE, crop="centre", size="both").colourspace(
        "srgb"
    )
    return image.flatten(background=[255, 255, 255]) if image.hasalpha() else image


def _letters(card: Card) -> pyvips.Image:
    """The page's own stand-in for a photo: initials on two circles."""
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in card.circles)
    image = _svg(
        FACE,
        FACE,
        f'<svg viewBox="0 0 96 96" width="{FACE}" height="{FACE}"><rect width="96" height="96" '
        f'fill="{card.colours.accent}"/><g fill="{card.colours.shape}">{circles}</g></svg>',
    )
    text = _drawn_or(card.initials, card.address.rpartition("/")[2][:1].upper())
    letters = _text(escape(text), "Semibold", 124, card.colours.on_accent, FACE * 2)
    image = image.composite2(letters, "over", x=(FACE - letters.width) // 2, y=(FACE - letters.height) // 2)
    return image.flatten()


def _fitted(text: str, weight: str, sizes: tuple[int, ...], colour: str, *, lines: int) -> pyvips.Image:
    """`text` in the largest size in which it fits; cut off in the smallest."""
    for size in sizes:
        if _fits(image := _text(escape(text), weight, size, colour, _WIDE), size, lines):
            return image
    length = min(len(text), 240)
    while True:
        length = length * 9 // 10
        shorter = text[:length].rstrip(" ,.;:-") + "…"
        image = _text(escape(shorter), weight, sizes[-1], colour, _WIDE)
        if _fits(image, sizes[-1], lines) or length < 8:
            return image


def _fits(image: pyvips.Image, size: int, lines: int) -> bool:
    return bool(image.height <= size * 1.32 * lines and image.width <= _WIDE)


def _text(markup: str, weight: str, size: int, colour: str, width: int) -> pyvips.Image:
    return pyvips.Image.text(
        f'<span foreground="{colour}">{markup}</span>',
        font=f"Source Sans Pro {weight} {size}",
        fontfile=str(_FONTS / f"SourceSansPro-{weight}.ttf"),
        width=width,
        wrap="word-char",
        dpi=72,
        rgba=True,
    )


def _drawn_or(text: str, otherwise: str) -> str:
    """`text` without emoji nobody has drawn here; `otherwise` when letters are missing: boxes look like mistakes.

    Our font has Latin, Greek and Cyrillic; others come from the fonts of the system, if it has any.
    """
    foreign = {c for c in text if not (ord(c) < 0x530 or 0x1E00 <= ord(c) < 0x2070)}
    missing = {c for c in foreign if _is_missing(c)}
    if any(c.isalpha() for c in missing):
        return otherwise
    return " ".join("".join(c for c in text if c not in missing).split())


def _is_missing(character: str) -> bool:
    """Whether what is drawn is the box that stands for a letter nobody has: as large as that of a letter that cannot
    exist, with a full frame."""
    box = _mask("\u0378" if ord(character) < 0x10000 else "\U0007ffff")
    drawn = _mask(escape(character))
    same_size = (drawn.width, drawn.height) == (box.width, box.height)
    return same_size and drawn.crop(0, 1, drawn.width, 1).avg() > 200 and (drawn - box).abs().avg() < 60


def _mask(markup: str) -> pyvips.Image:
    return pyvips.Image.text(
        markup, font="Source Sans Pro 40", fontfile=str(_FONTS / "SourceSansPro-Regular.ttf"), dpi=72
    )


def _svg(width: int, height: int, content: str) -> pyvips.Image:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return pyvips.Image.svgload_buffer(f"{head}{content}</svg>".encode())


def main() -> None:
    give_way()
    for what, most in (
        (resource.RLIMIT_CPU, 10),
        (resource.RLIMIT_AS, 2 << 30),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(draw(order))


if __name__ == "__main__":
    main()
