"""The built dashboard, held in memory: a few hundred kilobytes, so no request ever waits for a disk."""

import base64
import functools
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nameplate.http.encoded import Encoded
from nameplate.http.security_headers import NOTHING

# Paths the dashboard's own router answers.
PAGES = frozenset({"login", "signup", "reset", "verify", "dashboard", "docs", "shared", "unsubscribe"})
IMMUTABLE = "public, max-age=31536000, immutable"
_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.S)
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.S)
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


def content_security_policy(html: bytes, images: str = "") -> str:
    """A policy under which `html` runs: its inline scripts and styles by hash, everything else from here only.

    Images also from the address `images`, and from `blob:`: a file is shown and cropped before it is sent anywhere.
    """
    elsewhere = f" {address.scheme}://{address.netloc}" if (address := urlsplit(images)).netloc else ""
    scripts, styles = (" ".join(("'self'", *_hashes(found, html))) for found in (_SCRIPT, _STYLE))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' blob:{elsewhere}; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _hashes(found: re.Pattern[bytes], html: bytes) -> list[str]:
    texts = found.findall(html)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in texts]


class StaticFiles:
    """Files by path. Without a build every page of the dashboard says how to make one.

    Each route of the dashboard has a document of its own; what has none is no route: its router would only ask again.
    """

    def __init__(self, folder: Path, *, secure: bool, images: str = "") -> None:
        self._files: dict[str, Encoded] = {}
        index = folder / "index.html"
        self.built = index.is_file()
        self._not_built = self._document(_NOT_BUILT, images, secure=secure, status=503)
        for file in sorted(folder.rglob("*")) if self.built else ():
            if file.is_file() and file != index and file.suffix not in {".br", ".gz", ".html"}:
                path = "/" + file.relative_to(folder).as_posix()
                self._files[path] = self._encode(file, path, secure=secure)
            elif file.suffix == ".html" and file != index:
                path = "/" + file.relative_to(folder).with_suffix("").as_posix()
                self._files[path] = self._document(file.read_bytes(), images, secure=secure)

    @staticmethod
    def _document(html: bytes, images: str, *, secure: bool, status: int = 200) -> Encoded:
        return Encoded(
            html,
            content_type="text/html; charset=utf-8",
            csp=content_security_policy(html, images),
            cache_control="no-cache",
            secure=secure,
            status=status,
        )

    @staticmethod
    def _encode(file: Path, path: str, *, secure: bool) -> Encoded:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Encoded(
            file.read_bytes(),
            content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            csp=NOTHING.decode(),
            cache_control=IMMUTABLE if "/immutable/" in path else "public, max-age=300",
            secure=secure,
        )

    def find(self, path: str) -> Encoded | None:
        """What answers GET `path`; None when it is not ours."""
        if file := self._files.get(path):
            return file
        if path[1:].partition("/")[0] not in PAGES:
            return None
        return self._files.get(path.rstrip("/")) if self.built else self._not_built


_NOT_BUILT = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Dashboard not built</title>
<h1>The dashboard is not built yet</h1>
<p>Run <code>make web</code> and restart. Public pages and the API work without it.
"""


def default_folder(settings_folder: Path) -> Path:
    """`web/build` of the checkout, unless a setting names another folder."""
    if settings_folder != Path():
        return settings_folder
    return Path(__file__).resolve().parents[3] / "web" / "build"


@functools.cache
def static_files(folder: Path, *, secure: bool, images: str = "") -> StaticFiles:
    """The files of `folder`, read once in each process however many applications it makes. `images`: the address that
    serves them instead of this one, if any."""
    return StaticFiles(folder, secure=secure, images=images)


async def send_text(text: str, send: Any, *, status: int = 200, cache: bytes = b"no-store") -> None:
    """A short plain answer from outside the framework."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text.encode())).encode()),
        (b"cache-control", cache),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
