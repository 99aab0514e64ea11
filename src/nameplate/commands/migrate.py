"""`nameplate migrate`: the schema, the roles' passwords, the event partitions."""

from rich.console import Console

from nameplate.commands.listen import require
from nameplate.migrate import migrate as apply
from nameplate.settings import Settings


def migrate(settings: Settings) -> None:
    """Raises SettingsError or StartError when it cannot."""
    require(settings, "secret_key", "database_url")
    applied = apply(settings)
    console = Console(highlight=False)
    for name in applied:
        console.print(f"applied {name}", markup=False)
    console.print("The database is up to date." if applied else "The database was up to date.")
