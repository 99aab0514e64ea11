"""Ending tasks of the event loop for certain."""

import asyncio
from typing import Any

# Seconds. Long enough for a driver to cancel the statement under way: a second cancellation would interrupt that.
PATIENCE = 0.5


async def ended(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks until they have ended.

    Once is not always enough: what waits with a timeout of its own can swallow a cancellation that comes in the same
    moment as what it waits for (Python 3.11's `asyncio.wait_for`, and clients that are just connecting).
    """
    while waiting := [task for task in tasks if not task.done()]:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=PATIENCE)
