"""POST /api/v1/csp-reports: what browsers were kept from doing on our pages, counted for the operator.

Kept are counts by kind, for 30 days: which directive, from which host, on which kind of page. Nothing of the report is
kept as it came, since anybody can send one: no address, no path, no sample of a script.
"""

import ipaddress
from collections import Counter as Tally
from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import Request, Response, post
from litestar.di import NamedDependency
from prometheus_client import Counter
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.cache import Cache
from nameplate.errors import Problem
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
received = Counter(
    "nameplate_csp_reports_total", "What browsers were kept from by our own policy", ["directive"]
)

MOST_BYTES = 16 * 1024
MOST_IN_ONE = 20
MOST_KINDS = 200  # a day: more are counted as one
DAYS = 30
_DIRECTIVES = frozenset(
    "base-uri connect-src default-src font-src form-action frame-ancestors frame-src img-src manifest-src media-src "
    "object-src script-src script-src-attr script-src-elem style-src style-src-attr style-src-elem worker-src".split()
)
_KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob", "trusted-types-policy"})
_PAGES = {"": "landing page", "dashboard": "dashboard", "preview": "preview"}


class _Body(msgspec.Struct, rename="kebab"):
    document_uri: str = ""
    blocked_uri: str = ""
    effective_directive: str = ""
    violated_directive: str = ""


class _NewBody(msgspec.Struct, rename="camel"):
    document_url: str = msgspec.field(default="", name="documentURL")
    blocked_url: str = msgspec.field(default="", name="blockedURL")
    effective_directive: str = ""


class _Old(msgspec.Struct):
    """report-uri."""

    report: _Body = msgspec.field(name="csp-report")


class _New(msgspec.Struct):
    """report-to (the Reporting API)."""

    type: str
    body: _NewBody = msgspec.field(default_factory=_NewBody)


class Violation(msgspec.Struct, frozen=True, order=True):
    directive: str
    blocked: str
    page: str

    @classmethod
    def of(cls, document: str, blocked: str, directive: str, *, host: str) -> "Violation | None":
        """None for what is not about a page of ours."""
        name = directive.partition(" ")[0].lower()
        try:
            place = urlsplit(document)
            if name not in _DIRECTIVES or place.netloc != host:
                return None
            first = place.path.strip("/").partition("/")[0]
            return cls(name, _source(blocked), _PAGES.get(first, "page"))
        except ValueError:
            return None


def _source(blocked: str) -> str:
    """A keyword or a host: never a path, and of an address only that it is one."""
    if blocked in _KEYWORDS:
        return blocked
    parts = urlsplit(blocked)
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return (
            parts.scheme[:30]
            if parts.scheme.replace("-", "").isalnum() and parts.scheme.isascii()
            else "other"
        )
    name = parts.hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        plain = (
            name.isascii() and name.replace("-", "").replace(".", "").isalnum() and not name[-1:].isdigit()
        )
        return f"{parts.scheme}://{name}" if plain and len(name) <= 80 else "other"
    return "an IP address"


def read(body: bytes, *, host: str) -> list[Violation]:
    """The violations in a body of either form. Raises Problem when it is neither."""
    try:
        if body.lstrip()[:1] == b"[":
            new = msgspec.json.decode(body, type=list[_New])[:MOST_IN_ONE]
            found = [
                Violation.of(r.body.document_url, r.body.blocked_url, r.body.effective_directive, host=host)
                for r in new
                if r.type == "csp-violation"
            ]
        else:
            old = msgspec.json.decode(body, type=_Old).report
            directive = old.effective_directive or old.violated_directive
            found = [Violation.of(old.document_uri, old.blocked_uri, directive, host=host)]
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise Problem("This is no report of a Content Security Policy.") from error
    return [violation for violation in found if violation is not None]


def _key(day: date) -> str:
    return f"np:csp:{day.isoformat()}"


@post("/csp-reports", include_in_schema=False, status_code=204, security=[], request_max_body_size=MOST_BYTES)
async def take_reports(
    request: Request[Any, Any, Any], cache: NamedDependency[Cache], settings: NamedDependency[Settings]
) -> Response[None]:
    """Counted while Valkey is there: a report is worth no outage."""
    violations = read(await request.body(), host=urlsplit(settings.base_url).netloc)
    key = _key(datetime.now(UTC).date())
    try:
        # The client's types leave open whether it is the asynchronous one.
        room = MOST_KINDS - await cast("Awaitable[int]", cache.client.hlen(key)) if violations else 0
        async with cache.client.pipeline(transaction=False) as pipe:
            for violation in violations:
                received.labels(violation.directive).inc()
                kind = violation if room > 0 else Violation(violation.directive, "other", "page")
                pipe.hincrby(key, msgspec.json.encode(kind), 1)  # type: ignore[arg-type]
            pipe.expire(key, timedelta(days=DAYS))
            if violations:
                await pipe.execute()
    except (ValkeyError, OSError, TimeoutError) as error:
        log.warning("policy violations not counted", error=type(error).__name__)
    return Response(None, status_code=204)


async def recent(client: Valkey, *, days: int) -> list[tuple[Violation, int]]:
    """What was kept back in the last `days`, the most frequent first."""
    today = datetime.now(UTC).date()
    sums: Tally[Violation] = Tally()
    for back in range(days):
        kept = await cast("Awaitable[dict[bytes, bytes]]", client.hgetall(_key(today - timedelta(days=back))))
        for kind, times in kept.items():
            sums[msgspec.json.decode(kind, type=Violation)] += int(times)
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


routes: list[Any] = [take_reports]
