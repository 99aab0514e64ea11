"""One open stream: what it still has to be told."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import Self

import msgspec

from nameplate.http.caller import Caller

MOST_WAITING = 100  # messages; whoever is further behind is dropped and comes again
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Position(msgspec.Struct, frozen=True, order=True):
    """Of an event in the order of time: where a stream goes on. Written as the id of a message."""

    at: datetime
    id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for anything that `write` does not write."""
        at, _, number = text.partition("-")
        if not (at.isascii() and at.isdigit() and len(at) <= 17 and len(number) == 16):
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=int(at)), int(number, 16))
        except (ValueError, OverflowError):
            return None

    def write(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id:016x}"


class Reader:
    """Messages for one stream, in order. `give` never waits: a reader who is too slow loses the stream instead."""

    def __init__(self, caller: Caller, after: Position | None) -> None:
        self.caller = caller
        self.after = after
        self.greeted = False
        """Was told the state of things; from then on only what is new."""
        self.over = False
        self._waiting: deque[bytes] = deque()
        self._news = asyncio.Event()

    def give(self, message: bytes) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self.end()
        elif not self.over:
            self._waiting.append(message)
            self._news.set()

    def end(self) -> None:
        """There is nothing more to come, and what waits is not sent."""
        self.over = True
        self._waiting.clear()
        self._news.set()

    async def next(self, patience: float) -> bytes | None:
        """Whatever waits, in one piece; empty when nothing came for `patience` seconds. None: it is over."""
        if not self._waiting and not self.over:
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait()
            except TimeoutError:
                return b""
        self._news.clear()
        if self.over:
            return None
        message = b"".join(self._waiting)
        self._waiting.clear()
        return message
