"""A child process cannot outlive us, and stops when it is told to."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from nameplate.engines import process as processes
from nameplate.engines.process import Launch, Process, free_port, is_free
from tests.support.up import still_alive


def python(code: str, **options: object) -> Launch:
    return Launch(command=[sys.executable, "-c", code], **options)  # type: ignore[arg-type]


async def test_a_process_that_ignores_the_request_to_stop_is_killed_after_its_grace(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    process = Process("stubborn", python(stubborn, grace=0.3), tmp_path / "stubborn.log")
    process.start()
    while "up" not in (tmp_path / "stubborn.log").read_text():
        await asyncio.sleep(0.02)
    began = time.monotonic()
    await process.stop()
    assert process.exit_code == -signal.SIGKILL
    assert 0.3 <= time.monotonic() - began < 3


async def test_what_a_stopped_process_left_in_its_group_is_killed_too(tmp_path: Path) -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    lines: list[str] = []
    process = Process("parent", python(code), sink=lines.append)
    process.start()
    while not lines:
        await asyncio.sleep(0.02)
    child = psutil.Process(int(lines[0]))
    await process.stop()
    assert still_alive([child], patience=3) == []


def test_a_child_ends_with_its_parent_however_that_ends() -> None:
    code = (
        "import time; from nameplate.engines.process import Launch, Process; "
        "p = Process('child', Launch(command=['sleep', '60'])); p.start(); print(p.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout as output:
        child = psutil.Process(int(output.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert still_alive([child], patience=3) == []


async def test_a_held_process_waits_for_its_release() -> None:
    code = "from nameplate.engines.process import wait_for_release as w; print('ready', flush=True); w(); print('on')"
    lines: list[str] = []
    released = Process("held", python(code, held=True), sink=lines.append)
    released.start()
    while lines != ["ready"]:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    assert released.alive
    released.release()
    assert await released.ended() == 0


def test_a_held_process_ends_when_nobody_is_left_to_release_it() -> None:
    code = "from nameplate.engines.process import wait_for_release as w; print('ready', flush=True); w(); print('on')"
    forgotten = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert (forgotten.returncode, forgotten.stdout) == (1, b"ready\n")


async def test_a_log_that_grew_too_big_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_bytes(b"x" * (processes.LOG_LIMIT + 1))
    process = Process("engine", python("print('fresh')"), log)
    process.start()
    await process.ended()
    assert log.read_text() == "fresh\n"
    assert (tmp_path / "engine.old.log").stat().st_size == processes.LOG_LIMIT + 1


def test_a_free_port_is_free_and_is_given_once() -> None:
    taken: set[int] = set()
    ports = [free_port(taken) for _ in range(50)]
    assert len(set(ports)) == 50
    assert all(is_free(port) for port in ports)
