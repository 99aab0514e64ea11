"""Leave for one request: asked for when it arrives, and needed no earlier than something comes of it.

What a request with events says is read and understood while Valkey counts it, and it waits once, for both.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from nameplate.http.rate_limit_budgets import Verdict

_PERMIT = "nameplate.permit"


class Refused(Exception):
    """No Problem: how a request over its budget is answered only the limit knows."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class Permit:
    """`verdict` is None until it is known."""

    __slots__ = ("_call", "verdict")

    def __init__(self, verdict: Verdict | None = None) -> None:
        self.verdict = verdict
        self._call: Callable[[], None] | None = None

    def tell(self, verdict: Verdict) -> None:
        """Once."""
        self.verdict = verdict
        # Not kept: a circle would be left for the garbage collector with each request.
        call, self._call = self._call, None
        if call is not None:
            call()

    async def known(self) -> Verdict:
        """Wait for the verdict. Only one waits for it, here or in `open`."""
        if self.verdict is None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._call = partial(_wake, future)
            await future
        assert self.verdict is not None  # noqa: S101
        return self.verdict

    async def granted(self) -> None:
        """Return when the request may go on. Raises Refused."""
        verdict = self.verdict or await self.known()
        if not verdict.allowed:
            raise Refused(verdict)

    def open(self, go: Callable[[], None], future: "asyncio.Future[None]") -> None:
        """Call `go` as soon as the request may go on; else `future`, unless nobody waits for it any more, raises
        Refused."""

        def call() -> None:
            if future.done():
                return
            if self.verdict is not None and not self.verdict.allowed:
                future.set_exception(Refused(self.verdict))
            else:
                go()

        if self.verdict is None:
            self._call = call
        else:
            call()


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def put_permit(scope: Any, permit: Permit) -> None:
    scope[_PERMIT] = permit


def permit_of(scope: Any) -> Permit:
    """Of a request with events. One that no limit is in front of has it."""
    found: Permit | None = scope.get(_PERMIT)
    return found or _GRANTED


_GRANTED = Permit(Verdict(True, 0, 0.0))
