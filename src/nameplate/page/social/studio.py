"""`/{handle}/og-....jpg`: drawn when somebody first asks, once however many ask, and kept on disk."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

import msgspec
import structlog
from prometheus_client import Counter

from nameplate.errors import Unavailable
from nameplate.page.social.card import Card, Order

log = structlog.get_logger(__name__)
drawings = Counter(
    "nameplate_social_pictures_total", "Pictures for shared pages, by what became of them", ["end"]
)

PATIENCE = 15.0  # seconds for one drawing
MOST_WAITING = 16
MOST_BYTES = 2_000_000
MOST_HELD = 32  # pictures of some 50 kB in memory
# Nothing of ours: no secret is in reach of what handles other people's text.
_ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "PATH": os.defpath}


class Kept(Protocol):
    """What was read from a disk."""

    @property
    def body(self) -> bytes: ...


class Disk(Protocol):
    """A cache on disk; called in threads."""

    def read(self, key: str) -> Kept | None: ...

    def write(self, key: str, body: bytes) -> None: ...


class Studio:
    """Draws one picture at a time, in a process of its own. `fetch` gives an avatar by its key."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes | None]], disk: Disk) -> None:
        self._fetch = fetch
        self._disk = disk
        self._drawing: dict[str, asyncio.Task[bytes]] = {}
        self._held: dict[str, bytes] = {}
        self._turn = asyncio.Lock()
        self._threads = ThreadPoolExecutor(1, "social")

    async def picture(self, card: Card) -> bytes:
        """The JPEG. Raises Unavailable when it cannot be drawn now."""
        name = card.file
        if (held := self._held.get(name)) is not None:
            return held
        task = self._drawing.get(name)
        if task is None:
            if len(self._drawing) >= MOST_WAITING:
                drawings.labels("refused").inc()
                raise Unavailable("Many pictures are being drawn right now.", retry_after=30)
            task = self._drawing[name] = asyncio.create_task(self._make(card))
            task.add_done_callback(lambda done: self._made(name, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        for task in list(self._drawing.values()):
            task.cancel()
            with suppress(asyncio.CancelledError, Unavailable):
                await task
        self._threads.shutdown(wait=False)

    def _made(self, name: str, task: "asyncio.Task[bytes]") -> None:
        del self._drawing[name]
        if not task.cancelled() and not task.exception():
            if len(self._held) >= MOST_HELD:
                del self._held[next(iter(self._held))]
            self._held[name] = task.result()

    async def _make(self, card: Card) -> bytes:
        loop = asyncio.get_running_loop()
        kept = await loop.run_in_executor(self._threads, self._disk.read, card.file)
        if kept is not None:
            return kept.body
        avatar = await self._fetch(card.avatar) if card.avatar else None
        async with self._turn:
            body = await _drawn(Order(card, avatar or b""))
        drawings.labels("drawn").inc()
        await loop.run_in_executor(self._threads, self._disk.write, card.file, body)
        return body


async def _drawn(order: Order) -> bytes:
    """Raises Unavailable when the process fails, hangs or says something that is no JPEG."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nameplate.page.social.draw",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=_ENVIRONMENT, start_new_session=True,
    )  # fmt: skip
    body: Any = b""
    try:
        async with asyncio.timeout(PATIENCE):
            body, _ = await process.communicate(msgspec.msgpack.encode(order))
    except TimeoutError:
        log.warning("a picture for a shared page took too long")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode or not body.startswith(b"\xff\xd8\xff") or len(body) > MOST_BYTES:
        drawings.labels("failed").inc()
        log.error("a picture for a shared page was not drawn", code=process.returncode)
        raise Unavailable("The picture cannot be drawn right now.", retry_after=60)
    return bytes(body)
