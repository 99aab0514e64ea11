"""Real engines for one run of the tests, and a database of its own for each test."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from nameplate.db import ROLES
from nameplate.engines.embedded import Embedded
from nameplate.engines.postgres import DATABASE, OWNER, Postgres
from nameplate.engines.secrets import load_secrets
from nameplate.migrate import migrate
from nameplate.settings import Settings

VALKEY_DATABASES = 2048
DATABASES_PER_WORKER = 256


@dataclass(frozen=True)
class EngineAddresses:
    """Where the engines of this run are. Simple values: xdist hands them to its workers."""

    admin_url: str  # ends with the name of a database
    database_url: str  # likewise
    valkey_url: str  # ends with the number of a database
    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    secret_key: str


def in_memory() -> Path | None:
    """A folder kept in memory, when there is room: thousands of databases of hundreds of small files come and go."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30 else None


class TestEngines:
    """Started by the process that runs pytest, and gone with it, however it ends."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nameplate-tests-", dir=in_memory()))
        secrets = load_secrets(self.folder / "secrets.json")
        self.embedded = Embedded(
            Settings(data_dir=self.folder), secrets, durable=False, valkey_databases=VALKEY_DATABASES
        )
        try:
            asyncio.run(self.embedded.start())
            migrate(self.embedded.settings)
        except BaseException:
            self.stop()
            raise
        postgres = next(engine for engine in self.embedded.engines if isinstance(engine, Postgres))
        settings = self.embedded.settings
        self.addresses = EngineAddresses(
            admin_url=postgres.admin_url(),
            database_url=settings.database_url,
            valkey_url=settings.valkey_url,
            s3_endpoint=settings.s3_endpoint,
            s3_access_key=settings.s3_access_key,
            s3_secret_key=settings.s3_secret_key,
            secret_key=settings.secret_key,
        )

    def stop(self) -> None:
        asyncio.run(self.embedded.stop())
        shutil.rmtree(self.folder, ignore_errors=True)


class TestDatabases:
    """A migrated database for each test. The next one is made, and the last one removed, while a test runs."""

    __test__ = False

    def __init__(self, engines: EngineAddresses, worker: str) -> None:
        self.engines = engines
        self.worker = worker
        self._numbers = count(1)
        self._admin: psycopg.Connection[Any] = psycopg.connect(engines.admin_url, autocommit=True)
        # One thread: the connection is its alone.
        self._beside = ThreadPoolExecutor(1, "databases")
        self._next = self._beside.submit(self._make)

    def close(self) -> None:
        self._beside.submit(self._drop, self._next.result()).result()
        self._beside.shutdown()
        self._admin.close()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address, as owner, of a fresh database, dropped at the end."""
        name = self._next.result()
        self._next = self._beside.submit(self._make)
        try:
            yield self.engines.database_url.removesuffix(f"/{DATABASE}") + f"/{name}"
        finally:
            self._beside.submit(self._drop, name)

    def _make(self) -> str:
        name = f"test_{self.worker}_{next(self._numbers)}"
        database = sql.Identifier(name)
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER {}").format(
                database, sql.Identifier(DATABASE), sql.Identifier(OWNER)
            )
        )
        # A copy does not take over the rights on the database itself: give those of 0001_roles.sql.
        roles = sql.SQL(", ").join(map(sql.Identifier, ROLES))
        self._admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        self._admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, roles))
        self._admin.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO nameplate_consumer").format(database))
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def admin_url(self, database_url: str) -> str:
        """The superuser's address of the same database."""
        return self.engines.admin_url.rpartition("/")[0] + "/" + database_url.rpartition("/")[2]
