"""Time, so that the tests can live through days in seconds."""

import asyncio
from datetime import UTC, datetime


class Clock:
    """The real one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
