"""`nameplate up`, the way a newcomer uses it: real processes, real signals."""

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from nameplate.commands.folder import running
from tests.support.api import FIREFOX, PASSWORD
from tests.support.up import Up, still_alive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder in a path with a space."""
    return tmp_path / "my data"


def sign_up(up: Up, handle: str) -> None:
    body = {"email": f"{handle}@example.org", "password": PASSWORD, "handle": handle}
    headers = {"Origin": f"http://localhost:{up.port}", "User-Agent": FIREFOX}
    answer = httpx.post(f"{up.url}/api/v1/accounts", json=body, headers=headers, timeout=20, trust_env=False)
    assert answer.status_code == 201, answer.text


def test_what_is_stored_survives_a_stop_and_the_second_start_takes_less_than_5_seconds(folder: Path) -> None:
    with Up(folder) as up:
        up.start()
        up.wait_until_it_runs()
        sign_up(up, "ann-lee")
        assert up.stop(signal.SIGINT) < 10
        assert up.process.returncode == 0
    times, limit = [], 0.0
    for _ in range(3):
        # On a machine with nothing else to do; other tests run beside this one.
        limit = 5 * max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))
        with Up(folder, port=up.port) as again:
            again.start()
            times.append(again.wait_until_it_runs())
            page = httpx.get(f"{again.url}/ann-lee", timeout=20, trust_env=False)
            assert page.status_code == 200
            assert again.stop() < 10
        if times[-1] < limit:
            break
    assert times[-1] < limit, times


KILLED = {
    "a web process": (["nameplate", "serve"], "web process restarted"),
    "the web server": (["nameplate", "serve"], '"process": "web"'),
    "the worker": (["nameplate", "work"], '"process": "worker"'),
    "Valkey": (["valkey-server"], '"process": "Valkey"'),
    "PostgreSQL": (["postgres", "-D"], '"process": "PostgreSQL"'),
    "SeaweedFS": (["weed", "mini"], '"process": "SeaweedFS"'),
}


def test_whatever_is_killed_runs_again_within_seconds_and_the_log_says_so(folder: Path) -> None:
    with Up(folder, {"NAMEPLATE_WEB_PROCESSES": "2"}) as up:
        up.start()
        up.wait_until_it_runs()
        for name, (words, told) in KILLED.items():
            victim = up.child(*words)
            if name == "a web process":
                victim = victim.children()[0]
            before, began = len(up.lines), time.monotonic()
            victim.kill()
            up.wait_for(lambda told=told, before=before: told in "\n".join(up.lines[before:]), 15)
            up.wait_for(up.is_ready, 30)
            assert time.monotonic() - began < 30, name
            up.wait_for(lambda words=words: up.has_child(*words), 15)
            replacement = up.child(*words)
            assert replacement.pid != victim.pid or name == "a web process", name
        assert up.stop() < 10


def test_nothing_is_left_when_it_is_killed_itself(folder: Path) -> None:
    with Up(folder) as up:
        up.start()
        up.wait_until_it_runs()
        family = up.family()
        assert len(family) > 8
        assert running(folder) is not None
        up.process.kill()
        up.process.wait()
        # It left its note behind, which must not be believed.
        assert (folder / "run.json").exists()
        assert running(folder) is None
        # PostgreSQL ends by itself in good order, all others at once. Nobody has to wait for that.
        with Up(folder, port=up.port) as again:
            again.start()
            again.wait_until_it_runs()
            assert still_alive(family) == []
            again.stop()


@pytest.mark.parametrize("seconds", [0.3, 1.2, 2.5])
def test_nothing_is_left_when_it_is_stopped_while_it_starts(folder: Path, seconds: float) -> None:
    with Up(folder) as up:
        up.start()
        time.sleep(seconds)
        assert up.stop() < 10


def test_other_users_see_nothing_of_its_folder_and_children_no_password_of_the_schemas_owner(
    folder: Path,
) -> None:
    with Up(folder) as up:
        up.start()
        up.wait_until_it_runs()
        for words in (["nameplate", "serve"], ["nameplate", "work"]):
            environment = up.child(*words).environ()
            assert "nameplate_owner" not in str(environment)
            assert "@" not in environment["NAMEPLATE_DATABASE_URL"]
        engine = up.child("postgres", "-D").environ()
        assert not any(name.startswith("NAMEPLATE_") for name in engine)
        assert folder.stat().st_mode & 0o077 == 0
        for name in ("secrets.json", "run.json", "seaweedfs/s3.json", "valkey/valkey.conf"):
            assert (folder / name).stat().st_mode & 0o077 == 0, name
        up.stop()
        assert not (folder / "run.json").exists()


def test_an_ordinary_user_runs_it_just_as_root_does(folder: Path) -> None:
    prefix: list[str] = []
    if os.geteuid() == 0:
        # Python may be installed where only root may look, so looking is all this user may do beyond others.
        looking = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *looking]
        folder.mkdir()
        os.chown(folder, 65534, 65534)
    with Up(folder, {"HOME": str(folder)}, prefix) as up:
        up.start()
        up.wait_until_it_runs()
        owners = {process.uids().real for process in up.family()}
        assert owners == {65534 if os.geteuid() == 0 else os.geteuid()}
        sign_up(up, "ben-ray")
        assert up.stop() < 10
