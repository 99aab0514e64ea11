"""`nameplate doctor`: each dependency by name, and what to do about it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nameplate.commands.doctor import Finding, examine
from nameplate.commands.environment import child_environment
from nameplate.engines.process import free_port
from nameplate.settings import Settings

NAMES = [
    "Python", "Settings", "PostgreSQL", "Valkey", "S3 storage", "Isolation",
    "Geolocation", "Dashboard", "Data folder", "Policy reports", "Mail", "GitHub log-in",
]  # fmt: skip


async def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in await examine(child_environment(settings))}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_text("<!doctype html>")
    return tmp_path / "web"


async def test_every_dependency_is_named_with_its_version(settings: Settings, built: Path) -> None:
    found = await findings(replace(settings, web_dir=built))
    assert list(found) == NAMES
    assert not [finding for finding in found.values() if finding.state == "broken"]
    assert found["PostgreSQL"].version.startswith("18.")
    assert found["Valkey"].version.startswith("9.")
    assert found["PostgreSQL"].text.startswith("answers at 127.0.0.1:")


async def test_an_engine_that_does_not_answer_is_broken_and_its_setting_is_named(settings: Settings) -> None:
    port = free_port()
    found = await findings(
        replace(
            settings,
            database_url=f"postgresql://127.0.0.1:{port}/nameplate",
            valkey_url=f"valkey://127.0.0.1:{port}/0",
            s3_endpoint=f"http://127.0.0.1:{port}",
        )
    )
    for name, setting in (
        ("PostgreSQL", "DATABASE_URL"),
        ("Valkey", "VALKEY_URL"),
        ("S3 storage", "S3_ENDPOINT"),
    ):
        assert found[name].state == "broken"
        assert found[name].text.endswith(f"start it, or change NAMEPLATE_{setting}")


async def test_without_urls_it_looks_at_the_engines_that_up_would_start(tmp_path: Path) -> None:
    found = await findings(Settings(data_dir=tmp_path))
    assert found["S3 storage"].text == "installed; `nameplate up` starts it (no NAMEPLATE_S3_ENDPOINT)"
    assert [found[name].state for name in ("PostgreSQL", "Valkey", "S3 storage")] == ["ok"] * 3


async def test_a_dashboard_that_was_not_built_a_lost_file_and_a_deaf_mail_server_are_said(
    settings: Settings, tmp_path: Path
) -> None:
    found = await findings(
        replace(
            settings,
            web_dir=tmp_path / "nothing",
            geoip_db=(tmp_path / "lost.mmdb",),
            smtp_url=f"smtp://127.0.0.1:{free_port()}",
            github_client_id="an-app",
        )
    )
    states = {name: found[name].state for name in ("Dashboard", "Geolocation", "Mail", "GitHub log-in")}
    assert set(states.values()) == {"broken"}, states
    assert "make web" in found["Dashboard"].text
    assert "NAMEPLATE_GITHUB_CLIENT_SECRET" in found["GitHub log-in"].text


@pytest.mark.parametrize(("setting", "code"), [("NAMEPLATE_PORT", 1), ("UNRELATED", 0)])
def test_its_exit_code_says_whether_something_required_is_broken(
    settings: Settings, built: Path, setting: str, code: int
) -> None:
    environment = child_environment(replace(settings, web_dir=built)) | {setting: "eighty"}
    done = subprocess.run(
        [sys.executable, "-m", "nameplate", "doctor"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("1 broken." in done.stdout) is bool(code)
