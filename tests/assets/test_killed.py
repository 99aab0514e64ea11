"""Processes that take pictures are killed while they do: what was accepted is stored afterwards."""

import asyncio
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, replace

import httpx
import psutil
import psycopg
import pytest

from nameplate.assets import jobs
from nameplate.db import SystemDatabase
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.support.api import PASSWORD
from tests.support.pictures import photo
from tests.support.programs import Program


@dataclass(frozen=True)
class Services:
    system: SystemDatabase
    storage: Storage


def send(url: str, cookies: httpx.Cookies, number: int, accepted: dict[str, int]) -> None:
    """Note the upload's id when it is accepted; a server that dies answers nothing."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    try:
        answer = httpx.post(
            f"{url}/api/v1/assets",
            data={"purpose": "thumbnail"},
            files={"file": ("a.jpg", photo(300 + number, 200))},
            headers=headers,
            cookies=cookies,
            timeout=60,
            trust_env=False,
        )
    except httpx.HTTPError:
        return
    assert answer.status_code in (201, 202), answer.text
    accepted[answer.json()["id"]] = answer.status_code


@pytest.mark.slow
@pytest.mark.parametrize("store", ["well", "away"])
def test_what_was_accepted_before_a_kill_is_stored_after_it(
    settings: Settings, admin_url: str, store: str
) -> None:
    running = settings if store == "well" else replace(settings, s3_endpoint="http://127.0.0.1:9")
    accepted: dict[str, int] = {}
    with Program.serve(running) as program:
        body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
        made = httpx.post(f"{program.url}/api/v1/accounts", json=body, trust_env=False, timeout=30)
        assert made.status_code == 201
        threads = [
            threading.Thread(target=send, args=(program.url, made.cookies, number, accepted))
            for number in range(12)
        ]
        for thread in threads:
            thread.start()
        while len(accepted) < 3:
            assert any(thread.is_alive() for thread in threads)
            threads[0].join(0.01)
        root = psutil.Process(program.process.pid)
        # The first of them would start the others again.
        family = [root, *root.children(recursive=True)]
        for process in family:
            with suppress(ProcessLookupError):  # what took a picture apart is done with it
                os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
        _, left = psutil.wait_procs(family, timeout=10)
        assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []
    assert len(accepted) >= 3
    asyncio.run(settled(settings))
    with psycopg.connect(admin_url) as admin:
        states = dict(
            admin.execute("SELECT id::text, state FROM asset_uploads WHERE state = 'stored'").fetchall()
        )
        objects = admin.execute("SELECT key, bytes, pending IS NULL FROM asset_objects").fetchall()
    assert set(accepted) <= set(states), "accepted = stored"
    assert len(objects) == 6 * len(states)
    assert asyncio.run(found(settings, [key for key, _, _ in objects])) == [size for _, size, _ in objects]
    assert all(stored for _, _, stored in objects)


async def settled(settings: Settings) -> None:
    async with SystemDatabase(settings) as system:
        await jobs.settle(Services(system, Storage(settings)))


async def found(settings: Settings, keys: list[str]) -> list[int | None]:
    storage = Storage(settings)
    return [await storage.size(key) for key in keys]
