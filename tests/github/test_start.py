"""A page that begins with what GitHub knows of its owner."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from typer.testing import CliRunner

from nameplate.cli import app as cli
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.browser.pictures import GREEN, small_photo
from tests.github.published import example
from tests.github.served import served
from tests.github.stand_in import GitHub
from tests.support.api import PASSWORD, Api, running_app, sign_up
from tests.support.programs import Program

TOKEN = "ghp_" + "a" * 36
LINKS = [
    "https://github.com/octocat", "https://octo.example", "https://mastodon.social/@octo",
    "https://github.com/octocat/best", "https://github.com/octocat/second",
]  # fmt: skip


def octocat(github: GitHub, avatar: str = "https://github.com/images/error/octocat_happy.gif") -> None:
    second, best = github.add("octocat", "second", stars=7), github.add("octocat", "best", stars=4812)
    secret = github.add("octocat", "plan", private=True)
    user = {"login": "octocat", "name": "The\x00 Octocat", "bio": "I merge.\nOften.", "blog": "octo.example"}
    socials = [{"provider": "mastodon", "url": "https://mastodon.social/@octo"}]
    chosen = {"nodes": [best.node(), second.node(), secret.node()]}
    github.people["octocat"] = {
        **user, "websiteUrl": user["blog"], "socialAccounts": {"nodes": socials}, "pinnedItems": {"nodes": []},
        "repositories": chosen, "avatarUrl": avatar, "socials": socials,
        "rest": example("public-user-default-response") | user | {"avatar_url": avatar},
        "repos": [second.rest(), best.rest(), github.add("octocat", "a-fork", fork=True).rest()],
    }  # fmt: skip


@pytest.fixture
def github() -> Iterator[GitHub]:
    github = GitHub(Clock())
    octocat(github)
    yield github
    assert github.violations == []


@pytest.fixture(params=[TOKEN, ""], ids=["graphql", "rest"])
async def ann(request: pytest.FixtureRequest, settings: Settings, github: GitHub) -> AsyncIterator[Api]:
    with served(github) as api:
        given = (github.token(request.param),) if request.param else ()
        settings = replace(settings, github_api_url=api, github_tokens=given)
        async with running_app(settings) as app:
            yield await sign_up(app, "ann-lee")


async def test_ann_sees_what_her_page_could_be_and_nothing_is_changed(ann: Api) -> None:
    answer = await ann.get("/api/v1/github/people/octocat")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["display_name"], found["bio"]) == ("The Octocat", "I merge. Often.")
    assert [link["url"] for link in found["links"]] == LINKS
    assert "4,812 stars" in found["links"][3]["note"]
    assert (found["avatar"], found["avatar_fault"][:6]) == (None, "GitHub"), "it is in no place of GitHub's"
    assert (await ann.get("/api/v1/links")).json()["rows"] == []
    assert (await ann.get("/api/v1/github/people/nobody")).status_code == 404
    assert (await ann.get("/api/v1/github/people/..%2Frate_limit")).status_code == 404


async def test_while_github_is_away_ann_is_told_to_try_again(ann: Api, github: GitHub) -> None:
    github.down = True
    answer = await ann.get("/api/v1/github/people/octocat")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.slow
def test_the_command_shows_the_page_and_changes_it_only_after_a_yes(
    settings: Settings, github: GitHub
) -> None:
    with (
        served(github) as api,
        Program.serve(replace(settings, github_api_url=api)) as server,
        httpx.Client(base_url=f"{server.url}/api/v1", headers={"Origin": server.url}) as ann,
    ):
        account = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
        assert ann.post("/accounts", json=account).status_code == 201
        octocat(github, f"{api}/u/583231?v=4")
        github.avatar = (200, "image/jpeg", small_photo(GREEN))
        scopes = ["links:read", "links:write", "profile:read", "profile:write"]
        token = ann.post("/tokens", json={"name": "cli", "scopes": scopes}).json()["token"]
        command = ["import", "github:octocat", "--token", token, "--url", server.url]
        refused = CliRunner().invoke(cli, command, input="n\n")
        assert refused.exit_code == 1
        assert "octo.example" in refused.output
        assert "octocat.jpg" in refused.output
        assert ann.get("/links").json()["rows"] == []
        done = CliRunner().invoke(cli, [*command, "--yes"])
        assert done.exit_code == 0, done.output
        assert "The picture was not taken" in done.output, "this token may send none"
        body = {"name": "cli", "scopes": [*scopes, "assets:write"]}
        command[3] = ann.post("/tokens", json=body).json()["token"]
        assert "octo.example" not in CliRunner().invoke(cli, [*command, "--yes"]).output
        assert ann.get("/profile").json()["avatar"]["variants"]
        assert "already" in CliRunner().invoke(cli, [*command, "--yes"]).output
        assert [row["url"] for row in ann.get("/links").json()["rows"]] == LINKS
        assert ann.get("/profile").json()["display_name"] == "The Octocat"
