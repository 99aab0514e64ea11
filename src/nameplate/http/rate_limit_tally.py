"""Who asked how often, a minute at a time: counted in this process, put into a stream every few seconds.

A process that is killed loses what it counted since, `EVERY` seconds at most. With Valkey away it keeps up to `MOST`
rows and counts what it drops.
"""

import asyncio
import time
from typing import Annotated, Self
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.ids import new_id
from nameplate.tasks import ended

log = structlog.get_logger(__name__)
limited = Counter("nameplate_rate_limited_total", "Requests answered with 429", ["budget"])
dropped = Counter("nameplate_rate_limit_records_dropped_total", "Rows of usage that could not be kept")

STREAM = b"np:{limits:usage}"
EVERY = 5.0  # seconds
MOST = 20_000  # rows in this process
AT_ONCE = 2_000  # rows in one entry of the stream
MOST_ENTRIES = 2_000
# Of those that were limited without being known, so that an attack does not fill the table.
MOST_ADDRESSES = 500  # a minute and process


class Use(msgspec.Struct, frozen=True, array_like=True):
    """What `account_id` (None: somebody unknown) asked for in one minute."""

    minute: Annotated[int, msgspec.Meta(ge=0)]
    """Minutes since 1970."""
    account_id: UUID | None
    token_id: UUID | None
    address: bytes
    """A hash under a key that is gone after a day. Of unknown people only when they were limited; else empty."""
    area: str
    allowed: int
    limited: int


class Uses(msgspec.Struct, frozen=True):
    """One entry of the stream. The id is what makes it count once."""

    id: UUID
    rows: list[Use]


_Key = tuple[int, UUID | None, UUID | None, bytes, str]


class Tally:
    """One object a process."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._counts: dict[_Key, list[int]] = {}
        self._strangers: tuple[int, set[bytes]] = (0, set())
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_flushing())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            await ended(self._task)
        await self.flush()

    def count(
        self,
        area: str,
        *,
        account_id: UUID | None = None,
        token_id: UUID | None = None,
        address: bytes = b"",
        refused: bool = False,
    ) -> None:
        """One request."""
        minute = int(time.time()) // 60
        if account_id is None and address:
            address = self._stranger(minute, address)
        key = (minute, account_id, token_id, address, area)
        counts = self._counts.get(key)
        if counts is None:
            if len(self._counts) >= MOST:
                dropped.inc()
                return
            counts = self._counts[key] = [0, 0]
        counts[refused] += 1

    def _stranger(self, minute: int, address: bytes) -> bytes:
        if self._strangers[0] != minute:
            self._strangers = (minute, set())
        seen = self._strangers[1]
        if len(seen) < MOST_ADDRESSES:
            seen.add(address)
        return address if address in seen else b""

    async def flush(self) -> None:
        """Put what was counted into the stream. What Valkey does not take is kept for the next time."""
        counts, self._counts = self._counts, {}
        rows = [Use(*key, *numbers) for key, numbers in counts.items()]
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            packed = msgspec.msgpack.encode(Uses(new_id(), part))
            try:
                async with asyncio.timeout(1.0):
                    await self._valkey.execute_command(  # type: ignore[no-untyped-call]
                        "XADD", STREAM, "MAXLEN", "~", MOST_ENTRIES, "*", "u", packed
                    )
            except (ValkeyError, OSError, TimeoutError) as error:
                log.warning("usage not written", error=type(error).__name__)
                for use in rows[start:]:
                    self._again(use)
                return

    def _again(self, use: Use) -> None:
        key = (use.minute, use.account_id, use.token_id, use.address, use.area)
        if key not in self._counts and len(self._counts) >= MOST:
            dropped.inc(use.allowed + use.limited)
            return
        counts = self._counts.setdefault(key, [0, 0])
        counts[0] += use.allowed
        counts[1] += use.limited

    async def _keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.flush()
