"""What a page may say about a visit, and what is wrong with what else is sent."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from nameplate.errors import Forbidden, Invalid, Problem, TooLarge

MOST_BYTES = 16 * 1024
MOST_EVENTS = 20
LONGEST = 2**31 - 1  # ms from the page to a tap: nobody waits that long, but a page may stay open

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=600_000)]

Element = Literal[
    "", "header", "avatar", "name", "handle", "bio", "live", "empty", "footer", "home", "qr", "skip"
]
"""What a page marks with `data-e` (page/templates/page.html)."""


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it is sent. Fields that are not here, times above all, are ignored: the server knows them better."""

    t: Literal["view", "tap", "vitals"]
    h: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    """Handle."""
    u: str = ""
    """The page's address, for its UTM fields."""
    r: str = ""
    """Referrer."""
    vw: Annotated[float, msgspec.Meta(ge=0, le=100_000)] | None = None
    """Viewport width in CSS px."""
    l: UUID | None = None  # noqa: E741
    """The link that was tapped; null: none."""
    el: Element = ""
    """The part of the page that was tapped, empty for its background; with a link only `live` counts."""
    x: Fraction | None = None
    """Position of a tap within its element."""
    y: Fraction | None = None
    ms: Annotated[float, msgspec.Meta(ge=0, le=1e12)] | None = None
    """From when the page was shown to the tap."""
    i: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    """Place of the tapped link among the page's links, from 1; 0: no link."""
    ttfb: Milliseconds | None = None
    fcp: Milliseconds | None = None
    lcp: Milliseconds | None = None
    inp: Milliseconds | None = None
    cls: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    ct: Literal["slow-2g", "2g", "3g", "4g", ""] | None = None
    """Effective connection type."""

    def said(self) -> dict[str, Any]:
        """The fields of an event that only a tap, or only a measurement, has."""
        if self.t == "vitals":
            return {
                "ttfb": self.ttfb,
                "fcp": self.fcp,
                "lcp": self.lcp,
                "inp": self.inp,
                "cls": self.cls,
                "connection": self.ct or None,
            }
        on_link = self.l is not None and self.el != "live"
        return {
            "link_id": self.l,
            "tap_x": self.x,
            "tap_y": self.y,
            "element": None if on_link else self.el,
            "ms": None if self.ms is None else min(int(self.ms), LONGEST),
            "position": self.i or None if on_link else None,
        }


_decoder = msgspec.json.Decoder(
    Beacon | Annotated[list[Beacon], msgspec.Meta(min_length=1, max_length=MOST_EVENTS)]
)


def decode(body: bytes) -> list[Beacon]:
    """Raises a Problem of status 400 for what is no JSON and Invalid for JSON that is no event."""
    try:
        found = _decoder.decode(body)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise Invalid(what, fields={where.strip("`$.") or "body": what}) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem("The body is not valid JSON.") from None
    return [found] if isinstance(found, Beacon) else found


async def read_body(headers: dict[bytes, bytes], receive: object) -> bytes:
    """Raises TooLarge, as soon as it is known, and Problem when the client went away in between."""
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise TooLarge(f"Events may be {MOST_BYTES} bytes at most. Send fewer at a time.")
    message = await receive()  # type: ignore[operator]
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()  # type: ignore[operator]
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise TooLarge(f"Events may be {MOST_BYTES} bytes at most. Send fewer at a time.")
    if message["type"] == "http.disconnect":
        raise Problem("The body ended too early.")
    return body


def refuse_other_sites(headers: dict[bytes, bytes], own_host: str) -> None:
    """Raises Forbidden when a browser says that another site's page makes it send this."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        if site == b"cross-site":
            raise Forbidden("Events are taken from the page itself only.", code="cross-site")
        return
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin and urlsplit(origin).netloc not in (own_host, headers.get(b"host", b"").decode("latin-1")):
        raise Forbidden("Events are taken from the page itself only.", code="cross-site")
