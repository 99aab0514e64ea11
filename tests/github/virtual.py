"""A clock that jumps: when everybody sleeps, it is at once the moment the first wants to be woken."""

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from nameplate.github.sync.clock import Clock


class VirtualClock(Clock):
    """Runs a fixed number of tasks, one at a time; real I/O between two sleeps takes no time."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._awake = 0
        self._order = itertools.count()
        self._sleeping: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleeping, (self._now + timedelta(seconds=seconds), next(self._order), future))
        self._awake -= 1
        self._turn()
        await future

    def _turn(self) -> None:
        if self._awake == 0 and self._sleeping:
            moment, _, future = heapq.heappop(self._sleeping)
            self._now = max(self._now, moment)
            self._awake = 1
            future.set_result(None)

    async def live(self, length: timedelta, *tasks: Coroutine[Any, Any, Any]) -> None:
        """Let `length` pass for these tasks, which never end by themselves."""
        end = self._now + length
        done = asyncio.Event()

        async def stop() -> None:
            await self.sleep((end - self._now).total_seconds())
            done.set()

        self._awake = len(tasks) + 1
        running = [asyncio.create_task(task) for task in (*tasks, stop())]
        waiting = asyncio.create_task(done.wait())
        await asyncio.wait([*running[:-1], waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        results = await asyncio.gather(*running, return_exceptions=True)
        waiting.cancel()
        self._sleeping.clear()
        for result in results:
            if isinstance(result, Exception):
                raise result
