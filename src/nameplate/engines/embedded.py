"""The engines this machine runs by itself: those no setting leads elsewhere for."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nameplate.engines.engine import Engine, start
from nameplate.engines.postgres import Postgres
from nameplate.engines.process import Process, free_port, is_free
from nameplate.engines.seaweedfs import GRPC_OFFSET, PORTS_NEEDED, SeaweedFS
from nameplate.engines.secrets import Secrets
from nameplate.engines.valkey import Valkey
from nameplate.settings import Settings


class Embedded:
    """The engines that are missing from `settings`, with their data under `settings.data_dir`.

    `durable=False` and `valkey_databases` are for tests.
    """

    def __init__(
        self, settings: Settings, secrets: Secrets, *, durable: bool = True, valkey_databases: int = 16
    ) -> None:
        self.folder = settings.data_dir.absolute()
        self.logs = self.folder / "logs"
        self.engines: list[Engine] = []
        self.processes: dict[str, Process] = {}
        taken: set[int] = set()
        if not settings.database_url:
            self.engines.append(
                Postgres(self.folder / "postgres", free_port(taken), secrets, durable=durable)
            )
        if not settings.valkey_url:
            valkey = Valkey(self.folder / "valkey", free_port(taken), secrets, databases=valkey_databases)
            self.engines.append(valkey)
        if not settings.s3_endpoint:
            ports = _seaweedfs_ports(taken)
            self.engines.append(
                SeaweedFS(self.folder / "seaweedfs", ports, secrets, bucket=settings.s3_bucket)
            )
        addresses: dict[str, Any] = {"secret_key": settings.secret_key or secrets.secret_key}
        for engine in self.engines:
            addresses |= engine.addresses()
        self.settings = replace(settings, **addresses)

    async def start(self, started: Callable[[Engine], None] = lambda engine: None) -> None:
        """Start all at once; `started` is called as each answers.

        Raises StartError for the first that fails, after stopping the others.
        """
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)

        async def one(engine: Engine) -> None:
            self.processes[engine.name] = await start(engine, self.logs)
            started(engine)

        results = await asyncio.gather(*(one(engine) for engine in self.engines), return_exceptions=True)
        failed = next((result for result in results if isinstance(result, BaseException)), None)
        if failed is not None:
            await self.stop()
            raise failed

    async def stop(self) -> None:
        """Stop all at once and leave nothing behind."""
        await asyncio.gather(*(process.stop() for process in self.processes.values()))
        for engine in self.engines:
            engine.clear_up()


def _seaweedfs_ports(taken: set[int]) -> list[int]:
    ports = [free_port(taken) for _ in range(PORTS_NEEDED - 1)]
    while True:
        admin = free_port(taken)
        if is_free(admin + GRPC_OFFSET):
            return [*ports, admin]


def data_folder(settings: Settings) -> Path:
    """The absolute path of the data folder."""
    return settings.data_dir.expanduser().absolute()
