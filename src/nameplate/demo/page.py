"""The demo's person and page. Nobody real: hosts end in .example, which nobody can own (RFC 2606)."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from nameplate.links.changes import Kind

HANDLE = "juno"
DISPLAY_NAME = "Juno Vale"
BIO = (
    "Database engineer in Lisbon. I make slow queries fast and write small, sharp tools: a query-plan viewer, a tide "
    "clock for the terminal, a log reader that fits in your head. Notes, talks and far too many sticky notes."
)
EMAIL_HOST = "junovale.example"
THEME = "paper"
TIMEZONE = "Europe/Lisbon"

# Makes account and link ids that can be told from everybody else's, which are of version 7.
_NAMESPACE = UUID("6f2d1c55-93a8-5b61-8f0e-2f5d7e0a41c9")


def account_id(handle: str) -> UUID:
    """Always the same for a handle: this is how a demo account is known from a person's."""
    return uuid5(_NAMESPACE, handle)


@dataclass(frozen=True, slots=True)
class DemoLink:
    """A link and its life. `since` and `until` are shares of the demo's time; it is hidden or deleted at `until`."""

    title: str
    url: str
    slug: str
    pull: float
    """How much it attracts, besides by its place on the page."""
    since: float = 0.0
    until: float = 1.0
    kind: Kind | None = None
    icon: str | None = None
    pinned: bool = False
    deleted: bool = False
    news: float = 1.0
    """How many times more it attracts on a day in the news."""

    def id(self, account: UUID) -> UUID:
        return uuid5(account, self.slug)


# In the order of the page.
LINKS: tuple[DemoLink, ...] = (
    DemoLink("tidewatch: the tide clock for your terminal", "https://github.com/junovale-example/tidewatch",
             "tidewatch", 1.5, pinned=True, news=2.6),
    DemoLink("Website", "https://junovale.example", "website", 1.15),
    DemoLink("pgscope: query plans you can read", "https://github.com/junovale-example/pgscope", "pgscope",
             1.3, news=1.3),
    DemoLink("Notes on databases (blog, RSS)", "https://junovale.example/feed.xml", "blog", 1.05,
             kind="website", icon="rss"),
    DemoLink("Talk: The index you did not need", "https://www.youtube.com/watch?v=junovale-demo", "talk", 1.2,
             since=0.8, kind="website"),
    DemoLink("GitHub", "https://github.com/junovale-example", "github", 1.25),
    DemoLink("logleaf: a log reader that fits in your head", "https://github.com/junovale-example/logleaf", "logleaf",
             1.0, since=0.28),
    DemoLink("Mastodon", "https://hachyderm.io/@junovale", "mastodon", 1.05, icon="mastodon"),
    DemoLink("Bluesky", "https://bsky.app/profile/junovale.example", "bluesky", 0.9),
    DemoLink("LinkedIn", "https://www.linkedin.com/in/juno-vale-example", "linkedin", 1.0, news=0.5),
    DemoLink("dotfiles", "https://github.com/junovale-example/dotfiles", "dotfiles", 0.8),
    DemoLink("CV (PDF)", "https://junovale.example/juno-vale-cv.pdf", "cv", 0.95, news=0.6),
    DemoLink("E-mail", "juno@junovale.example", "email", 0.7, news=0.6),
    DemoLink("Office hours (booked out)", "https://cal.com/junovale-example", "office-hours", 0.85, until=0.7),
    DemoLink("DataBeach 2026: get a ticket", "https://databeach.example/tickets", "databeach", 1.6, since=0.45,
             until=0.84, deleted=True),
)  # fmt: skip

_PLACE_DECAY = 0.84  # each place further down gets this share of the clicks of the one above
_PINNED = 1.7


def pulls(share: float, *, news: bool) -> dict[str, float]:
    """By slug, how clicks fall on the links that are on the page when `share` of the demo's time has passed."""
    shown = [link for link in LINKS if link.since <= share < link.until or (link.until == share == 1.0)]
    return {
        link.slug: link.pull
        * _PLACE_DECAY**place
        * (_PINNED if link.pinned else 1)
        * (link.news if news else 1)
        for place, link in enumerate(shown)
    }
