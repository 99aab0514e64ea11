"""A database whose walls are broken in one way or another: found, said, mended by what is said."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from nameplate.app import App
from nameplate.audit.queries import OPERATOR
from nameplate.commands.doctor import examine
from nameplate.commands.environment import child_environment
from nameplate.commands.serve import serve
from nameplate.commands.work import work
from nameplate.db import CONSUMER, ROLES, VISITOR, WEB, refusals
from nameplate.engines.embedded import Embedded
from nameplate.engines.postgres import Postgres
from nameplate.engines.process import free_port
from nameplate.engines.secrets import load_secrets
from nameplate.errors import StartError
from nameplate.isolation import guard, table
from nameplate.isolation.compare import declared, faults, lasting
from nameplate.isolation.guard import check, refuse_to_start
from nameplate.isolation.queries import RoleRow, read_catalogue
from nameplate.migrate import migrate
from nameplate.settings import Settings
from tests.support.api import Api


async def test_what_is_declared_is_what_the_migrations_make(settings: Settings) -> None:
    async with await psycopg.AsyncConnection.connect(settings.database_url) as connection:
        live = lasting(await read_catalogue(connection))
    hint = "a migration changed: run .venv/bin/python scripts/declare_isolation.py"
    assert live == replace(declared(), version=live.version), hint
    document = (Path(__file__).parents[2] / "docs" / "security.md").read_text("utf-8")
    assert table.put_into(document, table.as_markdown(live)) == document, hint
    assert await check(settings) == []


# What somebody does, what is said of it, whether it stops everything.
BROKEN = [
    ("ALTER TABLE links DISABLE ROW LEVEL SECURITY", "links has no row-level security", True),
    ("ALTER TABLE events NO FORCE ROW LEVEL SECURITY", "events does not force row-level security", True),
    ("DROP POLICY tenant ON sessions", "sessions lost its policy tenant", True),
    ("ALTER POLICY tenant ON links USING (true)", "the policy tenant of links was changed", True),
    (f"ALTER POLICY published ON profiles TO {VISITOR}, {WEB}", "the policy published of profiles was changed", True),
    (f"CREATE POLICY mine ON accounts TO {WEB} USING (true)", "accounts has a policy mine of its own", False),
    (f"REVOKE SELECT ON links FROM {WEB}", f"{WEB} may not SELECT on links", False),
    (f"GRANT TRUNCATE ON links TO {WEB}", f"{WEB} may TRUNCATE on links", False),
    (f"GRANT SELECT (bio) ON profiles TO {CONSUMER}", f"{CONSUMER} may SELECT (bio) on profiles", False),
    ("GRANT SELECT ON events TO PUBLIC", "PUBLIC may SELECT on events", False),
    (f"GRANT CREATE ON SCHEMA public TO {VISITOR}", f"{VISITOR} may create objects, roles or databases", True),
    (f"ALTER TABLE stream_offsets OWNER TO {CONSUMER}", f"{CONSUMER} owns stream_offsets", True),
    ("ALTER FUNCTION make_events_partition(date) RESET search_path", "make_events_partition(date) acts as", True),
    ("GRANT EXECUTE ON FUNCTION enter_account(uuid) TO PUBLIC", "everybody may call enter_account(uuid)", False),
    (f"CREATE VIEW seen AS SELECT * FROM links; GRANT SELECT ON seen TO {VISITOR}", "the view seen shows", True),
    ("CREATE TABLE diaries (account_id uuid PRIMARY KEY)", "diaries has no row-level security", True),
    ("DROP FUNCTION enter_claim(text)", "the function enter_claim(text) is missing", False),
]  # fmt: skip


async def test_each_way_to_break_the_walls_is_found_and_mended_by_what_is_said(
    settings: Settings, admin_url: str
) -> None:
    for statement, said, grave in BROKEN:
        with psycopg.connect(admin_url) as admin:
            admin.execute(statement)  # type: ignore[arg-type]
            admin.execute("SET LOCAL search_path = public")
        found = await check(settings)
        fault = next((fault for fault in found if fault.what.startswith(said)), None)
        assert fault is not None, (statement, found)
        assert fault.grave is grave, statement
        if fault.mend.startswith("run ") or "OWNER TO" in fault.mend:
            owner = "ALTER TABLE stream_offsets OWNER TO nameplate_owner"
            claim = "CREATE FUNCTION enter_claim(claim text) RETURNS void LANGUAGE sql AS ''"
            mends = [
                owner if "OWNER TO" in fault.mend else claim,
                "REVOKE ALL ON FUNCTION enter_claim(text) FROM PUBLIC",
            ]
        else:
            mends = [each.mend for each in found]
        with psycopg.connect(admin_url) as admin:
            for mend in mends:
                admin.execute(mend)  # type: ignore[arg-type]
            admin.execute("DROP VIEW IF EXISTS seen")
            admin.execute("DROP TABLE IF EXISTS diaries")
        assert [fault for fault in await check(settings) if fault.what.startswith(said)] == [], statement


async def test_the_doctor_names_what_is_broken_and_how_to_mend_it(settings: Settings, admin_url: str) -> None:
    async def isolation() -> tuple[str, str]:
        found = {finding.name: finding for finding in await examine(child_environment(settings))}
        return found["Isolation"].state, found["Isolation"].text

    assert await isolation() == ("ok", "roles, policies and grants are as declared")
    with psycopg.connect(admin_url) as admin:
        admin.execute("ALTER TABLE links DISABLE ROW LEVEL SECURITY")
    assert await isolation() == (
        "broken",
        "links has no row-level security: ALTER TABLE links ENABLE ROW LEVEL SECURITY",
    )


def test_a_role_that_could_do_more_is_a_fault() -> None:
    for change, said in (
        ({"superuser": True}, "nameplate_web is superuser"),
        ({"bypasses": True}, "nameplate_web bypasses row-level security"),
        ({"creates": True}, "nameplate_web may create objects, roles or databases"),
        ({"owns": ["links"]}, "nameplate_web owns links"),
        ({"member_of": ["nameplate_owner"]}, "nameplate_web is a member of nameplate_owner"),
    ):
        roles = [RoleRow(role, False, False, False, [], []) for role in ROLES]
        assert faults(replace(declared(), roles=roles)) == []
        found = faults(replace(declared(), roles=[replace(roles[0], **change), *roles[1:]]))
        assert [(fault.what, fault.grave) for fault in found] == [(said, True)]


@dataclass(frozen=True)
class Cluster:
    settings: Settings
    admin_url: str


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL of its own: roles belong to all databases of a cluster."""
    folder = tmp_path_factory.mktemp("cluster")
    nowhere = Settings(data_dir=folder, valkey_url="valkey://127.0.0.1:1", s3_endpoint="http://127.0.0.1:1")
    embedded = Embedded(nowhere, load_secrets(folder / "secrets.json"), durable=False)
    asyncio.run(embedded.start())
    try:
        migrate(embedded.settings)
        [postgres] = [engine for engine in embedded.engines if isinstance(engine, Postgres)]
        yield Cluster(embedded.settings, postgres.admin_url())
    finally:
        asyncio.run(embedded.stop())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "back", "said"),
    [
        ("ALTER ROLE nameplate_web SUPERUSER", "ALTER ROLE nameplate_web NOSUPERUSER", "web is superuser"),
        (
            "ALTER ROLE nameplate_worker BYPASSRLS",
            "ALTER ROLE nameplate_worker NOBYPASSRLS",
            "worker bypasses",
        ),
        (
            "GRANT pg_read_all_data TO nameplate_web",
            "REVOKE pg_read_all_data FROM nameplate_web",
            "member of",
        ),
    ],
)
def test_neither_web_process_nor_worker_starts_with_a_role_that_could_do_more(
    cluster: Cluster, statement: str, back: str, said: str
) -> None:
    refuse_to_start(cluster.settings)
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(statement)  # type: ignore[arg-type]
        try:
            with pytest.raises(StartError, match=said) as refused:
                refuse_to_start(cluster.settings)
            assert back in str(refused.value)
            with pytest.raises(StartError, match="keep tenants apart"):
                work(cluster.settings)
            given = replace(
                cluster.settings, port=free_port(), web_processes=1, s3_access_key="x", s3_secret_key="x"
            )
            with pytest.raises(StartError, match="keep tenants apart"):
                serve(given)
        finally:
            admin.execute(back)  # type: ignore[arg-type]
    refuse_to_start(cluster.settings)


async def test_an_empty_list_is_never_shown_where_a_policy_is_missing(
    app: App, ann: Api, client: object, admin_url: str
) -> None:
    await ann.post("/api/v1/links", {"url": "https://blog.example", "title": "Blog"})
    before = (await ann.get("/api/v1/links")).json()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("ALTER POLICY tenant ON links RENAME TO gone")
        [fault] = await guard.look(app.db, app.refusals.record)
        assert fault.what == "links lost its policy tenant"
        for path in ("/api/v1/links", "/api/v1/account", "/nobody-was-here"):
            answer = await ann.get(path)
            assert answer.status_code == 500, path
            assert "refused for safety" in answer.text
        # Pages that were read before stay: what they show was read while the walls stood.
        admin.execute("ALTER POLICY gone ON links RENAME TO tenant")
        assert await guard.look(app.db) == []
    assert (await ann.get("/api/v1/links")).json() == before


async def test_access_that_is_refused_is_said_counted_and_written_down(
    app: App, ann: Api, admin_url: str
) -> None:
    counted = refusals._value.get()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"REVOKE SELECT ON links FROM {WEB}")  # type: ignore[arg-type]
        for _ in range(3):
            answer = await ann.get("/api/v1/links")
            assert answer.status_code == 500
            assert answer.json()["code"] == "isolation-refusal"
            assert "nameplate doctor" in answer.json()["detail"]
        await app.refusals.settle()
        entries = admin.execute(
            "SELECT kind, detail FROM security_audit_log WHERE account_id = %s", (OPERATOR,)
        ).fetchall()
        assert entries == [("isolation.refused", {"role": WEB})], "once, however often it happens"
        admin.execute(f"GRANT SELECT ON links TO {WEB}")  # type: ignore[arg-type]
    assert refusals._value.get() == counted + 3
    assert (await ann.get("/api/v1/links")).status_code == 200
