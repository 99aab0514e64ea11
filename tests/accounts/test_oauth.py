"""Log in with GitHub: the whole way round, and every way it can go wrong."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from nameplate.app import App
from nameplate.github import tokens
from nameplate.settings import Settings
from tests.accounts.conftest import RunJobs
from tests.accounts.stand_ins import GitHub, Mailbox
from tests.support.api import PASSWORD, Api, browser, running_app

START, CALLBACK = "/api/v1/oauth/github/start", "/api/v1/oauth/github/callback"


async def to_github(api: Api) -> str:
    """Where GitHub sends the browser back to, with code and state."""
    out = await api.get(START)
    assert out.status_code == 302
    async with httpx.AsyncClient() as real:
        back = await real.get(out.headers["location"])
    assert back.status_code == 302
    return back.headers["location"]


async def round_trip(api: Api) -> str:
    """The page of ours that the browser ends up on."""
    answer = await api.get(await to_github(api))
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


async def new_account(app: App, handle: str = "octo") -> Api:
    api = browser(app)
    assert await round_trip(api) == "/signup?github=1"
    answer = await api.post("/api/v1/accounts", {"handle": handle})
    assert answer.status_code == 201, answer.text
    api.handle = handle
    return api


async def test_a_new_visitor_chooses_a_handle_and_has_an_account(app: App, github: GitHub) -> None:
    api = browser(app)
    assert await round_trip(api) == "/signup?github=1"
    pending = (await api.get("/api/v1/oauth/github/pending")).json()
    assert pending == {
        "github_login": "octocat",
        "display_name": "The Octocat",
        "email": "octocat@example.org",
    }
    answer = await api.post("/api/v1/accounts", {"handle": "octo"})
    assert answer.status_code == 201
    account = answer.json()
    assert account["github_login"] == "octocat"
    assert account["has_password"] is False
    assert account["email"] == "octocat@example.org"
    assert account["email_verified"] is True, "GitHub has confirmed it"
    assert (await api.get("/api/v1/profile")).json()["display_name"] == "The Octocat"
    assert (await api.get("/api/v1/oauth/github/pending")).status_code == 404


async def test_who_is_known_is_logged_in_also_after_a_new_name_at_github(app: App, github: GitHub) -> None:
    await new_account(app)
    github.login = "hubocat"
    phone = browser(app)
    assert await round_trip(phone) == "/dashboard"
    assert (await phone.get("/api/v1/account")).json()["github_login"] == "hubocat"
    assert len((await phone.get("/api/v1/sessions")).json()["rows"]) == 2


async def test_somebody_else_who_takes_over_the_name_is_somebody_else(app: App, github: GitHub) -> None:
    await new_account(app)
    github.id = 42
    assert await round_trip(browser(app)) == "/signup?github=1"


async def test_an_account_that_is_logged_in_is_linked(app: App, ann: Api, github: GitHub) -> None:
    assert await round_trip(ann) == "/dashboard/account?github=linked"
    assert (await ann.get("/api/v1/account")).json()["github_login"] == "octocat"
    phone = browser(app)
    assert await round_trip(phone) == "/dashboard"
    assert (await phone.get("/api/v1/account")).json()["handle"] == "ann-lee"


async def test_an_identity_belongs_to_one_account(app: App, ann: Api, ben: Api, github: GitHub) -> None:
    await round_trip(ann)
    assert await round_trip(ben) == "/dashboard/account?github=taken"
    assert (await ben.get("/api/v1/account")).json()["github_login"] is None
    assert (await ann.get("/api/v1/account")).json()["github_login"] == "octocat"


async def test_another_identity_takes_the_place_of_the_first(app: App, ann: Api, github: GitHub) -> None:
    await round_trip(ann)
    github.id, github.login = 42, "second"
    await round_trip(ann)
    assert (await ann.get("/api/v1/account")).json()["github_login"] == "second"
    github.id, github.login = 583231, "octocat"
    assert await round_trip(browser(app)) == "/signup?github=1"


async def test_an_address_confirmed_here_by_another_is_not_taken_over(
    app: App, ann: Api, github: GitHub, admin: psycopg.Connection, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    """Knowing an address at GitHub does not open the account that has it here."""
    github.emails = [{"email": "ann-lee@example.org", "primary": True, "verified": True}]
    admin.execute("UPDATE email_claims SET verified = true")
    admin.execute("UPDATE accounts SET email_verified_at = now()")
    api = await new_account(app)
    account = (await api.get("/api/v1/account")).json()
    assert account["handle"] == "octo"
    assert account["email_verified"] is False
    await run_jobs()
    (mail,) = mailbox.take()
    assert "already have an account" in mail.subject


@pytest.mark.parametrize(
    "emails",
    [[], [{"email": "octo@example.org", "primary": True, "verified": False}]],
    ids=["none", "unconfirmed"],
)
async def test_without_a_confirmed_address_at_github_one_has_to_be_given(
    app: App, github: GitHub, emails: list[dict[str, object]]
) -> None:
    github.emails = emails
    api = browser(app)
    await round_trip(api)
    refused = await api.post("/api/v1/accounts", {"handle": "octo"})
    assert refused.status_code == 422
    assert list(refused.json()["fields"]) == ["email"]
    made = await api.post("/api/v1/accounts", {"handle": "octo", "email": "octo@example.org"})
    assert made.status_code == 201
    assert made.json()["email_verified"] is False


async def test_a_handle_that_is_taken_can_be_chosen_again(app: App, ann: Api, github: GitHub) -> None:
    api = browser(app)
    await round_trip(api)
    assert (await api.post("/api/v1/accounts", {"handle": "ann-lee"})).status_code == 409
    assert (await api.post("/api/v1/accounts", {"handle": "octo"})).status_code == 201


async def test_the_ordinary_form_in_the_same_browser_makes_an_ordinary_account(
    app: App, github: GitHub
) -> None:
    api = browser(app)
    await round_trip(api)
    body = {"handle": "cem-oz", "email": "cem@example.org", "password": PASSWORD}
    assert (await api.post("/api/v1/accounts", body)).json()["github_login"] is None


async def test_signing_up_twice_with_one_identity_is_refused(app: App, github: GitHub) -> None:
    first, second = browser(app), browser(app)
    await round_trip(first)
    await round_trip(second)
    assert (await first.post("/api/v1/accounts", {"handle": "octo"})).status_code == 201
    late = await second.post("/api/v1/accounts", {"handle": "octo-two"})
    assert late.status_code == 409
    assert late.json()["code"] == "github-taken"


async def test_a_password_lets_github_go_and_nothing_locks_the_owner_out(app: App, github: GitHub) -> None:
    api = await new_account(app)
    assert (await api.delete("/api/v1/account/github")).status_code == 409
    assert (await api.patch("/api/v1/account", {"password": PASSWORD})).status_code == 200
    assert (await api.delete("/api/v1/account/github")).status_code == 204
    assert await round_trip(browser(app)) == "/signup?github=1"
    assert (
        await browser(app).post("/api/v1/sessions", {"login": "octo", "password": PASSWORD})
    ).status_code == 201


async def test_whoever_says_no_at_github_comes_back_to_the_log_in(app: App, github: GitHub) -> None:
    github.denies = True
    assert await round_trip(browser(app)) == "/login?github=denied"


async def test_a_code_works_once(app: App, github: GitHub) -> None:
    api = browser(app)
    back = await to_github(api)
    cookie = {"Cookie": f"nameplate_github={api.http.cookies['nameplate_github']}"}
    assert (await api.get(back)).headers["location"] == "/signup?github=1"
    assert (await browser(app).get(back, headers=cookie)).headers["location"] == "/login?github=expired"


async def test_a_stolen_code_is_worth_nothing_in_another_browser(app: App, github: GitHub) -> None:
    """Neither without the cookie, nor with a journey of one's own: state and verifier belong to one browser."""
    back = await to_github(browser(app))
    assert (await browser(app).get(back)).headers["location"] == "/login?github=expired"
    thief = browser(app)
    own_state = parse_qs(urlsplit((await thief.get(START)).headers["location"]).query)["state"][0]
    code = parse_qs(urlsplit(back).query)["code"][0]
    answer = await thief.get(CALLBACK, params={"code": code, "state": own_state})
    assert answer.headers["location"] == "/login?github=expired"
    assert "nameplate_newcomer" not in thief.http.cookies


def other(text: str) -> str:
    """The same but for one character."""
    return ("A" if text[0] != "A" else "B") + text[1:]


async def test_a_forged_or_foreign_cookie_is_no_cookie(app: App, github: GitHub) -> None:
    api = browser(app)
    back = await to_github(api)
    journey = api.http.cookies["nameplate_github"]
    content, made_at, signature = journey.rsplit(".", 2)
    # Not the last character of the signature: some of its bits mean nothing.
    forged = [f"{content}.{made_at}.{other(signature)}", f"{content}.{other(made_at)}.{signature}"]
    for value in (*forged, f"{other(content)}.{made_at}.{signature}", "x.y.z", ""):
        answer = await browser(app).get(back, headers={"Cookie": f"nameplate_github={value}"})
        assert answer.headers["location"] == "/login?github=expired"
    # A cookie that was signed for one thing does not pass for another.
    crossed = await browser(app).get(
        "/api/v1/oauth/github/pending", headers={"Cookie": f"nameplate_newcomer={journey}"}
    )
    assert crossed.status_code == 404


async def test_linking_goes_to_the_account_that_left_for_github(
    app: App, ann: Api, ben: Api, github: GitHub
) -> None:
    back = await to_github(ann)
    cookies = "; ".join(
        [
            f"nameplate_github={ann.http.cookies['nameplate_github']}",
            f"nameplate_session={ben.http.cookies['nameplate_session']}",
        ]
    )
    answer = await browser(app).get(back, headers={"Cookie": cookies})
    assert answer.headers["location"] == "/login?github=expired"
    for api in (ann, ben):
        assert (await api.get("/api/v1/account")).json()["github_login"] is None


@pytest.mark.parametrize("path", ["/login/oauth/access_token", "/user", "/user/emails"])
@pytest.mark.parametrize("ill", [502, 404, 401, b"<html>oops", b'{"id": "text"}'], ids=repr)
async def test_an_ill_github_is_a_calm_message(app: App, github: GitHub, path: str, ill: int | bytes) -> None:
    github.ill[path] = ill
    api = browser(app)
    assert await round_trip(api) == "/login?github=unavailable"
    asked = github.asked.count(path)
    assert asked == (3 if ill == 502 and path != "/login/oauth/access_token" else 1), (
        "a code is never sent twice"
    )
    github.ill.clear()
    assert await round_trip(api) == "/signup?github=1", "and it goes on when GitHub is well again"


async def test_a_wrong_secret_of_the_operator_is_not_the_visitors_fault(
    settings: Settings, github: GitHub
) -> None:
    async with running_app(replace(settings, github_client_secret="wrong")) as app:
        assert await round_trip(browser(app)) == "/login?github=unavailable"


@pytest.fixture
async def closed_app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(replace(settings, sign_up=False)) as app:
        yield app


async def test_where_sign_up_is_closed_github_opens_no_back_door(closed_app: App, github: GitHub) -> None:
    api = browser(closed_app)
    assert await round_trip(api) == "/login?github=closed"
    assert (await api.post("/api/v1/accounts", {"handle": "octo"})).status_code == 403
    body = {"handle": "cem-oz", "email": "cem@example.org", "password": PASSWORD}
    refused = await api.post("/api/v1/accounts", body)
    assert refused.status_code == 403
    assert refused.json()["code"] == "sign-up-closed"


async def test_without_an_oauth_app_there_is_no_such_address(settings: Settings) -> None:
    async with running_app(replace(settings, github_client_id="")) as app:
        for path in (START, CALLBACK):
            assert (await browser(app).get(path)).status_code == 404


LEND = f"{START}?lend=true"


def kept(settings: Settings, admin: psycopg.Connection) -> list[str]:
    """The tokens of GitHub that are kept, opened."""
    rows = admin.execute("SELECT account_id, secret FROM github_credentials").fetchall()
    return [str(tokens.unseal(settings.secret_key, account, secret)) for account, secret in rows]


async def lend(api: Api) -> str:
    out = await api.get(LEND)
    async with httpx.AsyncClient() as real:
        back = await real.get(out.headers["location"])
    return str((await api.get(back.headers["location"])).headers["location"])


async def test_what_github_gives_at_log_in_is_forgotten_unless_ann_lends_it_to_her_projects(
    app: App, ann: Api, github: GitHub, settings: Settings, admin: psycopg.Connection
) -> None:
    await round_trip(ann)
    assert kept(settings, admin) == []
    assert await lend(ann) == "/dashboard/account?github=lent"
    [first] = kept(settings, admin)
    assert first in github.tokens
    seen = (await ann.get("/api/v1/github")).json()["token"]
    assert (seen["source"], seen["login"], seen["refused"]) == ("login", "octocat", False)
    # GitHub revokes the oldest of many tokens: the newest is the one that is kept.
    await round_trip(browser(app))
    [second] = kept(settings, admin)
    assert second in github.tokens - {first}
    assert (await ann.delete("/api/v1/github/token")).status_code == 204
    await round_trip(browser(app))
    assert kept(settings, admin) == []
    await lend(ann)
    assert (await ann.delete("/api/v1/account/github")).status_code in (200, 204)
    assert kept(settings, admin) == [], "without the log-in there is nothing to renew it"


async def test_a_token_is_linked_and_lent_in_one_go_and_belongs_to_one_account(
    app: App, ann: Api, ben: Api, github: GitHub, settings: Settings, admin: psycopg.Connection
) -> None:
    assert await lend(ann) == "/dashboard/account?github=lent"
    assert await lend(ben) == "/dashboard/account?github=taken"
    assert len(kept(settings, admin)) == 1
    assert (await ben.get("/api/v1/github")).json()["token"] is None
    stranger = browser(app)
    assert await lend(stranger) == "/dashboard"
    assert len(kept(settings, admin)) == 1
