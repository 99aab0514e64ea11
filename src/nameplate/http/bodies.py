"""A request's body arrives within its time, or is not waited for any longer."""

import asyncio
from typing import Any

from nameplate.errors import Problem

# Seconds for a whole body. The largest that is accepted arrives in this time at 200 kB a second.
LIMIT = 60.0
_WITHOUT = {"GET", "HEAD", "OPTIONS"}


class TooSlow(Problem):
    status = 408
    code = "too-slow"
    title = "The request took too long to arrive"

    def __init__(self) -> None:
        # Closed: what still arrives must not be taken for another request.
        super().__init__("Send it again, over a better line if you can.", headers={"Connection": "close"})


class BrokenOff(Problem):
    """The client left, or what it sent is not a body: a chunk without a size, fewer bytes than announced."""

    def __init__(self) -> None:
        super().__init__("The body broke off.", headers={"Connection": "close"})


def timed(scope: Any, receive: Any, *, limit: float | None = None) -> Any:
    """`receive` that raises BrokenOff, and TooSlow when the body is not there in `limit` seconds (LIMIT)."""
    if scope["method"] in _WITHOUT:
        return receive
    deadline = asyncio.get_running_loop().time() + (LIMIT if limit is None else limit)
    complete = False

    async def receive_in_time() -> Any:
        nonlocal complete
        if complete:
            return await receive()  # from here on it says when the client leaves
        message = await _by(deadline, receive)
        if message["type"] == "http.disconnect":
            raise BrokenOff
        complete = not message.get("more_body", False)
        return message

    return receive_in_time


async def _by(deadline: float, receive: Any) -> Any:
    """`await receive()`; raises TooSlow. As `asyncio.timeout_at`, which costs an event a tenth of its time."""
    task, late = asyncio.current_task(), False
    assert task is not None  # noqa: S101

    def stop() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = task.get_loop().call_at(deadline, stop)
    try:
        return await receive()
    except asyncio.CancelledError:
        if late and task.uncancel() <= 0:
            raise TooSlow from None
        raise
    finally:
        timer.cancel()
