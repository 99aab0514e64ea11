"""One image and its answers: whole, unchanged (304), a part (206), a part there is not (416)."""

import re
from typing import Any

from nameplate.http.security_headers import headers_for

# A key names its bytes: what it answers never changes.
IMMUTABLE = b"public, max-age=31536000, immutable"
# Opened by itself an image is a document: one that may do nothing at all, whatever a decoder of it might be led to.
POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_TYPES = {"avif": b"image/avif", "webp": b"image/webp", "jpg": b"image/jpeg", "png": b"image/png"}
_OVERHEAD = 3000  # bytes of an entry besides the image itself
_RANGE = re.compile(rb"bytes=(?:([0-9]{1,12})-([0-9]{0,12})|-([0-9]{1,12}))\Z")
_NO_STORE = (b"cache-control", b"no-store")
_EMPTY = {"type": "http.response.body", "body": b""}


def asset_headers(*, secure: bool) -> list[tuple[bytes, bytes]]:
    """What every answer below /a/ carries. Any site may show the pictures of a public page."""
    pairs = headers_for(secure=secure, csp=POLICY)
    return [
        (name, b"cross-origin" if name == b"cross-origin-resource-policy" else value) for name, value in pairs
    ]


class Prepared:
    """`fresh_until`: when, on the cache's clock, the store is asked again whether it still has the object."""

    __slots__ = (
        "_body",
        "_common",
        "_etag",
        "_kind",
        "_not_modified",
        "_whole",
        "body",
        "fresh_until",
        "size",
        "used",
    )

    def __init__(self, key: str, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.body = body
        self._etag = b'"' + key.partition(".")[0].encode() + b'"'
        self._common = [
            *headers,
            (b"cache-control", IMMUTABLE),
            (b"etag", self._etag),
            (b"accept-ranges", b"bytes"),
        ]
        self._kind = (b"content-type", _TYPES[key.rpartition(".")[2]])
        length = (b"content-length", str(len(body)).encode())
        self._whole: dict[str, Any] = {
            "type": "http.response.start",
            "status": 200,
            "headers": [*self._common, self._kind, length],
        }
        self._body = {"type": "http.response.body", "body": body}
        self._not_modified = {"type": "http.response.start", "status": 304, "headers": self._common}
        self.size = len(body) + _OVERHEAD
        self.used = False
        self.fresh_until = 0.0

    async def send(self, scope: Any, send: Any) -> None:
        """Answer GET or HEAD."""
        none_match = wanted = if_range = b""
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                none_match = value
            elif name == b"range":
                wanted = value
            elif name == b"if-range":
                if_range = value
        if none_match and (self._etag in none_match or none_match == b"*"):
            await send(self._not_modified)
            await send(_EMPTY)
        elif scope["method"] == "HEAD":
            # A range is a matter of GET alone (RFC 9110, 14.2).
            await send(self._whole)
            await send(_EMPTY)
        elif (
            wanted
            and (not if_range or if_range == self._etag)
            and (span := _span(wanted, len(self.body))) is not None
        ):
            await self._send_part(*span, send)
        else:
            await send(self._whole)
            await send(self._body)

    async def _send_part(self, first: int, last: int, send: Any) -> None:
        total = str(len(self.body)).encode()
        if first > last:
            headers = [pair for pair in self._common if pair[0] not in (b"cache-control", b"etag")]
            headers += [(b"content-range", b"bytes */" + total), (b"content-length", b"0"), _NO_STORE]
            await send({"type": "http.response.start", "status": 416, "headers": headers})
            await send(_EMPTY)
            return
        part = self.body[first : last + 1]
        headers = [
            *self._common,
            self._kind,
            (b"content-range", f"bytes {first}-{last}/".encode() + total),
            (b"content-length", str(len(part)).encode()),
        ]
        await send({"type": "http.response.start", "status": 206, "headers": headers})
        await send({"type": "http.response.body", "body": part})


def _span(wanted: bytes, length: int) -> tuple[int, int] | None:
    """First and last byte of the one range; the first is behind the last when there is no such part.

    None for several ranges and for what nobody understands: that may be answered with everything (RFC 9110, 14.2).
    """
    match = _RANGE.match(wanted)
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        return (max(length - int(suffix), 0), length - 1) if int(suffix) else (1, 0)
    start, end = int(first), int(last) if last else length - 1
    if last and end < start:
        return None
    return start, min(end, length - 1)
