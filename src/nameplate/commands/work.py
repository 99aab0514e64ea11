"""`nameplate work`: jobs, schedules and the consumer of events."""

import gc

import uvloop

from nameplate.commands.listen import require, tell_ready
from nameplate.engines.process import wait_for_release
from nameplate.isolation.guard import refuse_to_start
from nameplate.settings import Settings

GARBAGE = (
    50_000  # objects made and not let go before the youngest are looked through: a batch of events has more
)


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
    expect_many_objects()
    uvloop.run(main(settings))


def expect_many_objects() -> None:
    """What is here now stays, and events hold nothing that goes in circles: neither is worth looking through again and
    again while a backlog is counted, which took as long as counting it."""
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)
