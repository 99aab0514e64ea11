"""From the stream to the tables: a batch, its roll-ups and the offset in one transaction.

The stream's position lives in PostgreSQL, not in Valkey: what is committed was counted, what is not was not,
whichever process dies when. There are no consumer groups to get stuck; any number of workers may run this, and a lock
on the offset's row decides who works on a partition.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import structlog
from prometheus_client import Counter, Gauge
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.analytics import batch
from nameplate.analytics.counting import queries
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.events import PARTITIONS, Batch, stream_key, unpack
from nameplate.ids import new_id
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
counted = Counter("nameplate_events_counted_total", "Events written to PostgreSQL by the consumer")
dead = Counter("nameplate_events_dead_batches_total", "Batches moved aside because they cannot be counted")
lag = Gauge("nameplate_consumer_lag_seconds", "Age of the oldest batch not yet counted", ["partition"])

EVENTS_AT_ONCE = 16_000  # in one transaction, about
ENTRIES_AT_MOST = 2000
ZONES_AT_MOST = 10_000  # known by heart
DEAD_KEPT = 10_000  # batches
WAIT = 1.0  # seconds a silent partition is listened to in one go

# The events themselves are at fault, not the database: trying again cannot help.
_FAULTY = (psycopg.DataError, psycopg.IntegrityError, ArithmeticError, LookupError, TypeError, ValueError)
# Whatever else the database says is its own trouble (or a grant's, or a migration's): the stream holds meanwhile.
_AWAY = (Unavailable, ValkeyError, OSError, TimeoutError, psycopg.Error)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the stream. `batch` is None when it cannot be read."""

    id: str
    fields: dict[bytes, bytes]
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Load:
    """What is read from the stream at once. `full`: there may be more behind it."""

    entries: list[Entry]
    guessed: batch.Guess | None
    full: bool


class Moved(Exception):
    """Somebody else counted what was just read, or is counting it."""


class Partition:
    """One partition of the stream and how far this process thinks it is read."""

    def __init__(self, number: int, system: SystemDatabase, valkey: Valkey) -> None:
        self.key = stream_key(number)
        self.number = str(number)
        self._system = system
        self._valkey = valkey
        self._generation: str | None = None
        self._last_id = "0-0"
        self._entries = 100
        self._zones: dict[UUID, str] = {}
        self._ahead: asyncio.Task[Load] | None = None

    async def step(self) -> int:
        """Count some of what is there. Gives the number of entries passed.

        Raises Moved, Unavailable, ValkeyError, OSError: nothing was counted then, and a later call does it.
        """
        generation = await self._generation_word()
        if generation != self._generation:
            await self.close()
            await self._look_up(generation)
        load = await self._next()
        entries = load.entries
        if not entries:
            lag.labels(self.number).set(0)
            return 0
        if load.full:
            # While PostgreSQL works on this, the next is read, unpacked and added up.
            self._ahead = asyncio.create_task(self._read(entries[-1].id))
        try:
            await self._count(generation, entries, load.guessed)
        except _FAULTY as error:
            log.warning("batches cannot be counted together", stream=self.key, error=type(error).__name__)
            batch.forget_partitions()
            for entry in entries:
                await self._count_alone(generation, entry)
        await self._trim()
        return len(entries)

    async def _next(self) -> Load:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and (load := await ahead).entries:
            return load
        return await self._read(self._last_id)

    async def wait(self) -> None:
        """Return when there may be something new."""
        await self._valkey.xread({self.key: self._last_id}, count=1, block=int(WAIT * 1000))

    async def _generation_word(self) -> str:
        """The random word of this Valkey's data. Without it the data was lost, and offsets mean nothing."""
        name = self.key + ":generation"
        word = await self._valkey.get(name)
        if word is None:
            await self._valkey.set(name, new_id().hex, nx=True)
            word = await self._valkey.get(name)
        if word is None:
            raise ValkeyError("Valkey lost a word it was just given.")
        return str(word.decode())

    async def _look_up(self, generation: str) -> None:
        async with self._system.as_consumer() as tx:
            offset = await queries.read_offset(tx, self.key)
        known = offset is not None and offset.generation == generation
        self._last_id = offset.last_id if offset is not None and known else "0-0"
        self._generation = generation
        if known:
            await self._trim()  # a consumer may have died between its commit and its trim

    async def _read(self, after: str) -> Load:
        answer: list[tuple[bytes, dict[bytes, bytes]]] = await self._valkey.xrange(
            self.key, min="(" + after, max="+", count=self._entries
        )
        if not answer:
            return Load([], None, full=False)
        entries, events, guessed = await asyncio.to_thread(_work_out, answer, self._zones.copy())
        full = len(entries) < len(answer) or len(answer) == self._entries
        # Aim the next read at a transaction of about EVENTS_AT_ONCE.
        wanted = EVENTS_AT_ONCE * len(entries) // max(events, 1)
        self._entries = min(max(wanted, 8), ENTRIES_AT_MOST)
        born = int(entries[0].id.partition("-")[0]) / 1000
        lag.labels(self.number).set(max(0.0, time.time() - born))
        return Load(entries, guessed, full)

    async def _count(
        self, generation: str, entries: Sequence[Entry], guessed: batch.Guess | None = None
    ) -> None:
        """Count the readable ones and move the offset past all of them, in one transaction."""
        unreadable = [entry for entry in entries if entry.batch is None]
        for entry in unreadable:
            await self._bury(entry, "unreadable")
        last_id = entries[-1].id
        async with self._system.as_consumer() as tx:
            offset = await queries.lock_offset(tx, self.key)
            if offset is None:
                raise Moved
            if self._last_id != (offset.last_id if offset.generation == generation else "0-0"):
                raise Moved
            batches = [entry.batch for entry in entries if entry.batch is not None]
            written = await batch.write_batches(
                tx, batches, remember=batch.REMEMBER_STREAMED, guessed=guessed
            )
            await queries.move_offset(tx, self.key, generation, last_id)
        counted.inc(written.events)
        self._last_id = last_id
        if len(self._zones) > ZONES_AT_MOST:
            self._zones.clear()
        self._zones.update(written.zones)

    async def _count_alone(self, generation: str, entry: Entry) -> None:
        try:
            await self._count(generation, [entry])
        except _FAULTY as error:
            await self._bury(entry, str(error).splitlines()[0])
            await self._count(generation, [Entry(entry.id, entry.fields, Batch(new_id(), []))])

    async def _bury(self, entry: Entry, reason: str) -> None:
        """Keep a batch that cannot be counted where a person can look at it, and go on with the next.

        Not in the transaction that passes it: should that one fail, the batch is here twice, which does no harm.
        """
        fields: dict[Any, Any] = {**entry.fields, b"reason": reason[:300], b"id": entry.id}
        await self._valkey.xadd(self.key + ":dead", fields, maxlen=DEAD_KEPT, approximate=True)
        dead.inc()
        log.error("batch moved aside", stream=self.key, entry=entry.id, reason=reason[:300])

    async def _trim(self) -> None:
        milliseconds, _, sequence = self._last_id.partition("-")
        await self._valkey.xtrim(self.key, minid=f"{milliseconds}-{int(sequence) + 1}", approximate=False)

    async def close(self) -> None:
        """Forget what was read ahead."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.cancel()
            await asyncio.wait([ahead])
            if not ahead.cancelled():
                ahead.exception()  # nobody wants to know it any more

    def forget(self) -> None:
        """Look up the offset again before the next step."""
        self._generation = None

    def be_modest(self) -> None:
        """Read less at a time, in case it was too much for the database's patience."""
        self._entries = max(1, self._entries // 4)


async def consume(settings: Settings, system: SystemDatabase, valkey: Valkey, stop: asyncio.Event) -> None:
    """Count events until `stop` is set. Waits out any engine that is away. Any number of processes may do it."""
    log.info("consumer started", partitions=PARTITIONS, log_level=settings.log_level)
    partitions = [Partition(number, system, valkey) for number in range(PARTITIONS)]
    async with asyncio.TaskGroup() as group:
        for partition in partitions:
            group.create_task(_work(partition, stop))


async def _work(partition: Partition, stop: asyncio.Event) -> None:
    try:
        await _count_until(partition, stop)
    finally:
        await partition.close()


async def _count_until(partition: Partition, stop: asyncio.Event) -> None:
    pause = 0.1
    while not stop.is_set():
        try:
            if await partition.step() == 0:
                await _unless_stopped(partition.wait(), stop)
            pause = 0.1
        except Moved:
            partition.forget()
            await _sleep(0.5, stop)
        except _AWAY as error:
            log.warning("consumer waits", stream=partition.key, error=type(error).__name__, seconds=pause)
            partition.forget()
            partition.be_modest()
            await _sleep(pause, stop)
            pause = min(pause * 2, 2.0)


async def _unless_stopped(work: Awaitable[None], stop: asyncio.Event) -> None:
    task = asyncio.ensure_future(work)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        if not task.done():
            task.cancel()
    if task.done() and not task.cancelled():
        task.result()


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _work_out(
    answer: list[tuple[bytes, dict[bytes, bytes]]], zones: dict[UUID, str]
) -> tuple[list[Entry], int, batch.Guess | None]:
    """As many entries as make a transaction, how many events are in them, and what they add up to."""
    entries, events = [], 0
    for entry_id, fields in answer:
        entry = Entry(entry_id.decode(), fields, _unpack(fields))
        entries.append(entry)
        events += len(entry.batch.events) if entry.batch else 0
        if events >= EVENTS_AT_ONCE:
            break
    return entries, events, batch.guess([entry.batch for entry in entries if entry.batch], zones)


def _unpack(fields: dict[bytes, bytes]) -> Batch | None:
    try:
        return Batch(UUID(bytes=fields[b"b"]), unpack(fields[b"e"]))
    except (KeyError, ValueError, msgspec.DecodeError):
        return None
