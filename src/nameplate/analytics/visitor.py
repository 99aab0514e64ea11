"""Telling visitors apart for one day without knowing who they are.

A visitor is the keyed hash of address, user agent and account. The key is random, serves one day of the owners on
one side of UTC, and is destroyed less than 48 hours after it was made: then nobody, we included, can try addresses
until one fits.
"""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

import structlog

from nameplate.analytics import queries
from nameplate.analytics.days import zone
from nameplate.db import Database
from nameplate.errors import Unavailable
from nameplate.http.client_ip import Address

log = structlog.get_logger(__name__)

EAST, WEST = "east", "west"
Label = tuple[date, str]
AHEAD = timedelta(hours=1)  # a key is made this long before the first owner needs it
GRACE = timedelta(hours=1)  # and kept this long after the last, for clocks that differ
# Seconds. Short, because a crash of PostgreSQL empties the table: until a process that holds the keys has offered them
# again, one that starts would make others.
REFRESH = 10.0


def now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=8192)
def side_of(timezone: str, day: date) -> str:
    """On which side of UTC the owner's day begins."""
    offset = datetime.combine(day, time(), zone(timezone)).utcoffset() or timedelta()
    return EAST if offset >= timedelta() else WEST


def lifetime(label: Label) -> tuple[datetime, datetime]:
    """From when until when the key of `label` may exist: at most 40 hours.

    East of UTC a day begins up to 14 hours before the UTC day of the same date and ends with it; west of it, it
    begins with it and ends up to 12 hours later.
    """
    day, side = label
    midnight = datetime.combine(day, time(), UTC)
    if side == EAST:
        return midnight - timedelta(hours=14) - AHEAD, midnight + timedelta(hours=24) + GRACE
    return midnight - AHEAD, midnight + timedelta(hours=36) + GRACE


def living(at: datetime) -> set[Label]:
    """The labels whose keys may exist at `at`."""
    days = [at.date() + timedelta(days=n) for n in range(-2, 3)]
    labels = {(day, side) for day in days for side in (EAST, WEST)}
    return {label for label in labels if lifetime(label)[0] <= at < lifetime(label)[1]}


def visitor_hash(key: bytes, account_id: UUID, address: Address, user_agent: bytes) -> int:
    """63 bits, so that it fits a bigint and negative numbers stay free."""
    digest = blake2b(account_id.bytes + address.packed + user_agent, digest_size=8, key=key)
    return int.from_bytes(digest.digest()) >> 1


class VisitorKeys:
    """The living keys, in memory. Asking for one never waits."""

    def __init__(self, db: Database, clock: Callable[[], datetime] = now) -> None:
        self._db = db
        self._clock = clock
        self._keys: dict[Label, bytes] = {}

    def __repr__(self) -> str:
        return f"<VisitorKeys {len(self._keys)}>"

    def key(self, timezone: str, day: date) -> bytes:
        """The key of that day of an owner in `timezone`.

        While no database can be asked it is one of this process's own, offered to the others as soon as it can.
        """
        label = (day, side_of(timezone, day))
        key = self._keys.get(label)
        if key is None:
            key = self._keys[label] = secrets.token_bytes(16)
        return key

    async def refresh(self) -> None:
        """Agree on the living keys with all other processes and forget the dead. Raises Unavailable.

        What the table has counts. What it lacks, because nobody made it yet or because PostgreSQL crashed (the table
        is not logged), it gets from whichever process is first.
        """
        labels = living(self._clock())
        async with self._db.as_visitor() as tx:
            found = await queries.visitor_keys(tx)
            missing = [label for label in sorted(labels) if label not in found]
            if missing:
                for day, side in missing:
                    key = self._keys.get((day, side)) or secrets.token_bytes(16)
                    await queries.offer_visitor_key(tx, day, side, key)
                found = await queries.visitor_keys(tx)
        self._keys = {label: key for label, key in found.items() if label in labels}

    async def keep_fresh(self) -> None:
        """Refresh for as long as the process lives."""
        while True:
            try:
                await self.refresh()
            except Unavailable:
                # Keys in memory go on working, but not for longer than they may live.
                labels = living(self._clock())
                self._keys = {label: key for label, key in self._keys.items() if label in labels}
            except Exception:
                log.exception("visitor keys not refreshed")
            await asyncio.sleep(REFRESH)
