"""Every good picture is taken and served back clean: upright, in sRGB, and with nothing in it but pixels."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import pyvips

from nameplate.app import App
from nameplate.settings import Settings
from tests.support import pictures
from tests.support.api import Api, running_app, sign_up

PLAIN = {"icc-profile-data", "exif-data", "xmp-data", "iptc-data"}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    many = replace(settings, rate_limit_uploads=10_000, asset_quota_count=1_000)
    async with running_app(many) as app:
        yield app


async def upload(api: Api, data: bytes, purpose: str = "avatar", name: str = "me.jpg") -> httpx.Response:
    return await api.http.post("/api/v1/assets", data={"purpose": purpose}, files={"file": (name, data)})


def opened(data: bytes) -> pyvips.Image:
    return pyvips.Image.new_from_buffer(data, "", fail_on="warning")


async def test_every_form_of_a_picture_is_taken_and_comes_back_as_pictures(app: App, ann: Api) -> None:
    taken = 0
    for name, data in pictures.good():
        answer = await upload(ann, data)
        assert answer.status_code == 201, (name, answer.text)
        upload_ = answer.json()
        assert upload_["state"] == "stored"
        header = opened(data)
        size = min(header.width, header.get_page_height() if "anim" in name else header.height)
        assert (upload_["width"], upload_["height"]) == (size, size), name
        assert max(variant["width"] for variant in upload_["variants"]) == size, name
        if taken % 5 == 0:
            await check_variants(app, name, upload_["variants"])
        taken += 1
    assert taken > 45


async def check_variants(app: App, name: str, variants: list[dict[str, object]]) -> None:
    for variant in variants:
        data = await app.storage.get(str(variant["url"]).rpartition("/")[2])
        assert data is not None
        picture = opened(data)
        assert len(data) == variant["bytes"]
        assert (picture.width, picture.height) == (variant["width"], variant["height"])
        assert picture.interpretation == "srgb", name
        assert PLAIN.isdisjoint(picture.get_fields()), name


async def test_what_a_file_tells_besides_its_pixels_is_not_kept(app: App, ann: Api) -> None:
    files = list(pictures.talkative())
    for name, data in files:
        assert pictures.SECRET.encode() in data, f"{name}: the positive control"
        answer = await upload(ann, data, "favicon" if name.startswith("gif") else "thumbnail")
        assert answer.status_code == 201, (name, answer.text)
        for variant in answer.json()["variants"]:
            kept = await app.storage.get(variant["url"].rpartition("/")[2])
            assert kept is not None
            assert b"Marlowe" not in kept, name
            assert not [
                f
                for f in opened(kept).get_fields()
                if f.startswith(("exif", "xmp", "iptc", "icc", "png-comment"))
            ]
    assert len(files) > 10


async def test_a_picture_is_upright_however_the_phone_was_held(app: App, ann: Api) -> None:
    for orientation, data in pictures.turned():
        variants = (await upload(ann, data, "favicon")).json()["variants"]
        kept = await app.storage.get(variants[0]["url"].rpartition("/")[2])
        assert kept is not None
        top, bottom = (opened(kept).getpoint(32, y) for y in (5, 60))
        assert top[0] > 200 > 50 > bottom[0], orientation


async def test_a_photo_becomes_every_size_in_every_format(ann: Api) -> None:
    avatar = (await upload(ann, pictures.photo(800, 600))).json()
    sizes = {(v["width"], v["height"], v["type"]) for v in avatar["variants"]}
    kinds = ("image/avif", "image/webp", "image/jpeg")
    assert sizes == {(side, side, kind) for side in (96, 192, 384) for kind in kinds}
    background = (await upload(ann, pictures.photo(2400, 1200), "background")).json()
    assert {(v["width"], v["height"]) for v in background["variants"]} == {
        (1920, 960),
        (1280, 640),
        (640, 320),
    }
    favicon = (await upload(ann, pictures.photo(800, 600), "favicon")).json()
    assert [(v["width"], v["type"]) for v in favicon["variants"]] == [(180, "image/png"), (32, "image/png")]
    assert avatar["colour"].startswith("#")
    assert 0 < len(avatar["blur"]) <= 400
    assert avatar["bytes_stored"] == sum(v["bytes"] for v in avatar["variants"])


async def test_where_something_shines_through_png_takes_the_place_of_jpeg(ann: Api) -> None:
    clear = pictures.image(300, 300).bandjoin(pictures.image(300, 300).extract_band(0)).pngsave_buffer()
    solid = pictures.image(300, 300).bandjoin(255).pngsave_buffer()
    kinds = [{v["type"] for v in (await upload(ann, data)).json()["variants"]} for data in (clear, solid)]
    assert kinds == [{"image/avif", "image/webp", "image/png"}, {"image/avif", "image/webp", "image/jpeg"}]


async def test_the_same_content_is_kept_once_and_each_account_has_its_own(app: App, ann: Api) -> None:
    data = pictures.photo(300, 300)
    first = await upload(ann, data)
    again = await upload(ann, data, name="another name.jpg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    elsewhere = await upload(ann, data, "thumbnail")
    assert elsewhere.status_code == 201, "for another purpose it has other sizes"
    ben = await sign_up(app, "ben-ray")
    bens = (await upload(ben, data)).json()
    assert not {v["url"] for v in bens["variants"]} & {v["url"] for v in first.json()["variants"]}
    assert (await ben.get(f"/api/v1/assets/{first.json()['id']}")).status_code == 404
    assert (await ben.delete(f"/api/v1/assets/{first.json()['id']}")).status_code == 404


async def test_a_deleted_picture_comes_back_when_that_is_undone(ann: Api) -> None:
    upload_ = (await upload(ann, pictures.photo(300, 300))).json()
    path = f"/api/v1/assets/{upload_['id']}"
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).status_code == 404
    assert (await ann.delete(path)).status_code == 404
    answer = (await ann.get("/api/v1/assets")).json()
    assert (answer["uploads"], answer["quota"]["count"], answer["quota"]["bytes_used"]) == ([], 0, 0)
    assert (await ann.post(f"{path}/restore")).json() == upload_
    assert (await ann.delete(path)).status_code == 204
    assert (await upload(ann, pictures.photo(300, 300))).json()["id"] == upload_["id"], "or is sent again"


async def test_the_export_holds_the_pictures(app: App, ann: Api) -> None:
    upload_ = (await upload(ann, pictures.photo(300, 300), "thumbnail")).json()
    answer = await ann.get("/api/v1/account/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = {name for name in archive.namelist() if name.startswith("pictures/")}
        assert names == {f"pictures/{v['url'].rpartition('/')[2]}" for v in upload_["variants"]}
        for variant in upload_["variants"]:
            assert len(archive.read(f"pictures/{variant['url'].rpartition('/')[2]}")) == variant["bytes"]
        assert "pending" not in json.loads(archive.read("asset_objects.json"))[0]
