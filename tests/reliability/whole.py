"""An installation of which every part can fail: engines of its own behind faulty proxies, stand-ins for the others."""

import asyncio
import ctypes
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

from nameplate.engines.embedded import Embedded
from nameplate.engines.engine import Engine, wait_ready
from nameplate.engines.postgres import DATABASE, Postgres
from nameplate.engines.secrets import load_secrets
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.accounts.stand_ins import Mailbox
from tests.github.served import served
from tests.github.stand_in import GitHub
from tests.reliability.installation import Installation, installation
from tests.support.engines import in_memory
from tests.support.faults import FaultyProxy

TOKEN = "ghp_" + "a" * 36
DISK = 640  # MB for each engine
MANY = "100000"


@dataclass
class Whole:
    """`proxies`: in front of `postgresql`, `valkey`, `s3`, `github` and `smtp`."""

    site: Installation
    proxies: dict[str, FaultyProxy]
    engines: "Engines"
    github: GitHub
    mailbox: Mailbox
    admin_url: str

    @contextmanager
    def fault(self, part: str, fault: str) -> Iterator[None]:
        """`part` fails like this, and is as it was afterwards."""
        if fault in ("stopped", "killed", "full disk"):
            with getattr(self.engines, fault.replace(" ", "_"))(part):
                yield
            return
        self.proxies[part].set(fault)  # type: ignore[arg-type]
        try:
            yield
        finally:
            self.proxies[part].set("")

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The database itself, past every proxy."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


NAMES = {"postgresql": "PostgreSQL", "valkey": "Valkey", "s3": "SeaweedFS"}
FOLDERS = {"postgresql": "postgres", "valkey": "valkey", "s3": "seaweedfs"}


class Engines:
    """PostgreSQL, Valkey and SeaweedFS, each on a small disk of its own where we may mount one."""

    def __init__(self, folder: Path, disks: ExitStack) -> None:
        self.folder = folder
        self.on_small_disks = all(mounted(folder / name, disks) for name in FOLDERS.values())
        self.embedded = Embedded(Settings(data_dir=folder), load_secrets(folder / "secrets.json"))
        asyncio.run(self.embedded.start())

    def engine(self, part: str) -> Engine:
        return next(engine for engine in self.embedded.engines if engine.name == NAMES[part])

    def _family(self, part: str) -> list[psutil.Process]:
        process = psutil.Process(self.embedded.processes[NAMES[part]].pid)
        return [process, *process.children(recursive=True)]

    @contextmanager
    def stopped(self, part: str) -> Iterator[None]:
        """Connections are there and nobody answers (SIGSTOP)."""
        family = self._family(part)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        try:
            yield
        finally:
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    @contextmanager
    def killed(self, part: str) -> Iterator[None]:
        os.kill(self.embedded.processes[NAMES[part]].pid, signal.SIGKILL)
        try:
            yield
        finally:
            self.start_again(part)

    @contextmanager
    def full_disk(self, part: str) -> Iterator[None]:
        process, engine = self.embedded.processes[NAMES[part]], self.engine(part)
        place = process.said_until()
        filler = self.folder / FOLDERS[part] / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while True:
                os.posix_fallocate(file.fileno(), file.tell(), 65536)
                file.seek(65536, os.SEEK_CUR)
        with filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(512))
        try:
            yield
        finally:
            filler.unlink()
            # As the operator's supervisor does.
            if engine.spoilt(process.said_since(place)[0]):
                asyncio.run(process.stop())
            self.start_again(part)

    def start_again(self, part: str) -> None:
        """When it ended, as the operator's supervisor does."""
        process, engine = self.embedded.processes[NAMES[part]], self.engine(part)
        if part == "postgresql" and process.alive:
            return
        deadline = time.monotonic() + 1
        while process.alive and part == "valkey" and time.monotonic() < deadline:
            if asyncio.run(engine.ready()):
                return
        if process.alive:
            return
        process.kill_group()
        engine.clear_up()
        engine.prepare()
        process.start()
        asyncio.run(wait_ready(engine, process))


def mounted(folder: Path, disks: ExitStack) -> bool:
    """Whether a small disk of its own is there now. Only root may, and not in every container."""
    folder.mkdir(parents=True)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"size={DISK}m".encode()
    if libc.mount(b"nameplate-test", os.fsencode(folder), b"tmpfs", 0, options) != 0:
        return False
    disks.callback(libc.umount2, os.fsencode(folder), 2)  # MNT_DETACH
    return True


def _behind(url: str, port: int) -> str:
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}" if login else f"127.0.0.1:{port}"))


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    """Everything, running."""
    with ExitStack() as stack:
        place = Path(tempfile.mkdtemp(prefix="nameplate-faults-", dir=in_memory()))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        engines = Engines(place, stack)
        stack.callback(lambda: asyncio.run(engines.embedded.stop()))
        settings = engines.embedded.settings
        github, mailbox = GitHub(Clock()), Mailbox()
        github.token(TOKEN)
        controller = mailbox.start()
        stack.callback(controller.stop)
        to = {
            "postgresql": settings.database_url,
            "valkey": settings.valkey_url,
            "s3": settings.s3_endpoint,
            "github": stack.enter_context(served(github)),
            "smtp": mailbox.url,
        }
        proxies = {
            name: stack.enter_context(FaultyProxy(urlsplit(url).port or 0)) for name, url in to.items()
        }
        urls = {name: _behind(url, proxies[name].port) for name, url in to.items()}
        site = stack.enter_context(
            installation(
                folder,
                database_url=urls["postgresql"],
                valkey_url=urls["valkey"],
                s3_endpoint=urls["s3"],
                s3_access_key=settings.s3_access_key,
                s3_secret_key=settings.s3_secret_key,
                github_api_url=urls["github"],
                github_tokens=TOKEN,
                smtp_url=urls["smtp"],
                trusted_proxies="127.0.0.1/32",
                rate_limit=MANY,
                rate_limit_log_in=MANY,
                rate_limit_sign_up=MANY,
                rate_limit_pages=MANY,
                rate_limit_mails=MANY,
                rate_limit_uploads=MANY,
                asset_quota_count=MANY,
            )
        )
        postgres = engines.engine("postgresql")
        assert isinstance(postgres, Postgres)
        yield Whole(
            site, proxies, engines, github, mailbox, postgres.admin_url().rpartition("/")[0] + f"/{DATABASE}"
        )
