"""What workers tell web processes about services that only they ask: GitHub and the mail server.

Through Valkey, where a report goes by itself when nobody renews it. Nothing rests on it but a line on the dashboard.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Self, cast

import msgspec
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate import outside

KEY = "np:{outside}:"
ONLY_WORKERS_ASK = ("github", "smtp")
EVERY = 5.0
KEPT = 30  # seconds


class Report(msgspec.Struct, frozen=True):
    """How it stands with one service."""

    state: outside.State
    """`resting`: it did not answer and is left alone for a while. `trying`: one call finds out."""
    since: datetime
    """Since when it is like this."""
    answered_at: datetime | None = None
    """When it last answered."""
    error: str = ""
    """What was wrong last."""

    @classmethod
    def of(cls, service: outside.Service) -> Self:
        return cls(
            service.state,
            service.since,
            service.answered_at,
            service.error if service.state != "well" else "",
        )


async def keep_reporting(valkey: Valkey) -> None:
    """For the life of a worker."""
    while True:
        for service in outside.services():
            if service.name in ONLY_WORKERS_ASK:
                try:
                    before = await _read(valkey, service.name)
                    if service.answered_at is None and before is not None:
                        service.answered_at = before.answered_at  # by a worker before this one
                    told = msgspec.json.encode(Report.of(service))
                    await valkey.set(KEY + service.name, told, ex=KEPT)
                except (ValkeyError, OSError, TimeoutError):
                    break
        await asyncio.sleep(EVERY)


async def read_reports(valkey: Valkey) -> dict[str, Report]:
    """By name. Empty while Valkey is away."""
    found = {}
    for name in ONLY_WORKERS_ASK:
        try:
            report = await _read(valkey, name)
        except (ValkeyError, OSError, TimeoutError):
            return {}
        if report is not None:
            found[name] = report
    return found


async def _read(valkey: Valkey, name: str) -> Report | None:
    told = await cast("Awaitable[bytes | None]", valkey.get(KEY + name))
    try:
        return msgspec.json.decode(told, type=Report) if told else None
    except msgspec.DecodeError:  # of another release
        return None
