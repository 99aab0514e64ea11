"""The data folder: who uses it, and where what runs in it can be reached."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from nameplate.errors import StartError
from nameplate.settings import PREFIX, Settings

MEGABYTE = 1024 * 1024
# A fresh PostgreSQL with its first log files, SeaweedFS's first volume; later only room for what comes.
ROOM_AT_FIRST = 400 * MEGABYTE
ROOM_LATER = 100 * MEGABYTE


class RunFile(msgspec.Struct, frozen=True):
    """What a running `nameplate up` tells other commands: its process and its children's settings (with secrets)."""

    pid: int
    environment: dict[str, str]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the data folder and hold it for ourselves. Raises StartError in one sentence when that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(_cannot_use(folder, error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise StartError(
                f"The data folder {folder} is in use by another Nameplate (process {owner or 'unknown'}); "
                "stop that one, or set NAMEPLATE_DATA_DIR."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    except OSError as error:
        raise StartError(_cannot_use(folder, error)) from error
    finally:
        os.close(descriptor)


def _cannot_use(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of the data folder {folder} is full; make room, or set NAMEPLATE_DATA_DIR to another disk."
    where = error.filename or folder
    return f"The data folder {folder} cannot be used ({where}: {error.strerror}); set NAMEPLATE_DATA_DIR to another."


def check_room(folder: Path) -> None:
    """Raise StartError when the disk is too full to start."""
    needed = ROOM_LATER if (folder / "postgres" / "data").exists() else ROOM_AT_FIRST
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StartError(
            f"The disk of the data folder {folder} has {free // MEGABYTE} MB left and Nameplate needs "
            f"{needed // MEGABYTE} MB to start; make room, or set NAMEPLATE_DATA_DIR to another disk."
        )


@contextmanager
def announced(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Let other commands find us while we run."""
    file = folder / "run.json"
    part = folder / "run.part"
    part.unlink(missing_ok=True)
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(msgspec.json.encode(RunFile(os.getpid(), ours)))
    part.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running(folder: Path) -> RunFile | None:
    """The `nameplate up` that holds the folder now, if any."""
    try:
        with (folder / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found = msgspec.json.decode((folder / "run.json").read_bytes(), type=RunFile)
                # Another command may hold it, after an `up` that was killed and left its file.
                return found if lock.read().decode("ascii", "replace") == str(found.pid) else None
    except (OSError, msgspec.MsgspecError):
        return None
    return None


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings for a command beside `nameplate up`: what the environment leaves open, a running `up` answers.

    Raises SettingsError for a wrong setting.
    """
    settings = Settings.load(environ)
    found = running(settings.data_dir.expanduser().absolute())
    if found is None:
        return settings
    return Settings.load({**found.environment, **{k: v for k, v in environ.items() if k.startswith(PREFIX)}})
