"""Answers made once and sent many times: every encoding, the entity tag and all headers are ready beforehand."""

import gzip
import hashlib
from typing import Any
from urllib.parse import quote

import brotli
import zstandard

from nameplate.http.security_headers import headers_for

_LEAST = 256  # bytes; below this compression makes an answer longer
# Bytes of memory for the headers in every form, measured (tests/page/test_memory.py).
_HEADERS = 3800


class Encoded:
    """One body with its headers, in every encoding a browser may ask for."""

    __slots__ = ("_messages", "_not_modified", "etag", "size")

    def __init__(
        self,
        body: bytes,
        *,
        content_type: str,
        csp: str,
        cache_control: str,
        secure: bool,
        status: int = 200,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        self.etag = b'"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
        own = {name for name, _ in headers}
        common = [
            *(pair for pair in headers_for(secure=secure, csp=csp.encode()) if pair[0] not in own),
            (b"cache-control", cache_control.encode()),
            (b"vary", b"accept-encoding"),
            *headers,
        ]
        if status == 200:
            common.append((b"etag", self.etag))
        bodies = {b"": body}
        if len(body) >= _LEAST:
            bodies[b"zstd"] = zstandard.ZstdCompressor(level=10).compress(body)
            bodies[b"br"] = brotli.compress(body, quality=6)
            bodies[b"gzip"] = gzip.compress(body, 6, mtime=0)
        self._messages: dict[bytes, tuple[dict[str, Any], dict[str, Any]]] = {}
        for encoding, encoded in bodies.items():
            start = [
                *common,
                (b"content-type", content_type.encode()),
                (b"content-length", str(len(encoded)).encode()),
                *([(b"content-encoding", encoding)] if encoding else []),
            ]
            message = {"type": "http.response.start", "status": status, "headers": start}
            self._messages[encoding] = (message, {"type": "http.response.body", "body": encoded})
        self._not_modified = {"type": "http.response.start", "status": 304, "headers": common}
        self.size = sum(len(encoded) for encoded in bodies.values()) + _HEADERS

    async def send(self, scope: Any, send: Any) -> None:
        """Answer GET or HEAD, with 304 when the client has this very body."""
        accepted = none_match = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                none_match = value
        if none_match and (self.etag in none_match or none_match == b"*"):
            await send(self._not_modified)
            await send(_EMPTY)
            return
        start, body = self._messages[self._choose(accepted)]
        await send(start)
        await send(_EMPTY if scope["method"] == "HEAD" else body)

    def _choose(self, accepted: bytes) -> bytes:
        """Substrings suffice: no registered coding's name holds another's, and q=0 for one of these is not seen."""
        if len(self._messages) > 1:
            if b"zstd" in accepted:
                return b"zstd"
            if b"br" in accepted:
                return b"br"
            if b"gzip" in accepted:
                return b"gzip"
        return b""


_EMPTY = {"type": "http.response.body", "body": b""}


def redirect(location: str, *, status: int, cache_control: bytes, secure: bool) -> dict[str, Any]:
    """The start message of a redirect without a body. What a header cannot hold is percent-encoded."""
    headers = [
        *headers_for(secure=secure),
        (b"location", quote(location, safe="%/:?#[]@!$&'()*+,;=~-._").encode()),
        (b"cache-control", cache_control),
        (b"content-length", b"0"),
    ]
    return {"type": "http.response.start", "status": status, "headers": headers}
