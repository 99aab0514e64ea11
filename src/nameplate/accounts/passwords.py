"""Passwords: what may be one, and Argon2id away from the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from prometheus_client import Counter, Gauge
from zxcvbn import zxcvbn

from nameplate.errors import Unavailable

T = TypeVar("T")

LEAST_CHARACTERS = 10
MOST_BYTES = 256

# OWASP Password Storage Cheat Sheet, first of its equal choices: 46 MiB, one pass, one lane.
MEMORY_KIB = 47104
PASSES = 1
LANES = 1

# Argon2 releases the interpreter lock, so two threads use two cores. Memory stays below 2 x 46 MiB however many
# people log in at once; who would wait behind 40 others is asked to come back.
AT_ONCE = 2
MOST_WAITING = 40

hashed = Counter("nameplate_password_hashes_total", "Argon2 computations", ["what"])
waiting = Gauge("nameplate_password_hashes_waiting", "Argon2 computations waiting or running")

# Guesses an attacker needs who begins with what leaked elsewhere, names, dates and keyboard rows: below this a stolen
# table of hashes gives the password away, and patient guessing at log-in may.
LEAST_GUESSES = 10**8
# How much of a password is looked at: what it costs grows with the square, and this much of a good one is enough.
_LOOKED_AT = 40


class Passwords:
    """Hashes and verifies. One per process; its threads start with the first use."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        # Compared with when there is no hash, so that "no such account" costs what "wrong password" costs.
        self._nobody = (
            f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$AAAAAAAAAAAAAAAAAAAAAA$" + "A" * 43
        )

    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many others wait already; so does `verify`."""
        hashed.labels("hash").inc()
        return await self._away(lambda: self._argon2.hash(_prepared(password)))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """False, after the same work, when there is no hash."""
        hashed.labels("verify").inc()
        return await self._away(lambda: self._matches(password_hash or self._nobody, password)) and bool(
            password_hash
        )

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(password_hash)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, _prepared(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _away(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Many people are logging in right now; please try again in a moment.")
        self._waiting += 1
        waiting.set(self._waiting)
        # A caller that is cancelled leaves its hash running: it still counts until the thread is done with it.
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)
        return await asyncio.shield(future)

    def _done(self, _: object) -> None:
        self._waiting -= 1
        waiting.set(self._waiting)


# Of this process: its threads are shared by everybody who logs in here.
hasher = Passwords()


async def check(password: str, *, email: str, handle: str) -> str | None:
    """As `refusal`, away from the event loop: judging takes milliseconds."""
    return await asyncio.to_thread(refusal, password, email=email, handle=handle)


def refusal(password: str, *, email: str, handle: str) -> str | None:
    """Why this cannot be the password of that account, as a sentence. None: it may."""
    if len(password) < LEAST_CHARACTERS:
        return f"Use at least {LEAST_CHARACTERS} characters. Three or four random words are easy to remember."
    if len(_prepared(password)) > MOST_BYTES:
        return f"This is longer than {MOST_BYTES} bytes. Use a shorter one."
    plain = unicodedata.normalize("NFKC", password).casefold()
    if email and plain in {email, email.partition("@")[0]}:
        return "This is your e-mail address. Choose something only you know."
    if handle and plain.replace("-", "") == handle.replace("-", ""):
        return "This is your handle. Choose something only you know."
    own = [word for word in (email, *email.split("@"), handle, handle.replace("-", ""), "nameplate") if word]
    judged = zxcvbn(plain[:_LOOKED_AT], user_inputs=own, max_length=_LOOKED_AT)
    if judged["guesses"] < LEAST_GUESSES:
        return "Attackers would guess this soon: it leaked, or is made of what they try first. Use a few random words."
    return None


def _prepared(password: str) -> bytes:
    # The same password typed on two keyboards may be composed differently (NIST SP 800-63B 5.1.1.2).
    return unicodedata.normalize("NFKC", password).encode()
