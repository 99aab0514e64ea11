"""An upload from the wire into a file without a name: never whole in memory, and gone with this process."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, get_args

from litestar import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from nameplate.assets.purposes import Purpose
from nameplate.errors import Problem, TooLarge

PURPOSES = get_args(Purpose)
_WRITTEN_AT_ONCE = 256 * 1024
_AROUND = 16 * 1024  # bytes of a body that are not the file
_MOST_DRAINED = 32 * 1024 * 1024
_MOST_NAME = 120


@dataclass(slots=True)
class Received:
    """`file` stands at its beginning."""

    file: IO[bytes]
    purpose: Purpose | None = None
    name: str = ""
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> bytes:
        return bytes(self.sha256.digest())


class NotMultipart(Problem):
    status = 415
    code = "unsupported-media-type"
    title = "Send a form"


@asynccontextmanager
async def scratch(folder: Path) -> AsyncIterator[IO[bytes]]:
    """A file that has no name and is gone when it is closed, or this process is."""

    def make() -> IO[bytes]:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tempfile.TemporaryFile(dir=folder, buffering=0)

    file = await asyncio.to_thread(make)
    try:
        yield file
    finally:
        await asyncio.to_thread(file.close)


async def receive(request: Request[Any, Any, Any], file: IO[bytes], most: int) -> Received:
    """Read `purpose` and `file`, in this order. Raises Problem; TooLarge as soon as `most` bytes are exceeded."""
    received = Received(file)
    boundary = _boundary(request)
    too_large = TooLarge(
        f"Send at most {most // 1_000_000} MB. The dashboard makes pictures smaller by itself."
    )
    if (request.content_length or 0) > most + _AROUND:
        await _drain(request)
        raise too_large
    parser = PushMultipartParser(boundary, max_segment_count=4, strict=True)
    buffer = bytearray()
    segment: MultipartSegment | None = None
    value = b""
    try:
        async for chunk in request.stream():
            if not chunk:
                break
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    segment = event
                    _begin(received, segment)
                elif segment is not None and event is None:
                    if segment.name == "purpose":
                        received.purpose = _purpose(value)
                elif segment is not None and segment.name == "purpose":
                    value = (value + bytes(event))[:64]
                elif event is not None:
                    received.size += len(event)
                    buffer += event
            if received.size > most:
                await _drain(request)
                raise too_large
            if len(buffer) >= _WRITTEN_AT_ONCE:
                await asyncio.to_thread(_write, received, bytes(buffer))
                buffer.clear()
        parser.close()
    except MultipartError as error:
        raise Problem("The form is not complete or not valid. Send it again.") from error
    await asyncio.to_thread(_write, received, bytes(buffer))
    return _complete(received)


def _boundary(request: Request[Any, Any, Any]) -> str:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise NotMultipart("Send multipart/form-data with the fields `purpose` and `file`.")
    return str(options["boundary"])


def _begin(received: Received, segment: MultipartSegment) -> None:
    """Raises Problem for a field that does not belong here, or not yet."""
    if segment.name == "purpose" and received.purpose is None and not received.name:
        return
    if segment.name != "file" or received.name:
        raise Problem("Send two fields: `purpose`, then `file`.")
    if received.purpose is None:
        raise Problem("Send the field `purpose` before `file`.")
    received.name = _shown(segment.filename or "") or "picture"


def _purpose(value: bytes) -> Purpose:
    text = value.decode("ascii", "replace")
    if text not in PURPOSES:
        raise Problem(f"`purpose` is one of {', '.join(PURPOSES)}.")
    return text  # type: ignore[return-value]


def _shown(name: str) -> str:
    """The last part of a path in whatever spelling, in printable characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:_MOST_NAME]


def _write(received: Received, data: bytes) -> None:
    received.sha256.update(data)
    view = memoryview(data)
    while view:
        view = view[received.file.write(view) :]


def _complete(received: Received) -> Received:
    if received.purpose is None or not received.name:
        raise Problem("Send two fields: `purpose`, then `file`.")
    if not received.size:
        raise Problem("The file is empty. Choose another.")
    received.file.seek(0)
    return received


async def _drain(request: Request[Any, Any, Any]) -> None:
    """Read on for a while: a browser that is still sending when the answer comes shows no answer at all."""
    left = _MOST_DRAINED
    message = {"more_body": True}
    while left > 0 and message.get("more_body"):
        message = await request.receive()  # type: ignore[assignment]
        left -= len(message.get("body", b""))  # type: ignore[arg-type]
