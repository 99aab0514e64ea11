"""Changed pages are thrown out of the cache in front of us, by the worker, from the stream of changes.

How far it got stands in Valkey beside the stream and moves on after the cache said yes: killed at any point, or with
the cache's API away for hours, no change is forgotten. When the stream cannot tell any more, everything is thrown out.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from uuid import uuid4

import httpx
import structlog
from prometheus_client import Counter, Gauge
from valkey.exceptions import ValkeyError

from nameplate import __version__
from nameplate.breaker import Breaker
from nameplate.cache import CHANGES, Cache
from nameplate.errors import Unavailable
from nameplate.http import outgoing
from nameplate.page.cdn import WHOLE_SITE, tag
from nameplate.page.purge_apis import APIS, address
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
purges = Counter("nameplate_cdn_purges_total", "Requests that throw pages out of the CDN", ["result"])
waiting = Gauge("nameplate_cdn_purge_waiting", "Changed pages the CDN was not told of yet")

REACHED = "np:{cdn}:reached"
TURN = "np:{cdn}:turn"
TURN_LASTS = 15.0  # seconds without a sign of life after which another worker takes over
AGAIN_AFTER = 2.0  # a process that was deaf may have given the cache an old page just after it was thrown out
GATHER = 0.2  # edits come in rows
BEAT = 1.0
AT_ONCE = 1000
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
LONGEST_PAUSE = 300.0


class Refused(Exception):
    """The API did not take it. `wait`: seconds it asks for, 0.0 when it does not say."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class Purger:
    """One for each worker; one of them has its turn."""

    def __init__(
        self, settings: Settings, cache: Cache, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._valkey = cache.client
        self._api = APIS[settings.cdn_purge_provider]
        self._address = address(settings)
        self._client = outgoing.client(configured=[self._address], timeout=TIMEOUT)
        self._client.headers.update(
            {**self._api.headers(settings.cdn_purge_token), "User-Agent": f"nameplate/{__version__}"}
        )
        self._breaker = Breaker("cdn", failures=5, pause=30)
        self._clock = clock
        self._me = uuid4().hex
        self._seen = b""  # the newest change the cache was told of; empty: look it up
        self._again: deque[tuple[float, bytes, str]] = deque()

    async def close(self) -> None:
        await self._client.aclose()

    def start_over(self) -> None:
        """Look up again how far it got: the stream may have lost changes meanwhile."""
        self._seen = b""

    async def step(self) -> None:
        """Wait a moment for changes and throw them out. Raises Refused, Unavailable and what Valkey's client raises."""
        if not await self._my_turn():
            self.start_over()
            await asyncio.sleep(BEAT)
            return
        if not self._seen and not await self._begin():
            await self._purge_all()
            return
        found = await self._changes()
        now = self._clock()
        due = [name for at, _, name in self._again if at <= now]
        waiting.set(len(found) + len(self._again))
        await self._purge(dict.fromkeys([*(name for _, name in found), *due]))
        self._again.extend((now + AGAIN_AFTER, number, name) for number, name in found)
        if found:
            self._seen = found[-1][0]
        for _ in due:
            reached = self._again.popleft()[1]
            await self._valkey.set(REACHED, reached)
        waiting.set(len(self._again))

    async def _my_turn(self) -> bool:
        lasts = round(TURN_LASTS * 1000)
        if await self._valkey.set(TURN, self._me, nx=True, px=lasts):
            return True
        if await self._valkey.get(TURN) != self._me.encode():
            return False
        # Should it have passed to another one just now, both throw out the same, which does no harm.
        return bool(await self._valkey.set(TURN, self._me, px=lasts))

    async def _begin(self) -> bool:
        """Where the last one stopped; False when changes since then are lost."""
        reached = await self._valkey.get(REACHED)
        if reached is None:
            return False
        if await self._valkey.exists(CHANGES):
            info = await self._valkey.xinfo_stream(CHANGES)
            trimmed = info["entries-added"] > info["length"]
            if trimmed and not await self._valkey.xrange(CHANGES, reached, reached):
                return False  # what it reached went, so later ones may have gone as well
        self._again.clear()
        self._seen = reached
        return True

    async def _purge_all(self) -> None:
        newest = await self._valkey.xrevrange(CHANGES, count=1)
        reached = bytes(newest[0][0]) if newest else b"0-0"
        log.info("throwing everything out of the CDN: changes may have gone unheard")
        await self._purge([WHOLE_SITE])
        await self._valkey.set(REACHED, reached)
        self._seen = reached
        self._again = deque([(self._clock() + AGAIN_AFTER, reached, WHOLE_SITE)])

    async def _changes(self) -> list[tuple[bytes, str]]:
        block = BEAT if not self._again else min(BEAT, max(self._again[0][0] - self._clock(), 0.001))
        heard = await self._valkey.xread(
            {CHANGES: self._seen}, count=AT_ONCE, block=max(round(block * 1000), 1)
        )
        if heard:
            await asyncio.sleep(GATHER)
            heard = await self._valkey.xread({CHANGES: self._seen}, count=AT_ONCE)
        entries = [entry for _, found in heard or () for entry in found]
        return [(number, tag(fields[b"h"].decode())) for number, fields in entries]

    async def _purge(self, names: Iterable[str]) -> None:
        wanted = list(names)
        for start in range(0, len(wanted), self._api.most):
            with self._breaker.attempt(httpx.TransportError, Refused):
                await self._ask(wanted[start : start + self._api.most])

    async def _ask(self, names: list[str]) -> None:
        try:
            answer = await self._client.post(self._address, json=self._api.body(names))
        except httpx.TransportError:
            purges.labels("no answer").inc()
            raise
        if answer.status_code == 429:
            purges.labels("too many").inc()
            raise Refused("too many requests", _seconds(answer.headers.get("retry-after", "")))
        try:
            taken = answer.status_code == 200 and self._api.taken(answer.json())
        except ValueError:
            taken = False
        purges.labels("done" if taken else "refused").inc()
        if not taken:
            raise Refused(f"status {answer.status_code}")


def _seconds(text: str) -> float:
    return min(float(text), LONGEST_PAUSE) if text.isdigit() else 0.0


async def keep_purged(settings: Settings, cache: Cache, stop: asyncio.Event) -> None:
    """Until `stop`. Nothing to do without a CDN that can be told."""
    if not settings.cdn_purge_provider:
        return
    purger = Purger(settings, cache)
    failures = 0
    try:
        while not stop.is_set():
            try:
                await purger.step()
                failures = 0
            except (Refused, httpx.TransportError, Unavailable, ValkeyError, OSError, TimeoutError) as error:
                pause = PAUSES[min(failures, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)  # noqa: S311
                if isinstance(error, Refused):
                    pause = max(pause, error.wait)
                failures += 1
                log.warning(
                    "the CDN was not told of changed pages", error=repr(error), again_in=round(pause, 1)
                )
                await _rest(stop, pause)
    finally:
        await purger.close()


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
