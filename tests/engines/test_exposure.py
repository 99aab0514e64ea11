"""Whoever else is on this machine, or outside, finds the embedded engines closed."""

import asyncio
import os
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
import valkey

from nameplate.engines.embedded import Embedded
from nameplate.engines.postgres import Postgres
from nameplate.engines.seaweedfs import SeaweedFS
from nameplate.engines.secrets import load_secrets
from nameplate.errors import StartError
from nameplate.settings import Settings

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The engines as `nameplate up` runs them."""
    folder = tmp_path_factory.mktemp("closed engines")
    embedded = Embedded(Settings(data_dir=folder), load_secrets(folder / "secrets.json"))
    asyncio.run(embedded.start())
    yield embedded
    asyncio.run(embedded.stop())


def test_they_listen_on_this_machine_only(embedded: Embedded) -> None:
    for name, process in embedded.processes.items():
        listening = [
            c.laddr for c in psutil.Process(process.pid).net_connections("inet") if c.status == "LISTEN"
        ]
        assert listening, name
        assert {address.ip for address in listening} == {"127.0.0.1"}, name


def test_no_password_is_seen_in_the_list_of_processes(embedded: Embedded) -> None:
    secrets = load_secrets(embedded.folder / "secrets.json")
    for process in embedded.processes.values():
        command = " ".join(psutil.Process(process.pid).cmdline())
        for word in (secrets.secret_key, secrets.postgres_admin, secrets.valkey, secrets.s3_secret_key):
            assert word not in command


def test_valkey_asks_for_a_password_and_writes_before_it_answers(embedded: Embedded) -> None:
    url = embedded.settings.valkey_url
    with (
        valkey.from_url("valkey://" + url.partition("@")[2]) as stranger,
        pytest.raises(valkey.AuthenticationError),
    ):
        stranger.ping()
    with valkey.from_url(url) as client:
        wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": ""}
        assert {name: client.config_get(name)[name] for name in wanted} == wanted


def test_postgresql_is_durable_and_its_owner_is_no_superuser(embedded: Embedded) -> None:
    with psycopg.connect(embedded.settings.database_url) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",), name
        assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
    command = psutil.Process(embedded.processes["PostgreSQL"].pid).cmdline()
    assert "unix_socket_directories=" in command  # none
    place = embedded.settings.database_url.partition("@")[2]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://nameplate_owner@{place}")


def test_a_stranger_gets_nothing_from_any_port_of_seaweedfs(embedded: Embedded) -> None:
    engine = next(engine for engine in embedded.engines if isinstance(engine, SeaweedFS))
    s3, _, _, _, volume, _, filer, _, admin = engine.ports
    for port, path in (
        (s3, "/nameplate/"),
        (s3, "/"),
        (volume, "/ui/index.html"),
        (filer, "/"),
        (filer, "/etc/iam"),
    ):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
        assert answer.status_code in (401, 403), (port, path, answer.text)
    assert httpx.post(f"http://127.0.0.1:{filer}/x", content=b"x", trust_env=False).status_code == 401
    # Opened last, and nothing waits for it.
    deadline = time.monotonic() + 30
    while not listens(admin):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert httpx.get(f"http://127.0.0.1:{admin}/", trust_env=False).status_code == 404


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_postgresql_has_given_up_roots_rights(embedded: Embedded) -> None:
    process = psutil.Process(embedded.processes["PostgreSQL"].pid)
    assert process.uids().effective != 0 or os.geteuid() != 0
    status = Path(f"/proc/{process.pid}/status").read_text()
    if os.geteuid() == 0:
        effective = int(
            next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff")), 16
        )
        assert effective & ~(1 << 2) == 0  # at most: may look into folders
        assert "NoNewPrivs:\t1" in status


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    first = load_secrets(tmp_path / "secrets.json")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert load_secrets(tmp_path / "secrets.json") == first
    assert load_secrets(tmp_path / "other.json") != first


def test_damaged_secrets_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(StartError, match="put back a copy"):
        load_secrets(tmp_path / "secrets.json")
    assert (tmp_path / "secrets.json").read_text() == "{"


def test_data_of_another_version_of_postgresql_is_left_alone(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path / "secrets.json")
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(StartError, match="made by PostgreSQL 17 and this is PostgreSQL 18"):
        Postgres(tmp_path / "postgres", 1, secrets).prepare()
