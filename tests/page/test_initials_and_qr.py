"""The pictures made from a name and an address."""

import re
from xml.etree import ElementTree

import pytest

from nameplate.page.initials import favicon_svg, initials, shapes
from nameplate.page.qr import qr_svg
from nameplate.page.themes import THEMES


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ann Lindqvist", "AL"),
        ("ann de la cruz", "AC"),
        ("Ann", "A"),
        ("  ", "V"),
        ("🎉 Ann 🎉", "A"),
        ("🎉🎉", "V"),
        ("(ann) [lindqvist]", "AL"),
        ("ßeta", "ß"),
        ("山田 太郎", "山太"),
        ("محمد الأمين", "م"),
        ("e\u0301lise", "E\u0301"),
        ("3 Blue", "3B"),
    ],
)
def test_initials_are_letters_of_the_name_or_of_the_handle(name: str, letters: str) -> None:
    assert initials(name, "vic") == letters


def test_the_same_handle_has_the_same_picture_and_others_have_others() -> None:
    assert shapes("ann") == shapes("ann")
    assert len({str(shapes(f"handle-{n}")) for n in range(100)}) == 100


@pytest.mark.parametrize("theme", THEMES)
def test_the_favicon_wears_the_colours_of_the_theme(theme: str) -> None:
    picture = favicon_svg("Ann Lindqvist", "ann", theme)
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert THEMES[theme].light.accent.encode() in picture
    assert b">AL</text>" in picture


def modules(svg: bytes) -> set[tuple[int, int]]:
    """The dark squares of a code, read back from the lines it is drawn with."""
    path = ElementTree.fromstring(svg).find(".//{http://www.w3.org/2000/svg}path[@stroke]")  # noqa: S314
    assert path is not None
    dark, x, y = set(), 0, 0
    for command, one, two in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path.get("d", "")):
        if command == "h":
            dark |= {(x + step, y) for step in range(int(one))}
            x += int(one)
        elif command == "M":
            x, y = int(float(one)), int(float(two))
        else:
            x, y = x + int(float(one)), y + int(float(two))
    return dark


def test_the_code_has_its_finders_its_quiet_zone_and_changes_with_the_address() -> None:
    dark = modules(qr_svg("https://links.example/ann"))
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    assert (left, top) == (4, 4)
    ring = {(left + x, top + y) for x in range(7) for y in range(7) if x in (0, 6) or y in (0, 6)}
    core = {(left + x, top + y) for x in (2, 3, 4) for y in (2, 3, 4)}
    gap = {(left + x, top + y) for x in range(1, 6) for y in range(1, 6)} - core
    assert ring | core <= dark
    assert not gap & dark
    assert dark != modules(qr_svg("https://links.example/ben"))
