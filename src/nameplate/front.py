"""What is answered before the framework: public pages, short links, events, the dashboard's files."""

from typing import Any

import structlog
from prometheus_client import Counter

from nameplate.analytics.collect import Collector
from nameplate.errors import Problem
from nameplate.http.encoded import redirect
from nameplate.http.problems import send_problem
from nameplate.http.security_headers import headers_for
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


class Front:
    """ASGI application around the framework's. Every answer leaves with its security headers."""

    def __init__(
        self, inner: Any, *, pages: PageRoutes, collector: Collector, files: StaticFiles, settings: Settings
    ) -> None:
        self._inner = inner
        self._pages = pages
        self._collector = collector
        self._files = files
        self._secure = settings.secure
        self._headers = headers_for(secure=settings.secure)
        self._landing = landing_page(
            base_url=settings.base_url, secure=settings.secure, sign_up=settings.sign_up
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"No {scope['type']} here")
        path: str = scope["path"]
        if path == "/e":
            await self._events(scope, receive, send)
            return
        first, _, rest = path[1:].partition("/")
        if first in _INNER:
            await self._inner(scope, receive, send)
            return
        try:
            await self._get(path, first, rest, scope, send)
        except Problem as problem:
            await send_problem_page(problem, scope, self._complete(send))

    async def _get(self, path: str, first: str, rest: str, scope: Any, send: Any) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            problem = _wrong_method("Read this address with GET.", "GET, HEAD")
            await send_problem(problem, scope, self._complete(send))
        elif self._pages.is_handle(first):
            await self._page(path, first, rest, scope, send)
        elif path == "/":
            await self._landing.send(scope, send)
        elif path == "/e.gif":
            await self._events(scope, None, send)
        elif file := self._files.find(path):
            await file.send(scope, send)
        elif path == "/robots.txt":
            await send_text(_ROBOTS, self._complete(send), cache=b"public, max-age=3600")
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
            await send_problem(problem, scope, self._complete(send))

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

    def _complete(self, send: Any) -> Any:
        """`send` that adds the security headers an answer does not have yet."""

        async def complete(message: Any) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                extra = [pair for pair in self._headers if pair[0] not in present]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        return complete


def _wrong_method(what_to_do: str, allowed: str) -> Problem:
    problem = Problem(what_to_do, headers={"Allow": allowed})
    problem.status, problem.code, problem.title = 405, "method-not-allowed", "Not with this method"
    return problem
