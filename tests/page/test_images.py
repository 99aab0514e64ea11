"""Images that an owner uploaded, where visitors see them: on the page, in its head, in the picture that is shared."""

import asyncio
import re
import secrets
from dataclasses import replace
from typing import Any

import brotli
import httpx
import pytest
import pyvips
from msgspec.structs import replace as replace_struct

from nameplate.app import App
from nameplate.page.document import PageImage, PageVariant, RenderedPage
from nameplate.page.render import render
from nameplate.page.social import studio as studios
from nameplate.settings import Settings
from tests.page.reading import attributes, read, sources
from tests.page.samples import BASE, TWELVE
from tests.page.samples import page_of as ann_page
from tests.support.api import Api, browser, running_app, sign_up
from tests.support.pictures import photo


async def upload(api: Api, purpose: str, data: bytes = b"") -> dict[str, Any]:
    """One upload, as the API shows it."""
    answer = await api.http.post(
        "/api/v1/assets",
        data={"purpose": purpose},
        files={"file": ("picture.jpg", data or photo(), "image/jpeg")},
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def page_of(api: Api) -> tuple[RenderedPage, httpx.Response]:
    """The page as a visitor gets it."""
    answer = await api.get(f"/{api.handle}")
    assert answer.status_code == 200
    return RenderedPage(html=answer.content, csp=answer.headers["content-security-policy"]), answer


async def changed(api: Api, **fields: Any) -> httpx.Response:
    return await api.patch("/api/v1/profile", fields)


async def test_a_page_shows_what_its_owner_uploaded_and_deleting_and_undoing_does_what_it_says(
    ann: Api, app: App
) -> None:
    avatar, wall, icon = [await upload(ann, purpose) for purpose in ("avatar", "background", "favicon")]
    thumbnail = await upload(ann, "thumbnail")
    link = (
        await ann.post("/api/v1/links", {"url": "https://ann.example", "thumbnail_id": thumbnail["id"]})
    ).json()
    assert link["thumbnail"]["id"] == thumbnail["id"]
    answer = await changed(ann, avatar_id=avatar["id"], background_id=wall["id"], favicon_id=icon["id"])
    assert answer.status_code == 200, answer.text
    profile = answer.json()
    assert [profile[name]["id"] for name in ("avatar", "background", "favicon")] == [
        upload["id"] for upload in (avatar, wall, icon)
    ]
    vic = browser(app)
    vic.handle = "ann-lee"
    page, _ = await page_of(vic)
    tree = read(page)
    pictures = tree.findall(".//picture")
    assert [[s.get("type") for s in p.findall("source")] for p in pictures] == [
        ["image/avif", "image/webp"]
    ] * 3
    for image in tree.findall(".//picture/img"):
        assert int(image.get("width") or 0) > 0
        assert int(image.get("height") or 0) > 0
        assert image.get("alt") == ""
        assert image.get("sizes")
    # Every address on the page is answered, as what it says, and by nobody else.
    found = set(re.findall(r"/a/[A-Za-z0-9_-]+\.(?:avif|webp|jpg|png)", page.html.decode()))
    assert len(found) == 9 + 3 + 6 + 2, "a small photo is not made larger"
    for path in sorted(found):
        served = await vic.get(path)
        assert served.status_code == 200
        assert pyvips.Image.new_from_buffer(served.content, "").width in (32, 96, 180, 192, 384, 640)
    preload = next(e for e in tree.iter("link") if e.get("rel") == "preload")
    assert preload.get("imagesrcset") == pictures[1].findall("source")[0].get("srcset")
    assert [e.get("sizes") for e in tree.iter("link") if e.get("rel") == "icon"] == ["32x32"]
    assert len([e for e in tree.iter("link") if e.get("rel") == "apple-touch-icon"]) == 1
    allowed, inline = sources(page, tree, "style", "style-src")
    assert allowed == inline
    assert len(inline) == 2
    assert "img-src 'self';" in page.csp
    assert (await ann.get(f"/api/v1/assets/{avatar['id']}")).json()["used_as"] == ["avatar"]

    assert (await ann.delete(f"/api/v1/assets/{avatar['id']}")).status_code == 204
    assert (await ann.get("/api/v1/profile")).json()["avatar"] is None
    assert read((await page_of(vic))[0]).find(".//{*}svg[@class='av']") is not None
    assert (await ann.post(f"/api/v1/assets/{avatar['id']}/restore")).status_code == 200
    assert read((await page_of(vic))[0]).find(".//img[@class='av']") is not None

    nothing = {"avatar_id": None, "background_id": None, "favicon_id": None}
    assert (await changed(ann, **nothing)).json()["background"] is None
    await ann.patch(f"/api/v1/links/{link['id']}", {"thumbnail_id": None})
    bare = (await page_of(vic))[0]
    assert read(bare).find(".//picture") is None
    assert bare.html.count(b"<style>") == 1


async def test_only_an_own_image_for_this_purpose_can_be_chosen(ann: Api, app: App) -> None:
    avatar, thumbnail = await upload(ann, "avatar"), await upload(ann, "thumbnail")
    ben = await sign_up(app, "ben-ray")
    link = (await ann.post("/api/v1/links", {"url": "https://ann.example"})).json()
    deleted = await upload(ann, "favicon")
    await ann.delete(f"/api/v1/assets/{deleted['id']}")
    nowhere = "01890000-0000-7000-8000-000000000000"
    for who, fields in (
        (ben, {"avatar_id": avatar["id"]}),
        (ann, {"background_id": avatar["id"]}),
        (ann, {"avatar_id": thumbnail["id"]}),
        (ann, {"avatar_id": nowhere}),
        (ann, {"favicon_id": deleted["id"]}),
    ):
        answer = await changed(who, **fields)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), fields
        assert set(answer.json()["errors"] if "errors" in answer.json() else answer.json()["fields"]) == set(
            fields
        )
    for wrong in (avatar["id"], nowhere):
        assert (await ann.patch(f"/api/v1/links/{link['id']}", {"thumbnail_id": wrong})).status_code == 422
        body = {"url": "https://new.example", "thumbnail_id": wrong}
        assert (await ann.post("/api/v1/links", body)).status_code == 422
    assert (await changed(ann, avatar_id=avatar["id"])).status_code == 200
    assert (await ben.get("/api/v1/profile")).json()["avatar"] is None


async def test_images_come_from_the_cdn_when_there_is_one_and_from_nowhere_else(
    ann: Api, settings: Settings
) -> None:
    avatar = await upload(ann, "avatar")
    await changed(ann, avatar_id=avatar["id"])
    async with running_app(replace(settings, asset_base_url="https://cdn.example/np/")) as app:
        vic = browser(app)
        vic.handle = "ann-lee"
        page, _ = await page_of(vic)
    assert "img-src 'self' https://cdn.example;" in page.csp
    found = read(page).find(".//img[@class='av']")
    assert found is not None
    assert (found.get("src") or "").startswith("https://cdn.example/np/a/")
    assert b'"/a/' not in page.html


async def test_a_shared_page_has_a_picture_that_changes_with_it(
    ann: Api, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def address() -> str:
        tree = read((await page_of(ann))[0])
        meta = {e.get("property") or e.get("name"): e.get("content") or "" for e in tree.iter("meta")}
        assert meta["twitter:card"] == "summary_large_image"
        assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")
        assert meta["og:image"].startswith(f"{app.settings.base_url}/ann-lee/og-")
        return meta["og:image"]

    await changed(
        ann, display_name='<b>Ann</b> & "Co"\x0b'.strip("\x0b"), bio="Ελληνικά, русский, 日本語 &amp; ]]> 🎉"
    )
    first = await address()
    drawn = studios.drawings.labels("drawn")._value
    before = drawn.get()
    answers = await asyncio.gather(*(browser(app).get(first) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert drawn.get() - before == 1
    answer = answers[0]
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    picture = pyvips.Image.new_from_buffer(answer.content, "")
    assert (picture.width, picture.height) == (1200, 630)
    assert picture.deviate() > 10, "something is drawn"
    again = await browser(app).get(first, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304

    avatar = await upload(ann, "avatar")
    await changed(ann, avatar_id=avatar["id"], bio="")
    second = await address()
    assert second != first
    old = await browser(app).get(first)
    assert (old.status_code, old.headers["location"]) == (302, second)
    other = await browser(app).get(second)
    assert other.content != answer.content
    # Kept on disk: another process need not draw it.
    async with running_app(app.settings) as later:
        assert (await browser(later).get(second)).content == other.content
    assert drawn.get() - before == 2

    # Cannot be drawn: the avatar stands in, and who has none is told when to come back.
    monkeypatch.setattr(studios, "PATIENCE", 0.0)
    await changed(ann, bio="new")
    instead = await browser(app).get(await address())
    assert (instead.status_code, instead.headers["cache-control"]) == (302, "no-store")
    assert (await browser(app).get(instead.headers["location"])).headers["content-type"] == "image/jpeg"
    await changed(ann, avatar_id=None)
    nothing = await browser(app).get(await address())
    assert nothing.status_code == 503
    assert int(nothing.headers["retry-after"]) > 0


def image_of(*widths: int, height: int = 1) -> PageImage:
    """Stored in three types and these widths, under keys as random as real ones."""
    kinds = (("image/avif", "avif"), ("image/webp", "webp"), ("image/jpeg", "jpg"))
    variants = [
        PageVariant(
            key=f"{secrets.token_urlsafe(18)}.{extension}",
            width=width,
            height=width * height // 16,
            type=kind,
        )
        for width in widths
        for kind, extension in kinds
    ]
    return PageImage(colour=f"#{secrets.token_hex(3)}", variants=tuple(variants))


def test_a_page_full_of_images_stays_small_and_loads_what_is_far_down_later() -> None:
    links = [
        replace_struct(item, thumbnail=image_of(96, 192, height=16), kind="website", pinned=False)
        for item in TWELVE
    ]
    document = ann_page(
        links=tuple(links),
        avatar=image_of(96, 192, 384, height=16),
        background=image_of(640, 1280, 1920, height=9),
    )
    page = render(document, BASE)
    assert len(brotli.compress(page.html, quality=6)) < 14_000
    tree = read(page)
    assert attributes(tree, "img", "loading") == ["lazy"] * 6
    allowed, inline = sources(page, tree, "style", "style-src")
    assert allowed == inline
    wall = tree.find(".//picture[@class='wp']/img")
    assert wall is not None
    assert wall.get("sizes") == "max(100vw,178vh)"
    assert render(document, BASE) == page


@pytest.mark.parametrize("colour", ["", "red", "#fff}body{display:none", "#12345g", "#123456;"])
def test_a_colour_that_is_none_gets_into_no_style(colour: str) -> None:
    image = replace_struct(image_of(96, height=16), colour=colour)
    page = render(ann_page(avatar=image, background=image), BASE)
    assert b"img.av{background:" not in page.html
    assert b".wp img{background:" not in page.html
