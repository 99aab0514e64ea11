"""Valkey: one client a process, and the messages that say a page changed."""

import asyncio
from collections.abc import Callable
from typing import Self

import structlog
from prometheus_client import Gauge
from valkey.asyncio import Valkey
from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff
from valkey.exceptions import ValkeyError

from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.tasks import ended

log = structlog.get_logger(__name__)
listening = Gauge("nameplate_page_changes_listening", "1 while this process hears of changed pages")

CHANGED = "np:page-changed"


class Cache:
    """Valkey as the web and worker processes use it. Every call is bounded; none hangs with Valkey away."""

    def __init__(self, settings: Settings) -> None:
        url = settings.valkey_url.replace("redis://", "valkey://").replace("rediss://", "valkeys://")
        self.client: Valkey = Valkey.from_url(
            url,
            socket_timeout=1.5,
            socket_connect_timeout=1,
            socket_keepalive=True,
            health_check_interval=0,
            max_connections=64,
            retry=Retry(NoBackoff(), 0),
        )
        self._listener: asyncio.Task[None] | None = None
        self._changed: Callable[[str], None] | None = None
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

    async def publish_page_changed(self, handle: str) -> None:
        """Tell every web process that the page of `handle` changed. Call it after the commit.

        With Valkey away nobody else is told: processes notice that they are deaf and keep pages for a second only.
        """
        if self._changed is not None:
            self._changed(handle)
        try:
            await self.client.publish(CHANGED, handle)
        except (ValkeyError, OSError, TimeoutError) as error:
            log.warning("page change not announced", error=type(error).__name__)

    def listen(self, changed: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Call `changed(handle)` for each message, `missed()` whenever messages may have been lost."""
        self._changed = changed
        self._listener = asyncio.create_task(self._listen(changed, missed))

    async def _listen(self, changed: Callable[[str], None], missed: Callable[[], None]) -> None:
        pause = 0.1
        while True:
            try:
                async with self.client.pubsub() as pubsub:
                    await pubsub.subscribe(CHANGED)
                    while True:
                        message = await pubsub.get_message(timeout=5.0)
                        if message is None:
                            # A silent line may be a dead one.
                            await asyncio.wait_for(pubsub.ping(), 2)
                        elif message["type"] == "subscribe":
                            missed()
                            self._set_listening(True)
                            pause = 0.1
                        elif message["type"] == "message":
                            changed(message["data"].decode())
            except (ValkeyError, OSError, TimeoutError) as error:
                if self.listening:
                    log.warning("deaf to page changes", error=type(error).__name__)
                self._set_listening(False)
                missed()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    def _set_listening(self, on: bool) -> None:
        self.listening = on
        listening.set(on)
