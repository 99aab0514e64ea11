"""Images on this machine's disk: they survive restarts, and are believed only under a seal of our own.

Called in threads. A file is `seal || image`; the seal is a keyed hash of name and image, so a file that was cut short,
mixed up or written by somebody else is a file that is not there.
"""

import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)
rejected = Counter("nameplate_asset_disk_rejected_total", "Files of the cache on disk that were not believed")
failed = Counter("nameplate_asset_disk_failures_total", "Reads and writes of the cache on disk that failed")

MOST = 8 * 1024 * 1024  # bytes of one image
_SEAL = 32
_UNUSED = 30 * 86_400.0  # seconds after which a file nobody asked for goes


@dataclass(frozen=True, slots=True)
class OnDisk:
    """`checked_at`: Unix time at which the store was last known to have it."""

    body: bytes
    checked_at: float


class DiskCache:
    """Shared by all processes of a machine that name the same folder; `most` bytes, give or take what was just written.

    A disk that is full, read-only or away makes it slower, never wrong.
    """

    def __init__(self, folder: Path, *, most: int, secret: str) -> None:
        self._folder = folder
        self._most = most
        self._secret = hashlib.sha256(b"assets on disk:" + secret.encode()).digest()
        self._written = 0
        self.enabled = most > 0

    def open(self) -> None:
        """Make the folder; without one nothing is kept."""
        if not self.enabled:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.tidy()
        except OSError as error:
            self.enabled = False
            log.warning("images are not kept on disk", folder=str(self._folder), error=str(error))

    def read(self, key: str) -> OnDisk | None:
        """The image called `key`, if it is here and true."""
        if not self.enabled:
            return None
        path = self._path(key)
        try:
            # Not through a link somebody put there.
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
                checked_at = os.fstat(file.fileno()).st_mtime
                content = file.read(MOST + _SEAL + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._note("read", error)
            return None
        body = content[_SEAL:]
        if len(content) > MOST + _SEAL or not hmac.compare_digest(content[:_SEAL], self._seal(key, body)):
            rejected.inc()
            self.remove(key)
            return None
        self._touch(path, checked_at)
        return OnDisk(body, checked_at)

    def write(self, key: str, body: bytes) -> None:
        """Keep `body`. Whoever reads meanwhile sees all of it or nothing."""
        if not self.enabled or len(body) > MOST:
            return
        path = self._path(key)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self._seal(key, body) + body)
            part.replace(path)
        except OSError as error:
            self._note("write", error)
            part.unlink(missing_ok=True)
            return
        self._written += len(body)
        if self._written > self._most // 8:
            self.tidy()

    def checked(self, key: str) -> None:
        """The store has it still."""
        if self.enabled:
            self._touch(self._path(key), time.time())

    def remove(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            self._note("remove", error)

    def tidy(self) -> None:
        """Remove what nobody asked for lately, then what was used longest ago, down to nine tenths of the budget."""
        self._written = 0
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("*/*"):
            try:
                stat = path.lstat()
            except OSError:
                continue  # another process was quicker
            found.append((stat.st_atime, stat.st_size, path))
        total = sum(size for _, size, _ in found)
        oldest = time.time() - _UNUSED
        for used_at, size, path in sorted(found):
            if used_at > oldest and total <= self._most * 9 // 10:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        """Names have been looked at: letters, digits, `-`, `_` and one dot."""
        return self._folder / hashlib.sha256(key.encode()).hexdigest()[:2] / key

    def _seal(self, key: str, body: bytes) -> bytes:
        return hashlib.blake2b(key.encode() + b"\0" + body, key=self._secret, digest_size=_SEAL).digest()

    def _touch(self, path: Path, checked_at: float) -> None:
        """When it was used and when it was checked: what a file's two times say here."""
        try:
            os.utime(path, (time.time(), checked_at), follow_symlinks=False)
        except OSError:
            return  # removed meanwhile

    def _note(self, act: str, error: OSError) -> None:
        failed.inc()
        log.warning("cache of images on disk", act=act, error=error.strerror or type(error).__name__)
