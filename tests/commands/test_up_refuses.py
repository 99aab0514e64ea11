"""What keeps `nameplate up` from starting is said in one sentence, and nothing is left running."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from nameplate.commands import folder as folders
from nameplate.commands.folder import check_room
from nameplate.engines.postgres import Postgres
from nameplate.engines.process import free_port
from nameplate.engines.secrets import Secrets
from nameplate.errors import StartError
from tests.support.engines import EngineAddresses
from tests.support.up import Up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def refusal(up: Up) -> str:
    """Start it and return the one sentence it ends with."""
    up.start()
    family = psutil.Process(up.process.pid).children(recursive=True)
    assert up.process.wait(60) == 1, up.text
    time.sleep(0.2)
    said = [line for line in up.lines if line.startswith("nameplate: ")]
    assert len(said) == 1, up.text
    assert "Traceback" not in up.text
    assert not any(child.is_running() for child in family)
    return said[0].removeprefix("nameplate: ")


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Up(tmp_path / "data") as up:
        up.port = taken.getsockname()[1]
        assert (
            refusal(up) == f"Port {up.port} on 127.0.0.1 is in use; stop what uses it, or set NAMEPLATE_PORT."
        )


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    with Up(tmp_path / "data", {"NAMEPLATE_HOST": "192.0.2.1"}) as up:
        assert refusal(up) == "NAMEPLATE_HOST is '192.0.2.1', which is no address of this machine."


def test_a_data_folder_in_use(tmp_path: Path) -> None:
    with Up(tmp_path / "data") as first, Up(tmp_path / "data") as second:
        first.start()
        first.wait_until_it_runs()
        assert refusal(second) == (
            f"The data folder {tmp_path / 'data'} is in use by another Nameplate (process {first.process.pid}); "
            "stop that one, or set NAMEPLATE_DATA_DIR."
        )
        assert first.is_ready()
        first.stop()


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with Up(tmp_path / "data") as up:
        assert "cannot be used" in refusal(up)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NAMEPLATE_DATABASE_URL", "mysql://127.0.0.1/x", "must be an address that starts with postgres"),
        ("NAMEPLATE_DATABASE_URL", "postgresql://u:secret-word@127.0.0.1:1/x", "cannot be used"),
        ("NAMEPLATE_VALKEY_URL", "valkey://:secret-word@127.0.0.1:1/0", "cannot be used"),
        ("NAMEPLATE_S3_ENDPOINT", "http://127.0.0.1:1", "cannot be used: it does not answer"),
        ("NAMEPLATE_PROT", "8081", "is not a setting of Nameplate"),
        ("NAMEPLATE_PORT", "eighty", "must be a whole number"),
    ],
)
def test_a_wrong_setting(tmp_path: Path, name: str, value: str, said: str) -> None:
    with Up(tmp_path / "data", {name: value}) as up:
        sentence = refusal(up)
    assert name in sentence
    assert said in sentence
    assert "secret-word" not in sentence


def test_a_database_that_refuses_the_password(tmp_path: Path, engines: EngineAddresses) -> None:
    scheme, _, rest = engines.database_url.partition("://")
    place = rest.rpartition("@")[2]
    with Up(tmp_path / "data", {"NAMEPLATE_DATABASE_URL": f"{scheme}://nameplate_owner:wrong@{place}"}) as up:
        assert "password authentication failed" in refusal(up)


def test_storage_that_refuses_the_keys(tmp_path: Path, engines: EngineAddresses) -> None:
    wrong = {"NAMEPLATE_S3_ACCESS_KEY": "someone", "NAMEPLATE_S3_SECRET_KEY": "else"}
    with Up(tmp_path / "data", {"NAMEPLATE_S3_ENDPOINT": engines.s3_endpoint, **wrong}) as up:
        assert "does not accept NAMEPLATE_S3_ACCESS_KEY" in refusal(up)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of that size at `folder`, or False where this user may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 50) as mounted:
        if mounted:
            with Up(disk / "data") as up:
                sentence = refusal(up)
            assert "MB left and Nameplate needs 400 MB to start; make room" in sentence
        else:
            monkeypatch.setattr(folders, "ROOM_AT_FIRST", 1 << 60)
            with pytest.raises(StartError, match="MB left and Nameplate needs"):
                check_room(disk)


def test_a_disk_that_gets_full_while_postgresql_makes_its_folder(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 12) as mounted:
        if not mounted:
            # What initdb meets instead: a folder it cannot write to.
            disk.chmod(0o500)
        with pytest.raises(StartError, match=r"(No space left on device|Permission denied|cannot)"):
            Postgres(disk / "postgres", free_port(), Secrets()).prepare()
        assert not (disk / "postgres" / "data").exists()
        disk.chmod(0o700)
