"""Whatever arrives in whatever order, however often, through whichever door: roll-ups say what the events say."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from valkey.asyncio import Valkey

from nameplate.analytics.batch import write_batch
from nameplate.analytics.consume import Moved, Partition
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.events import PARTITIONS, Batch, Event, pack, partition_of, stream_key
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.truth import assert_exact, clear, count
from tests.cast import Person

START = datetime(2026, 3, 28, 20, tzinfo=UTC)  # Ann's day of 23 hours begins three hours later
LINKS = [new_id() for _ in range(2)]


@dataclass(frozen=True)
class Step:
    """One thing that happens to a batch, or to those who count."""

    what: Literal["stream", "direct", "both", "crash", "step", "two at once", "trim lost"]
    batch: int = 0


events = st.builds(
    dict,
    who=st.sampled_from(["ann", "ann", "ann", "ben", "gone"]),
    minutes=st.integers(0, 600)
    | st.sampled_from([179, 180, 181, 1559, 1560]),  # midnight is at 180 and at 1560
    kind=st.sampled_from(["view", "view", "click", "click", "tap", "vitals"]),
    visitor=st.sampled_from([1, 1, 2, None]),
    link=st.sampled_from([None, *LINKS]),
    country=st.sampled_from(["DE", "BR", "IN", None]),
    referrer=st.sampled_from([None, "GitHub"]),
    bot=st.sampled_from([None, None, None, "crawler"]),
    device=st.sampled_from([None, "phone", "desktop"]),
    viewport=st.sampled_from([None, 480, 1440]),
    element=st.sampled_from([None, "", "name", "live"]),
    spot=st.sampled_from([None, (0.0, 1.0), (1.0, 0.0), (0.05, 0.125), (0.4999, 0.999)]),
    ms=st.sampled_from([None, 0, 1, 999, 1000, 2**31 - 1]),
    position=st.sampled_from([None, 1, 2]),
    value=st.sampled_from([None, 0.0, 0.1, 0.25, 1.0, 200.0, 801.0, 1800.0, 2500.0, 2501.0, 600000.0]),
)
batches = st.lists(st.lists(events, min_size=1, max_size=6), min_size=2, max_size=6)
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["stream", "stream", "direct", "both", "crash", "step", "two at once", "trim lost"]),
        st.integers(0, 5),
    ),
    max_size=14,
)


def measured(e: dict[str, Any]) -> dict[str, Any]:
    """What only taps, or only vitals, have."""
    if e["kind"] == "tap":
        x, y = e["spot"] or (None, None)
        return {"element": e["element"], "tap_x": x, "tap_y": y, "ms": e["ms"], "position": e["position"]}
    if e["kind"] == "vitals":
        return dict.fromkeys(("lcp", "inp", "cls", "fcp", "ttfb"), e["value"])
    return {}


class Crash(Exception):
    """The process dies before it commits."""


class World:
    """A consumer, its engines, and people to count for."""

    def __init__(self, system: SystemDatabase, valkey: Valkey, people: dict[str, UUID]) -> None:
        self.system = system
        self.valkey = valkey
        self.people = people

    def make(self, plan: Sequence[Sequence[dict[str, Any]]]) -> list[list[Batch]]:
        """A group of batches, one for each partition, for each planned batch."""
        made = []
        for group in plan:
            parts: dict[int, list[Event]] = {}
            for e in group:
                account = self.people[e["who"]]
                event = Event(
                    account_id=account, at=START + timedelta(minutes=e["minutes"]), kind=e["kind"],
                    visitor=e["visitor"], link_id=e["link"] if e["kind"] in ("click", "tap") else None,
                    country=e["country"] if e["visitor"] else None, referrer=e["referrer"], bot=e["bot"],
                    device=e["device"] if e["visitor"] else None, viewport=e["viewport"] if e["visitor"] else None,
                    **measured(e),
                )  # fmt: skip
                parts.setdefault(partition_of(account), []).append(event)
            made.append([Batch(new_id(), part) for part in parts.values()])
        return made

    async def add(self, group: list[Batch]) -> None:
        for batch in group:
            key = stream_key(partition_of(batch.events[0].account_id))
            await self.valkey.xadd(key, {"b": batch.id.bytes, "e": pack(batch.events)})

    async def direct(self, group: list[Batch], *, crash: bool = False) -> None:
        for batch in group:
            try:
                async with self.system.as_consumer() as tx:
                    await write_batch(tx, batch.id, batch.events)
                    if crash:
                        raise Crash
            except Crash:
                pass

    def consumers(self) -> list[Partition]:
        return [Partition(number, self.system, self.valkey) for number in range(PARTITIONS)]

    async def drain(self) -> None:
        for consumer in self.consumers():
            while await self._step(consumer):
                pass

    async def _step(self, consumer: Partition) -> int:
        try:
            return await consumer.step()
        except Moved:
            consumer.forget()
            return 1

    async def happen(self, step: Step, groups: list[list[Batch]]) -> None:
        group = groups[step.batch % len(groups)]
        match step.what:
            case "stream":
                await self.add(group)
            case "direct":
                await self.direct(group)
            case "both":  # the answer of Valkey was lost
                await self.add(group)
                await self.direct(group)
            case "crash":
                await self.direct(group, crash=True)
            case "step":
                await asyncio.gather(*(self._step(consumer) for consumer in self.consumers()))
            case "two at once":
                await asyncio.gather(*(self._step(c) for c in self.consumers() + self.consumers()))
            case "trim lost":  # died between commit and trim: the entries are still there
                old = self.consumers()
                for consumer in old:
                    consumer._trim = _nothing  # type: ignore[method-assign]
                    await self._step(consumer)


async def _nothing() -> None:
    return


@pytest.mark.timeout(300)
async def test_roll_ups_equal_the_events(
    settings: Settings,
    ann: Person,
    ben: Person,
    admin_url: str,
) -> None:
    """Runs the property in a thread of its own: hypothesis wants a plain function."""
    people = {"ann": ann.account_id, "ben": ben.account_id, "gone": new_id()}
    await asyncio.to_thread(_property(settings, people, admin_url))


def _property(config: Settings, people: dict[str, UUID], admin_url: str) -> Any:
    async def run(plan: list[list[dict[str, Any]]], happenings: list[Step]) -> None:
        admin = await psycopg.AsyncConnection.connect(admin_url, autocommit=True)
        async with admin, SystemDatabase(config) as system, Cache(config) as cache:
            await admin.execute(
                "UPDATE profiles SET timezone = 'Europe/Berlin' WHERE account_id = %s", (people["ann"],)
            )
            await clear(admin)
            await cache.client.flushdb()
            world = World(system, cache.client, people)
            groups = world.make(plan)
            sent: set[int] = set()
            for step in happenings:
                await world.happen(step, groups)
                if step.what in ("stream", "direct", "both"):
                    sent.add(step.batch % len(groups))
            for number in range(len(groups)):
                if number not in sent:
                    await world.add(groups[number])
            await world.drain()
            present = {people["ann"], people["ben"]}
            expected = sum(
                e.account_id in present for group in groups for batch in group for e in batch.events
            )
            assert await count(admin) == expected
            await assert_exact(admin)

    # Not shrunk: an example takes most of a second, and what happened is readable as it is.
    @settings(
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        max_examples=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(batches, steps)
    def check(plan: list[list[dict[str, Any]]], happenings: list[Step]) -> None:
        asyncio.run(run(plan, happenings))

    return check
