"""Where the demo's visitors come from: ordinary days, launches, a talk, and a day on Hacker News."""

from dataclasses import dataclass
from enum import IntEnum

from nameplate.analytics.referrers import source
from nameplate.analytics.text import Campaign, campaign


class Mood(IntEnum):
    """What moves people to come on a day."""

    ORDINARY = 0
    NEWS = 1
    LAUNCH = 2
    TALK = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Named and split by the collector's own code."""

    referrer: str | None
    path: str | None
    campaign: Campaign


# Referrer, query of the page's address, and the share on days of each mood, in the order of Mood.
_TABLE: tuple[tuple[str, str, int, int, int, int], ...] = (
    ("", "", 300, 140, 200, 220),
    ("https://www.google.com/", "", 150, 20, 60, 60),
    ("https://duckduckgo.com/", "", 34, 8, 14, 14),
    ("https://www.bing.com/", "", 22, 3, 8, 8),
    ("https://kagi.com/", "", 9, 4, 5, 4),
    ("https://github.com/junovale-example/tidewatch", "", 74, 60, 90, 30),
    ("https://github.com/junovale-example/pgscope", "", 52, 20, 40, 24),
    ("https://github.com/junovale-example", "", 30, 16, 20, 16),
    ("https://junovale.example/", "", 40, 12, 24, 24),
    ("https://junovale.example/2026/query-plans-you-can-read", "", 22, 8, 8, 10),
    ("https://news.ycombinator.com/", "", 2, 260, 6, 2),
    ("https://news.ycombinator.com/item?id=49120731", "", 7, 420, 10, 3),
    ("https://lobste.rs/s/k2xq7m/tidewatch", "", 6, 34, 16, 2),
    ("https://www.reddit.com/r/PostgreSQL/", "", 14, 20, 26, 4),
    ("https://old.reddit.com/r/programming/", "", 5, 16, 8, 2),
    ("https://mastodon.social/", "", 26, 18, 40, 30),
    ("https://hachyderm.io/@junovale", "", 18, 12, 34, 22),
    ("https://fosstodon.org/", "", 10, 8, 18, 12),
    ("https://bsky.app/profile/junovale.example", "", 24, 14, 44, 30),
    ("https://www.linkedin.com/feed/", "", 30, 6, 40, 50),
    ("https://www.linkedin.com/in/juno-vale-example/", "", 18, 3, 14, 26),
    ("https://t.co/9fJq2", "", 12, 14, 16, 8),
    ("https://www.youtube.com/watch", "", 16, 4, 8, 70),
    ("https://stackoverflow.com/users/0/juno-vale", "", 12, 2, 4, 4),
    ("https://chatgpt.com/", "", 14, 4, 6, 6),
    ("https://www.perplexity.ai/", "", 5, 1, 2, 2),
    ("https://dev.to/", "", 6, 3, 6, 2),
    ("https://feedly.com/", "", 6, 2, 8, 2),
    (
        "https://pgweekly.example/issues/9",
        "?utm_source=pgweekly&utm_medium=email&utm_campaign=issue-9",
        5,
        3,
        36,
        2,
    ),
    ("", "?utm_source=newsletter&utm_medium=email&utm_campaign=monthly-notes", 34, 6, 40, 20),
    ("", "?utm_source=newsletter&utm_medium=email&utm_campaign=tidewatch-2", 2, 4, 90, 2),
    ("https://bsky.app/", "?utm_source=bluesky&utm_medium=social&utm_campaign=tidewatch-2", 2, 2, 50, 2),
    (
        "https://www.linkedin.com/",
        "?utm_source=linkedin&utm_medium=social&utm_campaign=tidewatch-2",
        2,
        1,
        34,
        2,
    ),
    ("", "?utm_source=slides&utm_medium=qr&utm_campaign=databeach-talk&utm_content=last-slide", 4, 1, 2, 210),
    ("", "?utm_source=badge&utm_medium=qr&utm_campaign=databeach-talk", 2, 0, 1, 60),
    ("", "?utm_source=readme&utm_medium=referral&utm_campaign=tidewatch", 16, 10, 20, 6),
    ("", "?utm_source=cv&utm_medium=pdf", 8, 1, 2, 6),
    ("https://databeach.example/speakers/", "", 4, 0, 1, 46),
)


def origins() -> list[Origin]:
    """Numbered as in `shares`."""
    found = []
    for referrer, query, *_ in _TABLE:
        name, path = source(referrer, frozenset())
        found.append(Origin(name, path, campaign(f"https://example.org/{query}")))
    return found


def shares(mood: Mood) -> list[int]:
    """The share of each origin on a day of that mood."""
    return [row[2:][mood] for row in _TABLE]
