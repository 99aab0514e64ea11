"""Where images come from when they are not at hand: the bucket, else the row in which they wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError
from prometheus_client import Counter

from nameplate.assets.disk import MOST
from nameplate.assets.uses import queries
from nameplate.breaker import Breaker
from nameplate.db import Database
from nameplate.errors import Unavailable
from nameplate.storage import Storage

fetched = Counter(
    "nameplate_asset_fetches_total", "Images looked for outside of the caches, by where", ["found"]
)

PATIENCE = 4.0  # seconds for one object
_CHUNK = 256 * 1024
T = TypeVar("T")


class Origin:
    """Reads one object at a time for as many as ask for it; see `Assets`."""

    def __init__(self, storage: Storage, db: Database) -> None:
        self._storage = storage
        self._db = db
        self._breaker = Breaker("object storage, reading", failures=4, pause=5.0)

    async def read(self, key: str) -> bytes | None:
        """The image; None when there is none. Raises Unavailable when that cannot be found out now."""
        away: Unavailable | None = None
        try:
            body = await self._ask(key, self._whole)
        except Unavailable as error:
            body, away = None, error
        if body is not None:
            fetched.labels("store").inc()
            return body
        async with self._db.as_visitor() as tx:
            body = await queries.get_pending(tx, key)
        if body is not None:
            fetched.labels("waiting").inc()
        elif away is not None:
            fetched.labels("away").inc()
            raise away
        else:
            fetched.labels("nowhere").inc()
        return body

    async def has(self, key: str) -> bool:
        """Whether it is there still. Raises Unavailable when that cannot be found out now."""
        if await self._ask(key, self._head):
            return True
        async with self._db.as_visitor() as tx:
            return await queries.get_pending(tx, key) is not None

    async def _ask(self, key: str, question: Callable[[str], Awaitable[T]]) -> T | None:
        """The store's answer; None when it has no such object. Raises Unavailable."""
        try:
            with self._breaker.attempt(BaseError, OSError, TimeoutError):
                try:
                    async with asyncio.timeout(PATIENCE):
                        return await question(f"a/{key}")
                except FileNotFoundError:
                    return None
        except (BaseError, OSError, TimeoutError) as error:
            raise Unavailable("Object storage is not answering.") from error

    async def _head(self, path: str) -> bool:
        await obstore.head_async(self._storage.store, path)
        return True

    async def _whole(self, path: str) -> bytes:
        """Chunk by chunk, so that a large object that is none of ours is left before it fills the memory."""
        found = await obstore.get_async(self._storage.store, path)
        size = found.meta["size"]
        if size > MOST:
            raise FileNotFoundError(path)
        parts: list[bytes] = []
        async for chunk in found.stream(min_chunk_size=_CHUNK):
            parts.append(bytes(chunk))
        body = b"".join(parts)
        if len(body) != size:
            raise OSError(f"{path} ended after {len(body)} of {size} bytes")
        return body
