"""`nameplate serve` and `nameplate work`: nothing is guessed that must be set."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from nameplate.commands.environment import child_environment
from nameplate.commands.patience import patient_threads
from nameplate.settings import Settings
from tests.support.programs import Program


def run(settings: Settings, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nameplate", command],
        env=child_environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "missing", ["secret_key", "database_url", "valkey_url", "s3_endpoint", "s3_secret_key"]
)
def test_serve_refuses_to_start_without(settings: Settings, missing: str) -> None:
    done = run(replace(settings, **{missing: ""}), "serve")
    assert done.returncode == 1
    assert done.stderr.startswith(f"nameplate: NAMEPLATE_{missing.upper()} is not set;")
    assert len(done.stderr.splitlines()) == 1


def test_work_refuses_to_start_without_the_secret_key(settings: Settings) -> None:
    done = run(replace(settings, secret_key=""), "work")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_serve_answers_and_stops_when_it_is_asked_to(server: Program) -> None:
    assert httpx.get(f"{server.url}/healthz", trust_env=False).text == "alive\n"
    asyncio.run(server.process.stop())
    assert server.process.exit_code == 0


def test_threads_that_read_requests_do_not_interrupt_the_one_that_answers(server: Program) -> None:
    loops = [process.pid for process in psutil.Process(server.process.pid).children()]
    threads = [task for loop in loops for task in Path(f"/proc/{loop}/task").iterdir()]
    readers = [int(task.name) for task in threads if (task / "comm").read_text("utf-8").startswith("tokio")]
    assert loops
    assert readers
    assert {os.sched_getscheduler(reader) for reader in readers} == {os.SCHED_BATCH}
    deadline = time.monotonic() + 20
    while {os.sched_getscheduler(loop) for loop in loops} != {os.SCHED_OTHER}:
        assert time.monotonic() < deadline, "only the threads made meanwhile stay as patient"
        time.sleep(0.05)


def test_a_way_of_scheduling_that_somebody_chose_stays() -> None:
    seen = []

    def chosen() -> None:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # of this thread alone
        patient_threads()()
        seen.append(os.sched_getscheduler(0))

    thread = threading.Thread(target=chosen)
    thread.start()
    thread.join()
    assert seen == [os.SCHED_BATCH]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_settings_come_out_of_the_environment_of_a_child_as_they_went_in(
    settings: Settings, tmp_path: Path
) -> None:
    given = replace(
        settings,
        data_dir=tmp_path,
        sign_up=False,
        geoip_db=(tmp_path / "a b.mmdb", tmp_path / "c.mmdb"),
        database_url="postgresql://127.0.0.1:5432/nameplate",
    )
    assert Settings.load(child_environment(given)) == replace(given, data_dir=tmp_path.absolute())


def test_the_login_of_the_owner_stays_behind() -> None:
    url = "postgresql://owner:pass%40word@db.example:5432/nameplate?sslmode=require"
    environment = child_environment(Settings(database_url=url))
    assert environment["NAMEPLATE_DATABASE_URL"] == "postgresql://db.example:5432/nameplate?sslmode=require"
