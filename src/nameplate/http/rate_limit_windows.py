"""Budgets of requests over an exact moving window, shared by all processes through Valkey.

What `Windows` is asked at a time it asks together: one script call for each budget (in a cluster also for each slot),
one round trip. Valkey slow or away: each process goes on alone with its share of every budget, by what it let through
itself, and tells that when Valkey is back. Between the two an address can get at most twice its budget within one
window, and with one process never more than its budget (docs/decisions/0021).
"""

import asyncio
import math
import os
import secrets
import time
from collections.abc import Sequence
from typing import Self

import structlog
from prometheus_client import Counter, Gauge
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.http.rate_limit_budgets import Budget, Verdict
from nameplate.http.rate_limit_history import History
from nameplate.http.rate_limit_permit import Permit
from nameplate.http.rate_limit_valkey import PATIENCE, SharedWindows
from nameplate.tasks import ended

log = structlog.get_logger(__name__)
lonely = Gauge(
    "nameplate_rate_limit_alone",
    "Processes that count requests by themselves, because Valkey does not",
    multiprocess_mode="livesum",
)
decided = Counter("nameplate_rate_limit_decisions_total", "Decisions, by who made them", ["by"])
by_valkey, by_process, by_memory = (decided.labels(by) for by in ("valkey", "process", "memory"))

BEAT_EVERY = 1.0
SETTLE = 2.5  # after Valkey was away: time for every process to notice, and to tell what it let through
# A request is counted at some moment between being sent and being answered. With so much more than its window, a budget
# also holds for whoever measures at either end.
SLACK = 1.0
MOST_REFUSED = 50_000

_Waiting = tuple[bytes, Budget, Permit]


class Windows:
    """One object a process. `processes`: how many there are at least; `counts`: whether this is one of them."""

    def __init__(
        self, valkey: Valkey, *, processes: int = 1, counts: bool = True, slack: float = SLACK
    ) -> None:
        self._shared = SharedWindows(valkey, slack=slack)
        self._slack = slack
        self._least = self._processes = processes
        self._me = f"{os.getpid()}-{secrets.token_hex(6)}" if counts else ""
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._early = asyncio.Event()
        self._turn = asyncio.Lock()
        self._histories: dict[float, History] = {}
        self._refused: dict[bytes, float] = {}
        self._server = ""
        self._untold = math.inf  # what was let through since then may not be known to Valkey
        self._settled_at = 0.0
        self.alone = True  # until the first beat
        """Whether this process counts by itself."""
        self.daily_key = secrets.token_bytes(32)
        """For hashes of addresses in records: the same in all processes, random, gone after a day."""

    async def __aenter__(self) -> Self:
        await self._beat()
        self._beating = asyncio.create_task(self._keep_beating())
        return self

    async def __aexit__(self, *_: object) -> None:
        await ended(*(task for task in (self._beating, self._task) if task is not None))
        await self._shared.close()
        lonely.set(0)

    async def take(self, key: bytes, budget: Budget) -> Verdict:
        """Count one request of `key`, or refuse it. `key` is a hash: what it was made of goes no further."""
        permit = self.ask(key, budget)
        return permit.verdict or await permit.known()

    def ask(self, key: bytes, budget: Budget) -> Permit:
        """The same for who has something else to do meanwhile. In memory it is known at once."""
        now = time.monotonic()
        name = budget.name.encode() + b":" + key
        if until := self._refused.get(name):
            if now < until:
                by_memory.inc()
                return Permit(Verdict(False, 0, until - now))
            del self._refused[name]
        if self.alone:
            return Permit(self._decide(name, budget, now))
        permit = Permit()
        self._waiting.append((name, budget, permit))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return permit

    async def give_back(self, key: bytes, budget: Budget) -> None:
        """Take back the newest request that was let through: it turned out to be none that is to be limited."""
        name = budget.name.encode() + b":" + key
        self._history(budget.window).give_back(name)
        self._refused.pop(name, None)
        if not self.alone:
            try:
                async with asyncio.timeout(2 * PATIENCE):
                    await self._shared.give_back(name)
            except (ValkeyError, OSError, TimeoutError) as error:
                log.info("a request was not given back", error=type(error).__name__)

    async def _drain(self) -> None:
        group: list[_Waiting] = []
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                verdicts = await self._together(group)
                self._tell(group, verdicts)
                group = []
        finally:
            # At the end of this process nobody is left without a word.
            self._task = None
            group, self._waiting = [*group, *self._waiting], []
            self._tell(group, None)

    def _tell(self, group: list[_Waiting], verdicts: list[Verdict] | None) -> None:
        now = time.monotonic()
        if verdicts is None:
            for name, budget, permit in group:
                permit.tell(self._decide(name, budget, now))
            return
        for (name, budget, permit), verdict in zip(group, verdicts, strict=True):
            self._learn(name, budget, verdict, now)
            permit.tell(verdict)

    async def _together(self, asked: Sequence[_Waiting]) -> list[Verdict] | None:
        """What Valkey says; None when it does not in time."""
        if self.alone:
            return None
        try:
            verdicts = await self._ask(asked)
        except Exception as error:
            self._go_alone(error)
            self._early.set()
            return None
        by_valkey.inc(len(verdicts))
        return verdicts

    async def _ask(self, asked: Sequence[_Waiting]) -> list[Verdict]:
        if self._turn.locked():
            async with self._turn:
                pass
        return await self._shared.take([(name, budget) for name, budget, _ in asked])

    def _learn(self, name: bytes, budget: Budget, verdict: Verdict, now: float) -> None:
        if verdict.allowed:
            self._history(budget.window).note(name, now)
            return
        # Who was refused is not looked up again before it can help: a flood costs Valkey nothing.
        if len(self._refused) >= MOST_REFUSED:
            self._refused.clear()
        self._refused[name] = now + verdict.wait

    def _decide(self, name: bytes, budget: Budget, now: float) -> Verdict:
        """Alone: this process's share of the budget, by what it let through itself."""
        by_process.inc()
        history = self._history(budget.window)
        share = max(budget.limit // self._processes, 1)
        wait = history.wait(name, share, now)
        if wait > 0:
            return Verdict(False, 0, wait)
        history.note(name, now)
        used = history.used(name, now)
        return Verdict(True, max(share - len(used), 0), used[0] + history.window - now)

    def _history(self, window: float) -> History:
        history = self._histories.get(window)
        if history is None:
            history = self._histories[window] = History(window + self._slack)
        return history

    async def _keep_beating(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._early.wait(), BEAT_EVERY)
                self._early.clear()
                await asyncio.sleep(BEAT_EVERY / 10)
            except TimeoutError:
                pass
            await self._beat()

    async def _beat(self) -> None:
        """Say that this process is there, hear how many are, and count together again when Valkey answers."""
        try:
            async with asyncio.timeout(1.0):
                server, processes, key = await self._shared.beat(self._me)
                if server != self._server:
                    # Another Valkey, or restarted: it knows nothing of what was let through before.
                    if any(self._histories.values()):
                        self._go_alone(None)
                    self._server, self._untold = server, -math.inf
                if self.alone:
                    await self._return()
        except (ValkeyError, OSError, TimeoutError) as error:
            self._go_alone(error)
            return
        self._processes, self.daily_key = max(self._least, processes), key

    async def _return(self) -> None:
        """Tell what this process let through alone; then, once the others have had time to, count together again."""
        now = time.monotonic()
        await self._shared.tell(self._histories.values(), self._untold, now)
        self._untold = now
        if now >= self._settled_at:
            # Nobody asks before the last of it is told.
            async with self._turn:
                self.alone = False
                await self._shared.tell(self._histories.values(), now, time.monotonic())
            self._untold = math.inf
            lonely.set(0)

    def _go_alone(self, error: Exception | None) -> None:
        if not self.alone:
            log.warning(
                "counting requests without valkey", error=type(error).__name__ if error else "restarted"
            )
            self.alone, self._untold = True, min(self._untold, time.monotonic() - 2 * PATIENCE)
        lonely.set(1)
        self._settled_at = time.monotonic() + SETTLE
