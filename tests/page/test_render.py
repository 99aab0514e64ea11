"""What is on a page, for people, for machines, and for a browser that allows almost nothing."""

import gzip
import json
from typing import get_args

import brotli
import pytest

from nameplate.analytics.beacons import Element
from nameplate.page.document import ProjectFacts
from nameplate.page.render import render
from nameplate.page.themes import THEMES
from tests.page.reading import attributes, read, sources, text
from tests.page.samples import BASE, TIDEPOOL, TWELVE, link, page_of


def test_every_link_of_the_page_is_a_short_link_that_needs_no_script() -> None:
    tree = read(render(page_of(), BASE))
    marked = [e for e in tree.iter() if e.get("data-l") and not e.get("data-e")]
    # The card of a project with a live button is no link itself: its first one covers it.
    counted = {e.get("data-l"): (e if e.tag == "a" else e.find(".//a")).get("href") for e in marked}
    assert counted == {str(item.id): f"/ann/{item.slug}" for item in TWELVE}


def test_pinned_links_come_first_and_the_others_keep_their_order() -> None:
    titles = [text(e) for e in read(render(page_of(), BASE)).iter("b")]
    assert titles == ["My book", "tidepool", "dotfiles", "Writing", "A talk", "CV", "Models", "Say hello"]


def test_social_links_are_icons_with_a_name_and_say_that_it_is_the_same_person() -> None:
    tree = read(render(page_of(), BASE))
    icons = tree.findall(".//nav//a")
    assert [icon.get("aria-label") for icon in icons] == ["GitHub", "Mastodon", "Bluesky", "LinkedIn"]
    assert {icon.get("rel") for icon in icons} == {"me"}
    # Mastodon compares the address itself, it does not follow a short link.
    assert "https://fosstodon.org/@ann" in [e.get("href") for e in tree.iter("link") if e.get("rel") == "me"]


def test_a_page_of_social_links_alone_shows_them_as_cards() -> None:
    tree = read(render(page_of(links=TWELVE[:4]), BASE))
    assert tree.find(".//nav") is None
    assert [text(e) for e in tree.iter("b")] == ["GitHub", "Mastodon", "Bluesky", "LinkedIn"]


def test_an_e_mail_address_is_nowhere_on_the_page() -> None:
    html = render(page_of(), BASE).html
    assert b"secret.example" not in html
    assert b"mailto:" not in html


def test_a_project_shows_what_is_known_of_it_and_nothing_else() -> None:
    tree = read(render(page_of(), BASE))
    items = {text(e.find(".//b")): e for e in tree.findall(".//main//li")}
    assert text(items["tidepool"]) == ("tidepoolA tiny time-series database.Rust4.8k stars203 forksLive")
    assert text(items["dotfiles"]) == "dotfilesann/dotfiles"
    live = items["tidepool"].find(".//a[@class='live']")
    assert live is not None
    assert live.get("href") == "https://tidepool.example"


@pytest.mark.parametrize(
    ("stars", "shown"), [(999, "999"), (1000, "1k"), (1250, "1.2k"), (99_999, "99k"), (1_300_000, "1.3M")]
)
def test_large_numbers_are_shortened(stars: int, shown: str) -> None:
    project = link(1, "p", "https://github.com/a/p", "project", project=ProjectFacts(stars=stars))
    assert f"{shown} stars" in text(read(render(page_of(links=(project,)), BASE)))


def test_a_page_without_links_is_friendly_and_whole() -> None:
    tree = read(render(page_of(links=(), bio="", display_name=""), BASE))
    assert "No links yet" in text(tree.find(".//main"))
    assert text(tree.find(".//h1")) == "ann"
    assert text(tree.find(".//title")) == "ann"


def test_the_head_says_the_same_to_search_engines_and_to_previews() -> None:
    tree = read(render(page_of(), BASE))
    meta = {e.get("property") or e.get("name"): e.get("content") for e in tree.iter("meta")}
    bio = "Database engineer in Gothenburg. I make slow queries fast."
    assert meta["og:url"] == "https://links.example/ann"
    assert meta["og:type"] == "profile"
    assert meta["og:title"] == "Ann Lindqvist (@ann)"
    assert meta["og:description"] == meta["description"] == bio
    assert meta["twitter:card"] == "summary"
    assert [e.get("href") for e in tree.iter("link") if e.get("rel") == "canonical"] == [f"{BASE}/ann"]


def test_a_long_bio_is_cut_between_words_for_the_description() -> None:
    tree = read(render(page_of(bio="word " * 80), BASE))
    found = [e.get("content") for e in tree.iter("meta") if e.get("name") == "description"]
    assert found[0] is not None
    assert len(found[0]) <= 160
    assert found[0].endswith("word…")


def test_the_structured_data_is_a_profile_page_of_the_person() -> None:
    tree = read(render(page_of(), BASE))
    data = [json.loads(text(e)) for e in tree.iter("script") if e.get("type") == "application/ld+json"]
    assert data == [
        {
            "@context": "https://schema.org",
            "@type": "ProfilePage",
            "url": "https://links.example/ann",
            "dateModified": "2026-11-22T12:00:00+00:00",
            "mainEntity": {
                "@type": "Person",
                "name": "Ann Lindqvist",
                "alternateName": "ann",
                "url": "https://links.example/ann",
                "description": "Database engineer in Gothenburg.\nI make slow queries fast.",
                "sameAs": [item.url for item in TWELVE[:4]],
            },
        }
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_the_policy_allows_exactly_the_one_style_and_the_one_script(theme: str) -> None:
    page = render(page_of(theme=theme), BASE)
    tree = read(page)
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        allowed, inline = sources(page, tree, tag, directive)
        assert allowed == inline
        assert len(inline) == 1
    assert "unsafe" not in page.csp
    assert "default-src 'none'" in page.csp
    assert "frame-ancestors 'none'" in page.csp
    assert attributes(tree, "*", "style") == []


def test_nothing_is_loaded_from_anybody_else_and_nothing_blocks_the_first_paint() -> None:
    tree = read(render(page_of(), BASE))
    assert attributes(tree, "*", "src") == ["/e.gif?h=ann"]
    assert [e.get("rel") for e in tree.iter("link")] == ["canonical", "me", "me", "me", "me", "icon"]
    assert [e.get("type") for e in tree.iter("script")] == ["application/ld+json", "module"]
    css = text(tree.find(".//style"))
    assert "url(" not in css
    assert "@import" not in css


def test_without_a_script_the_pixel_counts_the_view() -> None:
    assert (
        b'<noscript><img src="/e.gif?h=ann" alt="" width="1" height="1"></noscript>'
        in render(page_of(), BASE).html
    )


def test_the_preview_in_the_dashboard_counts_nothing_and_may_be_framed_by_this_site_only() -> None:
    page = render(page_of(), BASE, embedded=True)
    tree = read(page)
    assert list(tree.iter("script")) == []
    assert list(tree.iter("noscript")) == []
    assert "script-src" not in page.csp
    assert "frame-ancestors 'self'" in page.csp
    assert attributes(tree, "base", "target") == ["_blank"]


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_with_twelve_links_weighs_at_most_seven_kilobytes(theme: str) -> None:
    html = render(page_of(theme=theme), BASE).html
    assert len(gzip.compress(html)) <= 8_000
    assert len(brotli.compress(html)) <= 7_000


def test_an_icon_is_written_once_however_many_links_show_it() -> None:
    many = tuple(link(n, f"Link {n}", f"https://example.org/{n}", icon="github") for n in range(200))
    page = render(page_of(links=many), BASE)
    assert page.html.count(b'id="i-github"') == 1
    assert page.html.count(b'href="#i-github"') == 199


def test_a_theme_that_was_retired_falls_back_to_the_default() -> None:
    assert render(page_of(theme="gone"), BASE) == render(page_of(theme="paper"), BASE)


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render(page_of(), BASE) == render(page_of(), BASE)


def test_everything_can_be_reached_and_named_without_seeing_it() -> None:
    tree = read(render(page_of(), BASE))
    assert tree.get("lang") == "en"
    assert (
        len(tree.findall(".//main")) == len(tree.findall(".//h1")) == len(tree.findall(".//body/header")) == 1
    )
    assert tree.find(".//body/a[@class='skip']") is not None
    for anchor in tree.iter("a"):
        assert anchor.get("aria-label") or text(anchor)
    for image in tree.iter("svg"):
        assert image.get("aria-hidden") == "true"
    ids = attributes(tree, "*", "id")
    assert len(ids) == len(set(ids))


def test_a_heatmap_finds_every_part_of_the_page_by_a_name_of_its_own() -> None:
    parts = attributes(read(render(page_of(), BASE)), "*", "data-e")
    assert parts == [
        "skip", "header", "avatar", "name", "handle", "bio", "live", "footer", "home", "qr",
    ]  # fmt: skip
    assert set(parts) <= set(get_args(Element)), "a beacon that names another part is refused"


def test_a_homepage_that_is_not_a_web_address_gets_no_button() -> None:
    bad = ProjectFacts(homepage="javascript:alert(1)", language=TIDEPOOL.language, language_colour="url(x)")
    project = link(1, "p", "https://github.com/a/p", "project", project=bad)
    html = render(page_of(links=(project,)), BASE).html
    assert b"javascript:" not in html
    assert b"url(x)" not in html
