"""Rendered pages in memory: answered before the framework, without a question to any engine.

A page is rendered once in each process, and read once for all of them (`nameplate.shared_pages`), however many ask.
Valkey says when it changed; a process that hears nothing keeps pages for a second. When the database is away the last
good copy goes on being served, after a restart the one in Valkey.
"""

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial

import structlog
from prometheus_client import Counter, Gauge

from nameplate.cache import Cache
from nameplate.db import Database
from nameplate.errors import Unavailable
from nameplate.page import queries
from nameplate.page.entry import Entry, make_entry, make_missing
from nameplate.page.packed import FORM, pack, unpack
from nameplate.page.queries import PageRow
from nameplate.page_facts import PageFacts
from nameplate.profiles import handles
from nameplate.shared_pages import ALONE, Found

log = structlog.get_logger(__name__)
misses = Counter("nameplate_page_cache_misses_total", "Pages read from the database")
stale = Counter("nameplate_page_cache_stale_total", "Pages served although a newer one could not be read")
held = Gauge("nameplate_page_cache_bytes", "Memory held by rendered pages")

FRESH = 30.0  # seconds a page is believed while changes are heard
FRESH_DEAF = 1.0  # and while they are not
FRESH_MISSING = 10.0
RETRY = 1.0  # pause after a failed read
PATIENCE = 1.0  # how long a visitor waits for a changed page before he is given the old one
BUDGET = 128 * 1024 * 1024  # some 1,700 pages with twelve links


class PageCache:
    """Handle to rendered page. One for each web process."""

    def __init__(
        self,
        db: Database,
        cache: Cache,
        *,
        base_url: str,
        secure: bool,
        sign_up: bool = True,
        max_age: int = 0,
        images: str = "",
        budget: int = BUDGET,
    ) -> None:
        self._db = db
        self._cache = cache
        self._shared = cache.pages
        self._base_url = base_url
        self._secure = secure
        self._sign_up = sign_up
        self._max_age = max_age
        self._images = images
        self._budget = budget
        self._entries: dict[str, Entry] = {}
        self._reading: dict[str, asyncio.Task[Entry]] = {}
        self._size = 0
        self._ill_until = 0.0
        self._clock: Callable[[], float] = time.monotonic

    def start(self) -> None:
        """Begin to hear of changes."""
        self._cache.listen(self.changed, self.missed)

    def changed(self, handle: str, gone: bool = False) -> None:
        """The next visitor of `handle` gets a page read after this moment; when it is `gone`, that or none."""
        if gone:
            self._drop(handle)
        self._mark(handle)
        # A read under way may have looked before the change.
        if reading := self._reading.pop(handle, None):
            reading.add_done_callback(lambda _: self._drop(handle) if gone else self._mark(handle))

    def missed(self) -> None:
        """Changes may have gone unheard: believe nothing without a look."""
        for entry in self._entries.values():
            entry.changed = True

    def _mark(self, handle: str) -> None:
        if entry := self._entries.get(handle):
            entry.changed = True

    def _drop(self, handle: str) -> None:
        if entry := self._entries.pop(handle, None):
            self._size -= entry.size
            held.set(self._size)

    def peek(self, handle: str) -> Entry | None:
        """The entry if it can be served as it is: the hot path, a dictionary look-up."""
        entry = self._entries.get(handle)
        if entry is None or entry.changed or entry.fresh_until < self._clock():
            return None
        entry.used = True
        return entry

    async def get(self, handle: str) -> Entry:
        """The entry for `handle`. Raises Unavailable when nobody has it and the database is away."""
        entry = self._entries.get(handle)
        if entry is None:
            return await self._first(handle)
        entry.used = True
        now = self._clock()
        if entry.changed or entry.fresh_until < now:
            reading = self._read(handle)
            # One that only got old is shown meanwhile. Whoever hears nothing cannot know that it only got old.
            if (entry.changed or not self._cache.listening) and now >= self._ill_until:
                try:
                    async with asyncio.timeout(PATIENCE):
                        return await asyncio.shield(reading)
                except (Unavailable, TimeoutError):
                    stale.inc()
                    if handle not in self._entries:
                        raise Unavailable("This page changed, and the new one cannot be read.") from None
        return entry

    async def _first(self, handle: str) -> Entry:
        """A page this process does not have; an old copy when another one left it and nothing better comes."""
        reading = self._read(handle)
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(reading)
        except (Unavailable, TimeoutError):
            if entry := self._entries.get(handle):
                stale.inc()
                return entry
        return await asyncio.shield(reading)

    def known(self, handle: str) -> PageFacts | None:
        """For counting; see nameplate.page_facts.Pages."""
        entry = self.peek(handle)
        return entry.facts if entry else None

    async def facts(self, handle: str) -> PageFacts | None:
        """For counting; see nameplate.page_facts.Pages."""
        if len(handle) > handles.MOST or not handles.SHAPE.match(handle):
            return None
        return (self.peek(handle) or await self.get(handle)).facts

    def _read(self, handle: str) -> asyncio.Task[Entry]:
        """Read and render, once for all who ask."""
        task = self._reading.get(handle)
        if task is None:
            task = asyncio.create_task(self._read_once(handle))
            self._reading[handle] = task
            task.add_done_callback(lambda done: self._done(handle, done))
        return task

    def _done(self, handle: str, task: asyncio.Task[Entry]) -> None:
        if self._reading.get(handle) is task:
            del self._reading[handle]
        if not task.cancelled() and task.exception() and (entry := self._entries.get(handle)):
            # Not hammered while the database is away, and looked at again soon.
            entry.fresh_until = self._clock() + RETRY
            entry.changed = False

    async def _read_once(self, handle: str) -> Entry:
        found = ALONE
        if self._cache.listening:
            # Whether a copy is still true only those know who hear of changes.
            found = await self._shared.ask(handle, FORM, patience=PATIENCE / 2)
            if found.state == "fresh":
                return self._take(handle, unpack(found.page), FRESH)
        if found.page and handle not in self._entries:
            self._take(handle, unpack(found.page), 0.0)  # to show while nothing better is there
        try:
            row = await self._query(handle)
        except Unavailable:
            self._ill_until = self._clock() + RETRY
            await self._fall_back(handle, found)
            raise
        entry = self._take(handle, row, FRESH if row else FRESH_MISSING)
        await self._shared.keep(handle, found, pack(row) if row else b"")
        return entry

    async def _query(self, handle: str) -> PageRow | None:
        misses.inc()
        async with self._db.as_visitor() as tx:
            return await queries.get_page(tx, handles.skeleton(handle), handle)

    async def _fall_back(self, handle: str, found: Found) -> None:
        """The database is away: let others try, and take what Valkey has when nobody was asked yet."""
        await self._shared.give_up(handle, found)
        if found is ALONE and handle not in self._entries:
            found = await self._shared.ask(handle, FORM)
            await self._shared.give_up(handle, found)
            if found.page:
                self._take(handle, unpack(found.page), 0.0)

    def _take(self, handle: str, row: PageRow | None, lifetime: float) -> Entry:
        known = self._entries.get(handle)
        if row is not None and known is not None and known.row == row:
            # Read again because it was old: making it costs ten times as much as reading it.
            entry = known
            entry.changed = False
            entry.forget_cards()
        elif row is None:
            entry = make_missing(secure=self._secure, sign_up=self._sign_up)
        else:
            entry = make_entry(
                row,
                handle,
                base_url=self._base_url,
                secure=self._secure,
                max_age=self._max_age,
                images=self._images,
            )
        if not self._cache.listening:
            lifetime = min(lifetime, FRESH_DEAF)
        entry.fresh_until = self._clock() + lifetime * random.uniform(0.8, 1.0)  # noqa: S311
        self._keep(handle, entry)
        return entry

    def _keep(self, handle: str, entry: Entry) -> None:
        old = self._entries.pop(handle, None)
        self._size += entry.size - (old.size if old else 0)
        self._entries[handle] = entry
        entry.grew = partial(self._grew, handle)
        self._evict(handle)

    def _grew(self, handle: str, entry: Entry, size: int) -> None:
        if self._entries.get(handle) is entry:
            self._size += size
            self._evict(handle)

    def _evict(self, handle: str) -> None:
        """Let go what was not used longest, except `handle`, until the rest fits."""
        while self._size > self._budget and len(self._entries) > 1:
            oldest, candidate = next(iter(self._entries.items()))
            del self._entries[oldest]
            if candidate.used and oldest != handle:
                candidate.used = False
                self._entries[oldest] = candidate
            else:
                self._size -= candidate.size
        held.set(self._size)
