"""The file of a backup: a tar whose members carry their checksums, and whose last member says what should be there.

It is written beside its name and renamed when it is complete, and read once as a whole before anything of it is used.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from nameplate.errors import StartError

FORMAT = 1
DATABASE = "database.dump"
EVENTS = "events.stream"
OBJECTS = "objects/"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
_SHA256 = "NAMEPLATE.sha256"
_ATTRIBUTES = "NAMEPLATE.attributes"

Progress = Callable[[str, int, int], None]
"""Called with a step, how much of it is done, and how much there is."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is, written last: without it the file was cut off."""

    format: int = FORMAT
    made_at: datetime
    version: str
    """Of Nameplate."""
    postgresql: str
    schema: list[str]
    """Names of the migrations the database had."""
    rows: dict[str, int]
    """Of the tables that are compared after a restore."""
    tables: int
    """Whose rows are in it."""
    generations: dict[str, str]
    """Stream to the random word of the Valkey it was in."""
    objects: int
    key_check: str
    """Tells whether a secret key is the one this was made under; says nothing else about it."""
    members: int
    digest: str
    """SHA-256 over the checksums of all members in their order."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive. `content` is read before the next member is asked for."""

    name: str
    size: int
    checksum: str
    """SHA-256, as it was when it was written."""
    attributes: dict[str, str]
    content: IO[bytes]


class Writer:
    """Makes the file, for its owner only. What happens inside the `with` decides whether there will be one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._part = file.with_name(file.name + ".part")
        self._digest = hashlib.sha256()
        self._members = 0

    def __enter__(self) -> Self:
        self._part.unlink(missing_ok=True)
        self._raw = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._raw, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._tar.close()
                self._raw.flush()
                os.fsync(self._raw.fileno())
        finally:
            self._raw.close()
            if kind is None:
                self._part.replace(self.file)
            else:
                self._part.unlink(missing_ok=True)

    def add(self, name: str, content: bytes, attributes: dict[str, str] | None = None) -> None:
        self._add(name, BytesIO(content), len(content), hashlib.sha256(content).hexdigest(), attributes or {})

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as content:
            checksum = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            self._add(name, content, path.stat().st_size, checksum, {})

    def finish(self, manifest: Manifest) -> None:
        """The last member. `members` and `digest` are filled in here."""
        whole = msgspec.structs.replace(manifest, members=self._members, digest=self._digest.hexdigest())
        self.add(MANIFEST, msgspec.json.format(msgspec.json.encode(whole), indent=2))

    def _add(
        self, name: str, content: IO[bytes], size: int, checksum: str, attributes: dict[str, str]
    ) -> None:
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o600
        info.pax_headers = {_SHA256: checksum}
        if attributes:
            info.pax_headers[_ATTRIBUTES] = msgspec.json.encode(attributes).decode()
        self._tar.addfile(info, content)
        self._digest.update(bytes.fromhex(checksum))
        self._members += 1


def read(file: Path) -> Iterator[Member]:
    """Every member, in the order in which they were written. Raises StartError for what is no backup."""
    with _explained(file), tarfile.open(file, "r:") as tar:
        for info in tar:
            content, checksum = tar.extractfile(info), info.pax_headers.get(_SHA256, "")
            if content is None or not checksum:
                raise StartError(f"{file} is no backup of Nameplate. Nothing was changed.")
            attributes = msgspec.json.decode(info.pax_headers.get(_ATTRIBUTES, "{}"), type=dict[str, str])
            yield Member(info.name, info.size, checksum, attributes, content)


def verify(file: Path, progress: Progress) -> Manifest:
    """Read all of it and compare every checksum. Raises StartError when anything is missing or changed."""
    digest, members, manifest, done = hashlib.sha256(), 0, None, 0
    with _explained(file):
        total = file.stat().st_size
        for member in read(file):
            found, text = hashlib.sha256(), b""
            while part := member.content.read(CHUNK):
                found.update(part)
                text = part
            if manifest is not None or member.checksum != found.hexdigest():
                raise StartError(
                    f"{member.name} in {file} is damaged; use another backup. Nothing was changed."
                )
            if member.name == MANIFEST:
                manifest = _manifest(file, text)
                continue
            digest.update(found.digest())
            members, done = members + 1, done + member.size
            progress("Bytes", done, max(total, done))
    if manifest is None or (manifest.members, manifest.digest) != (members, digest.hexdigest()):
        raise StartError(f"{file} is not complete: it was cut off; use another backup. Nothing was changed.")
    return manifest


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise StartError(
            f"{file} is no backup of Nameplate, or was cut off: {error}. Nothing was changed."
        ) from error
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror or error}. Nothing was changed.") from error


def _manifest(file: Path, text: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise StartError(f"{file} was made by another version of Nameplate: {error}.") from error
    if manifest.format != FORMAT:
        raise StartError(f"{file} was made by a newer Nameplate; update this one first.")
    return manifest
