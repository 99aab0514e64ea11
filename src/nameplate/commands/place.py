"""Where a backup is taken from or put to: what settings name, what `nameplate up` runs, or what it would run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nameplate.audit.record import Audit, Origin
from nameplate.commands.folder import load_settings, locked, running
from nameplate.commands.listen import require
from nameplate.commands.reach import check_engines
from nameplate.db import Database
from nameplate.engines.embedded import Embedded, data_folder
from nameplate.engines.postgres import ADMIN, OWNER
from nameplate.engines.secrets import Secrets, load_secrets
from nameplate.errors import StartError
from nameplate.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Engines that answer."""

    settings: Settings
    """Complete; `database_url` logs in as the owner of the schema."""
    reader_url: str
    """The same database, for whoever row-level security does not hold back."""
    folder: Path
    own_secrets: bool
    """Whether the secret key is one that `up` made and keeps in `folder`."""

    @property
    def owner(self) -> str:
        """The role that everything in the database belongs to."""
        return unquote(urlsplit(self.settings.database_url).username or "")

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.json"


@asynccontextmanager
async def reached(environ: Mapping[str, str], *, alone: bool = False) -> AsyncIterator[Place]:
    """Engines that no setting names are those of a running `nameplate up`, or are started for as long as this lasts.

    `alone`: nobody else may use them. Raises SettingsError or StartError.
    """
    wanted = Settings.load(environ)
    folder = data_folder(wanted)
    if up := running(folder):
        if alone:
            raise StartError(f"Nameplate is running (process {up.pid}): stop it first. Nothing was changed.")
        settings = load_settings(environ)
        yield _place(settings, wanted, load_secrets(folder / "secrets.json"), folder)
    elif wanted.database_url and wanted.valkey_url and wanted.s3_endpoint:
        require(wanted, "secret_key", "s3_access_key", "s3_secret_key")
        await check_engines(wanted)
        yield _place(wanted, wanted, None, folder)
    else:
        with locked(folder):
            await check_engines(wanted)
            secrets = load_secrets(folder / "secrets.json")
            embedded = Embedded(wanted, secrets)
            await embedded.start()
            try:
                yield _place(embedded.settings, wanted, secrets, folder)
            finally:
                await embedded.stop()


def _place(settings: Settings, wanted: Settings, secrets: Secrets | None, folder: Path) -> Place:
    own_secrets = secrets is not None and not wanted.secret_key
    if wanted.database_url or secrets is None:
        return Place(
            replace(settings, database_url=wanted.database_url), wanted.database_url, folder, own_secrets
        )
    where = urlsplit(settings.database_url)
    place = where.netloc.rpartition("@")[2]

    def url(name: str, password: str) -> str:
        return urlunsplit(where._replace(netloc=f"{name}:{password}@{place}"))

    owner = replace(settings, database_url=url(OWNER, secrets.postgres_owner))
    return Place(owner, url(ADMIN, secrets.postgres_admin), folder, own_secrets)


async def remember(settings: Settings, command: str) -> None:
    """In the operator's log."""
    async with Database(settings) as db:
        audit = Audit(settings.secret_key, Origin())
        await audit.record_for_operator(db, "operator.acted", by="operator", command=command)
