"""Events on their way: acknowledged once a store that survives a power cut has them.

Calls of `EventStream.add` that arrive together share one XADD per partition (group commit). The stream is Valkey's,
with `appendfsync always`; when it does not confirm, the same batch under the same id is written straight to
PostgreSQL. The id lets whoever counts it second find out, so an answer lost on the way does no harm.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Counter, Gauge
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.errors import Unavailable
from nameplate.ids import new_id
from nameplate.lines import line_to

log = structlog.get_logger(__name__)
stored = Counter(
    "nameplate_events_stored_total", "Events acknowledged, by the store that took them", ["store"]
)
_stored_in_valkey = stored.labels("valkey")
refused = Counter("nameplate_events_refused_total", "Events no store would take", ["reason"])
backlog = Gauge("nameplate_events_backlog_bytes", "Memory of the stream in Valkey", ["partition"])

# The number is part of where an account's events are: every process must agree on it.
PARTITIONS = 4
BATCH = 1000  # events in one stream entry, at most
XADD_TIMEOUT = 1.0  # seconds
REST = 1.0  # seconds during which a Valkey that failed is not asked again

Kind = Literal["view", "click", "tap", "vitals"]


class Event(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One row of the table `events` without its `day`, which is found when it is counted.

    Packed by position: new fields go to the end, with a default. Nothing here can hold an address.
    """

    account_id: UUID
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    """The server's time."""
    kind: Kind
    id: int = msgspec.field(default_factory=partial(random.getrandbits, 63))
    """Tells events of one moment apart; no secret. Python seeds its generator anew in each process."""
    link_id: UUID | None = None
    visitor: int | None = None
    """0 to 2**63-1; None for an anonymous event."""
    country: str | None = None
    region: str | None = None
    city: str | None = None
    device: str | None = None
    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    language: str | None = None
    referrer: str | None = None
    referrer_path: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    viewport: int | None = None
    tap_x: float | None = None
    tap_y: float | None = None
    ttfb: float | None = None
    fcp: float | None = None
    lcp: float | None = None
    inp: float | None = None
    cls: float | None = None
    connection: str | None = None
    bot: str | None = None
    element: str | None = None
    """Part of the page that was tapped, '' its background; None: the link itself."""
    ms: int | None = None
    """From when the page was shown to the tap."""
    position: int | None = None
    """Place of the tapped link on the page, from 1."""


class Batch(msgspec.Struct, frozen=True):
    """Events that are counted together or not at all. The id is what makes it at most once."""

    id: UUID
    events: list[Event]


Direct = Callable[[Sequence[Batch]], Awaitable[None]]
"""Writes batches to PostgreSQL. Raises Unavailable when it cannot."""

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(list[Event])


def stream_key(partition: int) -> str:
    """The hash tag keeps what belongs to one partition on one node of a cluster."""
    return f"np:{{events:{partition}}}"


def partition_of(account_id: UUID) -> int:
    return account_id.int % PARTITIONS


def pack(events: Sequence[Event]) -> bytes:
    return _encoder.encode(events)


def unpack(packed: bytes) -> list[Event]:
    """Raises msgspec.DecodeError (or its subclass ValidationError) for anything that is not packed events."""
    return _decoder.decode(packed)


class EventStream:
    """Where a web process puts events. One object a process; `add` may be called from any number of tasks."""

    def __init__(
        self,
        valkey: Valkey,
        direct: Direct | None = None,
        *,
        most_waiting: int = 20_000,
        most_stored: int = 256 * 1024 * 1024,
    ) -> None:
        """`most_waiting`: events in this process; `most_stored`: bytes of one partition in Valkey. Above either
        bound events are refused rather than kept in a memory that would run out for everybody."""
        self._line = line_to(valkey)
        self._direct = direct
        self._most_waiting = most_waiting
        self._most_stored = most_stored
        self._waiting: list[tuple[Sequence[Event], asyncio.Future[None]]] = []
        self._waiting_events = 0
        self._task: asyncio.Task[None] | None = None
        self._rest_until = 0.0
        self._measure_at = 0.0
        self._full = [False] * PARTITIONS

    async def add(self, events: Sequence[Event]) -> None:
        """Return once all of `events` are durable. Raises Unavailable when no store takes them."""
        if not events:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.put(events, future)
        await future

    def put(self, events: Sequence[Event], future: "asyncio.Future[None]") -> None:
        """`add` for who has a future already: it is done, or raises, when `add` would. `events`: at least one."""
        if self._waiting_events + len(events) > self._most_waiting:
            refused.labels("busy").inc(len(events))
            future.set_exception(Unavailable("Too many events are waiting; please try again in a moment."))
            return
        self._waiting.append((events, future))
        self._waiting_events += len(events)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())

    async def close(self) -> None:
        """Wait for what is under way; every store has a timeout, so this ends."""
        while self._task is not None:
            await asyncio.wait([self._task])
        await self._line.close()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # requests that are here already come along
                group, self._waiting = self._waiting, []
                try:
                    lost = await self._write([events for events, _ in group])
                except Exception:
                    log.exception("events not written")
                    lost = set(range(PARTITIONS))
                for events, future in group:
                    self._waiting_events -= len(events)
                    if future.done():
                        continue
                    if lost and any(partition_of(event.account_id) in lost for event in events):
                        refused.labels("no store").inc(len(events))
                        future.set_exception(Unavailable("Events cannot be stored at the moment."))
                    else:
                        future.set_result(None)
        finally:
            self._task = None

    async def _write(self, group: list[Sequence[Event]]) -> set[int]:
        """Store the events; gives the partitions of which some could not be."""
        partitions: list[list[Event]] = [[] for _ in range(PARTITIONS)]
        for events in group:
            for event in events:
                partitions[partition_of(event.account_id)].append(event)
        batches = [
            (partition, Batch(new_id(), events[start : start + BATCH]))
            for partition, events in enumerate(partitions)
            for start in range(0, len(events), BATCH)
        ]
        unconfirmed = await self._append(batches)
        full = {partition for partition, _ in unconfirmed if self._full[partition]}
        rest = [batch for partition, batch in unconfirmed if partition not in full]
        if not rest:
            return full
        try:
            if self._direct is None:
                raise Unavailable
            await self._direct(rest)
        except Unavailable:
            return {partition for partition, _ in unconfirmed}
        stored.labels("postgresql").inc(sum(len(batch.events) for batch in rest))
        return full

    async def _append(self, batches: list[tuple[int, Batch]]) -> list[tuple[int, Batch]]:
        """One XADD per batch in one round trip; gives those that Valkey did not confirm, for whatever reason."""
        if time.monotonic() < self._rest_until:
            return batches
        try:
            async with asyncio.timeout(XADD_TIMEOUT):
                await self._measure()
                sent = [item for item in batches if not self._full[item[0]]]
                answers = await self._line.ask(
                    [
                        ("XADD", stream_key(partition), "*", "b", batch.id.bytes, "e", pack(batch.events))
                        for partition, batch in sent
                    ]
                )
        except (ValkeyError, OSError, TimeoutError) as error:
            # Perhaps it has them and only the answer is lost: the batch id sorts that out.
            self._line.reset()
            log.warning("valkey did not confirm events", error=type(error).__name__)
            self._rest_until = time.monotonic() + REST
            return batches
        unconfirmed = [item for item in batches if self._full[item[0]]]
        taken = 0
        for item, answer in zip(sent, answers, strict=True):
            if isinstance(answer, Exception):
                log.warning("valkey refused events", error=str(answer)[:200])
                unconfirmed.append(item)
            else:
                taken += len(item[1].events)
        _stored_in_valkey.inc(taken)
        return unconfirmed

    async def _measure(self) -> None:
        """Once a second, find out which partitions hold as much as they may."""
        now = time.monotonic()
        if now < self._measure_at:
            return
        self._measure_at = now + 1
        asked = [("MEMORY", "USAGE", stream_key(number), "SAMPLES", 3) for number in range(PARTITIONS)]
        for partition, size in enumerate(await self._line.ask(asked)):
            used = size if isinstance(size, int) else 0
            backlog.labels(str(partition)).set(used)
            self._full[partition] = used > self._most_stored
