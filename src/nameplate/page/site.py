"""Pages that belong to nobody: the landing page, 404, and what a browser sees when something is wrong."""

from functools import lru_cache
from typing import Any

from nameplate.errors import Problem
from nameplate.http.encoded import Encoded
from nameplate.page.document import RenderedPage
from nameplate.page.landing import render_landing
from nameplate.page.notices import render_not_found, render_problem_page

HTML = "text/html; charset=utf-8"


def landing_page(*, base_url: str, secure: bool, sign_up: bool) -> Encoded:
    """`GET /`, made once."""
    page = render_landing(base_url, sign_up=sign_up)
    return _encoded(page, cache_control="public, max-age=300", secure=secure, status=200)


@lru_cache(maxsize=256)
def not_found_page(*, secure: bool, sign_up: bool, owner: str = "") -> Encoded:
    """The friendly 404, made once, so that asking for nonsense is cheap to answer.

    It does not offer the very handle that was asked for: an unpublished one looks free and is not.
    `owner`: the page exists, the link below it does not.
    """
    page = render_not_found(owner=owner, sign_up=sign_up)
    return _encoded(page, cache_control="no-store", secure=secure, status=404)


async def send_problem_page(problem: Problem, scope: Any, send: Any) -> None:
    """A problem as a person in a browser wants to read it."""
    page = render_problem_page(problem.status, problem.title, problem.detail)
    headers = [
        (b"content-type", HTML.encode()),
        (b"content-length", str(len(page.html)).encode()),
        (b"content-security-policy", page.csp.encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page.html})


def _encoded(page: RenderedPage, *, cache_control: str, secure: bool, status: int) -> Encoded:
    return Encoded(
        page.html, content_type=HTML, csp=page.csp, cache_control=cache_control, secure=secure, status=status
    )
