"""A consumer as a process of its own, to be killed."""

import asyncio
import os

from nameplate.analytics.consume import consume
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.settings import Settings


async def main() -> None:
    settings = Settings.load(os.environ)
    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        await consume(settings, system, cache.client, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main())
