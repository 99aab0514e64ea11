"""A request's body arrives within its time, or is not waited for any longer; an answer does not run ahead of it."""

import asyncio
from typing import Any

from nameplate.errors import Problem

# Seconds for a whole body. The largest that is accepted arrives in this time at 200 kB a second.
LIMIT = 60.0
_WITHOUT = {"GET", "HEAD", "OPTIONS"}
# What is read of a body that nobody asked for, so that the line can carry another request.
_MOST_REST = 256 * 1024
_REST = 2.0  # seconds
_ABOUT_BODY = {b"content-length", b"transfer-encoding", b"expect"}


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

    def timed(self, scope: Any, receive: Any, send: Any) -> tuple[Any, Any]:
        """`receive` and `send` for one request.

        `receive` raises BrokenOff, and TooSlow when the body is not there in time. `send` lets an answer that was ready
        early wait for the rest of the body: the server cuts a line on which one is still arriving, and the next request
        on it would be lost without a word. Where the rest is long, the answer says that the line ends.
        """
        if scope["method"] in _WITHOUT:
            return receive, send
        loop = asyncio.get_running_loop()
        limit = LIMIT if self._limit is None else self._limit
        deadline = loop.time() + limit
        complete = False

        async def receive_in_time() -> Any:
            nonlocal complete
            if complete:
                return await receive()  # from here on it says when the client leaves
            task = asyncio.current_task(loop)  # told the loop it takes a quarter of the time
            assert task is not None  # noqa: S101
            self._waiting[task] = deadline
            if not self._watched:
                self._watched = True
                loop.call_at(deadline, self._look, loop, limit)
            try:
                message = await receive()
            except asyncio.CancelledError:
                complete = True  # as far as it will ever be
                if task in self._late and task.uncancel() <= 0:
                    raise TooSlow from None
                raise
            finally:
                del self._waiting[task]
                self._late.discard(task)
            if message["type"] == "http.disconnect":
                complete = True
                raise BrokenOff
            complete = not message.get("more_body", False)
            return message

        async def send_after_rest(message: Any) -> None:
            nonlocal complete
            if not await _rest_is_read(scope, receive):
                message = {**message, "headers": _closing(message["headers"])}
            complete = True
            await send(message)

        def send_in_order(message: Any) -> Any:
            early = not complete and message["type"] == "http.response.start"
            return send_after_rest(message) if early else send(message)

        return receive_in_time, send_in_order

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


async def _rest_is_read(scope: Any, receive: Any) -> bool:
    said = {name: value for name, value in scope["headers"] if name in _ABOUT_BODY}
    length = int(text) if (text := said.get(b"content-length", b"")).isdigit() else 0
    if not length and b"transfer-encoding" not in said:
        return True
    if length > _MOST_REST or b"expect" in said:  # who asks before he sends is spared it
        return False
    size = 0
    try:
        async with asyncio.timeout(_REST):
            while size <= _MOST_REST:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return bool(message["type"] == "http.request")
    except TimeoutError:
        pass
    return False


def _closing(headers: Any) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower() != b"connection"]
    return [*kept, (b"connection", b"close")]
