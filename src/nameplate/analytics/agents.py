"""What a user agent says it is, and whether it is a person's."""

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec
import ua_parser
from crawlerdetect import CrawlerDetect

from nameplate.analytics.text import clean

MOST = 512  # characters of a user agent that are looked at


class Agent(msgspec.Struct, frozen=True):
    device: str
    """phone, tablet, desktop, tv or other."""
    browser: str | None
    browser_version: str | None
    """Major."""
    os: str | None
    os_version: str | None
    bot: str | None
    """Why this is not a person: no user agent, link preview, headless, program or crawler."""


_PREVIEWS = re.compile(
    r"facebookexternalhit|facebot|meta-externalfetcher|twitterbot|slackbot|slack-img|discordbot|telegrambot|whatsapp"
    r"|linkedinbot|skypeuripreview|mastodon/|pleroma|akkoma|misskey|bluesky|cardyb|redditbot|pinterestbot|embedly"
    r"|iframely|viber|vkshare|google-pagerenderer|snapchat.*preview|microsoftpreview|teamsbot|zoombot|matrix-synapse"
    r"|synapse \(bot|signal-desktop|linespider|kakaotalk-scrap|rogerbot|flipboardproxy|notionembedder|nuzzel|tumblr/",
    re.IGNORECASE,
)
_HEADLESS = re.compile(
    r"headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress|jsdom|lighthouse|pagespeed|gtmetrix",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"^(?!mozilla/).*(?:curl|wget|httpie|python|aiohttp|httpx|requests|urllib|go-http-client|okhttp|java|apache-httpclient"
    r"|libwww|perl|ruby|http\.rb|faraday|axios|node|undici|got |got/|postman|insomnia|reqwest|hyper/|guzzle|php|dart"
    r"|powershell|winhttp|scrapy|restsharp)",
    re.IGNORECASE,
)
_TV = re.compile(
    r"smart-?tv|\btv\b|appletv|googletv|hbbtv|netcast|web0s|webos\.tv|bravia|roku|crkey|\baft[a-z]{1,4}\b|dtv\b|viera"
    r"|playstation|xbox|nintendo",
    re.IGNORECASE,
)
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobi)", re.IGNORECASE)
_PHONE = re.compile(r"mobi|iphone|ipod|windows phone|android", re.IGNORECASE)
_DESKTOP = re.compile(r"windows|macintosh|x11|linux|cros|freebsd|openbsd|netbsd", re.IGNORECASE)

_BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "In-app browser",
    "Chrome Mobile WebView": "In-app browser",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "IE Mobile": "IE",
    "Other": None,
}
_SYSTEMS = {"Mac OS X": "macOS", "Other": None}
_PURPOSES = frozenset({b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"})
_crawlers = CrawlerDetect()


@lru_cache(maxsize=8192)
def describe(user_agent: str) -> Agent:
    """What is known of `user_agent`, which is cut to MOST characters by the caller. Cached: few are many."""
    parsed = ua_parser.parse(user_agent)
    browser = clean(parsed.user_agent.family, 60) if parsed.user_agent else None
    system = clean(parsed.os.family, 60) if parsed.os else None
    spider = parsed.device is not None and parsed.device.family == "Spider"
    return Agent(
        device=_device(user_agent),
        browser=_BROWSERS.get(browser, browser) if browser else None,
        browser_version=clean(parsed.user_agent.major, 12) if parsed.user_agent else None,
        os=_SYSTEMS.get(system, system) if system else None,
        os_version=clean(parsed.os.major, 12) if parsed.os else None,
        bot=_bot(user_agent, spider=spider),
    )


def _device(user_agent: str) -> str:
    if _TV.search(user_agent):
        return "tv"
    if _TABLET.search(user_agent):
        return "tablet"
    if _PHONE.search(user_agent):
        return "phone"
    return "desktop" if _DESKTOP.search(user_agent) else "other"


def _bot(user_agent: str, *, spider: bool) -> str | None:
    if not user_agent.strip():
        return "no user agent"
    if _PREVIEWS.search(user_agent):
        return "link preview"
    if _HEADLESS.search(user_agent):
        return "headless"
    if _PROGRAMS.search(user_agent):
        return "program"
    return "crawler" if spider or _crawlers.is_crawler(user_agent) else None


def is_prefetch(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks in advance, for a page that perhaps nobody will see."""
    if _PURPOSES.isdisjoint(headers):
        return False
    told = b" ".join(headers.get(name, b"").lower() for name in _PURPOSES)
    return b"prefetch" in told or b"preview" in told
