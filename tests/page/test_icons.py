"""Which brand an address belongs to, and that every icon can be drawn."""

import re

import pytest

from nameplate.page.icons import ICONS, guess, icon_for


@pytest.mark.parametrize(
    ("url", "brand"),
    [
        ("https://github.com/ann", "github"),
        ("https://gist.github.com/ann", "github"),
        ("https://github.com/sponsors/ann", "githubsponsors"),
        ("https://www.linkedin.com/in/ann", "linkedin"),
        ("https://fosstodon.org/@ann", "mastodon"),
        ("https://a-small-instance.example/@ann", "mastodon"),
        ("https://news.ycombinator.com/user?id=ann", "hackernews"),
        ("https://ann.itch.io/game", "itch"),
        ("https://open.spotify.com/artist/1", "spotify"),
        ("https://ann.example/feed.xml", "rss"),
        ("mailto:ann@example.org", "email"),
        ("HTTPS://GitHub.com./ann", "github"),
        ("https://ann.example/blog", ""),
        ("https://notgithub.com/ann", ""),
        ("https://github.com.evil.example/ann", ""),
        ("javascript:alert(1)", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_the_brand_is_guessed_from_the_host(url: str, brand: str) -> None:
    assert guess(url) == brand


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_a_path_and_small(name: str) -> None:
    icon = ICONS[name]
    assert re.fullmatch(r"[MmLlHhVvCcSsQqTtAaZz0-9 .,e-]+", icon.path)
    assert len(icon.path) < 2200
    assert icon.title


def test_every_brand_that_can_be_guessed_has_an_icon_and_every_host_one_brand() -> None:
    hosts = [host for icon in ICONS.values() for host in icon.hosts]
    assert len(hosts) == len(set(hosts))
    assert len([icon for icon in ICONS.values() if icon.hosts]) >= 60


@pytest.mark.parametrize("kind", ["website", "social", "project", "email", "file"])
def test_a_link_without_a_brand_gets_the_glyph_of_its_kind(kind: str) -> None:
    assert icon_for("", kind) == icon_for("no-such-brand", kind) == kind
    assert kind in ICONS
