"""`GET /a/{key}`, answered before the framework: from memory, from this machine's disk, from the store.

An image is looked for once however many ask, and a busy one never touches the store. A cache believes what it has for a
day, then asks whether it is there still: what somebody removed is gone from here as well. While the store is away
everything that is at hand goes on being served.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

import structlog
from prometheus_client import Counter, Gauge

from nameplate.assets.disk import DiskCache
from nameplate.assets.keys import SHAPE
from nameplate.assets.origin import Origin
from nameplate.assets.prepared import Prepared, asset_headers
from nameplate.db import Database
from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.storage import Storage
from nameplate.tasks import ended

log = structlog.get_logger(__name__)
held = Gauge("nameplate_asset_cache_bytes", "Memory held by images")
misses = Counter("nameplate_asset_cache_misses_total", "Images asked for that were not in memory")
T = TypeVar("T")

BUDGET = 64 * 1024 * 1024
FRESH = 86_400.0  # seconds an image is believed without asking the store
RETRY = 60.0  # until the store is asked again that did not say
ABSENT = 5.0  # seconds in which nobody is asked again about what is nowhere
MOST_ABSENT = 10_000
MOST_AT_ONCE = 32  # images looked for at the same time
MOST_WAITING = 512
FOLDER = "asset-cache"  # below the data directory, unless a setting names another


class Assets:
    """One for each web process."""

    def __init__(self, settings: Settings, storage: Storage, db: Database, *, budget: int = BUDGET) -> None:
        self._origin = Origin(storage, db)
        folder = settings.asset_cache_dir
        if not folder.parts:
            folder = settings.data_dir / FOLDER
        self.disk = DiskCache(
            folder.expanduser().absolute(),
            most=settings.asset_cache_mb * 1_000_000,
            secret=settings.secret_key,
        )
        self._headers = asset_headers(secure=settings.secure)
        self._budget = budget
        self._held: dict[str, Prepared] = {}
        self._size = 0
        self._absent: dict[str, float] = {}
        self._finding: dict[str, asyncio.Task[Prepared | None]] = {}
        self._beside: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)
        # Their own threads: those of the process may be busy with passwords.
        self._threads = ThreadPoolExecutor(2, "assets")
        self._clock: Callable[[], float] = time.monotonic

    async def __aenter__(self) -> Self:
        self._later(self._in_thread(self.disk.open))
        return self

    async def __aexit__(self, *_: object) -> None:
        await ended(*self._finding.values(), *self._beside)
        self._threads.shutdown(wait=False)

    async def send(self, key: str, scope: Any, send: Any) -> None:
        """Answer GET or HEAD of /a/{key}."""
        asset = self._held.get(key)
        if asset is None:
            try:
                asset = await self._find(key)
            except Unavailable as away:
                await self._say(
                    503, _AWAY, (b"retry-after", away.headers["Retry-After"].encode()), scope, send
                )
                return
            if asset is None:
                await self._say(404, _NOWHERE, None, scope, send)
                return
        elif asset.fresh_until < self._clock():
            self._look_again(key, asset)
        asset.used = True
        await asset.send(scope, send)

    def has_shape(self, key: str) -> bool:
        """Whether `key` can be one at all."""
        return SHAPE.fullmatch(key) is not None

    async def body(self, key: str) -> bytes | None:
        """The image itself, for drawing with it. Raises Unavailable."""
        asset = self._held.get(key) or await self._find(key)
        return asset.body if asset else None

    async def _find(self, key: str) -> Prepared | None:
        until = self._absent.get(key)
        if until is not None:
            if until > self._clock():
                return None
            del self._absent[key]
        task = self._finding.get(key)
        if task is None:
            if len(self._finding) >= MOST_WAITING:
                raise Unavailable("Too many images are being looked for.", retry_after=2)
            task = self._finding[key] = asyncio.create_task(self._find_once(key))
            task.add_done_callback(lambda done: self._found(key, done))
        return await asyncio.shield(task)

    def _found(self, key: str, task: "asyncio.Task[Prepared | None]") -> None:
        del self._finding[key]
        if not task.cancelled():
            task.exception()  # those who asked were told

    async def _find_once(self, key: str) -> Prepared | None:
        misses.inc()
        async with self._turn:
            near = await self._in_thread(self.disk.read, key)
            if near is not None:
                age = max(time.time() - near.checked_at, 0.0)
                return self._keep(key, near.body, self._clock() + FRESH - age)
            body = await self._origin.read(key)
        if body is None:
            if len(self._absent) >= MOST_ABSENT:
                self._absent.clear()
            self._absent[key] = self._clock() + ABSENT
            return None
        self._later(self._in_thread(self.disk.write, key, body))
        return self._keep(key, body, self._clock() + FRESH)

    def _look_again(self, key: str, asset: Prepared) -> None:
        asset.fresh_until = self._clock() + RETRY
        self._later(self._check(key, asset))

    async def _check(self, key: str, asset: Prepared) -> None:
        try:
            there = await self._origin.has(key)
        except Unavailable:
            return
        if there:
            asset.fresh_until = self._clock() + FRESH
            await self._in_thread(self.disk.checked, key)
        else:
            if self._held.get(key) is asset:
                del self._held[key]
                self._size -= asset.size
            await self._in_thread(self.disk.remove, key)

    def _keep(self, key: str, body: bytes, fresh_until: float) -> Prepared:
        asset = Prepared(key, body, self._headers)
        asset.fresh_until = fresh_until
        self._held[key] = asset
        self._size += asset.size
        while self._size > self._budget and len(self._held) > 1:
            oldest, candidate = next(iter(self._held.items()))
            del self._held[oldest]
            if candidate.used and candidate is not asset:
                candidate.used = False
                self._held[oldest] = candidate
            else:
                self._size -= candidate.size
        held.set(self._size)
        return asset

    async def _say(
        self, status: int, text: bytes, more: tuple[bytes, bytes] | None, scope: Any, send: Any
    ) -> None:
        """A few plain words: nobody reads a page in the place of a picture."""
        headers = [
            *self._headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            # A picture that is not there may be there soon; one that cannot be read now is certainly not gone.
            (b"cache-control", b"public, max-age=10" if status == 404 else b"no-store"),
            *([more] if more else []),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text})

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


_NOWHERE = b"There is no such image.\n"
_AWAY = b"This image cannot be read right now. Try again in a moment.\n"
