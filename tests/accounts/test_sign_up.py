"""Signing up, by the API, on a real database."""

import asyncio

import psycopg
import pytest

from nameplate.app import App
from tests.support.api import PASSWORD, browser, sign_up


def form(handle: str, email: str, password: str = PASSWORD) -> dict[str, str]:
    return {"handle": handle, "email": email, "password": password}


async def test_ann_signs_up_and_is_logged_in(app: App) -> None:
    ann = browser(app)
    answer = await ann.post("/api/v1/accounts", form("Ann-Lee", "Ann@Example.org"))
    assert answer.status_code == 201
    account = answer.json()
    assert account["handle"] == "ann-lee"
    assert account["email"] == "ann@example.org"
    assert account["email_verified"] is False
    assert account["has_password"] is True
    assert account["github_login"] is None
    assert (await ann.get("/api/v1/account")).json() == account
    assert (await browser(app).get("/ann-lee")).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: App) -> None:
    answer = await browser(app).post("/api/v1/accounts", form("ann-lee", "ann@example.org"))
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert "secure" not in attributes, "this server is reached by http"
    assert not any(part.startswith("domain") for part in attributes)


async def test_one_look_is_enough_for_an_unknown_address_to_become_a_page(app: App) -> None:
    vic = browser(app)
    assert (await vic.get("/ann-lee")).status_code == 404
    await sign_up(app, "ann-lee")
    async with asyncio.timeout(5):
        while (await vic.get("/ann-lee")).status_code != 200:
            await asyncio.sleep(0.02)


async def test_an_address_that_somebody_has_confirmed_is_answered_like_a_new_one(
    app: App, admin_url: str
) -> None:
    await sign_up(app, "ann-lee")
    with psycopg.connect(admin_url) as db:
        db.execute("UPDATE email_claims SET verified = true")
        db.execute("UPDATE accounts SET email_verified_at = now()")
    taken = await browser(app).post("/api/v1/accounts", form("ben-ray", "ann-lee@example.org"))
    fresh = await browser(app).post("/api/v1/accounts", form("cem-oz", "cem@example.org"))
    assert taken.status_code == fresh.status_code == 201
    assert set(taken.json()) == set(fresh.json())
    assert taken.json()["email_verified"] is fresh.json()["email_verified"] is False
    assert set(taken.headers) == set(fresh.headers)
    with psycopg.connect(admin_url) as db:
        jobs = db.execute(
            "SELECT task_name FROM jobs.procrastinate_jobs WHERE args->>'account_id' = ANY(%s)",
            ([taken.json()["id"], fresh.json()["id"]],),
        ).fetchall()
    assert jobs == [("accounts.send_verification",)] * 2


@pytest.mark.parametrize("handle", ["ann-lee", "annlee", "ANN-LEE", "@ann-lee"])
async def test_a_handle_is_taken_once(app: App, handle: str) -> None:
    await sign_up(app, "ann-lee")
    answer = await browser(app).post("/api/v1/accounts", form(handle, "ben@example.org"))
    assert answer.status_code == 409
    assert "handle" in answer.json()["fields"]
    assert "set-cookie" not in answer.headers


async def test_of_two_who_want_a_handle_at_once_one_gets_it_and_nothing_is_left_of_the_other(
    app: App, admin_url: str
) -> None:
    answers = await asyncio.gather(
        *(browser(app).post("/api/v1/accounts", form("ann-lee", f"ann{i}@example.org")) for i in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    with psycopg.connect(admin_url) as db:
        for table in (
            "accounts",
            "email_claims",
            "handles",
            "profiles",
            "sessions",
            "jobs.procrastinate_jobs",
        ):
            found = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
            assert found == (1,), table


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ann"}, "email"),
        ({"email": "ann@localhost"}, "email"),
        ({"email": "ann@example.org\r\nBcc: ben@example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"handle": "an"}, "handle"),
        ({"handle": "admin"}, "handle"),
        ({"handle": "ann_lee"}, "handle"),
        ({"handle": "a\x00nn"}, "handle"),
        ({"password": "short"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "ann@example.org"}, "password"),
        ({"password": "x" * 2000}, "password"),
    ],
)
async def test_what_cannot_be_is_refused_by_name_and_leaves_nothing(
    app: App, admin_url: str, change: dict[str, str], field: str
) -> None:
    answer = await browser(app).post("/api/v1/accounts", form("ann-lee", "ann@example.org") | change)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    with psycopg.connect(admin_url) as db:
        assert db.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


async def test_no_password_is_no_way_to_sign_up(app: App) -> None:
    answer = await browser(app).post("/api/v1/accounts", {"handle": "ann-lee", "email": "ann@example.org"})
    assert answer.status_code == 422
    assert "password" in answer.json()["fields"]


async def test_neither_password_nor_cookie_can_be_read_from_the_database(app: App, admin_url: str) -> None:
    ann = await sign_up(app, "ann-lee")
    secret = ann.http.cookies["nameplate_session"].rpartition(".")[2]
    with psycopg.connect(admin_url) as db:
        (password_hash,) = db.execute("SELECT password_hash FROM accounts").fetchone() or ("",)
        (secret_hash,) = db.execute("SELECT secret_hash FROM sessions").fetchone() or (b"",)
    assert password_hash.startswith("$argon2id$")
    assert PASSWORD not in password_hash
    assert len(secret_hash) == 32
    assert secret.encode() not in secret_hash
