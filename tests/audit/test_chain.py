"""The security log: what is in it, that nobody else reads it, and that whoever tampers with it is found."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import psycopg
import pytest
from psycopg import errors as pg
from rich.console import Console

from nameplate.app import App
from nameplate.audit import jobs as retention
from nameplate.audit.record import Audit, Origin, network_hash
from nameplate.commands.audit import verify_all
from nameplate.db import CONSUMER, VISITOR, WEB, WORKER, SystemDatabase, role_url
from nameplate.http.client_ip import _parse
from nameplate.settings import Settings
from tests.support.api import PASSWORD, Api, browser

LOG = "/api/v1/audit-log"


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def system(settings: Settings) -> AsyncIterator[SystemDatabase]:
    async with SystemDatabase(settings) as system:
        yield system


async def kinds(api: Api, query: str = "") -> list[str]:
    return [row["kind"] for row in (await api.get(LOG + query)).json()["rows"]]


async def id_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


async def broken(settings: Settings) -> list[tuple[UUID, int, str]]:
    verdicts = await verify_all(settings, Console(quiet=True))
    assert verdicts, "there are chains to verify"
    return [(v.account_id, v.seq, v.broken) for v in verdicts if v.broken]


async def test_ann_reads_what_happened_in_sentences_and_ben_does_not(app: App, ann: Api, ben: Api) -> None:
    stranger = browser(app, address="203.0.113.77")
    await stranger.post("/api/v1/sessions", {"login": "ann-lee", "password": "wrong password here"})
    await browser(app, address="203.0.113.99").post(
        "/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD}
    )
    await ann.post("/api/v1/tokens", {"name": "=my script", "scopes": ["links:read"]})
    await ann.patch("/api/v1/profile", {"published": False})
    assert await kinds(ann) == [
        "profile.unpublished", "token.made", "session.started", "session.refused", "account.created",
    ]  # fmt: skip
    rows = (await ann.get(LOG)).json()["rows"]
    assert rows[3]["sentence"] == "A log-in failed: wrong password."
    assert rows[2]["sentence"] == "Logged in with the password."
    assert rows[2]["device"] == "Firefox on Linux"
    assert rows[2]["network"] == rows[3]["network"] != rows[4]["network"], "one /24, and another"
    assert await kinds(ann, "?group=access") == ["token.made"]
    assert await kinds(ben) == ["account.created"]
    lines = (await ann.get(LOG + ".csv")).text.splitlines()
    assert len(lines) == 7, "a head, five entries and the export itself"
    assert "An API token was made: =my script." in lines[3]
    token = (await ann.post("/api/v1/tokens", {"name": "t", "scopes": ["account:read"]})).json()["token"]
    refused = await browser(app).get(LOG, headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403


async def test_pages_follow_each_other_and_days_are_whole(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    account_id = await id_of(ann)
    audit = Audit(app.settings.secret_key, Origin())
    async with app.db.as_account(account_id) as tx:
        for number in range(70):
            await audit.record(tx, account_id, "token.revoked", name=f"n{number}")
    first = (await ann.get(LOG)).json()
    second = (await ann.get(f"{LOG}?before={first['next']}")).json()
    found = [row["id"] for row in first["rows"] + second["rows"]]
    assert found == list(range(71, 0, -1))
    assert second["next"] is None
    assert await kinds(ann, "?from=2020-01-01&to=2020-12-31") == []
    assert (await ann.get(f"{LOG}?from=2021-01-01&to=2020-12-31")).status_code == 422


async def test_neither_an_address_nor_what_was_typed_is_kept(app: App, admin: psycopg.Connection) -> None:
    vic = browser(app, address="203.0.113.77")
    await vic.post("/api/v1/sessions", {"login": "my secret typed here", "password": "wrong password here"})
    rows = admin.execute("SELECT kind, to_jsonb(l)::text FROM security_audit_log l").fetchall()
    assert [row[0] for row in rows] == ["session.refused"]
    assert "203.0.113" not in rows[0][1]
    assert "typed" not in rows[0][1]
    key = app.settings.secret_key
    near, far = _parse("203.0.113.5"), _parse("203.0.114.77")
    assert near is not None
    assert far is not None
    assert network_hash(key, near) in rows[0][1]
    assert network_hash(key, far) != network_hash(key, near) != network_hash("k" * 40, near)


async def test_many_at_once_make_one_chain(app: App, settings: Settings, ann: Api) -> None:
    account_id = await id_of(ann)
    audit = Audit(settings.secret_key, Origin())

    async def one(owner: UUID) -> None:
        async with app.db.as_account(owner) as tx:
            await audit.record(tx, owner, "session.started", method="password")

    await asyncio.gather(
        *(one(account_id) for _ in range(12)),
        *(audit.record_for_operator(app.db, "limit.hit") for _ in range(12)),
    )
    assert len(await kinds(ann)) == 13
    assert await broken(settings) == []


TAMPERED = {
    "changed": ("UPDATE security_audit_log SET device = 'Nobody' WHERE account_id = %s AND seq = 2", 2),
    "removed": ("DELETE FROM security_audit_log WHERE account_id = %s AND seq = 2", 2),
    "inserted": (
        "INSERT INTO security_audit_log SELECT account_id, 9, at, kind, actor, network, country, device, request_id,"
        " detail, hash FROM security_audit_log WHERE account_id = %s AND seq = 2",
        9,
    ),
    "the head of the chain was changed": (
        "WITH gone AS (DELETE FROM security_audit_log WHERE account_id = %(a)s AND seq = 4) UPDATE audit_chains c"
        " SET seq = 3, hash = l.hash FROM security_audit_log l"
        " WHERE c.account_id = %(a)s AND l.account_id = %(a)s AND l.seq = 3",
        3,
    ),
    "the whole chain is missing": ("DELETE FROM audit_chains WHERE account_id = %s", 0),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
async def test_whoever_tampers_is_found(
    app: App, settings: Settings, ann: Api, ben: Api, admin: psycopg.Connection, what: str
) -> None:
    for name in ("one", "two", "three"):
        await ann.post("/api/v1/tokens", {"name": name, "scopes": ["links:read"]})
    account_id = await id_of(ann)
    assert await broken(settings) == [], "the positive control"
    statement, seq = TAMPERED[what]
    admin.execute(statement, {"a": account_id} if "%(a)s" in statement else (account_id,))  # type: ignore[arg-type]
    assert await broken(settings) == [(account_id, seq, what)]


async def test_the_end_of_a_chain_cannot_be_cut_off(
    app: App, settings: Settings, ann: Api, admin: psycopg.Connection
) -> None:
    await ann.post("/api/v1/tokens", {"name": "one", "scopes": ["links:read"]})
    account_id = await id_of(ann)
    admin.execute("DELETE FROM security_audit_log WHERE account_id = %s AND seq = 2", (account_id,))
    assert await broken(settings) == [(account_id, 2, "removed")]


async def test_no_role_changes_or_removes_what_is_recent(settings: Settings, ann: Api) -> None:
    account_id = await id_of(ann)
    refused = 0
    for role in (WEB, WORKER, VISITOR, CONSUMER):
        for statement in (
            "UPDATE security_audit_log SET device = 'x'",
            "DELETE FROM security_audit_log WHERE account_id = %(a)s",
            "DELETE FROM audit_chains WHERE account_id = %(a)s",
        ):
            async with await psycopg.AsyncConnection.connect(role_url(settings, role)) as connection:
                await connection.execute("SELECT set_config('app.account_id', %s, true)", (str(account_id),))
                try:
                    assert (await connection.execute(statement, {"a": account_id})).rowcount == 0  # type: ignore[arg-type]
                except pg.InsufficientPrivilege:
                    refused += 1
    assert refused == 10, "only the worker may remove anything, and then nothing that is recent"
    assert await kinds(ann) == ["account.created"]


async def test_old_entries_go_and_the_rest_can_still_be_verified(
    app: App, settings: Settings, system: SystemDatabase, ann: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LongAgo(retention.datetime):
        @classmethod
        def now(cls, tz: object = None) -> "LongAgo":
            return cls.fromtimestamp(1_700_000_000, retention.UTC)

    audit = Audit(settings.secret_key, Origin())
    with monkeypatch.context() as patched:
        patched.setattr("nameplate.audit.record.datetime", LongAgo)
        owner = (await browser(app).post("/api/v1/accounts", {
            "email": "old@example.org", "password": PASSWORD, "handle": "old-timer",
        })).json()["id"]  # fmt: skip
        async with app.db.as_account(UUID(owner)) as tx:
            await audit.record(tx, UUID(owner), "session.ended")
    async with app.db.as_account(UUID(owner)) as tx:
        await audit.record(tx, UUID(owner), "session.started", method="password")

    class Services:
        pass

    services = Services()
    services.settings, services.system = settings, system  # type: ignore[attr-defined]
    await retention.drop_old_entries(services)  # type: ignore[arg-type]
    async with app.db.as_account(UUID(owner)) as tx:
        left = await (await tx.connection.execute("SELECT seq, kind FROM security_audit_log")).fetchall()
    assert left == [(3, "session.started")]
    assert await kinds(ann) == ["account.created"]
    assert await broken(settings) == []
