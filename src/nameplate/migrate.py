"""Bring a database to the newest schema. Safe to run at any time, from several machines at once."""

import glob
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from nameplate.db import ROLES, role_password
from nameplate.errors import StartError
from nameplate.settings import Settings

# Any number that nothing else takes an advisory lock on; 'namplate' as a bigint.
LOCK = 0x6E616D706C617465
MONTHS_BACK = 14
MONTHS_AHEAD = 2


def migrations_folder() -> Path:
    """The SQL files: in the installed package, or in the checkout we run from."""
    packaged = Path(__file__).parent / "_migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "migrations"


def migrate(settings: Settings) -> list[str]:
    """Apply what is missing, set the roles' passwords and make event partitions; the names of what was applied.

    `settings.database_url` must name the owner of the schema. Raises StartError in one sentence when it cannot.
    """
    try:
        with _alone(settings.database_url) as connection:
            applied = _apply(settings.database_url)
            _set_passwords(connection, settings.secret_key)
            make_partitions(connection, datetime.now(UTC).date())
            return applied
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise StartError(f"The database in NAMEPLATE_DATABASE_URL cannot be used: {reason}") from error


@contextmanager
def _alone(url: str) -> Iterator[psycopg.Connection[Any]]:
    # An advisory lock ends with its session: unlike yoyo's own lock table it cannot be left behind by a crash.
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        yield connection


def _apply(url: str) -> list[str]:
    import yoyo  # noqa: PLC0415 - slow to import, and `up` imports us

    logging.getLogger("yoyo").setLevel(logging.WARNING)
    parts = urlsplit(url)
    backend = yoyo.get_backend(urlunsplit(parts._replace(scheme="postgresql+psycopg")))
    try:
        backend.execute("SET client_min_messages = warning")
        backend.break_lock()  # yoyo's own, perhaps left by a crash; ours is held
        wanted = backend.to_apply(yoyo.read_migrations(glob.escape(str(migrations_folder()))))
        names = [migration.id for migration in wanted]
        try:
            backend.apply_migrations(wanted)
        except psycopg.Error as error:
            raise StartError(f"A migration failed, nothing of it was kept: {str(error).strip()}") from error
        return names
    finally:
        backend.connection.close()


def _set_passwords(connection: psycopg.Connection[Any], secret_key: str) -> None:
    for role in ROLES:
        password = sql.Literal(role_password(secret_key, role))
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))


def make_partitions(connection: psycopg.Connection[Any], today: date) -> int:
    """Make the event partitions around `today` that are missing; how many were made."""
    first = today.year * 12 + today.month - 1
    months = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first - MONTHS_BACK, first + MONTHS_AHEAD + 1)
    ]
    made = [connection.execute("SELECT make_events_partition(%s)", (month,)).fetchone() for month in months]
    return sum(1 for row in made if row and row[0])
