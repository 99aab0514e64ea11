"""/api/v1/links, as the dashboard and programs use it."""

import asyncio
from typing import Any
from uuid import uuid4

from nameplate.app import App
from tests.support.api import Api, browser, sign_up

LINKS = "/api/v1/links"


async def add(api: Api, url: str, **fields: Any) -> dict[str, Any]:
    answer = await api.post(LINKS, {"url": url, **fields})
    assert answer.status_code == 201, answer.text
    link: dict[str, Any] = answer.json()
    return link


async def test_a_new_account_has_an_empty_list(ann: Api) -> None:
    answer = await ann.get(LINKS)
    assert answer.json() == {"rows": [], "version": 1}
    assert answer.headers["etag"] == '"1"'


async def test_an_address_alone_makes_a_whole_link(ann: Api) -> None:
    link = await add(ann, "github.com/ann/nameplate")
    assert link["url"] == "https://github.com/ann/nameplate"
    assert (link["title"], link["slug"], link["kind"], link["icon"]) == (
        "nameplate",
        "nameplate",
        "project",
        "github",
    )
    assert link["short_url"].endswith("/ann-lee/nameplate")
    assert (await ann.get(f"{LINKS}/{link['id']}")).json() == link


async def test_a_bad_address_changes_nothing_and_names_the_field(ann: Api) -> None:
    answer = await ann.post(LINKS, {"url": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "https://" in answer.json()["fields"]["url"]
    assert (await ann.get(LINKS)).json()["rows"] == []


async def test_every_wrong_field_is_named_at_once(ann: Api) -> None:
    answer = await ann.post(
        LINKS,
        {
            "url": "https://x.example",
            "title": "x" * 121,
            "slug": "No Slug",
            "icon": "nonsense",
            "kind": "email",
        },
    )
    assert set(answer.json()["fields"]) == {"title", "slug", "icon", "kind"}


async def test_two_links_cannot_share_a_slug(ann: Api) -> None:
    await add(ann, "https://one.example", slug="blog")
    answer = await ann.post(LINKS, {"url": "https://two.example", "slug": "blog"})
    assert answer.status_code == 422
    assert "slug" in answer.json()["fields"]
    assert (await add(ann, "https://three.example", title="Blog"))["slug"] == "blog-2"


async def test_the_second_tab_is_told_that_the_first_was_quicker(ann: Api) -> None:
    link = await add(ann, "https://one.example")
    path = f"{LINKS}/{link['id']}"
    first = await ann.patch(path, {"title": "First"}, headers={"If-Match": '"1"'})
    second = await ann.patch(path, {"title": "Second"}, headers={"If-Match": '"1"'})
    assert first.status_code == 200
    assert first.headers["etag"] == '"2"'
    assert second.status_code == 412
    assert second.json()["code"] == "changed-elsewhere"
    assert (await ann.get(path)).json()["title"] == "First"


async def test_concurrent_edits_with_one_version_let_exactly_one_through(ann: Api) -> None:
    link = await add(ann, "https://one.example")
    answers = await asyncio.gather(
        *(
            ann.patch(f"{LINKS}/{link['id']}", {"title": f"Tab {n}"}, headers={"If-Match": '"1"'})
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_order_is_kept_and_pinned_links_come_first(ann: Api) -> None:
    one, two, three = [await add(ann, f"https://{name}.example") for name in ("one", "two", "three")]
    ids = [three["id"], one["id"], two["id"]]
    answer = await ann.put(f"{LINKS}/order", {"ids": ids})
    assert [row["id"] for row in answer.json()["rows"]] == ids
    await ann.patch(f"{LINKS}/{two['id']}", {"pinned": True})
    assert [row["title"] for row in (await ann.get(LINKS)).json()["rows"]] == [
        "two.example", "three.example", "one.example",
    ]  # fmt: skip


async def test_an_order_that_is_not_the_list_is_refused(ann: Api) -> None:
    one, two = [await add(ann, f"https://{name}.example") for name in ("one", "two")]
    for ids in ([one["id"]], [one["id"], one["id"]], [one["id"], two["id"], str(uuid4())], []):
        assert (await ann.put(f"{LINKS}/order", {"ids": ids})).status_code == 422
    stale = await ann.put(f"{LINKS}/order", {"ids": [two["id"], one["id"]]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_delete_can_be_undone_also_when_the_slug_was_taken_meanwhile(ann: Api) -> None:
    link = await add(ann, "https://one.example", slug="blog", title="Blog")
    path = f"{LINKS}/{link['id']}"
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).status_code == 404
    assert (await ann.delete(path)).status_code == 404
    await add(ann, "https://two.example", slug="blog")
    restored = await ann.post(f"{path}/restore")
    assert restored.status_code == 200
    assert restored.json()["slug"] == "blog-2"
    assert (await ann.post(f"{path}/restore")).status_code == 404
    assert len((await ann.get(LINKS)).json()["rows"]) == 2


async def test_ben_finds_nothing_at_anns_link(ann: Api, ben: Api) -> None:
    link = await add(ann, "https://one.example")
    path = f"{LINKS}/{link['id']}"
    assert (await ben.get(path)).status_code == 404
    assert (await ben.patch(path, {"title": "Mine"})).status_code == 404
    assert (await ben.delete(path)).status_code == 404
    assert (await ben.post(f"{path}/restore")).status_code == 404
    assert (await ann.get(path)).json() == link


async def test_a_stranger_is_asked_to_log_in(app: App) -> None:
    answer = await browser(app).get(LINKS)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-signed-in"


async def test_another_site_cannot_write_with_anns_cookie(ann: Api) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        answer = await ann.post(LINKS, {"url": "https://evil.example"}, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "cross-site"
    assert (
        await ann.post(LINKS, {"url": "https://ok.example"}, headers={"Sec-Fetch-Site": "same-origin"})
    ).status_code == 201


async def test_garbage_is_a_clear_4xx(ann: Api) -> None:
    for body, kind in [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"\xff\xfe", "application/json"),
    ]:
        answer = await ann.http.post(LINKS, content=body, headers={"Content-Type": kind})
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    answer = await ann.http.post(
        LINKS, content=b"{" + b" " * 1_100_000 + b"}", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


async def test_two_hundred_links_stay_one_statement_for_the_list(ann: Api, app: App) -> None:
    for start in range(0, 200, 20):
        await asyncio.gather(*(add(ann, f"https://example.org/{n}") for n in range(start, start + 20)))
    rows = (await ann.get(LINKS)).json()["rows"]
    assert len(rows) == 200
    assert len({row["slug"] for row in rows}) == 200
    assert len({row["position"] for row in rows}) == 200
    page = await browser(app).get("/ann-lee")
    assert page.text.count("/ann-lee/example-org") >= 199


async def test_a_page_holds_at_most_five_hundred_links(app: App) -> None:
    from nameplate.links import routes

    assert routes.MOST_LINKS == 500
    routes.MOST_LINKS, before = 3, routes.MOST_LINKS
    try:
        carl = await sign_up(app, "carl-max")
        for n in range(3):
            await add(carl, f"https://example.org/{n}")
        answer = await carl.post(LINKS, {"url": "https://example.org/4"})
        assert answer.status_code == 409
    finally:
        routes.MOST_LINKS = before
