"""The streams of this process. Nobody watches: nothing is asked."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from prometheus_client import Gauge

from nameplate.analytics.live.feed import Feed
from nameplate.analytics.live.reader import Position, Reader
from nameplate.db import Database
from nameplate.errors import Problem, TooMany, Unavailable
from nameplate.http.caller import Caller
from nameplate.http.sse import HEARTBEAT
from nameplate.tasks import ended

streams = Gauge("nameplate_live_streams", "Live streams open", multiprocess_mode="livesum")

# Streams of one account. Browsers open six connections to a host over HTTP/1.1: these leave some for the rest.
MOST_EACH = 4
MOST = 200  # streams of this process
HEARTBEAT_EVERY = 15.0  # seconds; shows proxies and us that the other side is still there
RETRY = b"retry: 2000\n\n"


class Feeds:
    """One feed for each account that somebody watches."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._stopping = False
        self.open = 0

    def check(self, account_id: UUID) -> None:
        """Raises TooMany or Unavailable while there are as many streams as may be."""
        if self._stopping:
            raise Unavailable("This server is being restarted.", retry_after=2)
        if self.open >= MOST:
            raise Unavailable("Too many live streams are open here.", retry_after=30)
        feed = self._feeds.get(account_id)
        if feed is not None and len(feed[0].readers) >= MOST_EACH:
            raise TooMany(
                f"{MOST_EACH} live streams of yours are open already. Close one.",
                headers={"Retry-After": "10"},
            )

    async def read(self, caller: Caller, after: Position | None = None) -> AsyncGenerator[bytes, None]:
        """The stream, beginning behind `after`."""
        try:
            self.check(caller.account_id)  # others may have come since the route asked
        except Problem:
            return
        reader = Reader(caller, after)
        feed = self._join(reader)
        streams.inc()
        self.open += 1
        try:
            yield RETRY
            while (message := await reader.next(HEARTBEAT_EVERY)) is not None:
                yield message or HEARTBEAT
        finally:
            self.open -= 1
            streams.dec()
            feed.leave(reader)

    def _join(self, reader: Reader) -> Feed:
        account_id = reader.caller.account_id
        if account_id not in self._feeds:
            feed = Feed(self._db, account_id)
            feed.join(reader)
            self._feeds[account_id] = feed, asyncio.create_task(self._run(account_id, feed))
            return feed
        feed = self._feeds[account_id][0]
        feed.join(reader)
        return feed

    async def _run(self, account_id: UUID, feed: Feed) -> None:
        try:
            await feed.run()
        finally:
            # At once after the last reader was found gone: nobody can have joined in between.
            del self._feeds[account_id]

    def stop(self) -> None:
        """End every stream; their clients come again, to another process or after the restart."""
        self._stopping = True
        for feed, _ in self._feeds.values():
            for reader in feed.readers:
                reader.end()

    async def close(self) -> None:
        self.stop()
        await ended(*(task for _, task in self._feeds.values()))
