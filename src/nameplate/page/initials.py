"""The picture of somebody who has not uploaded one: initials on the theme's colour with shapes of their own."""

import hashlib
import unicodedata
from html import escape

import msgspec

from nameplate.page.themes import DEFAULT, THEMES


class Shapes(msgspec.Struct, frozen=True):
    """Two circles on a 96 by 96 field, `(x, y, radius)`; the same handle always gets the same two."""

    first: tuple[int, int, int]
    second: tuple[int, int, int]


def initials(display_name: str, handle: str) -> str:
    """One or two letters: of the first and last word of the name that have any, else of the handle."""
    letters = [letter for word in display_name.split() if (letter := _first_letter(word))]
    if not letters:
        letters = [_first_letter(handle) or handle[:1]]
    # Letters of Arabic and its like would join into a word.
    if len(letters) == 1 or unicodedata.bidirectional(letters[0][0]) in ("R", "AL"):
        return letters[0]
    return letters[0] + letters[-1]


def _first_letter(word: str) -> str:
    for index, character in enumerate(word):
        if unicodedata.category(character)[0] not in "LN":
            continue
        marks = index + 1
        # A letter without the marks that follow it is another letter in many scripts.
        while marks < len(word) and unicodedata.category(word[marks])[0] == "M" and marks - index <= 3:
            marks += 1
        upper = character.upper()
        return (upper if len(upper) == 1 else character) + word[index + 1 : marks]
    return ""


def shapes(handle: str) -> Shapes:
    """Where the two circles behind the initials of `handle` are."""
    digest = hashlib.sha256(handle.encode()).digest()
    return Shapes(
        first=(digest[0] % 97, digest[1] % 40, 26 + digest[2] % 30),
        second=(digest[3] % 97, 56 + digest[4] % 40, 18 + digest[5] % 26),
    )


def favicon_svg(display_name: str, handle: str, theme_id: str) -> bytes:
    """The same picture for the browser's tab, a rounded square: at 16 pixels a circle loses the letters."""
    palette = THEMES.get(theme_id, DEFAULT).light
    text = escape(initials(display_name, handle))
    picture = shapes(handle)
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in (picture.first, picture.second))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        '<clipPath id="c"><rect width="96" height="96" rx="22"/></clipPath>'
        f'<g clip-path="url(#c)" fill="{palette.avatar_shape}">'
        f'<path fill="{palette.accent}" d="M0 0h96v96H0z"/>{circles}</g>'
        f'<text x="48" y="49" fill="{palette.on_accent}" font-family="system-ui,sans-serif" font-weight="700" '
        f'font-size="{50 if len(text) < 2 else 44}" text-anchor="middle" dominant-baseline="central">{text}</text>'
        "</svg>"
    ).encode()
