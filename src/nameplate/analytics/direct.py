"""The way around a Valkey that is away: the consumer's own function, called by the web process.

It holds a door of the consumer's role, which may load events and roll-ups and nothing else. It is opened when it is
first needed; routes do not get it.
"""

import asyncio
from collections.abc import Sequence

import psycopg
import structlog

from nameplate.analytics.batch import write_batch
from nameplate.db import CONSUMER, Door
from nameplate.errors import Unavailable
from nameplate.events import Batch
from nameplate.pulse import Pulse
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
TIMEOUT = 1.5  # seconds, for all batches of one call


class DirectWriter:
    """Writes batches to PostgreSQL at once. Called one flush at a time."""

    def __init__(self, settings: Settings, pulse: Pulse | None = None) -> None:
        self._door = Door(settings, CONSUMER, most=2, timeout=TIMEOUT, pulse=pulse)
        self._open = False

    async def write(self, batches: Sequence[Batch]) -> None:
        """Each batch in a transaction of its own. Raises Unavailable when one could not be written in time."""
        if not self._open:
            self._open = True
            await self._door.open()
        try:
            async with asyncio.timeout(TIMEOUT):
                for batch in batches:
                    async with self._door.enter() as tx:
                        await write_batch(tx, batch.id, batch.events)
        except TimeoutError as error:
            raise Unavailable("The database is not answering in time.") from error
        except psycopg.Error as error:
            log.error("events refused by the database", error=type(error).__name__)
            raise Unavailable("These events cannot be stored at the moment.") from error

    async def close(self) -> None:
        if self._open:
            await self._door.close()
