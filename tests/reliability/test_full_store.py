"""A disk that was full for a moment keeps no picture out: the embedded store is started again when it has room."""

import asyncio
import io
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import obstore
import pytest
import pyvips
from obstore.exceptions import BaseError

from nameplate.commands.folder import running
from nameplate.settings import Settings
from nameplate.storage import PREFIX, Storage
from tests.reliability.installation import Installation, installation
from tests.reliability.whole import mounted
from tests.support.api import PASSWORD
from tests.support.engines import in_memory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """On a small disk of its own the folder of the store, where we may mount one."""
    with ExitStack() as stack:
        place = Path(tempfile.mkdtemp(prefix="nameplate-full-", dir=in_memory()))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        if not mounted(place / "data with a space" / "seaweedfs", stack):
            pytest.skip("this user may not mount a small disk to fill it")
        yield place


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    for size in (65536, 512):
        with filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


async def write_until_refused(site: Installation) -> None:
    """Objects without content are entries of the metadata store and nothing else."""
    found = running(site.folder)
    assert found is not None
    store = Storage(Settings.load(found.environment)).store
    for number in range(10_000):
        try:
            await obstore.put_async(store, f"{PREFIX}empty-{number}", b"", use_multipart=False)
        except BaseError:
            return
    pytest.fail("the disk is not full")


def upload(browser: httpx.Client, colour: int) -> str:
    data = pyvips.Image.black(64, 64).new_from_image([colour, 20, 90]).write_to_buffer(".png")
    files = {"file": ("a.png", io.BytesIO(data), "image/png")}
    answer = browser.post("/api/v1/assets", files=files, data={"purpose": "thumbnail"})
    assert answer.status_code in (201, 202), answer.text
    return str(answer.json()["state"])


def test_the_embedded_store_takes_pictures_again_after_its_disk_was_full(folder: Path) -> None:
    with installation(folder) as site:
        with httpx.Client(
            base_url=site.url, trust_env=False, timeout=20, headers={"Sec-Fetch-Site": "same-origin"}
        ) as browser:
            account = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann"}
            assert browser.post("/api/v1/accounts", json=account).status_code == 201
            assert upload(browser, 0) == "stored"
            filler = fill(site.folder / "seaweedfs")
            asyncio.run(write_until_refused(site))
            assert upload(browser, 1) == "queued"
            filler.unlink()
            deadline = time.monotonic() + 60
            colour = 2
            while upload(browser, colour) != "stored":
                assert time.monotonic() < deadline, site.log[-3000:]
                colour += 1
                time.sleep(0.5)
        assert "its disk was full and has room again" in site.log
