# ruff: noqa: E501
"""What is made of an address, a user agent, a referrer and a page's address."""

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate.analytics import text
from nameplate.analytics.agents import describe, is_prefetch
from nameplate.analytics.geo import DEFAULT, NOWHERE, Geo, Place, _flat, _nested
from nameplate.analytics.referrers import source

OWN = frozenset({"me.example.org"})
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
GALAXY_TAB = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15"
TV = "Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/5.0 NativeTVAds Safari/538.1"


@pytest.mark.parametrize(
    ("user_agent", "device", "browser", "version", "system"),
    [
        (IPHONE, "phone", "Safari", "18", "iOS"),
        (PIXEL, "phone", "Chrome", "142", "Android"),
        (GALAXY_TAB, "tablet", "Chrome", "142", "Android"),
        (IPAD, "tablet", "Safari", "16", "iOS"),
        (EDGE, "desktop", "Edge", "142", "Windows"),
        (FIREFOX, "desktop", "Firefox", "144", "Linux"),
        (SAFARI, "desktop", "Safari", "18", "macOS"),
        (TV, "tv", "Safari", "5", "Tizen"),
    ],
)
def test_browsers_are_known_by_the_names_people_use(
    user_agent: str, device: str, browser: str, version: str, system: str
) -> None:
    agent = describe(user_agent)
    assert (agent.device, agent.browser, agent.browser_version, agent.os) == (
        device,
        browser,
        version,
        system,
    )
    assert agent.bot is None


@pytest.mark.parametrize(
    ("user_agent", "reason"),
    [
        ("", "no user agent"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "link preview"),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "link preview"),
        ("WhatsApp/2.23.20.0 A", "link preview"),
        ("TelegramBot (like TwitterBot)", "link preview"),
        ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "link preview"),
        ("http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)", "link preview"),
        (FIREFOX.replace("Firefox", "HeadlessChrome"), "headless"),
        ("curl/8.5.0", "program"),
        ("python-requests/2.32.3", "program"),
        ("Go-http-client/2.0", "program"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
        ("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", "crawler"),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "crawler"),
    ],
)
def test_bots_are_told_with_the_reason(user_agent: str, reason: str) -> None:
    assert describe(user_agent).bot == reason


def test_what_a_browser_fetches_in_advance_is_no_visit() -> None:
    assert is_prefetch({b"sec-purpose": b"prefetch;prerender"})
    assert is_prefetch({b"x-moz": b"prefetch"})
    assert not is_prefetch({b"accept": b"prefetch"})


@pytest.mark.parametrize(
    ("referrer", "name", "path"),
    [
        ("https://www.google.com/search?q=ann", "Google", None),
        ("https://www.google.co.uk/", "Google", None),
        ("https://google.de/", "Google", None),
        ("https://duckduckgo.com/", "DuckDuckGo", None),
        ("https://www.bing.com/", "Bing", None),
        ("https://github.com/ann/repo?tab=readme#top", "GitHub", "/ann/repo"),
        ("https://news.ycombinator.com/item?id=1", "Hacker News", "/item"),
        ("https://www.linkedin.com/feed/", "LinkedIn", "/feed/"),
        ("https://lnkd.in/abc", "LinkedIn", "/abc"),
        ("android-app://com.linkedin.android/", "LinkedIn", None),
        ("https://t.co/xyz", "X", "/xyz"),
        ("https://x.com/", "X", None),
        ("https://out.reddit.com/t3", "Reddit", "/t3"),
        ("https://old.reddit.com/r/python", "Reddit", "/r/python"),
        ("https://bsky.app/profile/ann", "Bluesky", "/profile/ann"),
        ("https://m.youtube.com/watch", "YouTube", "/watch"),
        ("https://mastodon.social/@ann", "Mastodon", "/@ann"),
        ("https://fosstodon.org/@ann", "Mastodon", "/@ann"),
        ("https://mastodon.example.net/@ann", "Mastodon", "/@ann"),
        ("https://de.wikipedia.org/wiki/Ann", "Wikipedia", "/wiki/Ann"),
        ("https://www.example.org/blog/", "example.org", "/blog/"),
        ("https://blog.example.org:8443/", "blog.example.org", None),
        ("https://notgoogle.com/", "notgoogle.com", None),
        ("https://github.com.evil.example/", "github.com.evil.example", None),
        ("https://me.example.org/ann", None, None),
        ("https://www.me.example.org/ann", None, None),
        ("https://203.0.113.9/from", None, None),
        ("http://[2001:db8::1]/from", None, None),
        ("http://localhost:3000/", None, None),
        ("javascript:alert(1)", None, None),
        ("http://[", None, None),
        ("", None, None),
    ],
)
def test_sources_are_grouped_under_their_names(referrer: str, name: str | None, path: str | None) -> None:
    assert source(referrer, OWN) == (name, path)


@given(st.text())
def test_no_referrer_breaks_anything(referrer: str) -> None:
    for word in source(referrer, OWN):
        assert word is None or (word.isprintable() and len(word) <= 150)
    for word in source("https://" + referrer, OWN):
        assert word is None or (word.isprintable() and len(word) <= 150)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de-DE"),
        ("pt-br", "pt-BR"),
        ("zh-Hant-TW,zh;q=0.9", "zh-TW"),
        ("es-419", "es-419"),
        ("*", None),
        ("", None),
        ("<script>", None),
    ],
)
def test_the_language_is_the_first_one_asked_for(header: str, language: str | None) -> None:
    assert text.language(header) == language


def test_campaigns_come_from_the_address_of_the_page() -> None:
    url = "https://me.example.org/ann?utm_source=newsletter&utm_medium=e%2Dmail&x=1&utm_campaign=a%00b&utm_term=&utm_source=2"
    assert text.campaign(url) == text.Campaign(source="newsletter", medium="e-mail", campaign="ab")
    assert text.campaign("https://me.example.org/ann") == text.NO_CAMPAIGN
    assert text.campaign("http://[utm_source=1") == text.NO_CAMPAIGN
    assert text.campaign("?utm_source=" + "x" * 500).source == "x" * 100


@given(st.text(), st.integers(1, 50))
def test_cleaned_words_are_short_and_printable(words: str, most: int) -> None:
    cleaned = text.clean(words, most)
    assert cleaned is None or (
        0 < len(cleaned) <= most and cleaned.isprintable() and cleaned == cleaned.strip()
    )


@pytest.mark.parametrize(
    ("width", "bound"), [(None, None), (0, None), (390, 480), (480, 480), (481, 768), (5000, 32767)]
)
def test_widths_fall_into_classes(width: float | None, bound: int | None) -> None:
    assert text.viewport(width) == bound


def test_places_are_read_from_both_layouts() -> None:
    flat = {"country_code": "DE", "state1": "Berlin", "city": "Berlin (Mitte)", "latitude": 52.5}
    nested = {
        "country": {"iso_code": "DE"},
        "subdivisions": [{"names": {"en": "Berlin"}}],
        "city": {"names": {"de": "Berlin", "en": "Berlin"}},
    }
    assert _flat(flat) == _nested(nested) == Place("DE", "Berlin", "Berlin")
    assert _nested({"registered_country": {"iso_code": "FR"}}) == Place("FR")


def test_without_a_usable_file_every_address_is_nowhere(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"nothing")
    geo = Geo([broken, tmp_path / "missing.mmdb"])
    assert geo.place(ipaddress.ip_address("8.8.8.8")) == NOWHERE


@pytest.mark.skipif(not list(DEFAULT.glob("*.mmdb")), reason="the file is fetched at set-up")
def test_addresses_are_found_in_the_default_files_and_private_ones_are_nowhere() -> None:
    geo = Geo()
    assert geo.place(ipaddress.ip_address("8.8.8.8")).country == "US"
    assert geo.place(ipaddress.ip_address("2a01:4f8::1")).country == "DE"
    for private in ("10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fd00::1"):
        assert geo.place(ipaddress.ip_address(private)) == NOWHERE
    geo.close()
