"""Server-sent events: an answer that goes on until one of both sides has had enough."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

import msgspec
from litestar.response.base import ASGIResponse, Response

from nameplate.tasks import ended

MEDIA_TYPE = "text/event-stream"
HEARTBEAT = b": still here\n\n"
SEND_LIMIT = 20.0  # seconds that a message may take; a reader who takes none of it is dropped


def message(event: str, data: Any, id: str = "") -> bytes:
    """One event with JSON as its data. A client that comes again says the last `id` it saw."""
    lines = [b"event: " + event.encode(), b"data: " + msgspec.json.encode(data)]
    if id:
        lines.append(b"id: " + id.encode())
    return b"\n".join(lines) + b"\n\n"


class EventStream(Response[bytes]):
    """Sends what `messages` yields, at once. It is closed however the stream ends."""

    def __init__(self, messages: AsyncGenerator[bytes, None]) -> None:
        # The second one is for nginx: it would keep messages back until it has a page of them.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(b"", media_type=MEDIA_TYPE, headers=headers)
        self.messages = messages

    def to_asgi_response(self, app: Any, request: Any, **options: Any) -> ASGIResponse:
        headers: Iterable[tuple[str, str]] = {**(options.get("headers") or {}), **self.headers}.items()
        return _Sending(
            self.messages,
            media_type=MEDIA_TYPE,
            headers=headers,
            encoded_headers=options.get("encoded_headers"),
            is_head_response=options.get("is_head_response", False),
            status_code=200,
        )


class _Sending(ASGIResponse):
    _should_set_content_length = False

    def __init__(self, messages: AsyncGenerator[bytes, None], **options: Any) -> None:
        super().__init__(**options)
        self.messages = messages

    async def send_body(self, send: Any, receive: Any) -> None:
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await ended(sending, gone)
        if not sending.cancelled() and (error := sending.exception()) is not None:
            raise error

    async def _send(self, send: Any) -> None:
        async with aclosing(self.messages) as messages:
            async for part in messages:
                try:
                    async with asyncio.timeout(SEND_LIMIT):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                except TimeoutError:
                    return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Any) -> None:
    """Returns once the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
