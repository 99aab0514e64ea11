"""Writes come from our own pages, or from a program with a token."""

from typing import Any
from urllib.parse import urlsplit

from nameplate.errors import Forbidden
from nameplate.http.client_ip import header
from nameplate.http.problems import send_problem

SAFE = {"GET", "HEAD", "OPTIONS"}


class SameOrigin:
    """ASGI wrapper that refuses cross-site writes to the API.

    Browsers tell where a request comes from (Sec-Fetch-Site, or Origin in older ones). A request that carries neither
    is not a browser's and so cannot be forged by another site. A bearer token is not sent by a browser on its own.
    """

    def __init__(self, app: Any, *, base_url: str) -> None:
        self.app = app
        self.origin = base_url

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._ours(scope):
            problem = Forbidden(
                "This request came from another site. Use the dashboard, or an API token.", code="cross-site"
            )
            await send_problem(problem, scope, send)
            return
        await self.app(scope, receive, send)

    def _ours(self, scope: Any) -> bool:
        if header(scope, b"authorization"):
            return True
        site = header(scope, b"sec-fetch-site")
        if site:
            return site in {"same-origin", "none"}
        origin = header(scope, b"origin")
        if not origin:
            return True
        return origin == self.origin or urlsplit(origin).netloc == header(scope, b"host")
