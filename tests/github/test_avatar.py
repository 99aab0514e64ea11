"""The picture GitHub shows of Ann: hers as soon as she says so, and never in the way of the rest."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from nameplate.breaker import Breaker
from nameplate.github import avatar
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.browser.pictures import GREEN, small_photo
from tests.github.served import served
from tests.github.stand_in import GitHub
from tests.github.test_start import LINKS, TOKEN, octocat
from tests.support.api import Api, running_app, sign_up

PHOTO = small_photo(GREEN)
WAYS_IT_FAILS = {
    "answered 404": (404, "text/plain", b"Not Found"),
    "answered 302": (302, "text/html", b""),
    "not a picture": (200, "text/html; charset=utf-8", b"<script>alert(1)</script>"),
    "larger than 1 MB": (200, "image/png", bytes(1_000_001)),
    "did not send": (503, "text/html", b"<html>Unicorn!</html>"),
    "few minutes": (0, "", b""),
}


@pytest.fixture(autouse=True)
def _rested_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avatar, "_breaker", Breaker("github-avatars", failures=5, pause=60))


@pytest.fixture
def github() -> Iterator[GitHub]:
    github = GitHub(Clock())
    yield github
    assert github.violations == []


@pytest.fixture(params=[TOKEN, ""], ids=["graphql", "rest"])
async def ann(request: pytest.FixtureRequest, settings: Settings, github: GitHub) -> AsyncIterator[Api]:
    with served(github) as api:
        octocat(github, f"{api}/u/583231?v=4")
        given = (github.token(request.param),) if request.param else ()
        async with running_app(replace(settings, github_api_url=api, github_tokens=given)) as app:
            yield await sign_up(app, "ann-lee")


async def look(ann: Api) -> Any:
    answer = await ann.get("/api/v1/github/people/octocat")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_ann_sees_her_picture_and_it_is_kept_only_once_she_takes_it(ann: Api, github: GitHub) -> None:
    github.avatar = (200, "image/jpeg", PHOTO)
    found = (await look(ann))["avatar"]
    assert (found["file_name"], found["type"]) == ("octocat.jpg", "image/jpeg")
    assert base64.b64decode(found["data"]) == PHOTO
    assert [path for path, _ in github.asked if path.startswith("/u/")] == ["/u/583231?v=4&s=384"]
    assert (await ann.get("/api/v1/assets")).json()["uploads"] == []
    file = {"file": (found["file_name"], base64.b64decode(found["data"]), found["type"])}
    upload = (await ann.http.post("/api/v1/assets", data={"purpose": "avatar"}, files=file)).json()
    changed = await ann.patch("/api/v1/profile", {"avatar_id": upload["id"]})
    assert changed.json()["avatar"]["variants"]


@pytest.mark.parametrize("ann", [TOKEN], ids=[""], indirect=True)
async def test_without_a_picture_the_rest_is_as_good_and_the_reason_is_said(ann: Api, github: GitHub) -> None:
    for said, answer in WAYS_IT_FAILS.items():
        github.avatar = answer
        found = await look(ann)
        assert (found["avatar"], [link["url"] for link in found["links"]]) == (None, LINKS)
        assert said in found["avatar_fault"]
    github.avatar = (200, "image/jpeg", PHOTO)
    assert (await look(ann))["avatar_fault"] == ""


@pytest.mark.parametrize("ann", [TOKEN], ids=[""], indirect=True)
async def test_a_place_of_pictures_that_is_ill_is_left_alone_for_a_while(ann: Api, github: GitHub) -> None:
    github.avatar = (503, "text/html", b"")
    for _ in range(6):
        assert "few minutes" in (await look(ann))["avatar_fault"]
    assert len([path for path, _ in github.asked if path.startswith("/u/")]) == 5


@pytest.mark.parametrize(
    ("api", "url"),
    [
        ("https://api.github.com", "https://avatars.githubusercontent.com/u/583231?v=4"),
        ("https://api.acme.ghe.com", "https://avatars.githubusercontent.com/u/1"),
        ("https://api.acme.ghe.com", "https://avatars.acme.ghe.com/u/1"),
        ("https://ghe.example.org/api/v3", "https://ghe.example.org/avatars/u/1?"),
        ("https://ghe.example.org:8443/api/v3", "https://ghe.example.org:8443/avatars/u/1"),
        ("https://ghe.example.org/api/v3", "https://avatars.ghe.example.org/u/1?s=40"),
    ],
)
def test_pictures_are_where_this_github_keeps_them(api: str, url: str) -> None:
    found = avatar.checked(api, url)
    assert found.host == httpx.URL(url).host
    assert found.params.get_list("s") == ["384"]


@pytest.mark.parametrize(
    "url",
    [
        "http://avatars.githubusercontent.com/u/1",
        "https://avatars.githubusercontent.com:8443/u/1",
        "https://ann:secret@avatars.githubusercontent.com/u/1",
        "https://avatars.githubusercontent.com.evil.example/u/1",
        "https://evil.example/avatars.githubusercontent.com/u/1",
        "https://avatars.githubusercontent.com\\@evil.example/u/1",
        "https://127.0.0.1/u/1",
        "http://169.254.169.254/latest/meta-data",
        "https://ghe.example.org/avatars/u/1",
        "file:///etc/passwd",
        "//avatars.githubusercontent.com/u/1",
        "https://[",
        "",
        None,
    ],
)
def test_nothing_is_fetched_from_anywhere_else(url: object) -> None:
    with pytest.raises(avatar.NoAvatar, match="keeps none"):
        avatar.checked("https://api.github.com", url)
