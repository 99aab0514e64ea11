"""The process that decodes: its limits hold, whatever a file wants, and nothing of ours is within its reach."""

import asyncio
import os
import signal
import struct
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from nameplate.app import App
from nameplate.assets.decoder.check import checked
from nameplate.assets.decoder.client import Decoder
from nameplate.assets.decoder.messages import Limits, Picture, Result
from tests.assets.conftest import Decode
from tests.support import pictures
from tests.support.api import Api

# A decoder would start on these: the limit of pixels that refuses them first is off.
ANY_SIZE: dict[str, Any] = {"pixels": 10**12, "side": 10**6}


def children_of(decoder: Decoder) -> list[psutil.Process]:
    assert decoder._process is not None
    return psutil.Process(decoder._process.pid).children()


def limits_of(pid: int) -> dict[str, list[str]]:
    """Soft and hard, as /proc tells them."""
    lines = Path(f"/proc/{pid}/limits").read_text("ascii").splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def black_png(side: int, *, interlaced: bool) -> bytes:
    """`side` by `side` black pixels of 3 bytes, as a thousandth of that."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, int(interlaced))
    packer = zlib.compressobj(9)
    start = packer.compress(bytes(3_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    # Behind a full flush the same zeros are the same bytes again.
    block = packer.compress(bytes(3_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    body = start + block * (side * (3 * side + 1) // 3_000_000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pictures.chunk(name, data) for name, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


async def test_a_file_that_wants_ten_gigabytes_gets_one(decoder: Decoder, decode: Decode) -> None:
    decoder.limits = Limits(**ANY_SIZE)
    assert (await decode(pictures.photo(60, 40))).refused == ""
    most = 0
    watching = asyncio.create_task(decode(black_png(60_000, interlaced=True)))
    while not watching.done():
        for child in children_of(decoder):
            try:
                most = max(most, child.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        await asyncio.sleep(0.005)
    assert (await watching).refused == "image-too-heavy"
    assert most < 1.1 * decoder.limits.memory
    assert (await decode(pictures.photo(60, 40))).refused == "", "the next one is not the worse for it"


async def test_a_file_that_wants_a_minute_of_processor_time_gets_a_second(
    decoder: Decoder, decode: Decode
) -> None:
    slow = black_png(60_000, interlaced=False)
    decoder.limits = Limits(cpu_seconds=1, **ANY_SIZE)
    before, started = os.times(), time.monotonic()
    assert (await decode(slow, "background")).refused == "image-too-heavy"
    assert 1 <= time.monotonic() - started < 20
    after = os.times()
    assert after.user - before.user < 2, "and none of it in this process"


async def test_a_file_that_takes_too_long_is_not_waited_for(decoder: Decoder, decode: Decode) -> None:
    await decode(pictures.photo(60, 40))
    decoder.limits = Limits(wall_seconds=0.02)
    started = time.monotonic()
    assert (await decode(pictures.photo(3000, 2000), "background")).refused == "image-too-heavy"
    assert time.monotonic() - started < 5
    assert children_of(decoder) == []


async def test_decoders_know_nothing_of_ours(decoder: Decoder, decode: Decode) -> None:
    await decode(pictures.photo(60, 40))
    assert decoder._process is not None
    server = psutil.Process(decoder._process.pid)
    assert set(server.environ()) == {"PATH", "LC_ALL", "MALLOC_ARENA_MAX", "VIPS_CONCURRENCY"}
    big = asyncio.create_task(decode(pictures.photo(3000, 2000), "background"))
    while not (children := children_of(decoder)):
        assert not big.done()
        await asyncio.sleep(0)
    child = children[0]
    child.suspend()
    try:
        limits = limits_of(child.pid)
        if limits["Max open files"] == ["16", "16"]:  # it has come as far as that
            assert limits["Max core file size"] == ["0", "0"]
            assert limits["Max address space"] == [str(2**30)] * 2
            assert limits["Max file size"] == [str(32 * 2**20)] * 2
            assert limits["Max cpu time"] == ["20", "21"]
            assert child.net_connections() == []
            assert os.getpgid(child.pid) == child.pid
            if os.geteuid() == 0:
                assert child.uids().effective == 65534
                assert set(child.gids()) == {65534}
    finally:
        child.resume()
    assert (await big).refused == ""


async def test_a_decoder_that_is_killed_is_the_files_fault_and_a_killed_server_is_not(
    decoder: Decoder, decode: Decode
) -> None:
    await decode(pictures.photo(60, 40))

    async def kill_during(data: bytes, whom: str) -> Result:
        under_way = asyncio.create_task(decode(data, "background"))
        while not (children := children_of(decoder)):
            assert not under_way.done()
            await asyncio.sleep(0)
        assert decoder._process is not None
        os.kill(children[0].pid if whom == "child" else decoder._process.pid, signal.SIGKILL)
        return await under_way

    assert (await kill_during(pictures.photo(3000, 2000), "child")).refused == "image-too-heavy"
    assert (await kill_during(pictures.photo(3000, 2000), "server")).refused == "", "it was done again"


async def test_no_decoder_outlives_who_started_it() -> None:
    decoder = Decoder(Limits())

    async def begun() -> None:
        return None

    with tempfile.TemporaryFile(buffering=0) as file, tempfile.TemporaryFile(buffering=0) as result:
        file.write(pictures.photo(3000, 2000))
        file.seek(0)
        task = asyncio.create_task(decoder.decode(file, result, "background", begun))
        while decoder._process is None or not children_of(decoder):
            await asyncio.sleep(0.001)
        processes = [psutil.Process(decoder._process.pid), *children_of(decoder)]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await decoder.close()
    assert psutil.wait_procs(processes, timeout=10)[1] == []


async def test_many_uploads_at_once_take_turns_and_leave_the_event_loop_alone(app: App, ann: Api) -> None:
    data = [pictures.photo(700 + n, 500) for n in range(12)]
    most = 0
    late: list[float] = []
    stop = False

    async def watch() -> None:
        nonlocal most
        while not stop:
            # Of this thread: what other processes and threads take in the meantime is not in it.
            before = time.thread_time()
            await asyncio.sleep(0.005)
            late.append(time.thread_time() - before)
            if app.uploader.decoder._process is not None:
                most = max(most, len(children_of(app.uploader.decoder)))

    watching = asyncio.create_task(watch())

    async def upload(picture: bytes) -> Any:
        return await ann.http.post(
            "/api/v1/assets", data={"purpose": "avatar"}, files={"file": ("a", picture)}
        )

    answers = await asyncio.gather(*map(upload, data))
    stop = True
    await watching
    assert [answer.status_code for answer in answers] == [201] * len(data)
    assert 1 <= most <= len(os.sched_getaffinity(0))
    assert sorted(late)[len(late) // 2] < 0.02, "decoding and encoding take far longer"


@pytest.mark.parametrize("lie", ["width", "type", "count", "colour", "nothing"])
def test_what_a_decoder_says_is_checked(lie: str) -> None:
    png = pictures.photo(180, 180, ".png")
    honest = [Picture("image/png", 180, 180, png), Picture("image/png", 32, 32, png)]
    result = Result("png", width=180, height=180, colour="#102030", blur="", pictures=honest)
    assert checked(msgspec.msgpack.encode(result), "favicon") == result
    lies = {
        "width": msgspec.structs.replace(result, width=18_000),
        "type": msgspec.structs.replace(
            result, pictures=[honest[0], Picture("image/png", 32, 32, b"<script>alert(1)</script>")]
        ),
        "count": msgspec.structs.replace(result, pictures=honest * 3),
        "colour": msgspec.structs.replace(result, colour="red;background:url(//evil)"),
    }
    said = msgspec.msgpack.encode(lies[lie]) if lie in lies else b""
    assert checked(said, "favicon").refused == "image-broken"
