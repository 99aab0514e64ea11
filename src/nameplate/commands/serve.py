"""`nameplate serve`: the web processes."""

import errno
import logging
import os
import socket
import tempfile
from typing import Any

import structlog
from granian.constants import Interfaces, Loops
from granian.server import Server

from nameplate.engines.process import die_with_parent, wait_for_release
from nameplate.errors import SettingsError, StartError
from nameplate.logs import set_up_logs
from nameplate.settings import Settings

log = structlog.get_logger("web")

MOST_PROCESSES = 4
# A request gets this long to finish when we are asked to stop.
GRACE = 3
BACKLOG = 2048


def require(settings: Settings, *names: str) -> None:
    """Raise SettingsError for the first of the settings `names` that is empty."""
    for name in names:
        if not getattr(settings, name):
            raise SettingsError(
                f"NAMEPLATE_{name.upper()} is not set; `nameplate up` sets it for you, see docs/configuration.md."
            )


def process_count(settings: Settings) -> int:
    """How many web processes to run."""
    return settings.web_processes or min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


def check_address(host: str, port: int) -> None:
    """Raise StartError, in one sentence, when we cannot listen there."""
    try:
        candidates = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise StartError(
            f"NAMEPLATE_HOST is {host!r}, which is no address of this machine: {error}."
        ) from error
    family, kind, protocol, _, address = candidates[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise StartError(
                {
                    errno.EADDRINUSE: f"Port {port} on {host} is in use; stop what uses it, or set NAMEPLATE_PORT.",
                    errno.EACCES: f"Port {port} needs more rights than we have; set NAMEPLATE_PORT to 1024 or above.",
                    errno.EADDRNOTAVAIL: f"NAMEPLATE_HOST is {host!r}, which is no address of this machine.",
                }.get(error.errno or 0, f"We cannot listen on {host}, port {port}: {error.strerror}.")
            ) from error


def serve(settings: Settings, *, held: bool = False) -> None:
    """Serve until SIGTERM or SIGINT. Raises SettingsError or StartError before anything is started.

    `held`: get ready, then wait for the parent process.
    """
    require(
        settings, "secret_key", "database_url", "valkey_url", "s3_endpoint", "s3_access_key", "s3_secret_key"
    )
    check_address(settings.host, settings.port)
    count = process_count(settings)
    if count > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        # /metrics of any process then tells the sum of all. Has to be known before the metrics are made.
        folder = tempfile.TemporaryDirectory(prefix="nameplate-metrics-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder.name
    set_up_logs(settings)
    # Imported here, before the processes are forked, so that one that replaces a dead one is there at once.
    from nameplate.app import create_app

    if held:
        wait_for_release()
    in_child = die_with_parent()

    def load() -> Any:
        in_child()
        return create_app(settings)

    server = Server(
        "nameplate",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=count,
        loop=Loops.uvloop,
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
