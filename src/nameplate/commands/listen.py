"""What has to be in order before anything listens."""

import errno
import os
import socket
from contextlib import suppress

from nameplate.errors import SettingsError, StartError
from nameplate.settings import Settings

# A request gets this many seconds to finish when its process is asked to stop.
GRACE = 3
# Seconds in which connections go over to the process that takes over; who asks meanwhile is answered.
DRAIN = 1.0
BACKLOG = 2048
_MORE_RIGHTS = (
    "needs more rights than we have; give them (under systemd AmbientCapabilities=CAP_NET_BIND_SERVICE)"
)


def require(settings: Settings, *names: str) -> None:
    """Raise SettingsError for the first of the settings `names` that is empty."""
    for name in names:
        if not getattr(settings, name):
            raise SettingsError(
                f"NAMEPLATE_{name.upper()} is not set; `nameplate up` sets it for you, see docs/configuration.md."
            )


def check_address(host: str, port: int, setting: str = "NAMEPLATE_PORT") -> None:
    """Raise StartError, in one sentence, when we cannot listen there. `setting` says what to change."""
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
                    errno.EADDRINUSE: f"Port {port} on {host} is in use; stop what uses it, or set {setting}.",
                    errno.EACCES: f"Port {port} {_MORE_RIGHTS}, or set {setting} to 1024 or more.",
                    errno.EADDRNOTAVAIL: f"NAMEPLATE_HOST is {host!r}, which is no address of this machine.",
                }.get(error.errno or 0, f"We cannot listen on {host}, port {port}: {error.strerror}.")
            ) from error


def listen(settings: Settings, given: int | None) -> tuple[socket.socket, bool]:
    """The socket that accepts for all web processes, and whether others hold it as well.

    `given`: a file descriptor of `nameplate up`'s. systemd says in the environment that it gave one (sd_listen_fds(3)).
    Raises StartError when we cannot listen.
    """
    if given is None and os.environ.get("LISTEN_PID") == str(os.getpid()):
        if os.environ.get("LISTEN_FDS") != "1":
            raise StartError("systemd gave other than one socket; name one ListenStream= in the socket unit.")
        given = 3
    if given is not None:
        listener = socket.socket(fileno=given)
        listener.listen(BACKLOG)
        return listener, True
    check_address(settings.host, settings.port)
    return bind(settings.host, settings.port), False


def bind(host: str, port: int) -> socket.socket:
    """A listening socket there. Raises OSError; see `check_address` for one sentence about it."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def tell_ready(ready_fd: int | None) -> None:
    """Tell whoever started us that we do our work: `nameplate up` by a pipe, systemd as sd_notify(3) does."""
    if ready_fd is not None:
        with suppress(OSError):
            os.write(ready_fd, b"\n")
            os.close(ready_fd)
    if address := os.environ.get("NOTIFY_SOCKET", ""):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
            line.sendto(b"READY=1", "\0" + address[1:] if address.startswith("@") else address)
