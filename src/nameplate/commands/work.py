"""`nameplate work`: jobs, schedules and the consumer of events."""

import uvloop

from nameplate.commands.serve import require
from nameplate.settings import Settings


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT. Raises SettingsError before anything is started."""
    require(settings, "secret_key", "database_url", "valkey_url")
    from nameplate.worker import main

    uvloop.run(main(settings))
