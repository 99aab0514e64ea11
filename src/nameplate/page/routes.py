"""GET /{handle} and GET /{handle}/{slug}, answered before the framework."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from prometheus_client import Counter

from nameplate.errors import Unavailable
from nameplate.http.encoded import Encoded, redirect
from nameplate.page.cache import PageCache
from nameplate.page.entry import Entry
from nameplate.page.site import not_found_page
from nameplate.page.social.answer import SocialAnswers
from nameplate.page_facts import PageFacts
from nameplate.profiles import handles

log = structlog.get_logger(__name__)
unacknowledged = Counter(
    "nameplate_clicks_unacknowledged_total", "Clicks redirected although no store took them"
)

RecordClick = Callable[[Any, PageFacts, UUID], Awaitable[None]]
_NO_BODY = {"type": "http.response.body", "body": b""}


class PageRoutes:
    """Answers what lies below a handle. `record_click` raises Unavailable when the click could not be stored."""

    def __init__(
        self,
        pages: PageCache,
        record_click: RecordClick,
        social: SocialAnswers,
        *,
        base_url: str,
        secure: bool,
        sign_up: bool,
    ) -> None:
        self._pages = pages
        self._social = social
        self._record_click = record_click
        self._base_url = base_url
        self._secure = secure
        self._nothing = not_found_page(secure=secure, sign_up=sign_up)

    def is_handle(self, text: str) -> bool:
        """Whether `text` has the shape of a handle and may be one."""
        return (
            handles.LEAST <= len(text) <= handles.MOST
            and text not in handles.RESERVED
            and handles.SHAPE.match(text) is not None
        )

    async def page(self, handle: str, scope: Any, send: Any) -> None:
        entry = self._pages.peek(handle) or await self._pages.get(handle)
        if entry.moved_to:
            await self._move(f"{self._base_url}/{entry.moved_to}", send)
            return
        await entry.page.send(scope, send)

    async def below(self, handle: str, name: str, scope: Any, send: Any) -> None:
        """`/{handle}/{name}`: a short link, or one of the page's own files."""
        entry = self._pages.peek(handle) or await self._pages.get(handle)
        if entry.moved_to:
            await self._move(f"{self._base_url}/{entry.moved_to}/{name}", send)
        elif target := entry.targets.get(name):
            await self._click(entry, target, scope, send)
        elif file := entry.files.get(name) or self._card(entry, name, scope):
            await file.send(scope, send)
        elif entry.social and self._social.is_name(name):
            await self._social.send(entry.social, handle, name, scope, send)
        else:
            owner = handle if entry.facts else ""
            nothing = (
                not_found_page(secure=self._secure, sign_up=True, owner=owner) if owner else self._nothing
            )
            await nothing.send(scope, send)

    def _card(self, entry: Entry, name: str, scope: Any) -> Encoded | None:
        if not name.endswith(".svg"):
            return None
        theme = parse_qs(scope["query_string"].decode("latin-1")).get("theme", [""])[-1]
        return entry.make_card(name, theme)

    async def missing(self, scope: Any, send: Any) -> None:
        await self._nothing.send(scope, send)

    async def _click(self, entry: Entry, target: tuple[UUID, dict[str, Any]], scope: Any, send: Any) -> None:
        link_id, answer = target
        if scope["method"] == "GET" and entry.facts:
            try:
                await self._record_click(scope, entry.facts, link_id)
            except Unavailable:
                # The visitor wants to go somewhere: he is not kept because nobody can count him.
                unacknowledged.inc()
        await send(answer)
        await send(_NO_BODY)

    async def _move(self, location: str, send: Any) -> None:
        # Not for good: the owner may take the old handle back.
        await send(redirect(location, status=302, cache_control=b"public, max-age=300", secure=self._secure))
        await send(_NO_BODY)
