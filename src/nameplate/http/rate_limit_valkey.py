"""The windows as Valkey keeps them: each method is one round trip. Raises what the client raises."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from valkey.asyncio import Valkey
from valkey.exceptions import NoScriptError

from nameplate.cluster import ClusterClient
from nameplate.http.rate_limit_budgets import Budget, Verdict
from nameplate.http.rate_limit_history import History
from nameplate.http.rate_limit_scripts import BEAT, GIVE_BACK, TAKE, TELL
from nameplate.line import Command
from nameplate.lines import line_to

# Seconds for one round trip, twice: the second time the event loop may have been what was late.
PATIENCE = 0.1
SLOTS = 4  # in a cluster
MOST_NEW = 1_000_000  # new keys a minute, in all slots: some 200 MB of Valkey's memory
TOLD_AT_ONCE = 500
GONE_AFTER = 10  # seconds without a beat
_DIGESTS = {
    script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
    for script in (TAKE, GIVE_BACK, TELL, BEAT)
}


_NONE = Verdict(False, 0, 0.0)


def _key(slot: int, name: bytes) -> bytes:
    """The hash tag keeps what one script touches on one node of a cluster."""
    return b"np:{limits:%d}:%b" % (slot, name)


class SharedWindows:
    """`slack`: seconds that every window is longer than its budget says."""

    def __init__(self, valkey: Valkey | ClusterClient, *, slack: float) -> None:
        self._valkey = valkey
        self._line = line_to(valkey)
        # One server needs no more than one: each is a call of a script.
        self._slots = SLOTS if isinstance(valkey, ClusterClient) else 1
        self._slack = slack

    async def take(self, asked: Sequence[tuple[bytes, Budget]]) -> list[Verdict]:
        """One request for each of `asked`, in their order."""
        parts: dict[tuple[int, str, int, float], list[int]] = {}
        for place, (name, budget) in enumerate(asked):
            part = (name[-1] % self._slots, budget.name, budget.limit, budget.window)
            parts.setdefault(part, []).append(place)
        commands: list[Command] = []
        for (slot, _, limit, window), places in parts.items():
            keys = [_key(slot, b"new"), *[_key(slot, asked[place][0]) for place in places]]
            kept = round((window + self._slack) * 1e6)
            most = MOST_NEW // self._slots
            commands.append(("EVALSHA", _DIGESTS[TAKE], len(keys), *keys, limit, kept, most))
        answers = await self._ask(commands)
        verdicts: list[Verdict] = [_NONE] * len(asked)
        for places, answer in zip(parts.values(), answers, strict=True):
            numbers = [int(number) for number in answer.split()]
            for place, left, wait in zip(places, numbers[::2], numbers[1::2], strict=True):
                verdicts[place] = Verdict(left >= 0, max(left, 0), wait / 1e6)
        return verdicts

    async def _ask(self, commands: list[Command]) -> list[bytes]:
        """Raises TimeoutError as well."""
        answers = await self._line_in_time(commands)
        for place, answer in enumerate(answers):
            if not isinstance(answer, Exception):
                continue
            if not isinstance(answer, NoScriptError):
                raise answer
            # The first time a server sees the script.
            (answers[place],) = await self._line_in_time([("EVAL", TAKE, *commands[place][2:])])
            if isinstance(answers[place], Exception):
                raise answers[place]
        return answers

    async def _line_in_time(self, commands: list[Command]) -> list[Any]:
        answers = self._line.ask(commands)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(PATIENCE, self._late, answers, loop)
        try:
            return await answers
        finally:
            timer.cancel()

    def _late(self, answers: "asyncio.Future[list[Any]]", loop: asyncio.AbstractEventLoop) -> None:
        # Asked a second time: an event loop that was held up finds the answer beside the timer.
        loop.call_later(PATIENCE, self._too_late, answers)

    def _too_late(self, answers: "asyncio.Future[list[Any]]") -> None:
        if not answers.done():
            self._line.reset()

    async def close(self) -> None:
        await self._line.close()

    async def give_back(self, name: bytes) -> None:
        """The newest request of `name` did not happen."""
        await self._run(GIVE_BACK, [([_key(name[-1] % self._slots, name)],)])

    async def tell(self, histories: Iterable[History], start: float, now: float) -> None:
        """What this process let through by itself after `start` counts, as if it came now."""
        calls = []
        for history in histories:
            slots: dict[int, list[tuple[bytes, int]]] = {}
            for name, number in history.since(start, now):
                slots.setdefault(name[-1] % self._slots, []).append((name, number))
            for slot, found in slots.items():
                for at in range(0, len(found), TOLD_AT_ONCE):
                    part = found[at : at + TOLD_AT_ONCE]
                    keys = [_key(slot, name) for name, _ in part]
                    calls.append((keys, round(history.window * 1e6), *(number for _, number in part)))
        if calls:
            await self._run(TELL, calls)

    async def beat(self, process: str) -> tuple[str, int, bytes]:
        """Which server this is, how many processes count with it, and the daily key. `process` is one, unless ''."""
        info = await self._valkey.info("server")
        keys = [_key(0, b"processes"), _key(0, b"daily-key")]
        (answer,) = await self._run(BEAT, [(keys, process, secrets.token_bytes(32), GONE_AFTER)])
        return str(info.get("run_id", "")), int(answer[0]), bytes(answer[1])

    async def _run(self, script: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call `script` once for each of `calls`: its keys, then arguments."""
        pipeline = self._valkey.pipeline(transaction=False)
        for keys, *arguments in calls:
            pipeline.execute_command("EVALSHA", _DIGESTS[script], len(keys), *keys, *arguments)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        for place, (keys, *arguments) in enumerate(calls):
            if isinstance(answers[place], NoScriptError):
                answers[place] = await self._evaluate(script, keys, arguments)
            elif isinstance(answers[place], Exception):
                raise answers[place]
        return answers

    async def _evaluate(self, script: str, keys: Sequence[bytes], arguments: Sequence[Any]) -> Any:
        """The first time a server sees the script."""
        call = self._valkey.execute_command("EVAL", script, len(keys), *keys, *arguments)
        return await call
