"""Changing the password."""

import asyncio

import psycopg
import pytest

from nameplate.app import App
from tests.support.api import PASSWORD, Api, browser

NEW = "a much better password"


async def test_a_new_password_logs_every_other_device_out_and_gives_this_one_a_new_session(
    app: App, ann: Api, ben: Api
) -> None:
    phone = browser(app)
    await phone.post("/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD})
    before = ann.http.cookies["nameplate_session"]
    answer = await ann.patch("/api/v1/account", {"password": NEW, "current_password": PASSWORD})
    assert answer.status_code == 200
    assert ann.http.cookies["nameplate_session"] != before
    assert (await ann.get("/api/v1/account")).status_code == 200
    assert (await phone.get("/api/v1/account")).status_code == 401
    assert (await ben.get("/api/v1/account")).status_code == 200
    stolen = await browser(app).get("/api/v1/account", headers={"Cookie": f"nameplate_session={before}"})
    assert stolen.status_code == 401
    for password, status in ((PASSWORD, 401), (NEW, 201)):
        again = await browser(app).post("/api/v1/sessions", {"login": "ann-lee", "password": password})
        assert again.status_code == status


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": NEW, "current_password": "not mine at all"}, "current_password"),
        ({"email": "ann@new.example", "current_password": "not mine at all"}, "current_password"),
        ({"password": "short", "current_password": PASSWORD}, "password"),
        (
            {"password": "ann@new.example", "email": "ann@new.example", "current_password": PASSWORD},
            "password",
        ),
        ({"email": "nonsense", "password": NEW, "current_password": PASSWORD}, "email"),
    ],
)
async def test_a_refused_change_changes_nothing(
    app: App, ann: Api, admin: psycopg.Connection, change: dict[str, str], field: str
) -> None:
    before = (await ann.get("/api/v1/account")).json()
    answer = await ann.patch("/api/v1/account", change)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert "set-cookie" not in answer.headers
    assert (await ann.get("/api/v1/account")).json() == before
    assert (
        await browser(app).post("/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD})
    ).status_code == 201
    assert admin.execute("SELECT count(*) FROM email_claims").fetchone() == (1,)


async def test_an_account_that_has_none_sets_its_first_password(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    admin.execute("UPDATE accounts SET password_hash = NULL")
    assert (await ann.get("/api/v1/account")).json()["has_password"] is False
    answer = await ann.patch("/api/v1/account", {"password": NEW})
    assert answer.json()["has_password"] is True
    assert (
        await browser(app).post("/api/v1/sessions", {"login": "ann-lee", "password": NEW})
    ).status_code == 201


async def test_of_two_changes_at_once_one_wins_and_the_other_is_told(app: App, ann: Api) -> None:
    cookie = {"Cookie": f"nameplate_session={ann.http.cookies['nameplate_session']}"}
    answers = await asyncio.gather(
        *(
            browser(app).patch(
                "/api/v1/account", {"password": f"{NEW} {i}", "current_password": PASSWORD}, headers=cookie
            )
            for i in range(2)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([200, 412], [200, 401])
    winner = next(i for i, answer in enumerate(answers) if answer.status_code == 200)
    login = {"login": "ann-lee", "password": f"{NEW} {winner}"}
    assert (await browser(app).post("/api/v1/sessions", login)).status_code == 201


async def test_an_empty_change_is_no_change(app: App, ann: Api) -> None:
    before = (await ann.get("/api/v1/account")).json()
    answer = await ann.patch("/api/v1/account", {"current_password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json() == before
    assert "set-cookie" not in answer.headers


async def test_without_a_session_there_is_no_account(app: App) -> None:
    for method, path in (
        ("GET", "account"),
        ("PATCH", "account"),
        ("DELETE", "account"),
        ("GET", "account/export"),
    ):
        answer = await browser(app).http.request(
            method, f"/api/v1/{path}", json={} if method != "GET" else None
        )
        assert answer.status_code == 401
        assert answer.json()["code"] == "not-signed-in"
