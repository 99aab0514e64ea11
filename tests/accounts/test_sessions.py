"""Sessions: who has one, how it ends, and what a forged one is worth."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from nameplate.accounts.access.credentials import Credential
from nameplate.app import App
from nameplate.db import WEB, statements
from tests.support.api import PASSWORD, Api, browser

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def cookie_of(api: Api) -> str:
    return api.http.cookies["nameplate_session"]


async def with_cookie(app: App, cookie: str) -> int:
    """The status that a browser with this cookie gets."""
    answer = await browser(app).get("/api/v1/account", headers={"Cookie": f"nameplate_session={cookie}"})
    return answer.status_code


async def second_device(app: App, handle: str = "ann-lee") -> Api:
    phone = browser(app)
    answer = await phone.post(
        "/api/v1/sessions", {"login": handle, "password": PASSWORD}, headers={"User-Agent": IPHONE}
    )
    assert answer.status_code == 201
    return phone


async def test_the_list_names_each_device_and_marks_the_own_one(app: App, ann: Api) -> None:
    await second_device(app)
    rows = (await ann.get("/api/v1/sessions")).json()["rows"]
    assert {(row["device"], row["current"]) for row in rows} == {
        ("Firefox on Linux", True),
        ("Mobile Safari on iOS", False),
    }


async def test_one_call_tells_everything_that_opens_the_account(app: App, ann: Api, ben: Api) -> None:
    await second_device(app)
    made = (await ann.post("/api/v1/tokens", {"name": "my script", "scopes": ["links:read"]})).json()
    access = (await ann.get("/api/v1/account/access")).json()
    assert len(access["sessions"]) == 2
    assert [token["id"] for token in access["tokens"]] == [made["id"]]
    assert access["factors"]["two_step"] is False
    assert access["sessions"] == (await ann.get("/api/v1/sessions")).json()["rows"]
    assert access["factors"] == (await ann.get("/api/v1/factors")).json()
    assert access["tokens"] == (await ann.get("/api/v1/tokens")).json()["rows"]

    bens = (await ben.get("/api/v1/account/access")).json()
    assert len(bens["sessions"]) == 1
    assert bens["tokens"] == []
    token = browser(app)
    token.http.headers["Authorization"] = f"Bearer {made['token']}"
    assert (await token.get("/api/v1/account/access")).status_code == 403


async def test_a_revoked_session_is_over_at_once(app: App, ann: Api) -> None:
    phone = await second_device(app)
    rows = (await ann.get("/api/v1/sessions")).json()["rows"]
    other = next(row["id"] for row in rows if not row["current"])
    assert (await ann.delete(f"/api/v1/sessions/{other}")).status_code == 204
    assert (await phone.get("/api/v1/account")).status_code == 401
    assert (await ann.get("/api/v1/account")).status_code == 200
    assert (await ann.delete(f"/api/v1/sessions/{other}")).status_code == 404


async def test_all_others_can_be_ended_together(app: App, ann: Api, ben: Api) -> None:
    phone, tablet = await second_device(app), await second_device(app)
    assert (await ann.delete("/api/v1/sessions")).status_code == 204
    for api, status in ((ann, 200), (phone, 401), (tablet, 401), (ben, 200)):
        assert (await api.get("/api/v1/account")).status_code == status


async def test_logging_out_ends_the_session_and_clears_the_cookie(app: App, ann: Api) -> None:
    cookie = cookie_of(ann)
    answer = await ann.delete("/api/v1/sessions/current")
    assert answer.status_code == 204
    assert "nameplate_session" not in ann.http.cookies
    assert await with_cookie(app, cookie) == 401
    assert (await ann.delete("/api/v1/sessions/current")).status_code == 204, "also when it is over already"


async def test_ben_can_neither_see_nor_end_anns_sessions(app: App, ann: Api, ben: Api) -> None:
    anns = {row["id"] for row in (await ann.get("/api/v1/sessions")).json()["rows"]}
    bens = {row["id"] for row in (await ben.get("/api/v1/sessions")).json()["rows"]}
    assert anns
    assert not anns & bens
    for session_id in anns:
        assert (await ben.delete(f"/api/v1/sessions/{session_id}")).status_code == 404
    assert (await ben.delete("/api/v1/sessions")).status_code == 204
    assert (await ann.get("/api/v1/account")).status_code == 200


async def test_a_forged_cookie_opens_nothing(app: App, ann: Api, ben: Api) -> None:
    mine, his = Credential.parse(cookie_of(ann)), Credential.parse(cookie_of(ben))
    assert mine is not None
    assert his is not None
    forged = [
        Credential(mine.account_id, his.id, his.secret).write("."),  # Ben's secret, Ann's account
        Credential(mine.account_id, mine.id, his.secret).write("."),
        Credential(his.account_id, mine.id, mine.secret).write("."),
        Credential(mine.account_id, mine.id, "A" * 43).write("."),
        Credential(UUID(int=0), mine.id, mine.secret).write("."),
        cookie_of(ann)[:-1],
        cookie_of(ann) + "x",
        cookie_of(ann).upper(),
        "..",
        "x" * 5000,
        "",
    ]
    for cookie in forged:
        assert await with_cookie(app, cookie) == 401, cookie
    assert await with_cookie(app, cookie_of(ann)) == 200


async def test_a_caller_costs_one_query_in_one_transaction(app: App, ann: Api) -> None:
    count = statements.labels(WEB)._value.get
    before = count()
    assert (await ann.delete("/api/v1/tokens/00000000-0000-0000-0000-000000000000")).status_code == 404
    assert count() - before == 2, "the session, and the token that is not there"


@pytest.mark.parametrize(
    ("idle_days", "age_days", "status"), [(29, 29, 200), (31, 31, 401), (0.5, 179, 200), (0.5, 181, 401)]
)
async def test_a_session_ends_when_idle_for_30_days_or_180_days_old(
    app: App, ann: Api, admin: psycopg.Connection, idle_days: float, age_days: float, status: int
) -> None:
    """As if the browser had come back daily until `idle_days` ago."""
    now = datetime.now(UTC)
    seen, created = now - timedelta(days=idle_days), now - timedelta(days=age_days)
    expires = min(seen + timedelta(days=30), created + timedelta(days=180))
    admin.execute(
        "UPDATE sessions SET created_at = %s, seen_at = %s, expires_at = %s", (created, seen, expires)
    )
    assert (await ann.get("/api/v1/account")).status_code == status
    if status == 200:
        (again,) = admin.execute("SELECT expires_at FROM sessions").fetchone() or (None,)
        assert again == min(max(again, now + timedelta(days=29)), created + timedelta(days=180))


async def test_being_seen_is_written_once_an_hour(app: App, ann: Api, admin: psycopg.Connection) -> None:
    def seen() -> tuple[datetime, ...]:
        return admin.execute("SELECT seen_at, expires_at FROM sessions").fetchone() or ()

    first = seen()
    await ann.get("/api/v1/account")
    assert seen() == first
    admin.execute("UPDATE sessions SET seen_at = seen_at - interval '61 minutes'")
    await ann.get("/api/v1/account")
    assert seen()[0] > first[0]
    assert seen()[1] > first[1]


async def test_https_cookies_are_bound_to_the_host(https_app: App) -> None:
    body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
    answer = await browser(https_app).post("/api/v1/accounts", body)
    name, _, rest = answer.headers["set-cookie"].partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-nameplate_session"
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
