"""Circuit breaker: what fails again and again is left alone for a while instead of being waited for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from nameplate import outside
from nameplate.errors import Unavailable
from nameplate.outside import failed, resting

__all__ = ["Breaker", "failed", "resting"]


class Breaker:
    """After `failures` in a row, calls to `service` are refused for `pause` seconds; then one may try."""

    def __init__(self, service: str, *, failures: int, pause: float) -> None:
        self.service = service
        self._outside = outside.service(service)
        self._most = failures
        self._pause = pause
        self._in_a_row = 0
        self._until = 0.0

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """One call. Raises Unavailable instead of beginning it while the service rests.

        `failures` are the errors that say that the service is ill; any other end says that it answers.
        """
        now = time.monotonic()
        if now < self._until:
            raise Unavailable(f"{self.service} is not answering.", retry_after=int(self._until - now) + 1)
        if self._in_a_row >= self._most:
            # The one that tries keeps the others away until it knows more.
            self._until = now + self._pause
            self._outside.tries()
        try:
            yield
        except failures as error:
            self._in_a_row += 1
            self._outside.fails(error)
            if self._in_a_row >= self._most:
                self._until = time.monotonic() + self._pause
                self._outside.rests()
            raise
        except Exception:
            self._heal()
            raise
        self._heal()

    def _heal(self) -> None:
        self._in_a_row, self._until = 0, 0.0
        self._outside.answers()
