"""Whatever people write into their page, it stays text."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nameplate.page.document import ProjectFacts
from nameplate.page.icons import ICONS
from nameplate.page.initials import favicon_svg
from nameplate.page.notices import render_not_found, render_problem_page
from nameplate.page.qr import qr_svg
from nameplate.page.render import render
from tests.page.reading import attributes, read
from tests.page.samples import BASE, link, page_of

ATTACKS = [
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</script><svg onload=alert(1)>",
    "<!--<script>",
    "{{ 7*7 }}{% raw %}",
    "</style><style>*{display:none}",
    "\u2028</script>",
    "]]><b>",
]


COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def everywhere(attack: str) -> Any:
    """A page that says `attack` wherever a person, or GitHub, can write something."""
    project = ProjectFacts(
        description=attack, language=attack, language_colour=attack, homepage="https://x.example/" + attack
    )
    return page_of(
        display_name=attack,
        bio=attack,
        theme=attack,
        links=(
            link(1, attack, "https://x.example/" + attack, "social", icon=attack),
            link(2, attack, "https://x.example/" + attack, "website", icon=attack),
            link(3, attack, "https://x.example/" + attack, "project", project=project),
            link(4, attack, "https://x.example/a." + attack, "file"),
        ),
    )


def parts(page: Any) -> list[str]:
    """The page's elements by name, and that none has an attribute it should not have."""
    tree = read(page)
    for element in tree.iter():
        assert not any(str(name).startswith("on") or name == "style" for name in element.attrib)
        assert not (element.get("href") or "").lower().startswith(("javascript:", "data:"))
    return [str(element.tag) for element in tree.iter()]


HARMLESS = parts(render(everywhere("harmless"), BASE))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_every_field_adds_no_element_and_no_handler(attack: str) -> None:
    assert parts(render(everywhere(attack), BASE)) == HARMLESS


def has_noncharacter(text: str) -> bool:
    """Of which HTML says that they are an error wherever they stand, and that they change nothing."""
    return any(ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF for sign in text)


# The name of an icon and a language's colour are no attacks: they draw that icon, and a dot.
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
    .filter(lambda text: bool(text.strip()) and text not in ICONS and not COLOUR.fullmatch(text))
    .filter(lambda text: not has_noncharacter(text))
)
@settings(max_examples=60, deadline=None)
def test_no_text_at_all_changes_what_the_page_is_made_of(text: str) -> None:
    assert parts(render(everywhere(text), BASE)) == HARMLESS


@pytest.mark.parametrize("attack", ATTACKS)
def test_structured_data_says_what_was_written_and_cannot_leave_its_script(attack: str) -> None:
    page = render(everywhere(attack), BASE)
    data = [e.text or "" for e in read(page).iter("script") if e.get("type") == "application/ld+json"]
    assert json.loads(data[0])["mainEntity"]["description"] == attack.strip()
    assert "<" not in data[0]


@pytest.mark.parametrize("attack", ATTACKS)
def test_pages_of_nobody_escape_what_they_repeat(attack: str) -> None:
    for page in (
        render_not_found(handle=attack),
        render_not_found(owner=attack),
        render_problem_page(400, attack, attack),
    ):
        tree = read(page)
        assert list(tree.iter("script")) == []
        assert list(tree.iter("img")) == []
        assert all(not href or re.match("/(?!/)", href) for href in attributes(tree, "a", "href"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_small_pictures_are_well_formed_and_hold_no_program(attack: str) -> None:
    for picture in (favicon_svg(attack, "ann", attack), qr_svg(f"{BASE}/{attack}")):
        tags = {str(e.tag).rpartition("}")[2] for e in ElementTree.fromstring(picture).iter()}  # noqa: S314
        assert tags <= {"svg", "clipPath", "rect", "g", "path", "circle", "text", "title"}
