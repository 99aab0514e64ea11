"""A task that swallows a cancellation ends all the same."""

import asyncio
from contextlib import suppress

from nameplate.tasks import ended


async def test_a_swallowed_cancellation_keeps_nobody_waiting() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while swallowed < 2:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            swallowed += 1
        await asyncio.sleep(60)

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await ended(*tasks)
    assert all(task.done() for task in tasks)
    assert swallowed == 2
