"""`GET /`: what Nameplate is, shown with its own themes."""

from urllib.parse import urlsplit

import msgspec

from nameplate.page.document import RenderedPage
from nameplate.page.environment import template
from nameplate.page.initials import initials
from nameplate.page.styles import modes, stylesheet
from nameplate.page.themes import SITE, THEMES

_TEMPLATE = template("landing.html")
_DESCRIPTION = (
    "Your links, your projects and your numbers on one fast page under your own name. "
    "Made for developers, hosted by you, and no visitor is tracked."
)


class _Person(msgspec.Struct, frozen=True):
    name: str
    handle: str
    theme: str
    links: tuple[str, ...]

    @property
    def initials(self) -> str:
        return initials(self.name, self.handle)


_PEOPLE = (
    _Person("Noor Haddad", "noor", "terminal", ("shellcraft 2.0", "dotfiles", "Talks")),
    _Person("Ann Lindqvist", "ann", "aurora", ("My new book", "tidepool", "Writing", "Say hello")),
    _Person("Ben Okafor", "ben", "block", ("Live on stage", "Podcast", "Newsletter")),
)

_REASONS = (
    ("Complete without JavaScript", "The whole page in one request of about 6 kB. It is there before the train "
     "enters the tunnel."),
    ("Numbers you can trust", "Views, visitors and clicks, counted first-party and exactly. Bots are kept apart, "
     "and you see why."),
    ("No cookies, no banner", "Visitors are counted under a key that is destroyed within two days. No address is "
     "ever stored."),
    ("Every link is a short link", "Good on slides and business cards, counted even without a script, and there "
     "is a QR code for the page."),
    ("Readable for everybody", "Every colour pair of every theme passes WCAG AA, by day and by night. "
     "A keyboard is enough."),
    ("Yours to take along", "A documented API for everything, a full export at any time, and your data on your "
     "own machine."),
)  # fmt: skip

# Each theme's colours on a class, so that the page can show them side by side.
_SWATCHES = "".join(modes(f".t-{theme.id}", theme) for theme in THEMES.values())
_STYLE = stylesheet(SITE, "base.css", "site.css", "landing.css", more=_SWATCHES)
_CSP = (
    f"default-src 'none'; style-src {_STYLE.source}; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_NUMBERS = {8: "Eight", 9: "Nine", 10: "Ten", 11: "Eleven", 12: "Twelve"}


def render_landing(base_url: str, *, sign_up: bool) -> RenderedPage:
    """The start page; without `sign_up` it offers log-in only."""
    html = _TEMPLATE.render(
        style=_STYLE,
        base_url=base_url,
        host=urlsplit(base_url).netloc,
        description=_DESCRIPTION,
        sign_up=sign_up,
        people=_PEOPLE,
        reasons=_REASONS,
        themes=list(THEMES.values()),
        count=_NUMBERS.get(len(THEMES), str(len(THEMES))),
    )
    return RenderedPage(html=html.encode(), csp=_CSP)
