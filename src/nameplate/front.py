"""What is answered before the framework: public pages, short links, events, the dashboard's files."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter

from nameplate.analytics.collect import Collector
from nameplate.errors import Problem
from nameplate.http.bodies import Bodies
from nameplate.http.encoded import redirect
from nameplate.http.problems import problem_of, send_problem
from nameplate.http.security_headers import complete
from nameplate.http.static_files import StaticFiles, send_text
from nameplate.page.routes import PageRoutes
from nameplate.page.site import landing_page, send_problem_page
from nameplate.profiles import handles
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
refused = Counter(
    "nameplate_beacons_refused_total", "Requests with events that were not taken, whatever the reason"
)

# First path segments that the framework answers.
_INNER = frozenset({"api", "healthz", "readyz", "metrics", "preview"})
_ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /dashboard\nDisallow: /preview\n"


# RFC 9116 wants an end of less than a year; made anew with each answer, it never comes.
_VALID = timedelta(days=180)


def security_txt(contact: str, base_url: str) -> str:
    """Whom to tell of a weakness (RFC 9116)."""
    expires = (datetime.now(UTC) + _VALID).strftime("%Y-%m-%dT00:00:00Z")
    lines = (f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: en")
    return "\n".join((*lines, f"Canonical: {base_url}/.well-known/security.txt")) + "\n"


class Front:
    """ASGI application around the framework's. Every answer leaves with its security headers."""

    def __init__(
        self, inner: Any, *, pages: PageRoutes, collector: Collector, files: StaticFiles, settings: Settings
    ) -> None:
        self._inner = inner
        self._pages = pages
        self._collector = collector
        self._files = files
        self._bodies = Bodies()
        self._secure = settings.secure
        self._contact = settings.security_contact
        self._base_url = settings.base_url
        self._landing = landing_page(
            base_url=settings.base_url, secure=settings.secure, sign_up=settings.sign_up
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"No {scope['type']} here")
        path: str = scope["path"]
        first, _, rest = path[1:].partition("/")
        receive = self._bodies.timed(scope, receive)
        try:
            if path == "/e":
                await self._events(scope, receive, send)
            elif first in _INNER:
                await self._inner(scope, receive, send)
            else:
                await self._get(path, first, rest, scope, send)
        except Exception as error:
            # The server's own 500 would leave without headers and without a word.
            answer = send_problem if path == "/e" or first in _INNER else send_problem_page
            try:
                await answer(problem_of(error, scope), scope, self._guarded(send))
            except Exception:
                raise error from None  # the answer had begun: the server cuts it off

    async def _get(self, path: str, first: str, rest: str, scope: Any, send: Any) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            problem = _wrong_method("Read this address with GET.", "GET, HEAD")
            await send_problem(problem, scope, self._guarded(send))
        elif self._pages.is_handle(first):
            await self._page(path, first, rest, scope, send)
        elif path == "/":
            await self._landing.send(scope, send)
        elif path == "/e.gif":
            await self._events(scope, None, send)
        elif file := self._files.find(path):
            await file.send(scope, send)
        elif path == "/.well-known/security.txt" and self._contact:
            await send_text(security_txt(self._contact, self._base_url), self._guarded(send))
        elif path == "/robots.txt":
            await send_text(_ROBOTS, self._guarded(send), cache=b"public, max-age=3600")
        elif self._pages.is_handle(first.lower()) and first != first.lower():
            # Handles are case-insensitive when typed; there is one address for each page.
            location = "/" + handles.normalise(first) + (f"/{rest}" if rest else "")
            await send(
                redirect(location, status=308, cache_control=b"public, max-age=300", secure=self._secure)
            )
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._pages.missing(scope, send)

    async def _events(self, scope: Any, receive: Any, send: Any) -> None:
        """POST /e, or the pixel. The answers are complete as they come; what refuses a request raises a Problem."""
        try:
            if scope["path"] == "/e.gif":
                await self._collector.pixel(scope, send)
            elif scope["method"] == "POST":
                await self._collector.beacon(scope, receive, send)
            else:
                raise _wrong_method("Send events with POST.", "POST")
        except Problem as problem:
            refused.inc()
            await send_problem(problem, scope, self._guarded(send))

    async def _page(self, path: str, handle: str, rest: str, scope: Any, send: Any) -> None:
        if rest:
            await self._pages.below(handle, rest, scope, send)
        elif path.endswith("/"):
            await send(
                redirect(f"/{handle}", status=308, cache_control=b"public, max-age=300", secure=self._secure)
            )
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._pages.page(handle, scope, send)

    def _guarded(self, send: Any) -> Any:
        """`send` that adds the security headers an answer does not have yet."""

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": complete(message["headers"], secure=self._secure)}
            await send(message)

        return guarded


def _wrong_method(what_to_do: str, allowed: str) -> Problem:
    problem = Problem(what_to_do, headers={"Allow": allowed})
    problem.status, problem.code, problem.title = 405, "method-not-allowed", "Not with this method"
    return problem
