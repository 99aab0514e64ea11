"""What fails again and again is left alone for a while."""

import pytest

from nameplate.breaker import Breaker
from nameplate.errors import Unavailable


class IllError(Exception):
    """The service does not answer."""


def call(breaker: Breaker, error: Exception | None = None) -> None:
    with breaker.attempt(IllError):
        if error:
            raise error


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("nameplate.breaker.time.monotonic", lambda: now[0])
    return now


def test_it_rests_after_failures_in_a_row_and_one_may_try_afterwards(clock: list[float]) -> None:
    breaker = Breaker("test", failures=3, pause=10)
    for _ in range(3):
        with pytest.raises(IllError):
            call(breaker, IllError())
    with pytest.raises(Unavailable) as resting:
        call(breaker)
    assert resting.value.headers["Retry-After"] == "11"
    clock[0] += 10
    with pytest.raises(IllError):
        call(breaker, IllError())
    with pytest.raises(Unavailable):
        call(breaker)
    clock[0] += 10
    call(breaker)
    call(breaker)


def test_while_one_tries_the_others_keep_away(clock: list[float]) -> None:
    breaker = Breaker("test", failures=1, pause=10)
    with pytest.raises(IllError):
        call(breaker, IllError())
    clock[0] += 10
    with breaker.attempt(IllError), pytest.raises(Unavailable):
        call(breaker)
    call(breaker)


def test_an_answer_in_between_begins_the_count_anew(clock: list[float]) -> None:
    breaker = Breaker("test", failures=2, pause=10)
    for _ in range(5):
        with pytest.raises(IllError):
            call(breaker, IllError())
        call(breaker)


def test_an_error_that_is_ours_does_not_count(clock: list[float]) -> None:
    breaker = Breaker("test", failures=1, pause=10)
    for _ in range(3):
        with pytest.raises(ValueError, match="ours"):
            call(breaker, ValueError("ours"))
    call(breaker)
