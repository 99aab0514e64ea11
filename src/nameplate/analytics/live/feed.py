"""What is new on the page of one account, looked up once for all streams that a process has of it."""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from nameplate.accounts.access import queries as access
from nameplate.analytics.live import queries
from nameplate.analytics.live.queries import Seen
from nameplate.analytics.live.reader import Position, Reader
from nameplate.analytics.live.shapes import DAY, LATEST, MINUTES, LiveEvent, Now, read_now, shown
from nameplate.analytics.visitor import now as clock
from nameplate.db import Database, Tx
from nameplate.errors import Unavailable
from nameplate.http import sse

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between two looks
SHARE = 20  # times as long as a look takes is waited after it: no account keeps a connection busy
KEPT = 200  # events in memory, for streams that begin or come again
MOST_NEW = 100  # events told after one look
# Events are counted in about the order of time. One that comes later than the first of these is found by the longer
# look, which is made every so many times.
OVERLAP = timedelta(seconds=10)
LATE = timedelta(minutes=5)
LATE_LOOK = 10
NUMBERS_EVERY = 10.0  # seconds, when nothing happens
CHECK_EVERY = 20.0  # seconds between two looks at whether the callers still may


class Events(msgspec.Struct, frozen=True):
    rows: list[LiveEvent]


class Feed:
    """Runs while somebody reads."""

    def __init__(self, db: Database, account_id: UUID) -> None:
        self._db = db
        self._account_id = account_id
        self.readers: set[Reader] = set()
        self._recent: list[Seen] = []
        self._known: dict[int, datetime] = {}
        self._now: Now | None = None
        self._away = False
        self._looks = 0
        self._numbers_at = 0.0
        self._check_at = time.monotonic() + CHECK_EVERY
        self._left = asyncio.Event()

    def join(self, reader: Reader) -> None:
        self.readers.add(reader)
        if self._away:
            reader.give(_degraded())
        elif self._now is not None:
            self._greet(reader, self._now)

    def leave(self, reader: Reader) -> None:
        self.readers.discard(reader)
        if not self.readers:
            self._left.set()

    async def run(self) -> None:
        while self.readers:
            began = time.monotonic()
            try:
                await self._look()
            except Exception as error:
                if not isinstance(error, Unavailable):
                    log.exception("live statistics not read")
                if not self._away:
                    self._tell(_degraded())
                self._away = True
            self._left.clear()
            pause = max(EVERY, SHARE * (time.monotonic() - began)) if self.readers else 0
            try:
                async with asyncio.timeout(pause):
                    await self._left.wait()
            except TimeoutError:
                pass

    async def _look(self) -> None:
        now = clock()
        async with self._db.as_account(self._account_id) as tx:
            await self._check(tx, now)
            new = await self._new(tx, now)
            state = self._now
            if state is None or new or self._away or time.monotonic() >= self._numbers_at:
                state = await read_now(tx, self._account_id, now)
                self._numbers_at = time.monotonic() + NUMBERS_EVERY
        changed = state != self._now or self._away
        self._away = False
        self._now = state
        self._keep(new, now)
        greeted = [reader for reader in self.readers if reader.greeted]
        message = b""
        if new and self._recent:
            message += _events(new, self._recent[-1])
        if changed:
            message += sse.message("now", state)
        for reader in greeted if message else ():
            reader.give(message)
        for reader in self.readers.difference(greeted):
            self._greet(reader, state)

    async def _new(self, tx: Tx, now: datetime) -> list[Seen]:
        """Those nobody was told yet, the first one first."""
        if self._now is None:
            return await queries.seen(tx, self._account_id, now - DAY, KEPT)
        self._looks += 1
        since = self._recent[-1].at - OVERLAP if self._recent else now - LATE
        if self._looks % LATE_LOOK == 0:
            since = min(since, now - LATE)
        # After hours without a visit the last one is long ago; after an outage events may be as old as the outage.
        since = max(since, now - timedelta(minutes=MINUTES))
        known = [id for id, at in self._known.items() if at > since]
        return await queries.seen(tx, self._account_id, since, MOST_NEW, known)

    def _keep(self, new: list[Seen], now: datetime) -> None:
        if new:
            self._recent = sorted([*self._recent, *new], key=lambda row: (row.at, row.id))[-KEPT:]
            self._known |= {row.id: row.at for row in new}
        if len(self._known) > KEPT:
            oldest = now - timedelta(minutes=MINUTES)
            self._known = {id: at for id, at in self._known.items() if at > oldest}

    def _greet(self, reader: Reader, state: Now) -> None:
        """Tell a new one how things are, and what it has missed."""
        rows = self._recent[-LATEST:]
        if reader.after is not None:
            # What was counted late may stand before the place where it stopped.
            place = Position(reader.after.at - OVERLAP, 0)
            rows = [row for row in self._recent if Position(row.at, row.id) > place]
        message = sse.message("now", state)
        if rows:
            message += _events(rows, self._recent[-1])
        reader.greeted = True
        reader.give(message)

    async def _check(self, tx: Tx, now: datetime) -> None:
        """End the streams of sessions and tokens that were revoked or have expired."""
        if time.monotonic() < self._check_at:
            return
        self._check_at = time.monotonic() + CHECK_EVERY
        for reader in list(self.readers):
            if not await self._still_may(tx, reader, now):
                reader.end()

    async def _still_may(self, tx: Tx, reader: Reader, now: datetime) -> bool:
        caller = reader.caller
        if caller.session_id is not None:
            session = await access.get_session(tx, caller.account_id, caller.session_id)
            return session is not None and session.expires_at > now
        if caller.token_id is not None:
            token = await access.get_token(tx, caller.account_id, caller.token_id)
            return token is not None and (token.expires_at is None or token.expires_at > now)
        return False

    def _tell(self, message: bytes) -> None:
        for reader in self.readers:
            reader.give(message)


def _events(rows: list[Seen], last: Seen) -> bytes:
    """`last`: of all that were told so far; what comes behind it is what a reader who comes again has missed."""
    place = Position(last.at, last.id).write()
    return sse.message("events", Events([shown(row) for row in rows]), place)


def _degraded() -> bytes:
    detail = "The database is not answering. Events are kept and shown as soon as it does."
    return sse.message("degraded", {"detail": detail})
