"""A web process that is about to end: it says so, lets its connections go one by one, and so loses no request.

SIGUSR1: others accept connections from now on. SIGUSR2: nobody else does yet (`NAMEPLATE_DRAIN`).
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

log = structlog.get_logger("web")


class Leaving:
    """One for each process. `on`: whether it is about to end."""

    def __init__(self) -> None:
        self.on = False
        self._calls: list[Callable[[], None]] = []
        self._accept_no_more: Callable[[], None] | None = None

    def when(self, call: Callable[[], None]) -> None:
        """Have `call` run when it begins: for answers that would go on for ever."""
        self._calls.append(call)

    def listen(self, accept_no_more: Callable[[], None]) -> None:
        """Hear of it from the parent process. Call it where the event loop runs."""
        loop = asyncio.get_running_loop()
        self._accept_no_more = accept_no_more
        with suppress(RuntimeError, ValueError):  # not in the main thread: nobody sends signals there
            loop.add_signal_handler(signal.SIGUSR1, self.begin, True)
            loop.add_signal_handler(signal.SIGUSR2, self.begin, False)

    def begin(self, others_accept: bool) -> None:
        """From now on /readyz says 503 and every answer ends its connection."""
        self.on = True
        if others_accept and self._accept_no_more is not None:
            self._accept_no_more()
        for call in self._calls:
            call()
        log.info("leaving", others_accept=others_accept)

    def ending(self, send: Any) -> Any:
        """`send` of an answer that is the last one on its connection."""

        async def last(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        return last
