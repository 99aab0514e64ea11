"""Object storage: one S3 client for SeaweedFS, R2, AWS and the like."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store
from prometheus_client import Histogram

from nameplate.breaker import Breaker
from nameplate.errors import Unavailable
from nameplate.settings import Settings

seconds = Histogram("nameplate_storage_seconds", "Time calls to object storage took", ["call"])

PREFIX = "a/"
# Seconds for one object, attempts included. The largest variant has some hundred kilobytes.
PATIENCE = 8.0
MOST_DELETED = 1000  # in one call, as S3 has it
LISTED = 1000
_IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the store lists it."""

    key: str
    bytes: int
    changed_at: datetime


class Storage:
    """The bucket. Private: what visitors may see is served by us or by a CDN in front of us.

    Every call raises Unavailable when the store does not answer, or did not several times in a row just now.
    """

    def __init__(self, settings: Settings) -> None:
        self.store = S3Store(settings.s3_bucket, **_options(settings))
        self._breaker = Breaker("object storage", failures=4, pause=10)

    async def put(self, key: str, data: bytes, media_type: str, patience: float | None = None) -> None:
        """Complete, or not at all. Again is as good as once. `patience`: seconds, when it is less than usual."""
        attributes = {"Content-Type": media_type, "Cache-Control": _IMMUTABLE}
        with self._call("put"):
            async with asyncio.timeout(patience or PATIENCE):
                await obstore.put_async(
                    self.store, PREFIX + key, data, attributes=attributes, use_multipart=False
                )

    async def get(self, key: str) -> bytes | None:
        """None: there is no such object."""
        try:
            with self._call("get", may_miss=True):
                async with asyncio.timeout(PATIENCE):
                    found = await obstore.get_async(self.store, PREFIX + key)
                    return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None

    async def size(self, key: str) -> int | None:
        """In bytes. None: there is no such object."""
        try:
            with self._call("head", may_miss=True):
                async with asyncio.timeout(PATIENCE):
                    return int((await obstore.head_async(self.store, PREFIX + key))["size"])
        except FileNotFoundError:
            return None

    async def delete(self, keys: Sequence[str]) -> None:
        """Those that are not there count as deleted."""
        for start in range(0, len(keys), MOST_DELETED):
            paths = [PREFIX + key for key in keys[start : start + MOST_DELETED]]
            with self._call("delete"):
                async with asyncio.timeout(PATIENCE * 4):
                    await obstore.delete_async(self.store, paths)

    async def list(self) -> AsyncIterator[list[Stored]]:
        """Every object of ours, in pages."""
        with self._call("list"):
            listed = obstore.list(self.store, PREFIX, chunk_size=LISTED)
        pages = aiter(listed)
        while True:
            with self._call("list"):
                async with asyncio.timeout(PATIENCE * 2):
                    page = await anext(pages, None)
            if page is None:
                return
            yield [
                Stored(meta["path"].removeprefix(PREFIX), meta["size"], meta["last_modified"])
                for meta in page
            ]

    async def ping(self) -> None:
        """Raises Unavailable when the bucket does not answer."""
        try:
            async with asyncio.timeout(2):
                await obstore.list(self.store, chunk_size=1).collect_async()
        except (BaseError, OSError, TimeoutError) as error:
            raise Unavailable("Object storage is not answering.") from error

    @contextmanager
    def _call(self, name: str, *, may_miss: bool = False) -> Iterator[None]:
        """One call. `may_miss`: FileNotFoundError goes through, a store that says so is well; otherwise it is the
        bucket that is not there."""
        missing: FileNotFoundError | None = None
        try:
            with seconds.labels(name).time(), self._breaker.attempt(BaseError, OSError, TimeoutError):
                try:
                    yield
                except FileNotFoundError as error:
                    if not may_miss:
                        raise
                    missing = error
        except (BaseError, OSError, TimeoutError) as error:
            raise Unavailable("Object storage is not answering.") from error
        if missing is not None:
            raise missing


def _options(settings: Settings) -> dict[str, Any]:
    checksums = {"checksum_algorithm": "SHA256"} if settings.s3_checksums else {}
    return {
        **checksums,
        "endpoint": _endpoint(settings),
        "region": settings.s3_region,
        "access_key_id": settings.s3_access_key,
        "secret_access_key": settings.s3_secret_key,
        "virtual_hosted_style_request": not settings.s3_path_style,
        "client_options": {
            "allow_http": settings.s3_endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=2),
            "timeout": timedelta(seconds=20),
        },
        "retry_config": {"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
    }


def _endpoint(settings: Settings) -> str:
    """With the bucket in front of the host where that is the style: the client wants it so."""
    if settings.s3_path_style:
        return settings.s3_endpoint
    parts = urlsplit(settings.s3_endpoint)
    return urlunsplit(parts._replace(netloc=f"{settings.s3_bucket}.{parts.netloc}"))
