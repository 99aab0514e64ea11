"""`nameplate restore`: a backup into an empty place, all of it or nothing."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import psycopg

from nameplate.backup import database, objects, queries, waiting
from nameplate.backup.archive import DATABASE, EVENTS, OBJECTS, Manifest, read, verify
from nameplate.commands.backup import Kept, key_check, secrets_beside
from nameplate.commands.place import Place, reached, remember
from nameplate.commands.screen import Screen
from nameplate.db import SystemDatabase
from nameplate.engines.secrets import keep_secret_key
from nameplate.errors import StartError
from nameplate.migrate import migrate, migrations_folder
from nameplate.settings import Settings
from nameplate.storage import Storage


def restore(
    environ: Mapping[str, str], file: Path, secrets: Path | None, *, force: bool, new_secrets: bool
) -> None:
    """Put back what `file` holds. `force`: what is there now is replaced. `new_secrets`: under the key of this place.

    Raises SettingsError or StartError; the database is as it was then.
    """
    screen = Screen()
    with screen.progress(f"Checking {file.name}") as bars:
        manifest = verify(file, bars)
    known = {path.stem for path in migrations_folder().iterdir()}
    if newer := sorted(set(manifest.schema) - known):
        raise StartError(
            f"{file} was made by Nameplate {manifest.version}, which knows {newer[-1]} and this one does not: "
            "update Nameplate first. Nothing was changed."
        )
    try:
        asyncio.run(
            _restore(environ, file, kept_key(file, secrets), manifest, screen, force=force, new=new_secrets)
        )
    except psycopg.Error as error:
        raise StartError(f"The database cannot be used: {str(error).strip()}") from error


async def _restore(
    environ: Mapping[str, str],
    file: Path,
    kept: str,
    manifest: Manifest,
    screen: Screen,
    *,
    force: bool,
    new: bool,
) -> None:
    async with reached(environ, alone=True) as place:
        settings = (
            place.settings if new else replace(place.settings, secret_key=key_to_use(place, kept, manifest))
        )
        storage = Storage(settings)
        there = set(await objects.names(storage))
        await _must_be_free(place, there, force=force)
        with tempfile.TemporaryDirectory(dir=place.folder, prefix="restore-") as folder:
            scratch = Path(folder)
            stored = await _unpack(file, manifest, storage, there, scratch, screen)
            try:
                await _load(place, manifest, scratch, screen)
            except BaseException:
                await objects.remove(storage, sorted(stored - there))
                raise
            if place.own_secrets:
                keep_secret_key(place.secrets_file, settings.secret_key)
            await asyncio.to_thread(migrate, settings)
            events = await _count_waiting(place, settings, manifest, scratch)
            await remember(settings, "restore")
        await objects.remove(storage, sorted(there - stored))
    rows = ", ".join(f"{number:,} {table.replace('_', ' ')}" for table, number in manifest.rows.items())
    screen.console.print(
        f"Restored as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: {rows}, {len(stored):,} objects; {events:,} events "
        "that had waited to be counted. Everybody has to log in again.",
        markup=False,
    )


def kept_key(file: Path, secrets: Path | None) -> str:
    """The key in the file of secrets, or nothing when there is none and none was named."""
    found = secrets or secrets_beside(file)
    if secrets is None and not found.exists():
        return ""
    try:
        return msgspec.json.decode(found.read_bytes(), type=Kept).secret_key
    except (OSError, msgspec.MsgspecError) as error:
        raise StartError(f"{found} holds no secrets of a backup: {error}. Nothing was changed.") from error


def key_to_use(place: Place, kept: str, manifest: Manifest) -> str:
    """The secret key to go on with. Raises StartError when it is not the one the backup was made under."""
    key = place.settings.secret_key if not place.own_secrets else kept or place.settings.secret_key
    if key_check(key) == manifest.key_check:
        return key
    lost = (
        "or add --new-secrets: authenticator apps and recovery codes then no longer work, and older entries of the "
        "security log count as changed. Nothing was changed."
    )
    if not place.own_secrets:
        raise StartError(
            "NAMEPLATE_SECRET_KEY is not the key this backup was made under: set it to that of the file of secrets, "
            + lost
        )
    raise StartError(
        f"The secrets of this backup are missing or another one's: name its file with --secrets, {lost}"
    )


async def _must_be_free(place: Place, there: set[str], *, force: bool) -> None:
    async with await psycopg.AsyncConnection.connect(place.reader_url, connect_timeout=10) as connection:
        if not await queries.sees_everything(connection):
            raise StartError(
                "Row-level security hides what is loaded from the user in NAMEPLATE_DATABASE_URL: call this command "
                "with an address whose user is a superuser or has BYPASSRLS. Nothing was changed."
            )
        if others := await queries.others(connection):
            raise StartError(
                f"Nameplate is running: {others} connections to this database. Stop it first. Nothing was changed."
            )
        rows = await queries.rows_of(connection)
    if not force and (rows.get("accounts") or there):
        raise StartError(
            f"This place is not empty: {rows.get('accounts', 0):,} accounts, {len(there):,} objects. Restore somewhere "
            "else, or add --force: all of it is then replaced. Nothing was changed."
        )


async def _unpack(
    file: Path, manifest: Manifest, storage: Storage, there: set[str], scratch: Path, screen: Screen
) -> set[str]:
    """Objects into their bucket, the rest into `scratch`; the names of the objects."""
    stored: set[str] = set()
    try:
        with screen.progress("Storing objects") as bars:
            for member in read(file):
                if member.name.startswith(OBJECTS):
                    stored.add(await objects.put(storage, member))
                    bars("Objects", len(stored), manifest.objects)
                elif member.name in {DATABASE, EVENTS}:
                    with (scratch / member.name).open("wb") as out:
                        shutil.copyfileobj(member.content, out)
    except BaseException:
        await objects.remove(storage, sorted(stored - there))
        raise
    return stored


async def _load(place: Place, manifest: Manifest, scratch: Path, screen: Screen) -> None:
    # The roles and the rights on the database itself are in no dump.
    await asyncio.to_thread(migrate, place.settings)
    with screen.progress("Loading the database") as bars:
        await database.load(
            place.reader_url, place.owner, scratch / DATABASE, manifest.rows, scratch, manifest.tables, bars
        )


async def _count_waiting(place: Place, settings: Settings, manifest: Manifest, scratch: Path) -> int:
    async with await psycopg.AsyncConnection.connect(place.reader_url, connect_timeout=10) as connection:
        offsets = await queries.offsets(connection)
    with (scratch / EVENTS).open("rb") as content:
        async with SystemDatabase(settings) as system:
            return await waiting.count(
                system.as_consumer, waiting.read(content), manifest.generations, offsets
            )
