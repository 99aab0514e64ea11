"""What is answered before the framework: public pages, short links, images, events, the dashboard's files."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter

from nameplate.analytics.collect import Collector
from nameplate.assets.serving import Assets
from nameplate.errors import Problem
from nameplate.http.encoded import redirect
from nameplate.http.problems import problem_of, send_problem
from nameplate.http.rate_limit_permit import Refused, permit_of
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
        self,
        inner: Any,
        *,
        pages: PageRoutes,
        collector: Collector,
        assets: Assets,
        files: StaticFiles,
        settings: Settings,
    ) -> None:
        self._inner = inner
        self._pages = pages
        self._collector = collector
        self._assets = assets
        self._files = files
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
        try:
            if first in _INNER:
                await self._inner(scope, receive, send)
            elif scope["method"] not in ("GET", "HEAD"):
                problem = _wrong_method("Read this address with GET.", "GET, HEAD")
                await send_problem(problem, scope, self._guarded(send))
            elif self._pages.is_handle(first):
                await self._page(path, first, rest, scope, send)
            else:
                await self._get(path, first, rest, scope, send)
        except Exception as error:
            await self._excuse(error, scope, send, page=first not in _INNER)

    async def _excuse(self, error: Exception, scope: Any, send: Any, *, page: bool) -> None:
        """The server's own 500 would leave without headers and without a word."""
        answer = send_problem_page if page else send_problem
        try:
            await answer(problem_of(error, scope), scope, self._guarded(send))
        except Exception:
            raise error from None  # the answer had begun: the server cuts it off

    async def _get(self, path: str, first: str, rest: str, scope: Any, send: Any) -> None:
        if first == "a" and self._assets.has_shape(rest):
            await self._assets.send(rest, scope, send)
        elif path == "/":
            await self._landing.send(scope, send)
        elif file := self._files.find(path):
            await file.send(scope, send)
        elif path == "/.well-known/security.txt" and self._contact:
            await send_text(security_txt(self._contact, self._base_url), self._guarded(send))
        elif path == "/robots.txt":
            await send_text(_ROBOTS, self._guarded(send), cache=b"public, max-age=3600")
        elif self._pages.is_handle(first.lower()) and first != first.lower():
            # Handles are case-insensitive when typed; there is one address for each page.
            location = "/" + handles.normalise(first) + (f"/{rest}" if rest else "")
            await self._redirect(location, send)
        else:
            await self._pages.missing(scope, send)

    async def events(self, scope: Any, receive: Any, send: Any) -> None:
        """POST /e, or the pixel. Raises Refused as soon as the limit of requests does."""
        try:
            if scope["path"] == "/e.gif":
                await self._collector.pixel(scope, send)
            elif scope["method"] == "POST":
                await self._collector.beacon(scope, receive, send)
            else:
                raise _wrong_method("Send events with POST.", "POST")
        except Problem as problem:
            await permit_of(scope).granted()
            refused.inc()
            await send_problem(problem, scope, self._guarded(send))
        except Refused:
            raise
        except Exception as error:
            await self._excuse(error, scope, send, page=scope["path"] != "/e")

    def _page(self, path: str, handle: str, rest: str, scope: Any, send: Any) -> Awaitable[None]:
        if rest:
            return self._pages.below(handle, rest, scope, send)
        if path.endswith("/"):
            return self._redirect(f"/{handle}", send)
        return self._pages.page(handle, scope, send)

    async def _redirect(self, location: str, send: Any) -> None:
        await send(redirect(location, status=308, cache_control=b"public, max-age=300", secure=self._secure))
        await send({"type": "http.response.body", "body": b""})

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
