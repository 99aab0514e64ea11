"""The pages nobody hopes to see: not found, too many requests, resting. Nothing is counted on them."""

from urllib.parse import quote

from nameplate.page.document import RenderedPage
from nameplate.page.environment import template
from nameplate.page.styles import stylesheet
from nameplate.page.themes import SITE

_TEMPLATE = template("notice.html")
_STYLE = stylesheet(SITE, "base.css", "site.css", "notice.css")
_CSP = (
    f"default-src 'none'; style-src {_STYLE.source}; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

type_actions = tuple[tuple[str, str], ...]
_HOME: type_actions = (("Go to the start page", "/"),)


def render_not_found(*, handle: str = "", owner: str = "", sign_up: bool = True) -> RenderedPage:
    """404. With `handle`: nobody has that name (or shows it), it can be claimed. With `owner`: that page exists,
    the link on it does not. Without either it fits every address and can be made once."""
    if owner:
        return _notice(
            404,
            "This link is not here",
            f"@{owner} may have moved it or taken it down. The page may have what you are looking for.",
            ((f"See @{owner}’s page", f"/{quote(owner, safe='')}"),),
        )
    if not sign_up:
        return _notice(404, "Nobody is here", "Check the address for a slip of the finger.", _HOME)
    claim = (
        (f"Claim @{handle}", f"/signup?handle={quote(handle, safe='')}")
        if handle
        else ("Claim a name", "/signup")
    )
    detail = "Check the address for a slip of the finger. Or is it your name? Then make this your page."
    return _notice(404, "Nobody is here yet", detail, (claim, *_HOME))


_ADVICE = {
    429: "You were quicker than we can keep up with. Wait a moment, then try again.",
    500: "Something broke on our side. It is noted. Trying again in a moment may help.",
    503: "A part of this site is resting. It should be back within a minute; pages and links keep working.",
}


def render_problem_page(status: int, title: str, detail: str) -> RenderedPage:
    """Any other problem, for a person in a browser. Without `detail`: what usually helps with this status."""
    again = () if status in (404, 405, 410) else (("Try again", ""),)
    return _notice(
        status, title, detail or _ADVICE.get(status, "Go back and try another way."), (*again, *_HOME)
    )


def _notice(status: int, title: str, detail: str, actions: type_actions) -> RenderedPage:
    html = _TEMPLATE.render(style=_STYLE, status=status, title=title, detail=detail, actions=actions)
    return RenderedPage(html=html.encode(), csp=_CSP)
