"""The lanes of one worker process."""

import asyncio

import structlog

from nameplate.errors import Unavailable
from nameplate.github import tokens
from nameplate.github.budget import queries as budget
from nameplate.github.client import make_client
from nameplate.github.sync.lane import Lane, Services
from nameplate.tasks import ended

log = structlog.get_logger(__name__)

# A token is used by one lane at a time, so there is one for each of the operator's, and one for those of owners.
MOST_LANES = 4


async def keep_true(services: Services, stop: asyncio.Event) -> None:
    """Keep every repository that a link leads to as true as its owners wish, until `stop`."""
    known = tokens.known(services.settings)
    while not stop.is_set():
        try:
            async with services.system.as_worker() as tx:
                for name, token in known.items():
                    await budget.add_token(tx, name, tokens.hint(token))
            break
        except Unavailable:
            await asyncio.sleep(1)
    async with make_client(services.settings) as client:
        lanes = [Lane(services, client, known) for _ in range(min(len(known) + 1, MOST_LANES))]
        tasks = [asyncio.create_task(lane.run()) for lane in lanes]
        await stop.wait()
        # What is under way is asked for again when its lease ends.
        await ended(*tasks)
