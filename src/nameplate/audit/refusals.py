"""PostgreSQL refused what the code thought allowed: written into the operator's chain."""

import asyncio
import time

import psycopg
import structlog

from nameplate.audit.record import Audit, Origin
from nameplate.db import Database
from nameplate.errors import Problem

log = structlog.get_logger(__name__)

# Seconds between two entries about one role: a broken policy refuses every request.
PAUSE = 60.0


class Refusals:
    """Called with the role that was refused, within the request; the entry is written beside it."""

    def __init__(self, db: Database, secret_key: str) -> None:
        self._db = db
        self._audit = Audit(secret_key, Origin())
        self._last: dict[str, float] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def __call__(self, role: str) -> None:
        now = time.monotonic()
        if now - self._last.get(role, -PAUSE) < PAUSE:
            return
        self._last[role] = now
        task = asyncio.create_task(self.record(role))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def settle(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)

    async def record(self, role: str) -> None:
        """Add the entry. Where that is refused as well, only the log has it."""
        try:
            await self._audit.record_for_operator(self._db, "isolation.refused", by="server", role=role)
        except (Problem, psycopg.Error) as error:
            log.warning("refusal not recorded", role=role, error=type(error).__name__)
