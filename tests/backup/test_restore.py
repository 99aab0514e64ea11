"""A whole installation is destroyed and comes back from its backup."""

import asyncio
import base64
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import obstore
import psycopg
import pytest

from nameplate.commands.folder import load_settings
from nameplate.engines.postgres import ADMIN, programs
from nameplate.engines.secrets import load_secrets
from nameplate.storage import Storage
from tests.reliability.installation import sign_up
from tests.support.up import Up

EVENTS = 7
PICTURE = os.urandom(4000)


@dataclass
class Site:
    """What `sign_up` wants to know of an installation."""

    url: str


def command(folder: Path, *words: object, code: int = 0) -> str:
    """What `nameplate` says, on both outputs; it has to end with `code`."""
    environment = {**os.environ, "NAMEPLATE_DATA_DIR": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "nameplate", *map(str, words)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def ask(folder: Path, query: Any) -> list[tuple[Any, ...]]:
    """As superuser."""
    place = load_settings({"NAMEPLATE_DATA_DIR": str(folder / "data")}).database_url.rpartition("/")
    password = load_secrets(folder / "data" / "secrets.json").postgres_admin
    with psycopg.connect(f"{place[0].replace('//', f'//{ADMIN}:{password}@')}/{place[2]}") as connection:
        return connection.execute(query).fetchall()


async def object_there(folder: Path, put: bytes = b"") -> tuple[bytes, str]:
    store = Storage(load_settings({"NAMEPLATE_DATA_DIR": str(folder / "data")})).store
    if put:
        await obstore.put_async(store, "a/0123abcd", put, attributes={"Content-Type": "image/webp"})
    answer = await obstore.get_async(store, "a/0123abcd")
    return bytes(await answer.bytes_async()), str(answer.attributes.get("Content-Type"))


def send_events(url: str) -> None:
    for number in range(EVENTS):
        event = {"t": "view", "h": "ann", "u": f"{url}/ann?utm_campaign=visit-{number}"}
        assert httpx.post(f"{url}/e", json=event, trust_env=False).status_code == 204


def campaigns(folder: Path) -> set[str]:
    return {row[0] for row in ask(folder, "SELECT utm_campaign FROM events WHERE utm_campaign IS NOT NULL")}


def forms(secret: bytes) -> list[bytes]:
    """As which it could stand in a file."""
    octal = "".join(f"\\{byte:03o}" for byte in secret).encode()
    hexadecimal = secret.hex().encode()
    return [
        secret,
        hexadecimal,
        hexadecimal.upper(),
        octal,
        base64.b64encode(secret).rstrip(b"="),
        secret[::-1],
    ]


def everything_in(archive: Path, scratch: Path) -> bytes:
    """The file itself, and what is packed in it."""
    subprocess.run(["tar", "-xf", archive, "-C", scratch], check=True, capture_output=True)
    plain = subprocess.run(
        [programs() / "pg_restore", "-f", "-", scratch / "database.dump"], check=True, capture_output=True
    ).stdout
    return archive.read_bytes() + plain


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_destroyed_comes_back_whole_with_events_that_were_only_acknowledged(tmp_path: Path) -> None:
    archive = tmp_path / "backups" / "nameplate.tar"
    archive.parent.mkdir()
    with Up(tmp_path / "data") as up:
        up.start()
        up.wait_until_it_runs()
        sign_up(Site(up.url), "ann", ["https://ann.example/blog", "https://ann.example/talks"])  # type: ignore[arg-type]
        asyncio.run(object_there(tmp_path, PICTURE))
        page = httpx.get(f"{up.url}/ann", trust_env=False).text
        worker = up.child("-m nameplate work")
        worker.send_signal(signal.SIGSTOP)
        send_events(up.url)
        assert campaigns(tmp_path) == set(), "they wait in the stream"
        keys = [bytes(row[0]) for row in ask(tmp_path, "SELECT key FROM visitor_keys")]
        said = command(tmp_path, "backup", archive)
        assert "1 accounts" in said
        assert "1 objects" in said
        assert "stop it first" in command(tmp_path, "restore", archive, code=1)
        worker.send_signal(signal.SIGCONT)
        links = ask(tmp_path, "SELECT id, title, url, slug, position FROM links ORDER BY id")
        secret_key = load_secrets(tmp_path / "data" / "secrets.json").secret_key
        up.stop()

    _nothing_secret_is_in_it(archive, keys, secret_key, tmp_path)
    shutil.rmtree(tmp_path / "data")
    secrets = archive.with_name("nameplate.tar.secrets")
    assert secrets.stat().st_mode & 0o777 == 0o600
    moved = secrets.rename(tmp_path / "elsewhere")
    said = command(tmp_path, "restore", archive, "--secrets", moved)
    assert f"{EVENTS} events that had waited" in said

    with Up(tmp_path / "data", port=up.port) as up:
        up.start()
        up.wait_until_it_runs()
        assert httpx.get(f"{up.url}/ann", trust_env=False).text == page
        assert ask(tmp_path, "SELECT id, title, url, slug, position FROM links ORDER BY id") == links
        assert campaigns(tmp_path) == {f"visit-{number}" for number in range(EVENTS)}
        assert ask(tmp_path, "SELECT sum(views + bots) FROM daily_totals") == [(EVENTS,)]
        assert asyncio.run(object_there(tmp_path)) == (PICTURE, "image/webp")
        assert load_secrets(tmp_path / "data" / "secrets.json").secret_key == secret_key
        assert "nothing was changed" in command(tmp_path, "audit", "verify"), (
            "the chains are under the same key"
        )
        acted = "SELECT detail->>'command' FROM security_audit_log WHERE kind = 'operator.acted'"
        assert ask(tmp_path, acted) == [("restore",)], "the backup was made before it was written down"
        account = {"login": "ann@example.org", "password": "correct horse battery"}
        same = {"Sec-Fetch-Site": "same-origin"}
        answer = httpx.post(f"{up.url}/api/v1/sessions", json=account, headers=same, trust_env=False)
        assert answer.is_success, answer.text
        up.stop()


def _nothing_secret_is_in_it(archive: Path, keys: list[bytes], secret_key: str, folder: Path) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    content = everything_in(archive, scratch)
    assert b"ann@example.org" in content, "the search finds what is there"
    assert b"CREATE UNLOGGED TABLE public.visitor_keys" in content
    assert len(keys) >= 2
    for secret in [*keys, bytes.fromhex(secret_key)]:
        assert [form for form in forms(secret) if form in content] == []
    assert b"COPY public.accounts " in content
    for table in (b"visitor_keys", b"sessions", b"mail_proofs", b"log_in_tickets"):
        assert b"COPY public." + table not in content
