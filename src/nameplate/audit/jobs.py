"""Retention: entries go when they are old enough; what is left can still be verified."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from nameplate.audit import chain, queries
from nameplate.audit.queries import OPERATOR
from nameplate.audit.record import Audit, Origin
from nameplate.db import SystemDatabase
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

CHUNK = 5000


class Services(Protocol):
    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...


async def drop_old_entries(services: Services) -> None:
    """Once a day, account by account. 0 days: nothing is ever removed."""
    days = services.settings.audit_days
    if days == 0:
        return
    cutoff = datetime.now(UTC) - timedelta(days=days)
    async with services.system.as_worker() as tx:
        accounts = await queries.chained_accounts(tx)
    removed = 0
    for account_id in accounts:
        while dropped := await _drop(services, account_id, cutoff):
            removed += dropped
            if dropped < CHUNK:
                break
    if removed:
        async with services.system.as_worker_for(OPERATOR) as tx:
            audit = Audit(services.settings.secret_key, Origin())
            await audit.record(tx, OPERATOR, "entries.removed", by="server", count=removed)
        log.info("old audit entries removed", entries=removed)


async def _drop(services: Services, account_id: UUID, cutoff: datetime) -> int:
    async with services.system.as_worker_for(account_id) as tx:
        last = await queries.newest_before(tx, account_id, cutoff, CHUNK)
        if last is None:
            return 0
        head = await queries.lock_chain(tx, account_id)
        if head is None:
            return 0
        anchored = replace(head, anchor_seq=last.seq, anchor_hash=last.hash)
        key = chain.chain_key(services.settings.secret_key)
        if chain.seal(key, head) != head.seal:
            # Sealing it anew would hide what somebody did.
            log.error("audit chain is broken, its old entries are kept", account_id=str(account_id))
            return 0
        return await queries.drop_until(tx, replace(anchored, seal=chain.seal(key, anchored)))
