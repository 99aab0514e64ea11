"""`GET /{handle}/og-....jpg`."""

from typing import Any

from nameplate.assets.shown import address
from nameplate.errors import Unavailable
from nameplate.http.encoded import redirect
from nameplate.http.security_headers import headers_for
from nameplate.page.social.card import Card
from nameplate.page.social.studio import Studio

_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_EMPTY = {"type": "http.response.body", "body": b""}


class SocialAnswers:
    """`images`: the address of the CDN that serves /a/, empty for this server."""

    def __init__(self, studio: Studio, *, base_url: str, images: str, secure: bool) -> None:
        self._studio = studio
        self._base_url = base_url
        self._images = images
        self._secure = secure
        headers = headers_for(secure=secure, csp=_POLICY)
        # Other sites show it: that is what it is for.
        self._headers = [pair for pair in headers if pair[0] != b"cross-origin-resource-policy"]
        self._headers.append((b"cross-origin-resource-policy", b"cross-origin"))

    def is_name(self, name: str) -> bool:
        """Whether a file below a handle is such a picture. No short link has a dot."""
        return name.startswith("og-") and name.endswith(".jpg")

    async def send(self, card: Card, handle: str, name: str, scope: Any, send: Any) -> None:
        """Raises Unavailable when there is nothing to show in its place."""
        if name != card.file:
            # What was shared earlier shows what the page says now.
            await self._lead(f"{self._base_url}/{handle}/{card.file}", b"public, max-age=300", send)
            return
        etag = b'"' + card.file[3:-4].encode() + b'"'
        headers = [
            *self._headers,
            (b"cache-control", b"public, max-age=31536000, immutable"),
            (b"etag", etag),
        ]
        if any(name == b"if-none-match" and etag in value for name, value in scope["headers"]):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send(_EMPTY)
            return
        try:
            body = await self._studio.picture(card)
        except Unavailable:
            if not card.avatar:
                raise
            await self._lead(address(card.avatar, self._images), b"no-store", send)
            return
        headers += [(b"content-type", b"image/jpeg"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_EMPTY if scope["method"] == "HEAD" else {"type": "http.response.body", "body": body})

    async def _lead(self, location: str, cache_control: bytes, send: Any) -> None:
        await send(redirect(location, status=302, cache_control=cache_control, secure=self._secure))
        await send(_EMPTY)
