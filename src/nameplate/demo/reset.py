"""Removing the demo account and everything of it, as the worker role removes accounts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from nameplate.accounts.everything import queries as everything
from nameplate.db import SystemDatabase
from nameplate.demo import queries

STEP = timedelta(days=3)
ROWS = 50_000


async def remove(system: SystemDatabase, account: UUID, progress: Callable[[int, int], None]) -> None:
    """Bit by bit, so that it can be interrupted and run again. `progress` hears days done and days in all."""
    async with system.as_worker_for(account) as tx:
        tables = await everything.tables(tx)
        first = await queries.first_event(tx, account)
    now = datetime.now(UTC) + timedelta(days=1)
    start = first or now
    days = (now - start).days + 1
    progress(0, days)
    # The profile first: nobody finds the page any more, whatever becomes of the rest. The account last.
    await _empty(system, account, [table for table in tables if table.name == "profiles"])
    while start < now:
        async with system.as_worker_for(account) as tx:
            await queries.take_time(tx)
            await queries.delete_events(tx, account, start, start + STEP)
        start += STEP
        progress(min(days - 1, days - (now - start).days), days)
    await _empty(system, account, [table for table in tables if table.name not in ("profiles", "accounts")])
    await _empty(system, account, [table for table in tables if table.name == "accounts"])
    progress(days, days)


async def _empty(system: SystemDatabase, account: UUID, tables: list[everything.Table]) -> None:
    for table in tables:
        removed = ROWS
        while removed == ROWS:
            async with system.as_worker_for(account) as tx:
                await queries.take_time(tx)
                removed = await everything.remove_page(tx, account, table, ROWS)
