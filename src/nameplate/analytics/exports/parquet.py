"""Parquet: of a table in a thread, of events in a process of its own while they are read and sent.

Between PostgreSQL, that process and whoever downloads there are pipes: a slow reader makes all of them wait, and in
memory there is never more than a row group and a page or two of lines.
"""

import asyncio
import io
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import IO, Any, cast

import structlog
from arro3.core import Array, Schema, Table
from arro3.io import write_parquet

from nameplate.analytics.exports.schema import COMPRESSION
from nameplate.errors import Unavailable

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/vnd.apache.parquet"
BLOCK = 256 * 1024  # bytes that are sent at once, at most
AHEAD = 1024 * 1024  # bytes of lines that wait for the process, and a page
# No secret of ours is in reach of what handles other people's text. Memory that is free goes back at once: as much as
# a row group needs is wanted only now and then.
_ENVIRONMENT = {"PATH": os.defpath, "MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_MMAP_THRESHOLD_": "65536"}


class _File(io.RawIOBase):
    """Holds what was written until it is taken."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def taken(self) -> bytes:
        return b"".join(self._blocks)


def whole(schema: Schema, columns: Mapping[str, list[Any]]) -> bytes:
    """A file of few rows. Call it in a thread."""
    file = _File()
    arrays: dict[str, Any] = {
        name: Array(values, type=schema.field(name).type) for name, values in columns.items()
    }
    table = Table.from_pydict(arrays, schema=schema)
    write_parquet(table, cast("IO[bytes]", file), compression=COMPRESSION)
    return file.taken()


async def streamed(pages: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """A file of the events in `pages`: lines of CSV without a header, an empty cell for null.

    Raises what reading pages raises, and Unavailable when they cannot be encoded: the file has no end then.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nameplate.analytics.exports.encode",
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, start_new_session=True, limit=BLOCK,
    )  # fmt: skip
    assert process.stdout is not None  # noqa: S101
    feeding = asyncio.create_task(_feed(process, pages))
    try:
        while block := await process.stdout.read(BLOCK):
            yield block
        await feeding
        if code := await process.wait():
            log.error("events were not encoded", code=code)
            raise Unavailable("The file cannot be made right now.")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        # Not cancelled: a statement that is broken off costs its connection. Nobody takes it: this page is the last.
        await asyncio.wait([feeding])
        feeding.exception()
        await process.wait()


async def _feed(process: Process, pages: AsyncGenerator[bytes, None]) -> None:
    """Give it all pages; the next is read while it works. Without all of them there is no end of a file."""
    assert process.stdin is not None  # noqa: S101
    # Else the next page would not be asked for before all of this one is taken.
    process.stdin.transport.set_write_buffer_limits(high=AHEAD)
    complete = False
    try:
        async with aclosing(pages):
            async for page in pages:
                process.stdin.write(page)
                await process.stdin.drain()
        complete = True
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has ended: its code says why
    finally:
        if complete:
            process.stdin.close()
        else:
            with suppress(ProcessLookupError):
                process.kill()
