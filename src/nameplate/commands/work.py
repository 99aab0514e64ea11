"""`nameplate work`: jobs, schedules and the consumer of events."""

import uvloop

from nameplate.commands.listen import require, tell_ready
from nameplate.engines.process import wait_for_release
from nameplate.isolation.guard import refuse_to_start
from nameplate.settings import Settings


def work(settings: Settings, *, held: bool = False, ready_fd: int | None = None) -> None:
    """Work until SIGTERM or SIGINT. Raises SettingsError or StartError before anything is started.

    `held`: get ready, then wait for the parent process. `ready_fd`: a line is written there when it begins.
    """
    require(settings, "secret_key", "database_url", "valkey_url")
    from nameplate.worker import main

    if held:
        wait_for_release()
    refuse_to_start(settings)
    tell_ready(ready_fd)
    uvloop.run(main(settings))
