"""Counting a batch: raw events and every roll-up, in the transaction of the caller, at most once.

The consumer and, with Valkey away, the web processes call the same function.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

import msgspec
from prometheus_client import Counter

from nameplate.analytics.counting import queries
from nameplate.analytics.days import owners_day
from nameplate.analytics.queries import make_partition
from nameplate.db import Tx
from nameplate.events import Batch, Event

dropped = Counter("nameplate_events_dropped_total", "Events not counted when their batch was", ["reason"])

# See the table counted_batches.
REMEMBER_STREAMED = timedelta(hours=1)
REMEMBER_DIRECT = timedelta(days=7)

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_known_months: set[tuple[int, int]] = set()


@dataclass(frozen=True, slots=True)
class Written:
    """What a call did. Batches that were counted before are in neither number."""

    batches: int
    events: int


async def write_batch(tx: Tx, batch_id: UUID, events: Sequence[Event]) -> Written:
    """Count one batch that did not come by the stream."""
    return await write_batches(tx, [Batch(batch_id, list(events))], remember=REMEMBER_DIRECT)


async def write_batches(tx: Tx, batches: Sequence[Batch], *, remember: timedelta) -> Written:
    """Count batches that were not counted yet; `tx` is a transaction of the consumer role.

    Events of accounts that no longer exist are dropped. Raises psycopg.DataError or IntegrityError for events no
    table can take: the transaction is lost then, and the fault is in the events.
    """
    mine = await queries.claim_batches(tx, {batch.id for batch in batches}, remember)
    taken = len(mine)
    events: list[Event] = []
    for batch in batches:
        if batch.id in mine:
            mine.discard(batch.id)  # the same batch twice in one call
            events.extend(batch.events)
    if not events:
        return Written(taken, 0)
    zones = await queries.time_zones(tx, {event.account_id for event in events})
    present = [event for event in events if event.account_id in zones]
    if len(present) < len(events):
        dropped.labels("no such account").inc(len(events) - len(present))
    if not present:
        return Written(taken, 0)
    await _make_partitions(tx, present)
    await queries.stage(tx, _rows(present, zones))
    await queries.insert_events(tx)
    kinds = {event.kind for event in present}
    if kinds & {"view", "click"}:
        await queries.count_days(tx)
    if "click" in kinds:
        await queries.count_links(tx)
    return Written(taken, len(present))


async def _make_partitions(tx: Tx, events: Sequence[Event]) -> None:
    times = (event.at.astimezone(UTC) for event in events)
    months = {(at.year, at.month) for at in times} - _known_months
    for year, month in sorted(months):
        # One made just now is gone again if this transaction fails: so it is known only once it was found.
        if not await make_partition(tx, date(year, month, 1)):
            _known_months.add((year, month))


def forget_partitions() -> None:
    """Look again which months have a partition, because retention may have dropped one."""
    _known_months.clear()


@lru_cache(maxsize=16384)
def _source(*dimensions: str | None) -> int:
    """Stands in for the visitor of anonymous events that look alike: always negative, which no visitor is."""
    digest = blake2b(msgspec.msgpack.encode(dimensions), digest_size=8).digest()
    return ~(int.from_bytes(digest) >> 1)


def _fact(event: Event) -> int | None:
    """The row of visitor_days an event belongs to, if it belongs to one."""
    if event.bot is not None or event.kind not in ("view", "click"):
        return None
    if event.visitor is not None:
        return event.visitor
    return _source(
        event.country, event.region, event.city, event.device, event.browser, event.os, event.language,
        event.referrer, event.utm_source, event.utm_medium, event.utm_campaign,
    )  # fmt: skip


def _rows(events: Sequence[Event], zones: dict[UUID, str]) -> Iterator[tuple[object, ...]]:
    """The events as queries.STAGE wants them."""
    for e in events:
        day = owners_day(e.at, zones[e.account_id]).toordinal() - _EPOCH_DAY
        yield (
            e.account_id.bytes, (e.at - _EPOCH) // _MICROSECOND, e.id, e.visitor, day, e.tap_x, e.tap_y, e.ttfb,
            e.fcp, e.lcp, e.inp, e.cls, e.viewport, None if e.link_id is None else e.link_id.bytes, e.kind,
            e.country, e.region, e.city, e.device, e.browser, e.browser_version, e.os, e.os_version, e.language,
            e.referrer, e.referrer_path, e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content,
            e.connection, e.bot, _fact(e),
        )  # fmt: skip
