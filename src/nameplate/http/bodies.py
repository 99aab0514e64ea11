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


def timed(scope: Any, receive: Any, *, limit: float = LIMIT) -> Any:
    """`receive` that raises TooSlow when the body is not there `limit` seconds from now."""
    if scope["method"] in _WITHOUT:
        return receive
    deadline = asyncio.get_running_loop().time() + limit
    complete = False

    async def receive_in_time() -> Any:
        nonlocal complete
        if complete:
            return await receive()  # from here on it says when the client leaves
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        complete = not message.get("more_body", False)
        return message

    return receive_in_time
