"""Settings handed on to child processes."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from nameplate.settings import PREFIX, Settings


def child_environment(settings: Settings) -> dict[str, str]:
    """Our environment with every setting spelled out, and without the credentials of the schema's owner.

    Web processes and workers log in with the passwords of their roles, which they compute from the secret key.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    values = {PREFIX + field.name.upper(): _text(getattr(settings, field.name)) for field in fields(settings)}
    values["NAMEPLATE_DATABASE_URL"] = without_login(settings.database_url)
    values["NAMEPLATE_DATA_DIR"] = str(settings.data_dir.absolute())
    return kept | {name: value for name, value in values.items() if value}


def without_login(url: str) -> str:
    """`url` without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, Path):
        return "" if value == Path() else str(value.absolute())
    return str(value)
