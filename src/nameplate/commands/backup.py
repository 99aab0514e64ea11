"""`nameplate backup`: everything in one file, and the secret key in another, while the system runs."""

import asyncio
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from nameplate import __version__
from nameplate.backup import database, objects, queries, waiting
from nameplate.backup.archive import DATABASE, EVENTS, Manifest, Writer
from nameplate.cache import Cache
from nameplate.commands.place import Place, reached, remember
from nameplate.commands.screen import Screen
from nameplate.errors import StartError
from nameplate.keys import derive
from nameplate.storage import Storage


class Kept(msgspec.Struct, frozen=True):
    """The file of secrets: what no archive holds, and without which second factors and the security log are void."""

    secret_key: str


def key_check(secret_key: str) -> str:
    """Two places with the same key have the same; it does not help to find the key."""
    return derive(secret_key, "which key a backup was made under").hex()[:32]


def secrets_beside(archive: Path) -> Path:
    return archive.with_name(archive.name + ".secrets")


def backup(environ: Mapping[str, str], to: Path) -> None:
    """Make a backup as the file `to`, or in the folder `to` under a name with the time.

    Raises SettingsError or StartError; there is no file then.
    """
    now = datetime.now(UTC)
    file = to / f"nameplate-{now:%Y%m%d-%H%M%S}.tar" if to.is_dir() else to
    for path in (file, secrets_beside(file)):
        if path.exists():
            raise StartError(f"{path} exists already; choose another name.")
    if not file.parent.is_dir():
        raise StartError(f"There is no folder {file.parent}; make it first.")
    screen = Screen()
    try:
        manifest = asyncio.run(_backup(environ, file, now, screen))
    except OSError as error:
        raise StartError(f"{file} cannot be written: {error.strerror or error}.") from error
    except psycopg.Error as error:
        raise StartError(f"The database could not be read: {str(error).strip()}") from error
    _tell(file, manifest, screen)


async def _backup(environ: Mapping[str, str], file: Path, now: datetime, screen: Screen) -> Manifest:
    async with reached(environ) as place:
        manifest = await write(place, file, now, screen)
        _write_secrets(secrets_beside(file), Kept(place.settings.secret_key))
        await remember(place.settings, "backup")
    return manifest


def _tell(file: Path, manifest: Manifest, screen: Screen) -> None:
    say = screen.console.print
    rows = ", ".join(f"{number:,} {table.replace('_', ' ')}" for table, number in manifest.rows.items())
    say(f"{file}: {rows}, {manifest.objects:,} objects, {file.stat().st_size:,} bytes.", markup=False)
    say(
        f"{secrets_beside(file)}: the secret key. Keep it somewhere else than the backup: it opens the second factors "
        "that are in there. Log-ins, open proofs and the keys of visitors are in neither file.",
        markup=False,
    )


async def write(place: Place, file: Path, now: datetime, screen: Screen) -> Manifest:
    """The order is what makes it consistent: see nameplate.backup.waiting and .objects. Raises StartError."""
    storage = Storage(place.settings)
    copied: set[str] = set()
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".nameplate-backup-") as folder:
        dump, events = Path(folder) / DATABASE, Path(folder) / EVENTS
        with Writer(file) as archive:
            with screen.progress("Copying objects") as bars:
                await objects.copy(storage, archive, copied, bars)
            async with Cache(place.settings) as cache:
                _, generations = await waiting.copy(cache.client, events)
            async with await psycopg.AsyncConnection.connect(
                place.reader_url, autocommit=True, connect_timeout=10
            ) as connection:
                if not await queries.sees_everything(connection):
                    raise StartError(
                        "Row-level security hides everything from the user in NAMEPLATE_DATABASE_URL: call this "
                        "command with an address whose user is a superuser or has BYPASSRLS."
                    )
                snapshot = await queries.export_snapshot(connection)
                schema, rows = await queries.schema_of(connection), await queries.rows_of(connection)
                tables = await queries.tables(connection)
                if not schema:
                    raise StartError("The database is empty: there is nothing to back up.")
                with screen.progress("Copying the database") as bars:
                    await database.dump(place.reader_url, snapshot, dump, tables, bars)
                version = connection.info.parameter_status("server_version") or ""
            archive.add_file(DATABASE, dump)
            archive.add_file(EVENTS, events)
            with screen.progress("Copying objects that came meanwhile") as bars:
                await objects.copy(storage, archive, copied, bars)
            manifest = Manifest(
                made_at=now, version=__version__, postgresql=version, schema=schema, rows=rows, tables=tables,
                generations=generations, objects=len(copied), key_check=key_check(place.settings.secret_key),
                members=0, digest="",
            )  # fmt: skip
            archive.finish(manifest)
    return manifest


def _write_secrets(file: Path, kept: Kept) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
        out.flush()
        os.fsync(out.fileno())
