"""A restore that must not be done is refused in one sentence, and changes nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from nameplate.backup.archive import DATABASE, Manifest, Writer
from nameplate.commands.backup import Kept, backup, key_check
from nameplate.commands.environment import child_environment
from nameplate.commands.place import Place
from nameplate.commands.restore import kept_key, key_to_use, restore
from nameplate.db import Database
from nameplate.errors import StartError
from nameplate.settings import Settings
from tests.cast import add_person


def archive(file: Path, settings: Settings, *schema: str) -> tuple[Path, Manifest]:
    """A backup of nothing."""
    manifest = Manifest(
        made_at=datetime(2026, 11, 22, tzinfo=UTC), version="1", postgresql="18.6",
        schema=["0001_roles", *schema], rows={}, tables=1, generations={}, objects=0,
        key_check=key_check(settings.secret_key), members=0, digest="",
    )  # fmt: skip
    with Writer(file) as writer:
        writer.add(DATABASE, b"not looked at")
        writer.finish(manifest)
    return file, manifest


def environment(settings: Settings, admin_url: str) -> dict[str, str]:
    return child_environment(settings) | {"NAMEPLATE_DATABASE_URL": admin_url}


def links(admin_url: str) -> int:
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("SELECT count(*) FROM links").fetchone()
    return int(row[0]) if row else 0


async def test_a_place_with_accounts_is_not_overwritten(
    settings: Settings, admin_url: str, tmp_path: Path
) -> None:
    async with Database(settings) as db:
        await add_person(db, "ann-lee")
        file, _ = archive(tmp_path / "backup.tar", settings)

        def attempt(environ: dict[str, str], wanted: str) -> None:
            with pytest.raises(StartError, match=wanted):
                restore(environ, file, None, force=False, new_secrets=False)

        there = environment(settings, admin_url)
        await asyncio.to_thread(attempt, there, r"Nameplate is running: \d+ connections")
    await asyncio.to_thread(attempt, there, "not empty: 1 accounts")
    other = there | {"NAMEPLATE_SECRET_KEY": "x" * 40}
    await asyncio.to_thread(attempt, other, "NAMEPLATE_SECRET_KEY is not the key")
    owner = there | {"NAMEPLATE_DATABASE_URL": settings.database_url}
    await asyncio.to_thread(attempt, owner, "has BYPASSRLS")
    assert links(admin_url) == 2


def test_a_backup_from_a_newer_nameplate_is_refused(settings: Settings, tmp_path: Path) -> None:
    file, _ = archive(tmp_path / "backup.tar", settings, "0999_hovercraft")
    with pytest.raises(StartError, match="which knows 0999_hovercraft and this one does not"):
        restore({}, file, None, force=True, new_secrets=False)


def test_without_its_secrets_a_backup_is_refused_unless_that_is_meant(
    settings: Settings, tmp_path: Path
) -> None:
    file, manifest = archive(tmp_path / "backup.tar", settings)
    fresh = Place(replace(settings, secret_key="f" * 64), "", tmp_path, own_secrets=True)
    assert kept_key(file, None) == ""
    with pytest.raises(StartError, match="name its file with --secrets"):
        key_to_use(fresh, "", manifest)
    assert key_to_use(fresh, settings.secret_key, manifest) == settings.secret_key
    (tmp_path / "backup.tar.secrets").write_text('{"secret_key": "beside"}')
    assert kept_key(file, None) == Kept("beside").secret_key
    with pytest.raises(StartError, match="holds no secrets of a backup"):
        kept_key(file, tmp_path / "missing")


def test_a_backup_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "backup.tar.secrets").touch()
    with pytest.raises(StartError, match=r"backup.tar.secrets exists already"):
        backup({}, tmp_path / "backup.tar")
    with pytest.raises(StartError, match="There is no folder"):
        backup({}, tmp_path / "missing" / "backup.tar")
