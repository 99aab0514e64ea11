"""`nameplate demo` as people meet it."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from nameplate.commands.demo import Steps
from nameplate.demo.api import usual_days
from nameplate.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NAMEPLATE_")}
    return kept | {
        "NAMEPLATE_DATA_DIR": str(settings.data_dir),
        "NAMEPLATE_DATABASE_URL": settings.database_url,
        "NAMEPLATE_SECRET_KEY": settings.secret_key,
        "NAMEPLATE_PORT": str(settings.port),
        "COLUMNS": "100",
    }


def run(settings: Settings, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nameplate", "demo", *options],
        env=environment(settings) | more, capture_output=True, text=True, timeout=100, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_it_shows_progress_the_rate_and_the_login_and_a_second_run_says_what_to_do(
    settings: Settings,
) -> None:
    done = run(settings, "--events", "3000", "--days", "30")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Events: 3,000 of 3,000 \([\d,]+/s\)$", done.stdout, re.MULTILINE)
    assert re.search(r"3,000 over 30 days, in [\d.]+ s \([\d,]+ events/s\)", done.stdout)
    assert f"{settings.base_url}/juno" in done.stdout
    password = re.search(r"^  with +(\S{16}) *$", done.stdout, re.MULTILINE)
    assert password
    assert password[1] in (settings.data_dir / "demo-login.txt").read_text()

    again = run(settings, "--events", "3000", "--days", "30")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("nameplate: There is a demo account already")
    assert "--reset" in again.stderr
    assert again.stderr.count("\n") == 1

    unsure = run(settings, "--events", "10", "--reset")
    assert unsure.returncode == 1
    assert "add --yes" in unsure.stderr

    reset = run(settings, "--events", "500", "--days", "20", "--reset", "--yes")
    assert reset.returncode == 0, reset.stderr
    assert "Removing: " in reset.stdout


@pytest.mark.slow
def test_ctrl_c_stops_it_at_once_and_the_same_command_goes_on(settings: Settings, admin_url: str) -> None:
    options = ["--events", "400000", "--days", "60"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nameplate", "demo", *options],
        env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with psycopg.connect(admin_url, autocommit=True) as connection:
        deadline = time.monotonic() + 60
        while not connection.execute("SELECT FROM daily_totals").rowcount:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, errors = process.communicate(timeout=30)
        assert time.monotonic() - began < 10
        assert process.returncode == 130, errors
        assert "run the same command again to go on" in out
        assert errors == ""
        row = connection.execute("SELECT published FROM profiles").fetchone()
        assert row == (False,)
        done = run(settings, *options)
        assert done.returncode == 0, done.stderr
        assert "Tidying: " in done.stdout
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (400_000,)
        assert connection.execute("SELECT published FROM profiles").fetchone() == (True,)


@pytest.mark.slow
def test_a_database_without_tables_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    done = run(
        settings,
        NAMEPLATE_DATABASE_URL=settings.database_url.rpartition("/")[0] + "/postgres",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("nameplate: ")
    assert done.stderr.count("\n") == 1


def test_a_terminal_sees_a_bar_with_rate_and_time_left() -> None:
    out = io.StringIO()
    with Steps(Console(file=out, force_terminal=True, width=110)) as steps:
        steps("Events", 0, 1000)
        time.sleep(0.05)
        steps("Events", 400, 1000)
        time.sleep(0.25)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue())
    assert re.search(r"Events .* 400 of 1,000 +[\d,]+/s 0:00:0\d .*0:0", text), text


def test_a_log_sees_a_line_now_and_then() -> None:
    out = io.StringIO()
    with Steps(Console(file=out, width=110, soft_wrap=True)) as steps:
        for done in range(0, 1001, 10):
            steps("Events", done, 1000)
    lines = out.getvalue().splitlines()
    assert 1 <= len(lines) <= 3
    assert lines[-1].startswith("Events: 1,000 of 1,000")


def test_volume_is_spread_over_a_quarter_of_a_year() -> None:
    assert (usual_days(60_000), usual_days(1_000_000), usual_days(10_000_000)) == (365, 90, 90)
