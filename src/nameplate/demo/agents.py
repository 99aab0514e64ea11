"""The browsers and programs that come to the demo page, as the user agents they send.

What is known of them is found by the collector's own code, so demo rows look exactly like counted ones. Browsers
get a new version every four weeks: an agent is described once for each of these eras, of which 0 is the newest.
"""

from dataclasses import dataclass

from nameplate.analytics.agents import Agent, describe

ERA_DAYS = 28
# Newest major versions in November 2026.
_CHROME, _FIREFOX = 155, 158
_ERAS_WITH_NEW_SYSTEMS = 3  # iOS and Safari get theirs in September

_KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
_MACINTOSH = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS {ios}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE_OLD = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {ios_old}_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A user agent with the versions left open, and its share of the visitors of an ordinary day.

    `developers` is its share among readers of developers' news. `viewports`: widths in CSS px to choose from.
    `chromium`: tells how good its connection is.
    """

    template: str
    share: float
    developers: float
    viewports: tuple[int, ...]
    chromium: bool = False


_WIDE = (1280, 1440, 1512, 1728, 1920, 1920, 2560)
_LAPTOP = (1280, 1440, 1440, 1512, 1728)
_PHONE = (360, 375, 390, 393, 402, 412, 430)

PEOPLE: tuple[Source, ...] = (
    Source(f"{_MACINTOSH} {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36", 17, 23, _LAPTOP, True),
    Source(
        f"{_MACINTOSH} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{{safari}}.1 Safari/605.1.15", 9, 10, _LAPTOP
    ),
    Source(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0",
        4, 8, _LAPTOP,
    ),
    Source(f"{_WINDOWS} {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36", 16, 12, _WIDE, True),
    Source(f"{_WINDOWS} {_KHTML} Chrome/{{chrome_old}}.0.0.0 Safari/537.36", 2, 1, _WIDE, True),
    Source(f"{_WINDOWS} {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36 Edg/{{chrome}}.0.0.0", 6, 3, _WIDE, True),
    Source(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0", 3.5, 4, _WIDE
    ),
    Source(f"{_LINUX} {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36", 5, 8, _WIDE, True),
    Source("Mozilla/5.0 (X11; Linux x86_64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0", 5, 10, _WIDE),
    Source("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0", 2, 4, _WIDE),
    Source(f"{_WINDOWS} {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36 OPR/{{opera}}.0.0.0", 1, 0.7, _WIDE, True),
    Source(f"{_IPHONE} Version/{{ios}}.1 Mobile/15E148 Safari/604.1", 13, 8, _PHONE),
    Source(f"{_IPHONE_OLD} Version/{{ios_old}}.6 Mobile/15E148 Safari/604.1", 3, 1.5, _PHONE),
    Source(f"{_IPHONE} CriOS/{{chrome}}.0.0.0 Mobile/15E148 Safari/604.1", 2, 1.2, _PHONE),
    Source(f"{_ANDROID} {_KHTML} Chrome/{{chrome}}.0.0.0 Mobile Safari/537.36", 14, 8, _PHONE, True),
    Source(
        "Mozilla/5.0 (Android 16; Mobile; rv:{firefox}.0) Gecko/{firefox}.0 Firefox/{firefox}.0", 1.6, 2.6, _PHONE
    ),
    Source(
        "Mozilla/5.0 (Linux; Android 15; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
        "Chrome/130.0.0.0 Mobile Safari/537.36", 1.6, 0.5, _PHONE, True,
    ),
    Source(
        "Mozilla/5.0 (iPad; CPU OS {ios}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/{ios}.1 Mobile/15E148 Safari/604.1", 1.4, 0.8, (744, 820, 834, 1024),
    ),
    Source(f"Mozilla/5.0 (Linux; Android 14; Pixel Tablet) {_KHTML} Chrome/{{chrome}}.0.0.0 Safari/537.36",
           0.7, 0.4, (800, 1280), True),
)  # fmt: skip

# Those that ask for pages or follow short links without being people, with their shares.
BOTS: tuple[tuple[str, float], ...] = (
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 14),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 9),
    ("Mozilla/5.0 (compatible; GPTBot/1.3; +https://openai.com/gptbot)", 10),
    ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", 8),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 9),
    ("Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)", 4),
    ("Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", 6),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", 4),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", 8),
    ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", 6),
    ("Mastodon/4.5.2 (http.rb/5.3.1; +https://mastodon.social/)", 9),
    ("LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)", 4),
    ("curl/8.14.1", 4),
    ("python-requests/2.32.5", 5),
    ("Go-http-client/2.0", 6),
    (f"{_LINUX} {_KHTML} HeadlessChrome/{_CHROME}.0.0.0 Safari/537.36", 5),
    ("", 2),
)


def describe_in_era(template: str, era: int) -> Agent:
    """The agent as it was `era` times four weeks ago."""
    system = 27 if era < _ERAS_WITH_NEW_SYSTEMS else 26
    return describe(
        template.format(
            chrome=_CHROME - era,
            chrome_old=_CHROME - era - 6,
            firefox=_FIREFOX - era,
            opera=_CHROME - era - 14,
            safari=system,
            ios=system,
            ios_old=system - 1,
        )
    )
