"""What has to be in order before anything listens."""

import errno
import socket

from nameplate.errors import SettingsError, StartError
from nameplate.settings import Settings

# A request gets this many seconds to finish when its process is asked to stop.
GRACE = 3
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
