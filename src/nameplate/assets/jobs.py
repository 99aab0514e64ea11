"""What the worker does for pictures. The rows decide: each may run twice, late, or be killed at any point."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog
from prometheus_client import Gauge

from nameplate.assets.upkeep import queries
from nameplate.assets.upkeep.compare import compare
from nameplate.assets.upkeep.queries import WaitingRow
from nameplate.assets.uses import queries as uses
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.storage import MOST_DELETED, Storage

log = structlog.get_logger(__name__)
backlog = Gauge("nameplate_assets_waiting_bytes", "Bytes of pictures that wait for the object storage")
missing = Gauge("nameplate_assets_missing", "Pictures whose object the store does not have")

GRACE = timedelta(days=7)  # from being deleted to being removed
UNUSED = timedelta(days=30)  # from being uploaded to being deleted, when nothing shows it
UNFINISHED = timedelta(hours=1)
REMEMBERED = timedelta(days=7)  # a refusal
BATCH = 100
AT_ONCE = 4


class Services(Protocol):
    """What these jobs need of the worker."""

    @property
    def system(self) -> SystemDatabase: ...
    @property
    def storage(self) -> Storage: ...


async def settle(services: Services) -> None:
    """Four times a minute: move what waits into the store, and remove from it what nobody refers to."""
    try:
        await _move(services)
        await _remove(services)
    except Unavailable as error:
        log.warning("pictures wait for the object storage", error=error.detail)


async def _move(services: Services) -> None:
    turns = asyncio.Semaphore(AT_ONCE)
    while True:
        async with services.system.as_worker() as tx:
            rows = await queries.waiting(tx, BATCH)
            backlog.set(await queries.recount_backlog(tx))
        if not rows:
            return
        # After an outage one call finds out how it stands; others would be refused meanwhile.
        await _move_one(services, rows[0], turns)
        moves = [_move_one(services, row, turns) for row in rows[1:]]
        failures = [end for end in await asyncio.gather(*moves, return_exceptions=True) if end is not None]
        if failures:
            raise failures[0]


async def _move_one(services: Services, row: WaitingRow, turns: asyncio.Semaphore) -> None:
    async with turns:
        async with services.system.as_worker_for(row.account_id) as tx:
            data = await queries.get_pending(tx, row.account_id, row.key)
        if data is None:
            return  # removed in the meantime
        # Killed behind this line, the object is put once more: the same bytes under the same name.
        await services.storage.put(row.key, data, row.type)
        async with services.system.as_worker_for(row.account_id) as tx:
            await queries.moved(tx, row, datetime.now(UTC))


async def _remove(services: Services) -> None:
    while True:
        async with services.system.as_worker() as tx:
            keys = await queries.removals(tx, MOST_DELETED)
        if not keys:
            return
        await services.storage.delete(keys)
        async with services.system.as_worker() as tx:
            await queries.removed(tx, keys)


async def sweep(services: Services) -> None:
    """Every hour: what was deleted is removed after its grace; what a killed process left half done is forgotten."""
    now = datetime.now(UTC)
    async with services.system.as_worker() as tx:
        accounts = await queries.accounts_to_sweep(tx, now - GRACE, now - UNFINISHED, now - REMEMBERED)
    for account in accounts:
        await _sweep_one(services.system, account, now)


async def _sweep_one(system: SystemDatabase, account_id: UUID, now: datetime) -> None:
    async with system.as_worker_for(account_id) as tx:
        gone = await queries.removable(tx, account_id, now - GRACE)
        await uses.free(tx, account_id, gone)
        await queries.remove_uploads(tx, account_id, gone, now)
        await queries.forget_unfinished(tx, account_id, now - UNFINISHED, now - REMEMBERED)
    log.info("pictures swept", account_id=str(account_id), removed=len(gone))


async def tidy(services: Services) -> None:
    """Once a day: pictures that were replaced, objects nobody refers to, and rows whose object is gone."""
    now = datetime.now(UTC)
    async with services.system.as_worker() as tx:
        accounts = await queries.accounts_with_objects(tx)
    for account in accounts:
        async with services.system.as_worker_for(account) as tx:
            await queries.delete_unused(tx, account, now - UNUSED, now)
    found = await compare(services.system.as_worker, services.storage)
    async with services.system.as_worker() as tx:
        await queries.ask_removal(tx, [entry.key for entry in found.orphans], now)
    missing.set(len(found.missing))
    if found.missing:
        log.error(
            "objects are missing from the store; see `nameplate assets verify`", count=len(found.missing)
        )
    log.info("pictures compared with the store", objects=found.objects, orphans=len(found.orphans))
