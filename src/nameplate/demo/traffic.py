"""Making the events: chunk by chunk, on as many connections as pay off, each chunk counted once or not at all."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from nameplate.analytics.counting import queries as counting
from nameplate.analytics.counting.rollups import queries as rollups
from nameplate.analytics.noticed.folds import queries as noticed
from nameplate.analytics.queries import make_partition
from nameplate.analytics.taps import queries as taps
from nameplate.analytics.vitals import queries as vitals
from nameplate.db import SystemDatabase
from nameplate.demo import queries
from nameplate.demo.plan import Plan, Slice, chunks
from nameplate.demo.sources import Mood
from nameplate.demo.tables import Tables, link_set, make_tables

CONNECTIONS = 2
REMEMBER = timedelta(days=30)  # for how long a fill that was interrupted can be taken up again


def chunk_size(events: int) -> int:
    """Big enough that a transaction costs little, small enough for a bar that moves."""
    return max(2_000, min(50_000, events // 12))


class Traffic:
    """The events of one plan. The same plan and seed always make the same chunks with the same ids."""

    def __init__(self, system: SystemDatabase, account: UUID, seed: int, plan: Plan, key: str) -> None:
        self._system = system
        self._account = account
        self._seed = seed
        self._plan = plan
        self._chunks = chunks(plan, chunk_size(plan.events))
        self.ids = [uuid5(account, f"{key} {number}") for number in range(len(self._chunks))]
        self._tables: Tables | None = None

    async def fill(self, progress: Callable[[int], None]) -> int:
        """Make what is missing; how many events were made now. `progress` hears how many there are so far."""
        await self._make_partitions()
        async with self._system.as_consumer() as tx:
            done = await queries.counted(tx, self.ids)
        waiting = [
            (batch, pieces) for batch, pieces in zip(self.ids, self._chunks, strict=True) if batch not in done
        ]
        there = self._plan.events - sum(piece.quota for _, pieces in waiting for piece in pieces)
        progress(there)
        if not waiting:
            return 0
        # Every seed of a table of people is another one than that of the days.
        self._tables = make_tables(Random(f"tables {self._seed}"), self._account, self._plan)  # noqa: S311
        made = 0

        async def work() -> None:
            nonlocal made
            while waiting:
                batch, pieces = waiting.pop(0)
                new = await self._chunk(batch, pieces)
                made += new  # not across the await: the other task adds to it as well
                progress(there + made)

        tasks = [asyncio.create_task(work()) for _ in range(CONNECTIONS)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                # Once: a second time would interrupt the cancelling of the statement under way.
                if not task.cancelling():
                    task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return made

    async def _make_partitions(self) -> None:
        months = {(day.start.year, day.start.month) for day in self._plan.days}
        months.add((self._plan.until.year, self._plan.until.month))
        async with self._system.as_consumer() as tx:
            for year, month in sorted(months):
                await make_partition(tx, date(year, month, 1))

    async def _chunk(self, batch: UUID, pieces: list[Slice]) -> int:
        """One transaction: the events, everything counted from them, and the mark that says so."""
        tables = self._tables
        assert tables is not None  # noqa: S101
        async with self._system.as_consumer() as tx:
            await queries.take_time(tx)
            if not await counting.claim_batches(tx, [batch], REMEMBER):
                return 0
            await tables.put(tx)
            await counting.stage(tx, [])
            made = await queries.make_events(
                tx, self._account, self._seed, [self._slice(piece, tables) for piece in pieces]
            )
            await counting.insert_events(tx)
            tally = await queries.tally(tx, self._account)
            if tally.totals():
                await rollups.count_days(tx, tally)
            if tally.links():
                await rollups.count_links(tx, tally)
            if tally.bots:
                await rollups.count_bots(tx)
            await taps.count(tx)
            await vitals.count(tx)
            await noticed.count(tx)
            return made

    def _slice(self, piece: Slice, tables: Tables) -> dict[str, Any]:
        day = piece.day
        return {
            "serial": piece.serial,
            "quota": piece.quota,
            "day": day.date.isoformat(),
            "start": day.start.isoformat(),
            "seconds": day.seconds,
            # Just after midnight there is no time for a visit of hours.
            "squeeze": min(1.0, day.seconds / (tables.longest + 60)),
            "mood": int(day.mood),
            "era": day.era,
            "pool": int(day.mood is Mood.NEWS),
            "links": tables.links[link_set(day.share, day.mood)[1]],
        }
