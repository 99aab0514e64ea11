"""Ending tasks of the event loop for certain."""

import asyncio
import signal
from collections.abc import Callable
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


def when_told_to_stop(call: Callable[[], None]) -> None:
    """Have `call` run on this event loop as soon as the process gets SIGTERM or SIGINT, besides what it does then.

    A server waits for the answers under way before it tells the application that it stops: an answer that goes on
    for ever has to know earlier. To be called from the main thread, when the server's own handlers are there.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before) or before is signal.default_int_handler:
            continue  # nobody stops in an orderly way

        def handle(received: int, frame: Any, before: Callable[[int, Any], Any] = before) -> None:
            loop.call_soon_threadsafe(call)
            before(received, frame)

        signal.signal(number, handle)
