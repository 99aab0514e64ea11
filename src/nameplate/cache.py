"""Valkey: one client a process, and the stream that says which pages changed."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

import structlog
from prometheus_client import Gauge
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.cluster import connect
from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.shared_pages import SharedPages
from nameplate.tasks import ended

log = structlog.get_logger(__name__)
listening = Gauge("nameplate_page_changes_listening", "1 while this process hears of changed pages")

# A stream and no published messages: whoever was away for a moment reads on where he was.
CHANGES = "np:page-changes"
MOST_CHANGES = 10_000
MOST_OWED = 10_000
BEAT = 0.2  # seconds without a change after which Valkey says so
SILENCE = 0.5  # and how much later than that is too late: a line that says nothing may be dead

# Handle, and whether nobody may see the page any more.
Changed = Callable[[str, bool], None]


class Cache:
    """Valkey as the web and worker processes use it. Every call is bounded; none hangs with Valkey away."""

    def __init__(self, settings: Settings) -> None:
        self.client: Valkey = connect(settings.valkey_url)
        self.pages = SharedPages(self.client)
        self._listener: asyncio.Task[None] | None = None
        self._changed: Changed | None = None
        self._owed: dict[str, bool] = {}
        self.listening = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listener is not None:
            await ended(self._listener)
        await self.client.aclose()

    async def ping(self) -> None:
        """Raises Unavailable when Valkey does not answer."""
        try:
            async with asyncio.timeout(2):
                await self.client.ping()
        except (ValkeyError, OSError, TimeoutError) as error:
            raise Unavailable("Valkey is not answering.") from error

    async def publish_page_changed(self, handle: str, *, gone: bool = False) -> None:
        """Tell every web process that the page of `handle` changed. Call it after the commit.

        `gone`: nobody may see it any more, also while the database is away. With Valkey away nobody else is told until
        it is back: processes notice that they are deaf and keep pages for a second only.
        """
        if self._changed is not None:
            self._changed(handle, gone)
        if len(self._owed) < MOST_OWED:
            self._owed[handle] = self._owed.get(handle, False) or gone
        try:
            await self._announce()
        except (ValkeyError, OSError, TimeoutError) as error:
            log.warning("page change not announced", error=type(error).__name__)

    async def _announce(self) -> None:
        for handle, gone in list(self._owed.items()):
            # First what they will ask, then that they should.
            await self.pages.change(handle, gone=gone)
            fields: dict[Any, Any] = {"h": handle, "g": int(gone)}
            await self.client.xadd(CHANGES, fields, maxlen=MOST_CHANGES, approximate=True)
            self._owed.pop(handle, None)

    def listen(self, changed: Changed, missed: Callable[[], None]) -> None:
        """Call `changed(handle, gone)` for each change, `missed()` whenever changes may have gone unheard."""
        self._changed = changed
        self._listener = asyncio.create_task(self._listen(changed, missed))

    async def _listen(self, changed: Changed, missed: Callable[[], None]) -> None:
        pause = 0.1
        while True:
            try:
                async with asyncio.timeout(BEAT + SILENCE):
                    last = await self._begin()
                missed()
                self._set_listening(True)
                pause = 0.1
                while True:
                    last = await self._hear(last, changed)
            except (ValkeyError, OSError, TimeoutError) as error:
                if self.listening:
                    log.warning("deaf to page changes", error=type(error).__name__)
                self._set_listening(False)
                missed()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    async def _begin(self) -> bytes:
        """The last change there was. Copies of pages that are older than this moment are not believed."""
        seconds, microseconds = await self.client.time()
        self.pages.believed_since = seconds * 1000 + microseconds // 1000
        newest = await self.client.xrevrange(CHANGES, count=1)
        return bytes(newest[0][0]) if newest else b"0-0"

    async def _hear(self, last: bytes, changed: Changed) -> bytes:
        async with asyncio.timeout(BEAT + SILENCE):
            if self._owed:
                await self._announce()
            heard = await self.client.xread({CHANGES: last}, count=1000, block=round(BEAT * 1000))
        for _, entries in heard or ():
            for number, fields in entries:
                last = number
                changed(fields[b"h"].decode(), fields[b"g"] == b"1")
        return last

    def _set_listening(self, on: bool) -> None:
        self.listening = on
        listening.set(on)
