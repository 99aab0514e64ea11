"""Events that were acknowledged and wait in Valkey's stream to be counted.

They are copied *before* the database's snapshot is taken. What is counted in between is in both, and is told by the
stream's offset in the database, and by the id of its batch: nothing is missing, nothing counts twice.
"""

import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import msgspec
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from nameplate.analytics.batch import REMEMBER_DIRECT, write_batches
from nameplate.db import Tx
from nameplate.errors import StartError
from nameplate.events import PARTITIONS, Batch, stream_key, unpack

AT_ONCE = 200  # entries of up to a thousand events
_LENGTH = struct.Struct(">I")


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a stream."""

    stream: str
    id: str
    batch_id: bytes
    events: bytes
    """Packed."""


async def copy(valkey: Valkey, file: Path) -> tuple[int, dict[str, str]]:
    """Write down everything that waits; how many entries, and the generation of each stream. Raises StartError."""
    generations: dict[str, str] = {}
    entries = 0
    try:
        with file.open("wb") as out:
            for stream in map(stream_key, range(PARTITIONS)):
                word = await valkey.get(stream + ":generation")
                generations[stream] = word.decode() if word else ""
                async for entry in _entries(valkey, stream):
                    packed = msgspec.msgpack.encode(entry)
                    out.write(_LENGTH.pack(len(packed)) + packed)
                    entries += 1
    except (ValkeyError, OSError, TimeoutError) as error:
        raise StartError(
            f"Valkey does not answer ({type(error).__name__}): events that wait there would be missing from the backup."
        ) from error
    return entries, generations


async def _entries(valkey: Valkey, stream: str) -> AsyncIterator[Waiting]:
    after = "-"
    while True:
        answer: list[tuple[bytes, dict[bytes, bytes]]] = await valkey.xrange(
            stream, min=after, max="+", count=AT_ONCE
        )
        for name, fields in answer:
            yield Waiting(stream, name.decode(), fields.get(b"b", b""), fields.get(b"e", b""))
        if len(answer) < AT_ONCE:
            return
        after = "(" + answer[-1][0].decode()


def read(content: IO[bytes]) -> Iterator[Waiting]:
    """What `copy` wrote."""
    decoder = msgspec.msgpack.Decoder(Waiting)
    while head := content.read(_LENGTH.size):
        yield decoder.decode(content.read(_LENGTH.unpack(head)[0]))


async def count(
    door: Callable[[], AbstractAsyncContextManager[Tx]],
    waiting: Iterator[Waiting],
    generations: dict[str, str],
    offsets: dict[str, tuple[str, str]],
) -> int:
    """Count those the database does not have yet; how many events. `offsets`: as the restored database has them.

    May be run again: a batch that is counted is not counted twice.
    """
    events = 0
    for entry in waiting:
        generation, last_id = offsets.get(entry.stream, ("", "0-0"))
        if generation == generations.get(entry.stream) and _place(entry.id) <= _place(last_id):
            continue
        batch = _batch(entry)
        if batch is None:
            continue  # nobody could read it; the consumer puts such aside as well
        async with door() as tx:
            events += (await write_batches(tx, [batch], remember=REMEMBER_DIRECT)).events
    return events


def _batch(entry: Waiting) -> Batch | None:
    try:
        return Batch(UUID(bytes=entry.batch_id), unpack(entry.events))
    except (ValueError, msgspec.DecodeError):
        return None


def _place(name: str) -> Any:
    milliseconds, _, sequence = name.partition("-")
    return int(milliseconds), int(sequence)
