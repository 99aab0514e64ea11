"""GitHub's rules (docs.github.com: rate limits and best practices, REST and GraphQL), as one decision for each answer.

Obey `retry-after`; else, with nothing remaining, wait for `x-ratelimit-reset`; else wait a minute, and longer each
time.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from nameplate.github.client import Answer

# The part of a token's hour that is kept for people who wait in front of a screen.
RESERVE = 0.1
SECONDARY = 60.0
MOST_PAUSE = 3600.0

Kind = Literal["ok", "limited", "refused", "ill"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`limited`: the token has to wait. `refused`: it is of no use any more. `ill`: GitHub is not well."""

    kind: Kind
    not_before: datetime | None = None
    remaining: int | None = None
    budget: int | None = None
    reset_at: datetime | None = None
    heavy: bool = False  # the query took GitHub too long: ask for less at once
    detail: str = ""


def judge(answer: Answer, now: datetime, failures: int) -> Judgement:
    """What an answer to a token means. `failures`: how often in a row it failed before."""
    remaining, budget = _number(answer, "x-ratelimit-remaining"), _number(answer, "x-ratelimit-limit")
    reset = _number(answer, "x-ratelimit-reset")
    reset_at = _at(answer, reset, now) if reset else None
    text = message(answer)
    said = Judgement("ok", remaining=remaining, budget=budget, reset_at=reset_at)
    about_one = answer.status == 403 and "access blocked" in text  # a repository taken down, not us
    if (answer.status in (200, 301, 304, 307, 308, 404, 410, 451) or about_one) and not _limited(
        answer, text
    ):
        return said
    if answer.status == 401 or "suspended" in text:
        return replace(said, kind="refused", detail=text[:200] or "GitHub does not accept it")
    if answer.status in (403, 429) or _limited(answer, text):
        return replace(said, kind="limited", not_before=_pause(answer, now, failures, remaining, reset_at))
    heavy = answer.status in (502, 504)
    return replace(said, kind="ill", heavy=heavy, detail=answer.error or f"HTTP {answer.status}")


def _pause(
    answer: Answer, now: datetime, failures: int, remaining: int | None, reset_at: datetime | None
) -> datetime:
    # A little late, never early; not all workers of the world at the same moment.
    late = timedelta(seconds=random.uniform(1, 4))  # noqa: S311
    if (seconds := _number(answer, "retry-after")) is not None:
        return now + timedelta(seconds=seconds) + late
    if remaining == 0 and reset_at is not None:
        return max(reset_at, now) + late
    return now + timedelta(seconds=min(SECONDARY * 2**failures, MOST_PAUSE) * random.uniform(1, 1.2))  # noqa: S311


def message(answer: Answer) -> str:
    """What GitHub says, in lower case: of REST, and of GraphQL when there is no data."""
    body = answer.body
    if not isinstance(body, dict):
        return ""
    if isinstance(body.get("message"), str):
        return str(body["message"]).lower()
    errors = body.get("errors")
    if body.get("data") is None and isinstance(errors, list):
        return " ".join(str(error.get("message", "")) for error in errors if isinstance(error, dict)).lower()
    return ""


def _limited(answer: Answer, text: str) -> bool:
    """Whether it is about a limit. GraphQL says so with status 200."""
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    types = (
        {error.get("type") for error in errors if isinstance(error, dict)}
        if isinstance(errors, list)
        else set()
    )
    return bool(types & {"RATE_LIMITED", "RATE_LIMIT"}) or "rate limit" in text or "abuse detection" in text


def _number(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else None


def _at(answer: Answer, reset: int, now: datetime) -> datetime:
    """GitHub's clock is not ours: the time left is what counts."""
    moment = datetime.fromtimestamp(reset, UTC)
    try:
        return now + (moment - parsedate_to_datetime(answer.headers.get("date", "")))
    except (ValueError, TypeError):
        return moment
