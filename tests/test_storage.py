"""The S3 client, against a real SeaweedFS, as the settings for other stores have it."""

from dataclasses import replace

import pytest

from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.storage import MOST_DELETED, Storage
from tests.support.proxy import Proxy, proxy_to

KEY = "S" * 24 + ".png"


@pytest.mark.parametrize("region", ["us-east-1", "auto", "eu-central-1"])
@pytest.mark.parametrize("checksums", [True, False], ids=["checksums", "plain"])
async def test_an_object_is_put_found_and_deleted(settings: Settings, region: str, checksums: bool) -> None:
    storage = Storage(replace(settings, s3_region=region, s3_checksums=checksums))
    assert await storage.get(KEY) is None
    await storage.put(KEY, b"pixels", "image/png")
    await storage.put(KEY, b"pixels", "image/png")
    assert await storage.get(KEY) == b"pixels"
    assert await storage.size(KEY) == 6
    assert KEY in {entry.key async for page in storage.list() for entry in page}
    await storage.delete([KEY, "T" * 24 + ".png"])
    assert await storage.get(KEY) is None
    assert await storage.size(KEY) is None


async def test_many_objects_are_deleted_in_as_many_calls_as_it_takes(settings: Settings) -> None:
    storage = Storage(settings)
    await storage.put(KEY, b"pixels", "image/png")
    await storage.delete([f"{n:024d}.png" for n in range(MOST_DELETED)] + [KEY])
    assert await storage.size(KEY) is None


async def test_a_bucket_that_is_not_there_is_a_store_that_is_away(settings: Settings) -> None:
    storage = Storage(replace(settings, s3_bucket="mistyped"))
    with pytest.raises(Unavailable):
        await storage.put(KEY, b"pixels", "image/png")
    with pytest.raises(Unavailable):
        await anext(storage.list())
    with pytest.raises(Unavailable):
        await storage.ping()


async def test_the_bucket_is_part_of_the_path(settings: Settings) -> None:
    async with proxy_to(settings.s3_endpoint) as proxy:
        sent = await sent_by(replace(settings, s3_endpoint=proxy.url), proxy)
        assert b"PUT /nameplate/a/" + KEY.encode() in sent


async def test_the_bucket_is_part_of_the_host_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not every machine finds nameplate.localhost: by way of an HTTP proxy nobody has to.
    async with proxy_to(settings.s3_endpoint) as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", proxy.url)
        endpoint = settings.s3_endpoint.replace("127.0.0.1", "localhost")
        sent = await sent_by(replace(settings, s3_endpoint=endpoint, s3_path_style=False), proxy)
        host = endpoint.removeprefix("http://").encode()
        assert b"PUT http://nameplate." + host + b"/a/" + KEY.encode() in sent
        assert b"host: nameplate." + host in sent.lower()


async def sent_by(settings: Settings, proxy: Proxy) -> bytes:
    """What goes over the wire for one object that is put, read and deleted; and that this works."""
    storage = Storage(replace(settings, s3_region="auto"))
    await storage.put(KEY, b"pixels", "image/png")
    assert await storage.get(KEY) == b"pixels"
    await storage.delete([KEY])
    assert await storage.get(KEY) is None
    sent = b"".join(proxy.seen)
    assert b"/auto/s3/aws4_request" in sent
    assert b"x-amz-checksum-sha256" in sent.lower()
    return sent


async def test_a_wrong_key_is_an_answer_that_helps_nobody_in(settings: Settings) -> None:
    with pytest.raises(Unavailable):
        await Storage(replace(settings, s3_secret_key="wrong" * 8)).put(KEY, b"pixels", "image/png")
    assert await Storage(settings).get(KEY) is None
