"""The secrets this installation made for itself."""

import os
import secrets
from pathlib import Path

import msgspec

from nameplate.errors import StartError


def _word() -> str:
    return secrets.token_hex(24)


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Random words, made once for each data folder."""

    secret_key: str = msgspec.field(default_factory=lambda: secrets.token_hex(32))
    postgres_admin: str = msgspec.field(default_factory=_word)
    postgres_owner: str = msgspec.field(default_factory=_word)
    valkey: str = msgspec.field(default_factory=_word)
    s3_access_key: str = msgspec.field(default_factory=lambda: secrets.token_hex(10).upper())
    s3_secret_key: str = msgspec.field(default_factory=_word)
    seaweedfs: str = msgspec.field(default_factory=_word)


def load_secrets(file: Path) -> Secrets:
    """Read `file`, or make it with fresh secrets, readable by its owner only.

    Secrets a newer version wants are added. Raises StartError when the file is damaged.
    """
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Secrets)
    except FileNotFoundError:
        found = Secrets()
    except (msgspec.MsgspecError, OSError) as error:
        raise StartError(
            f"The secrets in {file} cannot be read ({error}); put back a copy of that file."
        ) from error
    _keep(file, found)
    return found


def keep_secret_key(file: Path, secret_key: str) -> None:
    """Put `secret_key` in place of the one in `file`; what only the engines of this machine know stays."""
    _keep(file, msgspec.structs.replace(load_secrets(file), secret_key=secret_key))


def _keep(file: Path, found: Secrets) -> None:
    text = msgspec.json.format(msgspec.json.encode(found), indent=2)
    if not file.exists() or file.read_bytes() != text:
        # Written beside and renamed: a full disk or a crash leaves the old file or none, not half of one.
        part = file.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
