"""`GET /a/{key}`: the same bytes from memory, from disk, from the store, or from where they wait for it."""

import asyncio
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import obstore
import psycopg
import pytest

from nameplate.app import App
from nameplate.assets import serving
from nameplate.assets.disk import DiskCache
from nameplate.assets.origin import Origin
from nameplate.assets.serving import Assets
from nameplate.engines.process import free_port
from nameplate.settings import Settings
from tests.support.api import Api, browser, running_app

# The bucket is shared by everything that runs at the same time.
KEY = f"{secrets.token_urlsafe(18)}.webp"
BODY = bytes(range(256)) * 40


@pytest.fixture
async def stored(app: App) -> str:
    """The address of an image that is in the bucket and nowhere else."""
    await obstore.put_async(app.storage.store, f"a/{KEY}", BODY)
    return f"/a/{KEY}"


async def settled(app: App) -> None:
    """Wait for what is written beside answers."""
    while app.assets._beside:
        await asyncio.gather(*app.assets._beside)


class Asked:
    """How often the store and the table were asked; `away`: what the store does instead of answering."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads = self.checks = 0
        read, has = Origin.read, Origin.has

        async def counted_read(origin: Origin, key: str) -> bytes | None:
            self.reads += 1
            return await read(origin, key)

        async def counted_has(origin: Origin, key: str) -> bool:
            self.checks += 1
            return await has(origin, key)

        monkeypatch.setattr(Origin, "read", counted_read)
        monkeypatch.setattr(Origin, "has", counted_has)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


async def test_an_image_says_what_it_is_and_may_be_kept_for_ever(
    client: httpx.AsyncClient, stored: str
) -> None:
    answer = await client.get(stored)
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert "set-cookie" not in answer.headers
    head = await client.head(stored)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == answer.headers


async def test_who_has_it_gets_a_304_and_who_writes_a_405(client: httpx.AsyncClient, stored: str) -> None:
    etag = (await client.get(stored)).headers["etag"]
    assert etag.startswith('"')  # a strong one
    for condition in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = await client.get(stored, headers={"If-None-Match": condition})
        assert (answer.status_code, answer.content) == (304, b""), condition
        assert answer.headers["etag"] == etag
        assert "immutable" in answer.headers["cache-control"]
    assert (await client.get(stored, headers={"If-None-Match": '"other"'})).status_code == 200
    assert (await client.post(stored)).status_code == 405
    assert (await client.delete(stored)).status_code == 405


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=10000-", 10_000, 10_239),
        ("bytes=-5", 10_235, 10_239),
        ("bytes=-999999", 0, 10_239),
        ("bytes=10000-999999", 10_000, 10_239),
    ],
)
async def test_a_part_is_a_206(
    client: httpx.AsyncClient, stored: str, wanted: str, first: int, last: int
) -> None:
    answer = await client.get(stored, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, BODY[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/10240"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert answer.headers["content-type"] == "image/webp"


async def test_a_part_there_is_not_is_a_416_and_nonsense_is_everything(
    client: httpx.AsyncClient, stored: str
) -> None:
    for wanted in ("bytes=10240-", "bytes=99999-100000", "bytes=-0"):
        answer = await client.get(stored, headers={"Range": wanted})
        assert (answer.status_code, answer.content) == (416, b""), wanted
        assert answer.headers["content-range"] == "bytes */10240"
        assert answer.headers["cache-control"] == "no-store"
    for wanted in ("bytes=0-1,5-6", "bytes=9-2", "bytes=a-b", "items=0-5", "bytes=-", "bytes=0-5x"):
        assert (await client.get(stored, headers={"Range": wanted})).status_code == 200, wanted
    etag = (await client.get(stored)).headers["etag"]
    for condition, status in ((etag, 206), ('"older"', 200), (f"W/{etag}", 200)):
        answer = await client.get(stored, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert answer.status_code == status, condition
    assert (await client.head(stored, headers={"Range": "bytes=0-9"})).status_code == 200


async def test_a_hundred_who_ask_at_once_cost_one_question_and_the_next_none(
    app: App, stored: str, asked: Asked
) -> None:
    answers = await asyncio.gather(*(browser(app).get(stored) for _ in range(100)))
    assert {answer.content for answer in answers} == {BODY}
    await browser(app).get(stored)
    assert asked.reads == 1


async def test_what_is_not_there_is_remembered_for_a_moment(
    app: App, client: httpx.AsyncClient, asked: Asked
) -> None:
    key = f"{secrets.token_urlsafe(18)}.avif"
    for _ in range(20):
        answer = await client.get(f"/a/{key}")
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "public, max-age=10"
    assert asked.reads == 1
    await obstore.put_async(app.storage.store, f"a/{key}", BODY)
    clock = app.assets._clock
    app.assets._clock = lambda: clock() + serving.ABSENT
    assert (await client.get(f"/a/{key}")).content == BODY


@pytest.mark.parametrize(
    "path",
    ["/a", "/a/", "/a/x", "/a/short.webp", f"/a/{'k' * 24}", f"/a/{'k' * 24}.svg", f"/a/{'k' * 24}.webp/x",
     "/a/%2e%2e/%2e%2e/etc/passwd", f"/a/{'k' * 70}.webp", f"/a/{'k' * 23}%00.webp", f"/a/{'k' * 24}.webp%0a"],
)  # fmt: skip
async def test_what_can_be_no_key_is_a_404_page_that_costs_nothing(
    client: httpx.AsyncClient, asked: Asked, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert asked.reads == 0


async def test_a_restarted_process_finds_it_on_disk(
    app: App, settings: Settings, stored: str, asked: Asked
) -> None:
    await browser(app).get(stored)
    await settled(app)
    async with running_app(replace(settings, s3_endpoint=f"http://127.0.0.1:{free_port()}")) as other:
        assert (await browser(other).get(stored)).content == BODY
    assert asked.reads == 1


@pytest.mark.parametrize("harm", ["cut", "changed", "swapped", "link", "forged", "huge"])
async def test_a_poisoned_file_on_disk_is_not_believed_and_is_replaced(
    app: App, settings: Settings, stored: str, asked: Asked, tmp_path: Path, harm: str
) -> None:
    await browser(app).get(stored)
    await settled(app)
    file = app.assets.disk._path(KEY)
    good = file.read_bytes()
    other_key = "z" * 24 + ".webp"
    if harm == "link":
        (tmp_path / "elsewhere").write_bytes(good)
        file.unlink()
        file.symlink_to(tmp_path / "elsewhere")
    elif harm == "swapped":  # true bytes under another's name
        app.assets.disk.write(other_key, b"<script>alert(1)</script>")
        file.write_bytes(app.assets.disk._path(other_key).read_bytes())
    elif harm == "forged":
        await asyncio.to_thread(
            Assets(replace(settings, secret_key="x" * 40), app.storage, app.db).disk.write, KEY, b"<script>"
        )
    else:
        harmed = {"cut": good[:-1], "changed": good[:-1] + b"!", "huge": good + bytes(9_000_000)}[harm]
        file.write_bytes(harmed)
    async with running_app(settings) as other:
        assert (await browser(other).get(stored)).content == BODY
        await settled(other)
    assert asked.reads == 2
    if harm != "link":
        assert file.read_bytes() == good


async def test_without_a_disk_everything_works(
    app: App, settings: Settings, stored: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    for odd in (
        replace(settings, asset_cache_dir=tmp_path / "file"),
        replace(settings, asset_cache_mb=0, asset_cache_dir=tmp_path / "none"),
    ):
        async with running_app(odd) as other:
            assert (await browser(other).get(stored)).content == BODY
            await settled(other)
    assert not (tmp_path / "none").exists()


async def test_a_full_disk_forgets_what_was_asked_for_longest_ago(app: App, tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache", most=10_000, secret="s" * 32)
    disk.open()
    names = [f"{letter * 24}.avif" for letter in "abcdefghij"]
    for age, name in enumerate(names):
        disk.write(name, bytes(900))
        os.utime(disk._path(name), (1_700_000_000 + age if name == names[0] else 4_000_000_000 + age,) * 2)
    disk.tidy()
    assert disk.read(names[0]) is None, "nobody asked for it for more than a month"
    for number in range(20):
        disk.write(f"{number:024}.avif", bytes(900))
    assert sum(file.stat().st_size for file in (tmp_path / "cache").glob("*/*")) <= 11_500
    assert not list((tmp_path / "cache").glob("*/*.part"))


async def test_memory_stays_within_its_budget_and_keeps_what_is_asked_for(app: App, asked: Asked) -> None:
    app.assets._budget = 60_000
    keys = [f"{secrets.token_urlsafe(18)}.jpg" for _ in range(20)]
    for key in keys:
        await obstore.put_async(app.storage.store, f"a/{key}", BODY)
    vic = browser(app)
    for key in keys:
        assert (await vic.get(f"/a/{key}")).content == BODY
        assert (await vic.get(f"/a/{keys[0]}")).content == BODY
    assert app.assets._size <= 60_000
    assert app.assets._size == sum(held.size for held in app.assets._held.values())
    assert keys[0] in app.assets._held


async def test_what_was_removed_from_the_store_is_gone_from_the_caches_when_they_look_again(
    app: App, client: httpx.AsyncClient, stored: str, asked: Asked
) -> None:
    clock = app.assets._clock
    await client.get(stored)
    await settled(app)
    app.assets._clock = lambda: clock() + serving.FRESH + 1
    await client.get(stored)
    await settled(app)
    assert (await client.get(stored)).status_code == 200, "it is there still"
    assert asked.checks == 1
    await obstore.delete_async(app.storage.store, f"a/{KEY}")
    assert (await client.get(stored)).status_code == 200
    app.assets._clock = lambda: clock() + 2 * (serving.FRESH + 1)
    await client.get(stored)  # still served, and looked at beside
    await settled(app)
    assert (await client.get(stored)).status_code == 404
    assert app.assets.disk.read(KEY) is None


def wait_for_the_store(admin_url: str, account: UUID, key: str, body: bytes, **more: Any) -> None:
    """The row of an upload whose variant `key` is not in the store yet."""
    upload = uuid4()
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            "INSERT INTO asset_uploads (account_id, id, purpose, state, file_name, bytes_received, digest, created_at)"
            " VALUES (%s, %s, 'avatar', 'queued', 'me.jpg', 1, %s, now())",
            (account, upload, upload.bytes),
        )
        connection.execute(
            "INSERT INTO asset_objects (account_id, key, upload_id, width, height, type, bytes, pending, deleted_at)"
            " VALUES (%s, %s, %s, 96, 96, 'image/webp', %s, %s, %s)",
            (account, key, upload, len(body), body, more.get("deleted_at")),
        )


async def account_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


async def test_an_image_that_waits_for_the_store_is_served_from_where_it_waits(
    ann: Api, app: App, admin_url: str, client: httpx.AsyncClient
) -> None:
    account = await account_of(ann)
    waiting, deleted = (f"{secrets.token_urlsafe(18)}.webp" for _ in range(2))
    wait_for_the_store(admin_url, account, waiting, BODY)
    wait_for_the_store(admin_url, account, deleted, BODY, deleted_at="2026-01-01")
    answer = await client.get(f"/a/{waiting}")
    assert (answer.status_code, answer.content) == (200, BODY)
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get(f"/a/{deleted}")).status_code == 404


async def test_with_the_store_away_what_is_at_hand_is_served_and_the_rest_says_when_to_come_back(
    ann: Api, app: App, settings: Settings, admin_url: str, stored: str
) -> None:
    await browser(app).get(stored)
    await settled(app)
    wait_for_the_store(admin_url, await account_of(ann), "w" * 24 + ".webp", BODY)
    nobody = replace(settings, s3_endpoint=f"http://127.0.0.1:{free_port()}")
    async with running_app(nobody) as away:
        vic = browser(away)
        assert (await vic.get(stored)).content == BODY
        assert (await vic.get(f"/a/{'w' * 24}.webp")).content == BODY
        for number in range(6):
            answer = await vic.get(f"/a/{number:024}.png")
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert int(answer.headers["retry-after"]) >= 1
        # By now the breaker keeps everybody from waiting.
        async with asyncio.timeout(1):
            assert (await vic.get(f"/a/{'u' * 24}.png")).status_code == 503
            assert (await vic.get("/ann-lee")).status_code == 200


async def test_a_store_that_answers_in_part_or_never_is_a_503_and_no_half_image(
    app: App, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nameplate.assets.origin.PATIENCE", 0.4)
    cut, over = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if cut.is_set():
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "x"\r\n')
            writer.write(b"Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\nhalf of it")
        else:
            await over.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with running_app(replace(settings, s3_endpoint=f"http://127.0.0.1:{port}")) as other:
        assert (await browser(other).get(f"/a/{KEY}")).status_code == 503
        cut.set()
        assert (await browser(other).get(f"/a/{KEY}")).status_code == 503
        assert other.assets._held == {}
        await settled(other)
        assert other.assets.disk.read(KEY) is None
    over.set()
    server.close()


async def test_the_limit_of_pages_holds_for_images(settings: Settings) -> None:
    async with running_app(replace(settings, rate_limit_pages=60)) as app:
        vic = browser(app)
        answers = [(await vic.get(f"/a/{'f' * 24}.png")).status_code for _ in range(12)]
    assert answers[0] == 404
    assert answers[-1] == 429
