"""Parquet, written while it is sent: in memory there is never more than a row group and a page of lines.

Arrow reads the lines PostgreSQL makes and encodes them, in a thread. It asks for a page when it has written what it
has, and it is given one when that was sent: a slow reader makes it wait, one who leaves makes it stop.
"""

import asyncio
import io
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any, cast

from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema, Table
from arro3.io import read_csv, write_parquet

MEDIA_TYPE = "application/vnd.apache.parquet"
ROW_GROUP = 20_000
BATCH = 1000  # rows; while they are encoded nothing else of the process runs
COMPRESSION = "zstd(1)"

# Texts of which the same come again and again.
TEXT = DataType.dictionary(DataType.int32(), DataType.string())


class Gone(Exception):
    """Nobody reads on."""


class _File(io.RawIOBase):
    """Holds what was written until it is taken."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def as_file(self) -> IO[bytes]:
        return cast("IO[bytes]", self)

    def take(self) -> bytes:
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def schema_of(columns: Mapping[str, DataType], *, required: frozenset[str] = frozenset()) -> Schema:
    return Schema([Field(name, type_, nullable=name not in required) for name, type_ in columns.items()])


def whole(schema: Schema, columns: Mapping[str, list[Any]]) -> bytes:
    """A file of few rows. Call it in a thread."""
    file = _File()
    arrays: dict[str, Any] = {
        name: Array(values, type=schema.field(name).type) for name, values in columns.items()
    }
    table = Table.from_pydict(arrays, schema=schema)
    write_parquet(table, file.as_file(), compression=COMPRESSION)
    return file.take()


async def streamed(schema: Schema, pages: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """A file of what `pages` say: lines of CSV without a header, an empty cell for null."""
    loop = asyncio.get_running_loop()
    turn = asyncio.Event()
    given: SimpleQueue[bytes | Gone | None] = SimpleQueue()
    file = _File()

    def rows() -> Iterator[RecordBatch]:
        while True:
            loop.call_soon_threadsafe(turn.set)
            page = given.get()
            if page is None:
                return
            if isinstance(page, Gone):
                raise page
            yield from read_csv(io.BytesIO(page), schema, has_header=False, batch_size=BATCH)

    def write() -> None:
        reader = RecordBatchReader.from_batches(schema, rows())
        write_parquet(reader, file.as_file(), compression=COMPRESSION, max_row_group_size=ROW_GROUP)

    written = _in_thread(loop, write)
    written.add_done_callback(lambda _: turn.set())
    try:
        while not written.done():
            await turn.wait()
            turn.clear()
            if block := file.take():
                yield block
            if not written.done():
                given.put(await anext(pages, None))
        await written
    finally:
        given.put(Gone())


def _in_thread(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> asyncio.Future[None]:
    """A thread that does not keep the process from ending, as those of an executor would."""
    done: asyncio.Future[None] = loop.create_future()
    done.add_done_callback(lambda future: future.exception())  # of one who left nobody asks

    def settle(error: Exception | None) -> None:
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error = None
        try:
            work()
        except Exception as caught:
            error = caught
        with suppress(RuntimeError):  # the loop is closed: the process ends
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=run, name="parquet", daemon=True).start()
    return done
