"""Asking GitHub over HTTP: where, with which headers, and one answer as it came."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
from prometheus_client import Counter, Histogram

from nameplate import __version__
from nameplate.http import outgoing
from nameplate.settings import Settings

calls = Counter("nameplate_github_calls_total", "Requests to GitHub", ["status"])
duration = Histogram(
    "nameplate_github_seconds", "How long GitHub took to answer", buckets=(0.1, 0.3, 1, 3, 10, 30)
)

# GitHub ends a query after 10 seconds itself.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# A hundred repositories are about 100 kB.
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: there was none. `body`: the JSON of it, or None."""

    status: int
    headers: httpx.Headers
    body: Any
    ms: int
    error: str = ""


def make_client(settings: Settings) -> httpx.AsyncClient:
    """The one place where the connection to GitHub is made."""
    client = outgoing.client(configured=[settings.github_api_url], timeout=TIMEOUT)
    client.headers["User-Agent"] = f"nameplate/{__version__}"
    return client


def rest_url(settings: Settings, path: str) -> str:
    return settings.github_api_url.rstrip("/") + path


def graphql_url(settings: Settings) -> str:
    """https://api.github.com/graphql; on Enterprise, whose REST lives at /api/v3, /api/graphql."""
    base = settings.github_api_url.rstrip("/")
    return base.removesuffix("/v3") + "/graphql"


def same_place(settings: Settings, base: str, location: str) -> str:
    """The address a redirect leads to. Empty when that is not GitHub's: tokens and requests stay there."""
    target = urljoin(base, location)
    home, there = urlsplit(settings.github_api_url), urlsplit(target)
    return target if (home.scheme, home.netloc) == (there.scheme, there.netloc) else ""


async def ask(
    client: httpx.AsyncClient, method: str, url: str, token: str, *, etag: str = "", body: bytes | None = None
) -> Answer:
    """One request. Never raises for what GitHub or the network does."""
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if etag:
        headers["If-None-Match"] = etag
    if body is not None:
        # Ids in the form that GitHub keeps.
        headers |= {"Content-Type": "application/json", "X-Github-Next-Global-ID": "1"}
    start = time.monotonic()
    try:
        async with client.stream(method, url, headers=headers, content=body) as response:
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    raise httpx.DecodingError("more than any answer should have")
                parts.append(part)
    except (httpx.TransportError, httpx.DecodingError, httpx.InvalidURL) as error:
        calls.labels("none").inc()
        return Answer(0, httpx.Headers(), None, _since(start), type(error).__name__)
    calls.labels(str(response.status_code)).inc()
    duration.observe(time.monotonic() - start)
    return Answer(response.status_code, response.headers, _json(b"".join(parts)), _since(start))


def _json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _since(start: float) -> int:
    return int((time.monotonic() - start) * 1000)
