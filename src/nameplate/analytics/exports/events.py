"""Raw events as CSV or Parquet, made while they are sent: in memory there is never more than a page or row group."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from nameplate.analytics.answers import Asked
from nameplate.analytics.exports import parquet, queries
from nameplate.analytics.exports.queries import COLUMNS, Place
from nameplate.db import Database
from nameplate.errors import TooMany

FIRST_PAGE = 500  # events; small, so that a download begins at once
PAGE = 5000
AT_ONCE = 2  # connections to PostgreSQL that all exports of a process take: the others are the dashboard's
MOST = 16  # open in a process, however slowly they are read
MOST_EACH = 2  # of one account
MOST_PARQUET = 4  # open in a process: each has another one that encodes, of up to 50 MB


class Exports:
    """The exports of this process. Each page is read in a transaction of its own: a slow reader holds none open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.open: Counter[UUID] = Counter()
        self.parquet_open = 0

    def check(self, account_id: UUID, *, parquet: bool = False) -> None:
        """Raises TooMany while as many exports are under way as may be."""
        full = self.open.total() >= MOST or (parquet and self.parquet_open >= MOST_PARQUET)
        if full or self.open[account_id] >= MOST_EACH:
            raise TooMany("Wait until a download that is under way has ended.", headers={"Retry-After": "10"})

    async def events(self, account_id: UUID, asked: Asked) -> AsyncIterator[bytes]:
        """CSV: a header and a line for each event, the first one first."""
        with self._counted(account_id):
            yield (",".join(COLUMNS) + "\n").encode()
            async with aclosing(self._pages(account_id, asked)) as pages:
                async for page in pages:
                    yield page

    async def parquet(self, account_id: UUID, asked: Asked) -> AsyncGenerator[bytes, None]:
        """The same events in the same order, in types of their own."""
        with self._counted(account_id):
            self.parquet_open += 1
            try:
                pages = self._pages(account_id, asked, plain=True)
                async with aclosing(parquet.streamed(pages)) as blocks:
                    async for block in blocks:
                        yield block
            finally:
                self.parquet_open -= 1

    @contextmanager
    def _counted(self, account_id: UUID) -> Iterator[None]:
        self.open[account_id] += 1
        try:
            yield
        finally:
            self.open[account_id] -= 1
            if not self.open[account_id]:
                del self.open[account_id]

    async def _pages(
        self, account_id: UUID, asked: Asked, *, plain: bool = False
    ) -> AsyncGenerator[bytes, None]:
        key = secrets.token_bytes(32)
        at: Place | None = Place(datetime.combine(asked.first - timedelta(days=1), time(), UTC), -1)
        rows = FIRST_PAGE
        while at is not None:
            async with self._turns, self._db.as_account(account_id) as tx:
                until = await queries.end_of_page(tx, account_id, at, asked.last, rows)
                page = await queries.page(
                    tx,
                    account_id,
                    (asked.first, asked.last),
                    asked.filters,
                    bots=asked.bots,
                    after=at,
                    until=until,
                    key=key,
                    plain=plain,
                )
            if page:
                yield page
            at, rows = until, PAGE
