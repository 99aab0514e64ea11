"""What the worker does with usage: from the stream into tables, and out of them after 30 days."""

from typing import Any, Protocol

import msgspec
import structlog

from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.http.rate_limit_tally import STREAM, Uses
from nameplate.limits import queries

log = structlog.get_logger(__name__)

ENTRIES = 50  # of the stream, read at once
_decoder = msgspec.msgpack.Decoder(Uses)


class Services(Protocol):
    """What these jobs need of the worker."""

    @property
    def system(self) -> SystemDatabase: ...
    @property
    def cache(self) -> Cache: ...


async def keep_usage(services: Services) -> None:
    """Write down what web processes counted. Killed at any point, each entry is counted once."""
    valkey: Any = services.cache.client
    while entries := await valkey.xrange(STREAM, count=ENTRIES):
        for _, fields in entries:
            try:
                uses = _decoder.decode(fields[b"u"])
            except (KeyError, msgspec.DecodeError) as error:
                log.error("usage not understood", error=str(error))
                continue
            await _keep(services.system, uses)
        await valkey.xdel(STREAM, *(number for number, _ in entries))


async def _keep(system: SystemDatabase, uses: Uses) -> None:
    async with system.as_consumer() as tx:
        if await queries.claim(tx, uses.id):
            await queries.add_uses(tx, [use for use in uses.rows if use.account_id is not None])
            await queries.add_strangers(tx, [use for use in uses.rows if use.account_id is None])


async def forget_usage(services: Services) -> None:
    """Once a day."""
    async with services.system.as_worker() as tx:
        accounts = await queries.forget_accounts(tx)
        strangers = await queries.forget_strangers(tx)
    log.info("usage forgotten", accounts=accounts, strangers=strangers)
