"""`nameplate serve`: the web processes."""

import asyncio
import gc
import logging
import os
import socket
import tempfile
from collections.abc import Callable
from typing import Any

import structlog
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings

from nameplate.commands.listen import BACKLOG, GRACE, listen, require
from nameplate.commands.patience import patient_threads
from nameplate.commands.web_server import WebServer, accept_no_more, say_started
from nameplate.engines.process import die_with_parent, wait_for_release
from nameplate.isolation.guard import refuse_to_start
from nameplate.logs import set_up_logs
from nameplate.settings import Settings
from nameplate.warm import warm_up

log = structlog.get_logger("web")

# Objects made and not let go before the youngest are looked through. Python's 700 are a few requests; with 10,000
# looking took 3 to 4 % of what events cost.
GARBAGE = 50_000


def serve(
    settings: Settings, *, held: bool = False, listen_fd: int | None = None, ready_fd: int | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; on SIGHUP replace the processes one by one. Raises SettingsError or StartError
    before anything is started.

    `held`: get ready, then wait for the parent process. `listen_fd`: the socket to accept from. `ready_fd`: a line is
    written there when every process answers.
    """
    require(
        settings, "secret_key", "database_url", "valkey_url", "s3_endpoint", "s3_access_key", "s3_secret_key"
    )
    listener, lent = listen(settings, listen_fd)
    with listener:  # also when something speaks against starting
        _serve(settings, listener, lent=lent, held=held, ready_fd=ready_fd)


def _serve(
    settings: Settings, listener: socket.socket, *, lent: bool, held: bool, ready_fd: int | None
) -> None:
    count = settings.processes
    if count > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        # /metrics of any process then tells the sum of all. Has to be known before the metrics are made.
        folder = tempfile.TemporaryDirectory(prefix="nameplate-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder.name
    set_up_logs(settings)
    # Imported here, before the processes are forked, so that one that replaces a dead one is there at once.
    from nameplate.app import App, create_app

    warm_up()
    if held:
        wait_for_release()
    refuse_to_start(settings)
    in_child = die_with_parent()

    def load() -> Any:
        in_child()
        patient = patient_threads()
        app = create_app(settings)
        app.started = lambda: started(app, patient)
        # What is here now stays: not to be looked through for garbage again and again while requests come and go.
        gc.freeze()
        gc.set_threshold(GARBAGE, 10, 10)
        return app

    def started(app: App, patient: Callable[[], None]) -> None:
        # The server makes its threads once this is over.
        asyncio.get_running_loop().call_later(1.0, patient)
        app.leaving.listen(lambda: accept_no_more(listener.getsockname()))
        say_started(server.started_fd)

    server = WebServer(
        listener,
        lent=lent,
        drain=settings.drain,
        ready_fd=ready_fd,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=count,
        loop=Loops.uvloop,
        # Caddy, and any other proxy, speaks HTTP/1.1 to us: nothing else is understood, so nothing else can differ.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        websockets=False,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        process_name=None,
        log_dictconfig=LOGGING,
    )
    server.serve(target_loader=load, wrap_loader=False)


class ToStructlog(logging.Handler):
    """Granian's own messages, those that tell an operator something."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno > logging.INFO:
            log.warning(message)
        elif message.startswith("Respawning"):
            log.info("web process restarted", process=message.removeprefix("Respawning "))


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"structlog": {"()": ToStructlog}},
    "loggers": {"_granian": {"handlers": ["structlog"], "level": "INFO", "propagate": False}},
}
