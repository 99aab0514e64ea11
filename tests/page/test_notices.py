"""The start page and the pages nobody hopes to see."""

import brotli
import pytest

from nameplate.page.landing import render_landing
from nameplate.page.notices import render_not_found, render_problem_page
from tests.page.reading import attributes, read, sources, text
from tests.page.samples import BASE

PAGES = {
    "start": render_landing(BASE, sign_up=True),
    "start by invitation": render_landing(BASE, sign_up=False),
    "404": render_not_found(),
    "404 of a name": render_not_found(handle="ann"),
    "404 of a link": render_not_found(owner="ann"),
    "429": render_problem_page(429, "Too many requests", ""),
    "500": render_problem_page(500, "Something broke", ""),
    "503": render_problem_page(503, "Resting", "Try again at noon."),
}


@pytest.mark.parametrize("name", PAGES)
def test_they_are_sound_load_nothing_and_run_nothing(name: str) -> None:
    page = PAGES[name]
    tree = read(page)
    allowed, inline = sources(page, tree, "style", "style-src")
    assert allowed == inline
    assert len(inline) == 1
    assert "script-src" not in page.csp
    assert "default-src 'none'" in page.csp
    assert list(tree.iter("script")) == []
    assert attributes(tree, "*", "src") == attributes(tree, "*", "style") == []
    assert len(tree.findall(".//h1")) == 1
    assert len(brotli.compress(page.html)) <= 7_000


def test_an_unknown_name_can_be_claimed() -> None:
    assert "/signup?handle=ann" in attributes(read(PAGES["404 of a name"]), "a", "href")
    assert "/signup" in attributes(read(PAGES["404"]), "a", "href")


def test_where_strangers_may_not_sign_up_nothing_is_offered_to_claim() -> None:
    closed = render_not_found(handle="ann", sign_up=False)
    assert attributes(read(closed), "a", "href") == ["/", "/"]
    assert list(read(PAGES["start by invitation"]).iter("form")) == []


def test_a_link_that_is_not_there_leads_to_the_page_it_was_on() -> None:
    assert "/ann" in attributes(read(PAGES["404 of a link"]), "a", "href")


def test_a_problem_says_what_to_do() -> None:
    assert "Wait a moment" in text(read(PAGES["429"]))
    assert "Try again at noon." in text(read(PAGES["503"]))


def test_the_start_page_takes_a_name_to_sign_up_with() -> None:
    page = PAGES["start"]
    tree = read(page)
    assert attributes(tree, "form", "action") == ["/signup"]
    assert attributes(tree, "input", "name") == ["handle"]
    assert "form-action 'self'" in page.csp
