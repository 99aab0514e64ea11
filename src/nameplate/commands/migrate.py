"""`nameplate migrate`: the schema, the roles' passwords, the event partitions; with --citus, tables over many nodes."""

import psycopg
from psycopg import sql
from rich.console import Console

from nameplate.citus import queries
from nameplate.citus.plan import plan
from nameplate.commands.listen import require
from nameplate.errors import StartError
from nameplate.migrate import migrate as apply
from nameplate.settings import Settings


def migrate(settings: Settings, *, citus: bool = False, dry_run: bool = False) -> None:
    """`dry_run`: only say what would be done for Citus. Raises SettingsError or StartError when it cannot."""
    require(settings, "secret_key", "database_url")
    console = Console(highlight=False, soft_wrap=True)
    if not (citus and dry_run):
        applied = apply(settings)
        for name in applied:
            console.print(f"applied {name}", markup=False)
        console.print("The database is up to date." if applied else "The database was up to date.")
    if citus:
        _spread(settings, console, dry_run=dry_run)


def _spread(settings: Settings, console: Console, *, dry_run: bool) -> None:
    try:
        with psycopg.connect(settings.database_url, autocommit=True, connect_timeout=10) as connection:
            wanted = plan(queries.tables(connection))
            if not wanted.distributed:
                raise StartError("The database has no tables yet: run `nameplate migrate` first.")
            statements = queries.statements(wanted.distributed, wanted.references, queries.spread(connection))
            if not dry_run and queries.citus_version(connection) is None:
                raise StartError(
                    "This PostgreSQL has no Citus: install it on every node, put it into shared_preload_libraries, and "
                    "see docs/scaling.md. --dry-run shows what would be done."
                )
            for statement in statements:
                console.print(f"{statement};", markup=False)
                if not dry_run:
                    # From the catalogue's own names; each commits by itself, as Citus wants it of a big table.
                    connection.execute(sql.SQL(statement))
            console.print(f"-- On the coordinator alone: {', '.join(wanted.local)}; the schema jobs.")
    except psycopg.Error as error:
        raise StartError(
            f"Citus cannot be set up: {str(error).strip()}. What was done stays; run it again when that is mended."
        ) from error
