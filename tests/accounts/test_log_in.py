"""Logging in, and what it does not tell."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from argon2 import PasswordHasher
from httpx import Response

from nameplate.accounts.passwords import hashed
from nameplate.app import App
from nameplate.db import WEB, statements
from tests.support.api import PASSWORD, Api, browser, sign_up


async def log_in(api: Api, login: str, password: str = PASSWORD) -> Response:
    return await api.post("/api/v1/sessions", {"login": login, "password": password})


@pytest.mark.parametrize("login", ["ann-lee@example.org", " ANN-LEE@Example.ORG ", "ann-lee", "@Ann-Lee"])
async def test_ann_logs_in_with_address_or_handle(app: App, ann: Api, login: str) -> None:
    phone = browser(app)
    answer = await log_in(phone, login)
    assert answer.status_code == 201
    assert answer.json()["account"]["handle"] == "ann-lee"
    assert (await phone.get("/api/v1/account")).json() == answer.json()["account"]


async def test_an_old_handle_logs_in_too(app: App, ann: Api) -> None:
    assert (await ann.patch("/api/v1/profile", {"handle": "ann-of-old"})).status_code == 200
    assert (await log_in(browser(app), "ann-lee")).status_code == 201


def work() -> Callable[[], tuple[float, float, float]]:
    """How many verifications, hashes and statements happen from now on."""

    def counted() -> tuple[float, float, float]:
        return (
            hashed.labels("verify")._value.get(),
            hashed.labels("hash")._value.get(),
            statements.labels(WEB)._value.get(),
        )

    start = counted()
    return lambda: tuple(now - then for now, then in zip(counted(), start, strict=True))  # type: ignore[return-value]


LOGINS = [
    "ann-lee@example.org",
    "ann-lee",
    "nobody@example.org",
    "no-such-handle",
    "shared@example.org",
    "",
    "not an address@",
    "\x00",
    "a" * 320,
]


@pytest.mark.parametrize("login", LOGINS)
async def test_a_refusal_is_the_same_whether_or_not_the_account_exists(
    app: App, ann: Api, login: str
) -> None:
    for handle in ("cem-oz", "dora-kim", "eve-low"):
        body = {"email": "shared@example.org", "password": PASSWORD, "handle": handle}
        assert (await browser(app).post("/api/v1/accounts", body)).status_code == 201
    # The operator's log begins with its first entry.
    await log_in(browser(app), "nobody-at-all", "wrong password here")
    counted = work()
    answer = await log_in(browser(app), login, "wrong password here")
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong-credentials"
    assert "set-cookie" not in answer.headers
    verified, made, asked = counted()
    assert (verified, made) == (2, 0)
    assert asked == 5, "one look-up, two reads, and the entry in a log"
    reference = await log_in(browser(app), "nobody-at-all", "wrong password here")
    assert set(answer.headers) == set(reference.headers)
    assert answer.json() | {"request_id": ""} == reference.json() | {"request_id": ""}


async def test_the_right_password_costs_the_same_verifications(app: App, ann: Api) -> None:
    counted = work()
    assert (await log_in(browser(app), "ann-lee")).status_code == 201
    assert counted()[:2] == (2, 0)


async def test_whoever_confirmed_the_address_comes_first_and_others_still_get_in(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    admin.execute("UPDATE email_claims SET verified = true")
    for number in range(3):
        body = {
            "email": "ann-lee@example.org",
            "password": f"squatters word {number}",
            "handle": f"squatter{number}x",
        }
        assert (await browser(app).post("/api/v1/accounts", body)).status_code == 201
    mine = await log_in(browser(app), "ann-lee@example.org")
    assert mine.json()["account"]["handle"] == "ann-lee"
    newest = await log_in(browser(app), "ann-lee@example.org", "squatters word 2")
    assert newest.json()["account"]["handle"] == "squatter2x"


async def test_a_hash_made_with_older_parameters_is_renewed_at_log_in(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    admin.execute("UPDATE accounts SET password_hash = %s", (old,))
    assert (await log_in(browser(app), "ann-lee", "a wrong password")).status_code == 401
    assert admin.execute("SELECT password_hash FROM accounts").fetchone() == (old,)
    assert (await log_in(browser(app), "ann-lee")).status_code == 201
    (renewed,) = admin.execute("SELECT password_hash FROM accounts").fetchone() or ("",)
    assert renewed != old
    assert "m=47104" in renewed
    assert (await log_in(browser(app), "ann-lee")).status_code == 201


async def test_a_planted_cookie_is_worth_nothing_after_log_in(app: App, ann: Api) -> None:
    """Session fixation: Ben's session is in Ann's browser when she logs in."""
    ben = await sign_up(app, "ben-ray")
    planted = ben.http.cookies["nameplate_session"]
    victim = browser(app)
    victim.http.cookies.set("nameplate_session", planted, domain="localhost.local")
    answer = await victim.post(
        "/api/v1/sessions",
        {"login": "ann-lee", "password": PASSWORD},
        headers={"Cookie": f"nameplate_session={planted}"},
    )
    fresh = answer.cookies["nameplate_session"]
    assert fresh != planted
    assert (await ben.get("/api/v1/account")).status_code == 401, "the session that was there has ended"


async def test_every_log_in_gets_a_session_of_its_own(app: App, ann: Api) -> None:
    first = ann.http.cookies["nameplate_session"]
    assert (await log_in(ann, "ann-lee")).status_code == 201
    assert ann.http.cookies["nameplate_session"] != first
    old = browser(app)
    assert (
        await old.get("/api/v1/account", headers={"Cookie": f"nameplate_session={first}"})
    ).status_code == 401
    rows = (await ann.get("/api/v1/sessions")).json()["rows"]
    assert len(rows) == 1, "logging in again in the same browser does not leave the old session behind"


async def test_another_site_cannot_log_anybody_in(app: App, ann: Api) -> None:
    answer = await browser(app).post(
        "/api/v1/sessions",
        {"login": "ann-lee", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_an_account_without_password_is_not_opened_by_an_empty_one(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    admin.execute("UPDATE accounts SET password_hash = NULL")
    for password in ("", PASSWORD):
        assert (await log_in(browser(app), "ann-lee", password)).status_code == 401


async def test_a_closed_account_cannot_log_in(app: App, ann: Api, admin: psycopg.Connection) -> None:
    admin.execute("UPDATE accounts SET closed_at = %s", (datetime.now(UTC),))
    assert (await log_in(browser(app), "ann-lee")).status_code == 401
