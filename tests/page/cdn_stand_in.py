"""Cloudflare's and Fastly's purge, as strict as their documentation: who asks, what, and in which shape."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "a-token-that-may-purge"
ZONE = "023e105f4ecef8ad9ca31a8372d0c353"


@dataclass
class Cdn:
    """`purged`: the names of each request that was taken. `ill`: statuses given instead, one by one."""

    provider: str
    url: str = ""
    purged: list[list[str]] = field(default_factory=list)
    ill: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [name for names in self.purged for name in names]

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        if self.ill:
            status = self.ill.pop(0)
            return status, {"Retry-After": "1"} if status == 429 else {}, {"msg": "not now"}
        wrong = self._wrong(path, headers, body)
        if wrong:
            self.refused.append(wrong)
            return (
                403 if "token" in wrong else 400,
                {},
                {"success": False, "errors": [{"code": 1, "message": wrong}]},
            )
        names = json.loads(body)[self._field]
        self.purged.append(names)
        if self.provider == "fastly":
            return 200, {}, {name: f"108-{number}" for number, name in enumerate(names)}
        return 200, {}, {"success": True, "errors": [], "messages": [], "result": {"id": ZONE}}

    @property
    def _field(self) -> str:
        return "tags" if self.provider == "cloudflare" else "surrogate_keys"

    def _wrong(self, path: str, headers: dict[str, str], body: bytes) -> str:
        told = {
            "cloudflare": ("authorization", f"Bearer {TOKEN}", f"/zones/{ZONE}/purge_cache", 30),
            "fastly": ("fastly-key", TOKEN, f"/service/{ZONE}/purge", 256),
        }
        name, token, right, most = told[self.provider]
        asked = json.loads(body)
        if headers.get(name) != token:
            return "wrong token"
        if path != right or headers.get("content-type") != "application/json":
            return f"wrong address or type: {path} {headers.get('content-type')}"
        if list(asked) != [self._field]:
            return f"wrong fields: {list(asked)}"
        names = asked[self._field]
        if not 1 <= len(names) <= most or len(set(names)) != len(names):
            return f"{len(names)} names"
        if not all(re.fullmatch(r"[a-z0-9-]{1,100}", name) for name in names):
            return f"names with other characters: {names}"
        return ""


@contextmanager
def serving(provider: str) -> Iterator[Cdn]:
    cdn = Cdn(provider)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, answer = cdn.answer(self.path, headers, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    cdn.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield cdn
    finally:
        server.shutdown()
        server.server_close()
