"""API tokens: what they may do, and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from nameplate.app import App
from nameplate.http.caller import SCOPES
from tests.support.api import Api, browser

ZERO = "00000000-0000-0000-0000-000000000000"


async def make(api: Api, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = await api.post("/api/v1/tokens", {"name": "my script", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def program(app: App, token: str) -> Api:
    api = browser(app)
    api.http.headers["Authorization"] = f"Bearer {token}"
    return api


async def test_a_token_is_shown_once_and_kept_as_a_hash(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    made = await make(ann, "links:read")
    assert made["token"].startswith("npt_")
    rows = (await ann.get("/api/v1/tokens")).json()["rows"]
    assert rows == [{key: value for key, value in made.items() if key != "token"}]
    (secret_hash,) = admin.execute("SELECT secret_hash FROM api_tokens").fetchone() or (b"",)
    assert len(secret_hash) == 32
    assert (await program(app, made["token"]).get("/api/v1/links")).status_code == 200


CALLS: list[tuple[str, str, Any, str]] = [
    ("GET", "/api/v1/account", None, "account:read"),
    ("GET", "/api/v1/profile", None, "profile:read"),
    ("PATCH", "/api/v1/profile", {"bio": "Hello"}, "profile:write"),
    ("GET", "/api/v1/links", None, "links:read"),
    ("POST", "/api/v1/links", {"url": "https://example.org/a"}, "links:write"),
    ("GET", "/api/v1/analytics/summary", None, "analytics:read"),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
async def test_a_token_may_do_what_its_scopes_say_and_nothing_else(
    app: App, ann: Api, method: str, path: str, body: Any, scope: str
) -> None:
    allowed = program(app, (await make(ann, scope))["token"])
    others = program(app, (await make(ann, *(SCOPES - {scope})))["token"])
    assert (await allowed.http.request(method, path, json=body)).status_code < 300
    refused = await others.http.request(method, path, json=body)
    assert refused.status_code == 403
    assert scope in refused.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/api/v1/account", {"password": "another good one"}),
        ("DELETE", "/api/v1/account", {"confirm": "ann-lee"}),
        ("GET", "/api/v1/account/export", None),
        ("POST", "/api/v1/account/verification", None),
        ("DELETE", "/api/v1/account/github", None),
        ("GET", "/api/v1/sessions", None),
        ("DELETE", "/api/v1/sessions", None),
        ("DELETE", f"/api/v1/sessions/{ZERO}", None),
        ("GET", "/api/v1/tokens", None),
        ("POST", "/api/v1/tokens", {"name": "more", "scopes": ["links:write"]}),
        ("DELETE", f"/api/v1/tokens/{ZERO}", None),
    ],
)
async def test_no_token_touches_the_account_its_sessions_or_tokens(
    app: App, ann: Api, method: str, path: str, body: Any
) -> None:
    token = program(app, (await make(ann, *SCOPES))["token"])
    assert (await token.http.request(method, path, json=body)).status_code == 403


async def test_a_token_ends_on_its_day(app: App, ann: Api, admin: psycopg.Connection) -> None:
    made = await make(ann, "links:read", expires_in_days=7)
    expires = datetime.fromisoformat(made["expires_at"])
    assert abs(expires - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)
    token = program(app, made["token"])
    assert (await token.get("/api/v1/links")).status_code == 200
    admin.execute("UPDATE api_tokens SET expires_at = now() - interval '1 second'")
    assert (await token.get("/api/v1/links")).status_code == 401


async def test_a_revoked_token_is_over_at_once(app: App, ann: Api) -> None:
    made = await make(ann, "links:read")
    assert (await ann.delete(f"/api/v1/tokens/{made['id']}")).status_code == 204
    assert (await program(app, made["token"]).get("/api/v1/links")).status_code == 401
    assert (await ann.delete(f"/api/v1/tokens/{made['id']}")).status_code == 404


async def test_ben_can_neither_see_nor_revoke_anns_tokens(app: App, ann: Api, ben: Api) -> None:
    made = await make(ann, "links:read")
    assert (await ben.get("/api/v1/tokens")).json() == {"rows": []}
    assert (await ben.delete(f"/api/v1/tokens/{made['id']}")).status_code == 404
    assert (await program(app, made["token"]).get("/api/v1/links")).status_code == 200


async def test_a_token_with_another_account_in_it_opens_nothing(app: App, ann: Api, ben: Api) -> None:
    anns, bens = await make(ann, *SCOPES), await make(ben, *SCOPES)
    _, account, _, _ = anns["token"].split("_", 3)
    _, _, token_id, secret = bens["token"].split("_", 3)
    forged = program(app, f"npt_{account}_{token_id}_{secret}")
    assert (await forged.get("/api/v1/links")).status_code == 401


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic YW5uOnB3", "Bearer", "npt_x"])
async def test_with_an_authorization_header_the_cookie_does_not_count(
    app: App, ann: Api, header: str
) -> None:
    assert (await ann.get("/api/v1/account")).status_code == 200
    assert (await ann.get("/api/v1/account", headers={"Authorization": header})).status_code == 401


async def test_use_is_written_once_an_hour(app: App, ann: Api, admin: psycopg.Connection) -> None:
    token = program(app, (await make(ann, "links:read"))["token"])

    def used() -> datetime | None:
        return (admin.execute("SELECT used_at FROM api_tokens").fetchone() or (None,))[0]

    assert used() is None
    await token.get("/api/v1/links")
    first = used()
    assert first is not None
    await token.get("/api/v1/links")
    assert used() == first
    admin.execute("UPDATE api_tokens SET used_at = used_at - interval '61 minutes'")
    await token.get("/api/v1/links")
    later = used()
    assert later is not None
    assert later > first


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scopes": ["links:read"]},
        {"name": "x" * 81, "scopes": ["links:read"]},
        {"name": "a\x00b", "scopes": ["links:read"]},
        {"name": "ok", "scopes": []},
        {"name": "ok", "scopes": ["everything"]},
        {"name": "ok", "scopes": ["links:read"], "expires_in_days": 0},
        {"name": "ok", "scopes": ["links:read"], "expires_in_days": 9999},
    ],
)
async def test_what_cannot_be_a_token_is_refused_by_name(app: App, ann: Api, body: Any) -> None:
    answer = await ann.post("/api/v1/tokens", body)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert (await ann.get("/api/v1/tokens")).json() == {"rows": []}


async def test_there_are_only_so_many_tokens(app: App, ann: Api) -> None:
    for _ in range(50):
        await make(ann, "links:read")
    answer = await ann.post("/api/v1/tokens", {"name": "one more", "scopes": ["links:read"]})
    assert answer.status_code == 409
