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


class Bodies:
    """Watches over all bodies that are on their way: a timer for each would cost an event a tenth of its time."""

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self._waiting: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._watched = False

    def timed(self, scope: Any, receive: Any) -> Any:
        """`receive` that raises BrokenOff, and TooSlow when the body is not there in time."""
        if scope["method"] in _WITHOUT:
            return receive
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        loop = task.get_loop()
        limit = LIMIT if self._limit is None else self._limit
        deadline = loop.time() + limit
        complete = False

        async def receive_in_time() -> Any:
            nonlocal complete
            if complete:
                return await receive()  # from here on it says when the client leaves
            self._waiting[task] = deadline
            if not self._watched:
                self._watched = True
                loop.call_at(deadline, self._look, loop, limit)
            try:
                message = await receive()
            except asyncio.CancelledError:
                if task in self._late and task.uncancel() <= 0:
                    raise TooSlow from None
                raise
            finally:
                del self._waiting[task]
                self._late.discard(task)
            if message["type"] == "http.disconnect":
                raise BrokenOff
            complete = not message.get("more_body", False)
            return message

        return receive_in_time

    def _look(self, loop: asyncio.AbstractEventLoop, limit: float) -> None:
        now = loop.time()
        for task, deadline in self._waiting.items():
            if deadline <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        # One that comes from now on is not late before a whole `limit` from now.
        waiting = [at for task, at in self._waiting.items() if task not in self._late]
        self._watched = bool(waiting)
        if waiting:
            loop.call_at(min(waiting), self._look, loop, limit)
