"""What the worker does on a schedule."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from nameplate.analytics import jobs
from nameplate.analytics.batch import write_batch
from nameplate.db import SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from tests.cast import Person

Admin = psycopg.AsyncConnection[Any]


def events(person: Person, number: int = 60) -> list[Event]:
    start = datetime(2026, 11, 5, 12, tzinfo=UTC)
    return [
        Event(
            account_id=person.account_id,
            at=start + timedelta(hours=n),
            kind=("view", "click", "vitals", "tap")[n % 4],  # type: ignore[arg-type]
            visitor=n % 7,
            link_id=person.visible_link if n % 2 else None,
            tap_x=0.5,
            tap_y=0.5,
            lcp=n * 100,
        )
        for n in range(number)
    ]


async def test_partitions_are_there_before_their_month(
    system: SystemDatabase, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "now", lambda: datetime(2027, 8, 31, 23, tzinfo=UTC))
    for _ in range(2):
        await jobs.make_partitions(SimpleNamespace(system=system))
    cursor = await admin.execute("SELECT relid::text FROM pg_partition_tree('events') WHERE isleaf")
    months = {name for (name,) in await cursor.fetchall()}
    assert months >= {"events_202708", "events_202709", "events_202710", "events_202711"}
    assert "events_202712" not in months


async def test_a_partition_is_no_way_around_row_level_security(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), events(ann))
    cursor = await admin.execute(
        """
        SELECT bool_and(relrowsecurity AND relforcerowsecurity),
            bool_or(has_table_privilege('nameplate_web', oid, 'SELECT'))
        FROM pg_class WHERE relname LIKE 'events\\_2%' AND relkind = 'r'
        """
    )
    assert await cursor.fetchone() == (True, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with system.as_worker_for(ann.account_id) as tx:
            await tx.value("SELECT count(*) FROM events_202611")


async def test_ids_of_batches_are_forgotten_when_they_cannot_come_again(
    system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    old, fresh = new_id(), new_id()
    for batch in (old, fresh):
        async with system.as_consumer() as tx:
            await write_batch(tx, batch, events(ann, 1))
    await admin.execute(
        "UPDATE counted_batches SET forget_at = now() - interval '1 second' WHERE batch_id = %s", (old,)
    )
    await jobs.forget_batches(SimpleNamespace(system=system))
    cursor = await admin.execute("SELECT batch_id FROM counted_batches")
    assert await cursor.fetchall() == [(fresh,)]
