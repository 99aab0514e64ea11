"""/api/v1/profile and handles."""

import pytest

from nameplate.app import App
from tests.support.api import Api, browser

PROFILE = "/api/v1/profile"


async def test_sign_up_makes_a_published_page(ann: Api, app: App) -> None:
    profile = (await ann.get(PROFILE)).json()
    assert profile["handle"] == "ann-lee"
    assert profile["published"] is True
    assert profile["url"].endswith("/ann-lee")
    assert (await browser(app).get("/ann-lee")).status_code == 200


async def test_a_change_is_on_the_page_at_once(ann: Api, app: App) -> None:
    vic = browser(app)
    assert "Countess" not in (await vic.get("/ann-lee")).text
    answer = await ann.patch(
        PROFILE, {"display_name": "Countess Ann", "bio": "Numbers & poetry", "theme": "slate"}
    )
    assert answer.status_code == 200
    page = (await vic.get("/ann-lee")).text
    assert "Countess Ann" in page
    assert "Numbers &amp; poetry" in page


async def test_an_unpublished_page_is_not_found_but_can_be_previewed(ann: Api, app: App) -> None:
    await ann.patch(PROFILE, {"published": False})
    missing = await browser(app).get("/ann-lee")
    assert missing.status_code == 404
    assert "text/html" in missing.headers["content-type"]
    preview = await ann.get("/preview")
    assert preview.status_code == 200
    assert "frame-ancestors 'self'" in preview.headers["content-security-policy"]
    assert (await browser(app).get("/preview")).status_code == 401
    await ann.patch(PROFILE, {"published": True})
    assert (await browser(app).get("/ann-lee")).status_code == 200


async def test_a_published_page_can_be_framed_by_this_site_and_counts_nothing_there(
    ann: Api, app: App
) -> None:
    vic = browser(app)
    framed = await vic.get("/preview/ann-lee")
    assert framed.status_code == 200
    assert "frame-ancestors 'self'" in framed.headers["content-security-policy"]
    assert "<script type=" not in framed.text
    assert "e.gif" not in framed.text
    assert (await vic.get("/preview/nobody-here")).status_code == 404
    await ann.patch(PROFILE, {"published": False})
    assert (await vic.get("/preview/ann-lee")).status_code == 404


async def test_renaming_redirects_the_old_handle_and_keeps_short_links(ann: Api, app: App) -> None:
    await ann.post("/api/v1/links", {"url": "https://one.example", "slug": "one"})
    assert (await ann.patch(PROFILE, {"handle": "Ann-Byron"})).json()["handle"] == "ann-byron"
    vic = browser(app)
    assert (await vic.get("/ann-byron")).status_code == 200
    old = await vic.get("/ann-lee")
    assert old.status_code == 302
    assert old.headers["location"].endswith("/ann-byron")
    assert (await vic.get("/ann-lee/one")).headers["location"].endswith("/ann-byron/one")
    assert (await vic.get("/ann-byron/one")).headers["location"] == "https://one.example"
    assert (await ann.patch(PROFILE, {"handle": "ann-lee"})).status_code == 200, (
        "the old one can be taken back"
    )


async def test_nobody_takes_a_handle_that_is_taken_or_looks_like_it(ann: Api, ben: Api) -> None:
    for wanted in ("ann-lee", "annlee", "Ann-1ee"):
        answer = await ben.patch(PROFILE, {"handle": wanted})
        assert answer.status_code == 409, wanted
        assert "handle" in answer.json()["fields"]
    assert (await ben.get(PROFILE)).json()["handle"] == "ben-ray"


async def test_an_account_cannot_sit_on_any_number_of_handles(ann: Api) -> None:
    statuses = [(await ann.patch(PROFILE, {"handle": f"ann-{word}"})).status_code for word in "bcdefg"]
    assert statuses == [200, 200, 200, 200, 409, 409]


@pytest.mark.parametrize(
    ("handle", "available", "reason"),
    [
        ("free-name", True, None),
        ("ann-lee", False, "taken"),
        ("@ANN-LEE", False, "taken"),
        ("ann1ee", False, "look-alike"),
        ("admin", False, "reserved"),
        ("a", False, "invalid"),
        ("a b c", False, "invalid"),
        ("%C3%A4nn", False, "invalid"),
    ],
)
async def test_availability_says_why(
    ann: Api, app: App, handle: str, available: bool, reason: str | None
) -> None:
    answer = (await browser(app).get(f"/api/v1/handles/{handle}")).json()
    assert (answer["available"], answer.get("reason")) == (available, reason)
    assert available or answer["detail"]


async def test_two_tabs_do_not_overwrite_each_other(ann: Api) -> None:
    tag = (await ann.get(PROFILE)).headers["etag"]
    assert (await ann.patch(PROFILE, {"bio": "one"}, headers={"If-Match": tag})).status_code == 200
    assert (await ann.patch(PROFILE, {"bio": "two"}, headers={"If-Match": tag})).status_code == 412
    assert (await ann.get(PROFILE)).json()["bio"] == "one"


@pytest.mark.parametrize(
    "change",
    [
        {"display_name": "x" * 81},
        {"bio": "x" * 401},
        {"bio": "a\x00b"},
        {"theme": "nonsense"},
        {"timezone": "Europe/Atlantis"},
        {"privacy_signals": "whatever"},
        {"published": "yes"},
        {"handle": "no way"},
    ],
)
async def test_a_wrong_value_is_a_4xx_and_changes_nothing(ann: Api, change: dict[str, str]) -> None:
    before = (await ann.get(PROFILE)).json()
    answer = await ann.patch(PROFILE, {**change})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await ann.get(PROFILE)).json() == before


async def test_what_is_sent_but_unknown_is_ignored(ann: Api) -> None:
    assert (
        await ann.patch(PROFILE, {"account_id": "00000000-0000-0000-0000-000000000000"})
    ).status_code == 200
