"""How many requests of which kind somebody gets, and how an answer says so."""

import hashlib
import math
from dataclasses import dataclass
from typing import Self

import msgspec

from nameplate.errors import TooMany
from nameplate.settings import Settings

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Budget:
    """`limit` requests in any `window` seconds, for each key."""

    name: str
    limit: int
    window: float = MINUTE


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """`left`: how many more may come now. `wait`: seconds until one more may."""

    allowed: bool
    left: int
    wait: float


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every budget there is. What is counted for is said in `docs/limits.md`."""

    address: Budget
    user: Budget | None
    log_in_address: Budget
    log_in_known: Budget
    log_in_pair: tuple[Budget, ...]
    log_in_account: tuple[Budget, ...]
    sign_up: Budget
    reset_address: Budget
    reset_target: tuple[Budget, ...]
    reset_known: Budget
    mails: Budget
    uploads: Budget
    exports: Budget
    github_tokens: Budget
    told: Budget

    @classmethod
    def of(cls, settings: Settings) -> Self:
        log_in = settings.rate_limit_log_in
        return cls(
            address=Budget("address", settings.rate_limit),
            user=Budget("user", settings.rate_limit_user) if settings.rate_limit_user else None,
            log_in_address=Budget("log-in-address", log_in * 4, 15 * MINUTE),
            # A device that has logged in before has an attempt of its own, whatever strangers do.
            log_in_known=Budget("log-in-known", log_in, 15 * MINUTE),
            # The longer somebody tries, the slower it goes: five a minute at first, some dozen a day in the end.
            log_in_pair=(
                Budget("log-in-1", max(log_in // 2, 1), MINUTE),
                Budget("log-in-2", log_in, 15 * MINUTE),
                Budget("log-in-3", log_in * 4, DAY),
            ),
            log_in_account=(
                Budget("log-in-all-1", log_in * 2, 15 * MINUTE),
                Budget("log-in-all-2", log_in * 10, DAY),
            ),
            sign_up=Budget("sign-up", settings.rate_limit_sign_up, HOUR),
            reset_address=Budget("reset-address", settings.rate_limit_mails * 2, HOUR),
            reset_target=(
                Budget("reset-1", max(settings.rate_limit_mails // 2, 1), HOUR),
                Budget("reset-2", settings.rate_limit_mails * 2, DAY),
            ),
            reset_known=Budget("reset-known", max(settings.rate_limit_mails // 2, 1), HOUR),
            mails=Budget("mails", settings.rate_limit_mails, DAY),
            uploads=Budget("uploads", settings.rate_limit_uploads, HOUR),
            exports=Budget("exports", settings.rate_limit_exports, HOUR),
            # Each is shown to GitHub, which does not like to be asked about many that it does not know.
            github_tokens=Budget("github-tokens", 10, HOUR),
            told=Budget("told", 1, 10 * MINUTE),
        )


def keyed(secret: bytes) -> "hashlib.blake2b":
    """What `hashed` begins with: made once, it saves half of the work."""
    return hashlib.blake2b(digest_size=12, key=secret)


def hashed(start: "hashlib.blake2b", *parts: bytes) -> bytes:
    """A key of 96 bits; without the secret of `start` nobody finds out what it was made of."""
    made = start.copy()
    made.update(b"\0".join(parts))
    return made.digest()


def seconds(wait: float) -> int:
    """Whole seconds after which it works: never too few."""
    return max(math.ceil(wait), 1)


def policy(budget: Budget) -> bytes:
    """`RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers-11 has it."""
    return b'"%b";q=%d;w=%d' % (budget.name.encode(), budget.limit, budget.window)


def state(budget: Budget, verdict: Verdict) -> bytes:
    """`RateLimit`: what is left, and the seconds until there is one more."""
    return b'"%b";r=%d;t=%d' % (budget.name.encode(), verdict.left, seconds(verdict.wait))


def refusal(budget: Budget, verdict: Verdict, detail: str = "") -> TooMany:
    """The problem for a request that was refused. Trying again after `Retry-After` works. `{wait}` in `detail` becomes
    that time in words."""
    wait = seconds(verdict.wait)
    detail = detail or "Nothing was done. Send it again in {wait}; it will be taken then."
    return TooMany(
        detail.replace("{wait}", in_words(wait)),
        headers={
            "Retry-After": str(wait),
            "RateLimit-Policy": policy(budget).decode(),
            "RateLimit": state(budget, verdict).decode(),
        },
    )


def in_words(wait: int) -> str:
    """Seconds, as people say them."""
    if wait < 90:
        return "a second" if wait == 1 else f"{wait} seconds"
    if wait < 90 * 60:
        return f"{math.ceil(wait / 60)} minutes"
    return f"{math.ceil(wait / 3600)} hours"
