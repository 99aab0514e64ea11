"""Counting a batch: raw events and every roll-up, in the transaction of the caller, at most once.

The consumer and, with Valkey away, the web processes call the same function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from uuid import UUID

from prometheus_client import Counter

from nameplate.analytics.counting import queries
from nameplate.analytics.counting.rollups import queries as rollups
from nameplate.analytics.counting.tally import Tally
from nameplate.analytics.noticed.folds import queries as noticed
from nameplate.analytics.queries import make_partition
from nameplate.analytics.taps import queries as taps
from nameplate.analytics.vitals import queries as vitals
from nameplate.db import Tx
from nameplate.events import Batch, Event

dropped = Counter("nameplate_events_dropped_total", "Events not counted when their batch was", ["reason"])

# See the table counted_batches.
REMEMBER_STREAMED = timedelta(hours=1)
REMEMBER_DIRECT = timedelta(days=7)

_known_months: set[tuple[int, int]] = set()


@dataclass(frozen=True, slots=True)
class Written:
    """What a call did. Batches that were counted before are in neither number."""

    batches: int
    events: int
    zones: dict[UUID, str]
    """Of the accounts that events were counted of."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What batches add up to if none of them was counted before and their accounts still live in these zones.

    It takes time to work out, and can be worked out before there is a transaction to ask in.
    """

    batches: int
    zones: dict[UUID, str]
    tally: Tally


def guess(batches: Sequence[Batch], zones: dict[UUID, str]) -> Guess | None:
    """None when there is nothing in them, or something of an account whose zone is not in `zones`."""
    events = [event for batch in batches for event in batch.events]
    accounts = {event.account_id.int: event.account_id for event in events}.values()
    if not events or any(account not in zones for account in accounts):
        return None
    own = {account: zones[account] for account in accounts}
    return Guess(len({batch.id for batch in batches}), own, Tally(events, own))


async def write_batch(tx: Tx, batch_id: UUID, events: Sequence[Event]) -> Written:
    """Count one batch that did not come by the stream."""
    return await write_batches(tx, [Batch(batch_id, list(events))], remember=REMEMBER_DIRECT)


async def write_batches(
    tx: Tx, batches: Sequence[Batch], *, remember: timedelta, guessed: Guess | None = None
) -> Written:
    """Count batches that were not counted yet; `tx` is a transaction of the consumer role. `guessed`: of these batches.

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
        return Written(taken, 0, {})
    zones = await queries.time_zones(
        tx, {event.account_id.int: event.account_id for event in events}.values()
    )
    known = {account.int for account in zones}
    present = [event for event in events if event.account_id.int in known]
    if len(present) < len(events):
        dropped.labels("no such account").inc(len(events) - len(present))
    if not present:
        return Written(taken, 0, {})
    await _make_partitions(tx, present)
    if guessed is not None and len(batches) == taken == guessed.batches and zones == guessed.zones:
        tally = guessed.tally
    else:
        tally = Tally(present, zones)
    await queries.stage(tx, tally.rows())
    # Sent together: PostgreSQL need not wait for us between one and the next.
    async with tx.connection.pipeline():
        await _count(tx, tally)
    return Written(taken, len(present), zones)


async def _count(tx: Tx, tally: Tally) -> None:
    await queries.insert_events(tx)
    if tally.totals():
        await rollups.count_days(tx, tally)
    if tally.links():
        await rollups.count_links(tx, tally)
    if tally.bots:
        await rollups.count_bots(tx)
    await taps.count(tx)
    await vitals.count(tx)
    await noticed.count(tx)


async def _make_partitions(tx: Tx, events: Sequence[Event]) -> None:
    days = {event.at.astimezone(UTC).date() for event in events}
    months = {(day.year, day.month) for day in days} - _known_months
    for year, month in sorted(months):
        # One made just now is gone again if this transaction fails: so it is known only once it was found.
        if not await make_partition(tx, date(year, month, 1)):
            _known_months.add((year, month))


def forget_partitions() -> None:
    """Look again which months have a partition, because retention may have dropped one."""
    _known_months.clear()
