"""Requests that no browser sends, written by hand to the real server."""

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from nameplate.app import App
from nameplate.http.bodies import Bodies, TooSlow
from nameplate.settings import Settings
from tests.support.programs import Program


def said(server: Program, request: str | bytes) -> bytes:
    """Everything the server says until it closes the connection."""
    port = int(server.url.rpartition(":")[2])
    data = request.replace("\n", "\r\n").encode() if isinstance(request, str) else request
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as connection:
        connection.sendall(data)
        return until_closed(connection)


def until_closed(connection: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answer += part
    return answer


def open_slowly(server: Program) -> socket.socket:
    """A connection whose request never ends its head."""
    port = int(server.url.rpartition(":")[2])
    connection = socket.create_connection(("127.0.0.1", port), timeout=40)
    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    return connection


HEAD = "POST /api/v1/sessions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
HIDDEN = "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n"


def test_the_real_server_understands_a_request_in_one_way_or_not_at_all(settings: Settings) -> None:
    with Program.serve(settings) as server:
        slow, began = open_slowly(server), time.monotonic()
        assert said(server, HIDDEN).endswith(b"alive\n"), "the positive control"
        for what, request in {
            "two lengths": f"{HEAD}Content-Length: 2\nContent-Length: 90\n\n{{}}{HIDDEN}",
            "a list of lengths": f"{HEAD}Content-Length: 2, 90\n\n{{}}{HIDDEN}",
            "a signed length": f"{HEAD}Content-Length: +2\n\n{{}}{HIDDEN}",
            "an unknown coding": f"{HEAD}Transfer-Encoding: xchunked\n\n{HIDDEN}",
            "chunked, but not last": f"{HEAD}Transfer-Encoding: chunked, identity\n\n{HIDDEN}",
            "a folded header": f"{HEAD}X-Long: a\n b\nContent-Length: 0\n\n{HIDDEN}",
            "a space before the colon": f"{HEAD}Content-Length : 2\n\n{{}}{HIDDEN}",
            "a chunk without a size": f"{HEAD}Transfer-Encoding: chunked\n\nzz\n{HIDDEN}",
            "a header with a null byte": f"{HEAD}X-Null: a\0b\nContent-Length: 0\n\n{HIDDEN}",
            "a lone line feed in a header": (
                f"{HEAD}".replace("\n", "\r\n") + "X-A: b\r\nX-B\rInjected: 1\r\nContent-Length: 0\r\n\r\n"
            ).encode(),
        }.items():
            answer = said(server, request)
            assert answer.startswith(b"HTTP/1.1 4"), (what, answer)
            assert b"alive" not in answer, (what, answer)
            assert answer.count(b"HTTP/1.1 ") == 1, (what, answer)
        # With both, chunked counts: what follows is then a request of its own to everybody, or to nobody.
        both = said(server, f"{HEAD}Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n{HIDDEN}")
        assert both.startswith(b"HTTP/1.1 4")
        large = said(server, f"GET /healthz HTTP/1.1\nHost: localhost\nX-Large: {'x' * 200_000}\n\n")
        assert large == b"" or large.startswith(b"HTTP/1.1 431"), large[:200]
        _long_and_deep_bodies(server)
        _nothing_leaves_this_site(server)
        with closing(slow):
            assert b"200 OK" not in until_closed(slow)
        assert time.monotonic() - began < 40, "a head that trickles in is waited for"


def _long_and_deep_bodies(server: Program) -> None:
    def post(path: str, body: bytes, kind: str = "application/json") -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return said(server, head.encode() + body)

    deep = b"[" * 100_000
    object_deep = b'{"email":' * 50_000
    assert post("/api/v1/sessions", b" " * 1_200_000).startswith(b"HTTP/1.1 413")
    for path in ("/api/v1/sessions", "/api/v1/accounts", "/api/v1/csp-reports"):
        for body in (deep, object_deep, b'{"email": "a", "x": ' + deep):
            answer = post(path, body)
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 422")), (
                path,
                answer[:300],
            )
    assert post("/e", deep[:15_000]).startswith(b"HTTP/1.1 4")
    for kind in (
        "text/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
    ):
        answer = post("/api/v1/sessions", b"email=ann%40example.org&password=x", kind)
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 415", b"HTTP/1.1 422")), (kind, answer[:200])
    # Told in chunks, it is counted while it arrives.
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    endless = head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk * 20
    assert said(server, endless).startswith(b"HTTP/1.1 413")


def _nothing_leaves_this_site(server: Program) -> None:
    """Redirects stay here, whatever the path or the Host header says, and no header is put into an answer."""
    for path in (
        "//evil.example", "//evil.example/x", "/\\evil.example", "/%2F%2Fevil.example", "/%5Cevil.example",
        "/Ann-Lee//evil.example", "/ann-lee/%2F%2Fevil.example/", "/ann-lee%0d%0aSet-Cookie:x=1",
        "/Ann-Lee/%0d%0aSet-Cookie:%20x=1", "/Ann-Lee/x%0d%0a%0d%0a<script>", "http://evil.example/Ann-Lee/",
        "/api/v1/oauth/github/start?next=https://evil.example", "/login?next=//evil.example",
    ):  # fmt: skip
        answer = said(server, f"GET {path} HTTP/1.1\nHost: evil.example\nConnection: close\n\n")
        head = answer.partition(b"\r\n\r\n")[0].lower()
        names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
        assert b"set-cookie" not in names, (path, answer)
        locations = [
            line.partition(b":")[2].strip() for line in head.split(b"\r\n") if line.startswith(b"location:")
        ]
        for location in locations:
            here = location.startswith(b"/") and not location.startswith((b"//", b"/\\"))
            assert here or location.startswith(f"{server.url}/".encode()), (path, location)


def test_the_line_of_a_refused_body_carries_the_next_request_or_says_that_it_ends(server: Program) -> None:
    """A server that cuts a line without a word takes the request with it that was already on its way."""
    for size in (20_000, 100_000, 200_000):
        with http_line(server) as line:
            for path, length in (("/e", size), ("/api/v1/nothing", size), ("/e", 3)) * 3:
                assert line.post(path, b"x" * length) in (400, 405, 413), (path, length)
                assert line.stays, (path, length)
    with http_line(server) as line:
        assert line.post("/e", b"", announced=3_000_000) == 413
        assert not line.stays


class Line:
    """One kept connection, which sends a body in two parts: the answer may be ready before the second."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self.stays = True

    def post(self, path: str, body: bytes, *, announced: int | None = None) -> int:
        half = len(body) // 2
        self._connection.putrequest("POST", path)
        self._connection.putheader("Content-Length", str(announced or len(body)))
        self._connection.putheader("Content-Type", "application/json")
        self._connection.endheaders(body[:half])
        self._connection.send(body[half:])
        answer = self._connection.getresponse()
        answer.read()
        self.stays = not answer.will_close
        return answer.status


@contextmanager
def http_line(server: Program) -> Iterator[Line]:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        yield Line(connection)
    finally:
        connection.close()


async def test_a_body_that_trickles_in_is_not_waited_for(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = {"method": "POST"}
    parts = iter([{"type": "http.request", "body": b"a", "more_body": True}])

    async def receive() -> Any:
        for part in parts:
            return part
        await asyncio.Event().wait()

    slow, _ = Bodies(limit=0.05).timed(scope, receive, None)
    assert (await slow())["body"] == b"a"
    with pytest.raises(TooSlow):
        await slow()
    # And what the whole application says then.
    monkeypatch.setattr("nameplate.http.bodies.LIMIT", 0.05)
    for path in ("/api/v1/sessions", "/e"):
        answer = await _send_slowly(app, path)
        assert answer["status"] == 408, path
        assert (b"connection", b"close") in answer["headers"]


async def _send_slowly(app: App, path: str) -> Any:
    sent: list[Any] = []
    first = True

    async def receive() -> Any:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b'{"t"', "more_body": True}
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")], "client": ("198.51.100.7", 1),
        "server": ("localhost", 80), "scheme": "http", "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    async with asyncio.timeout(10):
        await app(scope, receive, send)
    return sent[0]
