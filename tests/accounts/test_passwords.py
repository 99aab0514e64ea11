"""What may be a password, and that checking one never costs more than it should."""

import asyncio
import time

import pytest
from argon2.exceptions import VerifyMismatchError

from nameplate.accounts.passwords import MOST_WAITING, Passwords, refusal
from nameplate.errors import Unavailable

GOOD = "correct horse battery"


async def test_a_password_opens_its_own_hash_and_no_other() -> None:
    hasher = Passwords()
    mine, other = await hasher.hash(GOOD), await hasher.hash("another one entirely")
    assert await hasher.verify(mine, GOOD)
    assert not await hasher.verify(other, GOOD)
    assert mine != await hasher.hash(GOOD), "every hash has its own salt"


async def test_the_same_password_from_another_keyboard_opens_it() -> None:
    hasher = Passwords()
    assert await hasher.verify(
        await hasher.hash("Zu\u0308rich ist scho\u0308n"), "Z\u00fcrich ist sch\u00f6n"
    )


async def test_without_an_account_the_work_is_the_same() -> None:
    hasher = Passwords()
    # A malformed stand-in would be refused before any work is done.
    with pytest.raises(VerifyMismatchError):
        hasher._argon2.verify(hasher._nobody, GOOD)
    assert not hasher.outdated(hasher._nobody)
    assert not await hasher.verify(None, GOOD)
    assert not await hasher.verify(None, "")


async def test_a_broken_hash_opens_nothing() -> None:
    assert not await Passwords().verify("$argon2id$nonsense", GOOD)


async def test_the_event_loop_goes_on_while_passwords_are_hashed() -> None:
    hasher = Passwords()
    await hasher.hash(GOOD)
    work = asyncio.gather(*(hasher.hash(GOOD) for _ in range(6)))
    longest, before = 0.0, time.perf_counter()
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        longest, before, turns = max(longest, time.perf_counter() - before), time.perf_counter(), turns + 1
    await work
    assert turns > 10
    assert longest < 0.2


async def test_who_would_wait_too_long_is_asked_to_come_back() -> None:
    hasher = Passwords()
    waiting = [asyncio.ensure_future(hasher.hash(GOOD)) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await hasher.hash(GOOD)
    assert "Retry-After" in refused.value.headers
    await asyncio.gather(*waiting)
    assert await hasher.hash(GOOD), "and there is room again"


async def test_who_gives_up_still_counts_until_the_work_is_done() -> None:
    hasher = Passwords()
    task = asyncio.ensure_future(hasher.hash(GOOD))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert hasher._waiting == 1
    async with asyncio.timeout(5):
        while hasher._waiting:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "password",
    [
        "short", "nine char", "1234567890", "0987654321", "abcdefghijkl", "aaaaaaaaaa", "abababababab", "Password123",
        "qwertyuiop", "P@ssw0rd2024!", "AnnTheGreat2024",
        "iloveyou1234", "letmein123", "ann@example.org", "ANN@example.org", "ann-the-great", "AnnTheGreat", "é" * 200,
    ],
)  # fmt: skip
def test_what_others_would_try_first_is_refused_with_a_reason(password: str) -> None:
    assert refusal(password, email="ann@example.org", handle="ann-the-great")


@pytest.mark.parametrize(
    "password",
    [
        "ten chars!",
        "correct horse battery",
        "пароль из слов",
        "🐴🔋📎✅🌍🌙🌞⭐🌈🔥",
        "x1" + "y" * 7 + "é" * 100,
    ],
)
def test_anything_else_is_a_password(password: str) -> None:
    assert refusal(password, email="ann@example.org", handle="ann-the-great") is None
