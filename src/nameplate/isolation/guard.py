"""Looks after the walls between tenants while a web process runs.

A policy that is gone makes rows stay away without an error: an empty page where there is a full one. So when the
catalogue is no longer as declared, the process refuses, in words, to read or write anything until it is.
"""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog
from prometheus_client import Gauge

from nameplate.db import WEB, Database, role_url
from nameplate.errors import StartError, Unavailable
from nameplate.isolation.compare import Fault, faults
from nameplate.isolation.queries import read_catalogue
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
breaches = Gauge(
    "nameplate_isolation_faults",
    "Faults in roles, policies and grants that stop this process",
    multiprocess_mode="max",
)

Record = Callable[[str], Awaitable[None]]

EVERY = 5.0  # seconds
PATIENCE = 10.0  # seconds, for a database that does not answer


async def look(db: Database, record: Record | None = None) -> list[Fault]:
    """Look once, and refuse or accept requests accordingly; the grave faults.

    `record` writes a refusal down, while that is still possible.
    """
    async with db.unguarded() as tx:
        grave = [fault for fault in faults(await read_catalogue(tx.connection)) if fault.grave]
    if grave and not db.refusing:
        log.error(
            "isolation is broken",
            faults=[fault.what for fault in grave],
            mend=[fault.mend for fault in grave],
        )
        if record is not None:
            await record(WEB)
    if db.refusing and not grave:
        log.info("isolation is whole again")
    db.refusing = bool(grave)
    breaches.set(len(grave))
    return grave


async def watch(db: Database, record: Record) -> None:
    """For the life of a process."""
    while True:
        try:
            await look(db, record)
        except (Unavailable, psycopg.Error) as error:
            # Without the database nothing is read that it could fail to guard.
            log.debug("isolation not checked", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def check(settings: Settings) -> list[Fault]:
    """All faults, over a connection of its own as the web role. Raises psycopg.Error, TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        async with await psycopg.AsyncConnection.connect(
            role_url(settings, WEB), connect_timeout=5
        ) as connection:
            return faults(await read_catalogue(connection))


def refuse_to_start(settings: Settings) -> None:
    """Raise StartError for a grave fault. A database that does not answer now is looked at when it does."""
    try:
        found = asyncio.run(check(settings))
    except (psycopg.Error, TimeoutError):
        return
    if grave := [fault for fault in found if fault.grave]:
        more = f" (and {len(grave) - 1} more, see `nameplate doctor`)" if len(grave) > 1 else ""
        raise StartError(
            f"The database would not keep tenants apart: {grave[0].what}; {grave[0].mend}{more}."
        )
