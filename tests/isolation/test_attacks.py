"""What somebody could try who speaks to PostgreSQL as one of our roles: each attack on every table there is."""

import ast
import asyncio
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import errors as pg
from psycopg import sql

from nameplate.db import CONSUMER, ENTER_CLAIM, ROLES, VISITOR, WEB, WORKER, Door
from nameplate.settings import Settings
from tests.isolation.conftest import Scene
from tests.test_architecture import SOURCE

# Every handle is a public address: who has which is nobody's secret.
PUBLIC = {"handles"}
# What the worker sees of all tenants besides, so that expired and closed things are found.
SWEPT = {
    "accounts", "audit_chains", "daily_totals", "log_in_tickets", "mail_proofs", "noticed_days", "sessions",
    "spent_challenges",
}  # fmt: skip
# And what it only reads: who follows a repository on GitHub, whose page therefore changes with it, and where that is;
# whose own token may ask for it; which objects there should be in the store, which uploads are half done or deleted.
SEEN = SWEPT | PUBLIC | {"github_sync_jobs", "github_credentials", "asset_objects", "asset_uploads"}
TENANTS = pytest.mark.parametrize("role", [WEB, WORKER])


def owners(rows: Iterable[tuple[UUID]]) -> set[UUID]:
    return {row[0] for row in rows}


def query(text: str, table: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(table))  # type: ignore[arg-type]


@TENANTS
async def test_ann_reads_and_copies_her_own_rows_of_every_table_only(scene: Scene, role: str) -> None:
    open_to_it = PUBLIC if role == WEB else SEEN
    tables = scene.may(role, "SELECT")
    assert len(tables) > 20
    with scene.as_ann(role) as db:
        for table in tables:
            seen = owners(db.execute(query("SELECT account_id FROM {}", table)).fetchall())
            assert scene.ann.account_id in seen, table
            assert table in open_to_it or seen == {scene.ann.account_id}, table
            whole, chosen = (copied(db, query(text, table)) for text in COPIES)
            assert str(scene.ann.account_id) in chosen, table
            assert table in open_to_it or str(scene.ben.account_id) not in whole + chosen, table


COPIES = ("COPY {} TO STDOUT", "COPY (SELECT * FROM {}) TO STDOUT")


def copied(db: psycopg.Connection, text: sql.Composed) -> str:
    with db.cursor().copy(text) as copy:
        return b"".join(bytes(part) for part in copy).decode()


@TENANTS
async def test_nobody_loads_rows_past_the_policies(scene: Scene, role: str) -> None:
    with scene.as_ann(role) as db:
        for table in scene.tables:
            with (
                pytest.raises((pg.FeatureNotSupported, pg.InsufficientPrivilege)),
                db.transaction(),
                db.cursor().copy(query("COPY {} FROM STDIN", table)) as copy,
            ):
                copy.write(b"")


@TENANTS
async def test_ann_changes_her_own_rows_and_gives_none_away(scene: Scene, role: str) -> None:
    before = scene.rows_of(scene.ben)
    people = {"ann": scene.ann.account_id, "ben": scene.ben.account_id}
    tables = scene.may(role, "UPDATE")
    assert tables
    with scene.as_ann(role) as db:
        for table in tables:
            with db.transaction(force_rollback=True):
                changed = db.execute(query("UPDATE {} SET account_id = account_id", table)).rowcount
                assert changed == scene.rows_of(scene.ann)[table], f"{table}: her own, all of them"
            for text in (
                "UPDATE {} SET account_id = %(ben)s",
                "UPDATE {} SET account_id = %(ben)s WHERE account_id = %(ann)s",
            ):
                with pytest.raises(pg.InsufficientPrivilege, match="row-level security"), db.transaction():
                    db.execute(query(text, table), people)
            taken = query("UPDATE {} SET account_id = %(ann)s WHERE account_id = %(ben)s", table)
            assert db.execute(taken, people).rowcount == 0, table
        for table in set(scene.tables) - set(tables):
            with pytest.raises(pg.InsufficientPrivilege), db.transaction():
                db.execute(query("UPDATE {} SET account_id = account_id", table))
    assert scene.rows_of(scene.ben) == before


@TENANTS
async def test_ann_deletes_nothing_of_bens(scene: Scene, role: str) -> None:
    before = scene.rows_of(scene.ben)
    allowed = scene.may(role, "DELETE")
    with scene.as_ann(role) as db:
        for table in set(scene.tables) - (SWEPT if role == WORKER else set()):
            text = query("DELETE FROM {} WHERE account_id = %s", table)
            if table in allowed:
                assert db.execute(text, (scene.ben.account_id,)).rowcount == 0, table
            else:
                with pytest.raises(pg.InsufficientPrivilege), db.transaction():
                    db.execute(text, (scene.ben.account_id,))
        own = query("DELETE FROM {} WHERE account_id = %s", "sessions")
        assert db.execute(own, (scene.ann.account_id,)).rowcount == 1, "the positive control"
    assert scene.rows_of(scene.ben) == before


@TENANTS
async def test_ann_forges_no_row_in_bens_name(scene: Scene, role: str) -> None:
    # Her own row once more, as Ben's; the positive control is the same row as hers, which only a key refuses.
    tables = sorted(set(scene.may(role, "INSERT")) & set(scene.may(role, "SELECT")))
    assert tables
    ann, ben = scene.ann.account_id, scene.ben.account_id
    with scene.as_ann(role) as db:
        for table in tables:
            # A column that is computed from others takes no value.
            others = [
                sql.Identifier(row[0])
                for row in db.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                    " AND NOT attisdropped AND attgenerated = '' AND attname <> 'account_id'",
                    (table,),
                )
            ]
            forged = sql.SQL(
                "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE account_id = %s"
            ).format(
                table=sql.Identifier(table),
                columns=sql.SQL(", ").join([sql.Identifier("account_id"), *others]),
                values=sql.SQL(", ").join([sql.Placeholder(), *others]),
            )
            with pytest.raises(pg.InsufficientPrivilege, match="row-level security"), db.transaction():
                db.execute(forged, (ben, ann))
            with pytest.raises(pg.UniqueViolation), db.transaction():
                db.execute(forged, (ann, ann))


@pytest.mark.parametrize("role", [WEB, WORKER])
@pytest.mark.parametrize("setting", [None, "", "garbage", "00000000-0000-0000-0000-000000000001"])
async def test_without_a_valid_tenant_no_table_shows_anything(
    scene: Scene, role: str, setting: str | None
) -> None:
    with scene.connect(role) as db:
        if setting is not None:
            db.execute("SELECT set_config('app.account_id', %s, true)", (setting,))
        for table in set(scene.may(role, "SELECT")) - (PUBLIC if role == WEB else SEEN):
            try:
                with db.transaction():
                    seen = owners(db.execute(query("SELECT account_id FROM {}", table)).fetchall())
            except pg.InvalidTextRepresentation:
                assert setting == "garbage"
            else:
                assert seen == set(), table


@pytest.mark.parametrize("role", ROLES)
async def test_switching_row_security_off_shows_an_error_and_no_rows(scene: Scene, role: str) -> None:
    with scene.connect(role) as db:
        db.execute("SET LOCAL row_security = off")
        for table in scene.may(role, "SELECT"):
            with pytest.raises(pg.InsufficientPrivilege, match="row-level security"), db.transaction():
                db.execute(query("SELECT * FROM {}", table))


@pytest.mark.parametrize("role", [WEB, VISITOR, WORKER])
async def test_nobody_makes_objects_that_a_function_could_fall_for(scene: Scene, role: str) -> None:
    for text in (
        "CREATE TEMPORARY TABLE links (id int)",
        "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        "CREATE SCHEMA mine",
        "CREATE VIEW public.all_links AS SELECT * FROM links",
    ):
        with scene.connect(role) as db, pytest.raises(pg.InsufficientPrivilege):
            db.execute(text)  # type: ignore[arg-type]
    with scene.connect(CONSUMER) as db:
        db.execute(
            "CREATE TEMPORARY TABLE staged (id int)"
        )  # the positive control: it loads batches by way of one


async def test_a_partition_is_not_even_copied(scene: Scene) -> None:
    with psycopg.connect(scene.admin_url) as admin:
        children = [
            row[0]
            for row in admin.execute(
                "SELECT c.relname FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' ORDER BY 1"
            )
        ]
    assert children
    for role in ROLES:
        for text in ("COPY {} TO STDOUT", "SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}"):
            with scene.connect(role) as db, pytest.raises(pg.InsufficientPrivilege):
                db.execute(query(text, children[0]))


async def test_keys_that_span_tenants_are_those_that_must(scene: Scene) -> None:
    """A unique key over all tenants answers "taken" for a row one may not see."""
    with psycopg.connect(scene.admin_url) as admin:
        found = admin.execute(
            """
            SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a
                ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            JOIN pg_class c ON c.oid = i.indrelid
            WHERE i.indisunique AND c.relname = ANY(%s) AND a.attname <> 'account_id' ORDER BY 1
            """,
            (scene.tables,),
        ).fetchall()
    # Handles are public. An address is made verified by its own mail only, a subject linked by GitHub's word only.
    assert [row[0] for row in found] == [
        "email_claims_pkey", "email_claims_verified", "handles_pkey", "oauth_identities_pkey"
    ]  # fmt: skip


async def test_a_foreign_key_never_reaches_into_another_account(scene: Scene) -> None:
    with psycopg.connect(scene.admin_url) as admin:
        found = admin.execute(
            """
            SELECT c.conrelid::regclass::text, c.conname, here.attname, there.attname
            FROM pg_constraint c
            JOIN pg_attribute here ON here.attrelid = c.conrelid AND here.attnum = c.conkey[1]
            JOIN pg_attribute there ON there.attrelid = c.confrelid AND there.attnum = c.confkey[1]
            WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s)
            """,
            (scene.tables,),
        ).fetchall()
    assert found
    assert [row for row in found if row[2:] != ("account_id", "account_id")] == []
    # So a row that points at Ben's is a row of Ben's, which the policies refuse.
    with scene.as_ann(WEB) as db, pytest.raises(pg.InsufficientPrivilege):
        db.execute(
            "INSERT INTO sessions SELECT %s, id, secret_hash, device, created_at, seen_at, expires_at FROM sessions",
            (scene.ben.account_id,),
        )


async def test_vic_sees_nothing_of_a_page_that_is_not_published(scene: Scene) -> None:
    with psycopg.connect(scene.admin_url) as admin:
        tables = admin.execute(
            "SELECT DISTINCT table_name FROM information_schema.column_privileges"
            " WHERE grantee = %s AND privilege_type = 'SELECT' AND column_name = 'account_id'",
            (VISITOR,),
        ).fetchall()
    names = {row[0] for row in tables}
    assert {"profiles", "links", "handles"} <= names
    with scene.connect(VISITOR) as db:
        for table in names - PUBLIC:
            # Entering an account gives a visitor nothing: his policies know no account.
            db.execute("SELECT set_config('app.account_id', %s, true)", (str(scene.carl.account_id),))
            seen = owners(db.execute(query("SELECT account_id FROM {}", table)).fetchall())
            assert scene.carl.account_id not in seen, table
            assert table not in {"profiles", "links"} or {scene.ann.account_id, scene.ben.account_id} <= seen


async def test_a_client_that_leaves_in_the_middle_leaves_nothing_on_the_only_connection(
    scene: Scene, settings: Settings
) -> None:
    door = Door(settings, WEB, most=1, timeout=8)
    await door.open()
    count = "SELECT count(*) FROM links"
    inside = asyncio.Event()

    async def request() -> None:
        async with door.enter("SELECT enter_account(%s)", scene.ann.account_id) as tx:
            assert await tx.value(count) == 2, "the positive control"
            inside.set()
            await tx.value("SELECT pg_sleep(30)")

    try:
        for _ in range(3):
            inside.clear()
            task = asyncio.create_task(request())
            await inside.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(5), door.enter() as tx:
                assert await tx.value(count) == 0
        # Even a setting for the whole session, which nothing of ours makes, does not outlive the next entry.
        async with door.enter() as tx:
            await tx.connection.execute(
                sql.SQL("SET app.account_id = {}").format(sql.Literal(str(scene.ann.account_id)))
            )
        async with door.enter(ENTER_CLAIM, "nobody@example.org") as tx:
            assert await tx.value(count) == 0
    finally:
        await door.close()


# Every place that reaches across tenants, and what for. A new one is added here, with its reason.
SYSTEM_DOOR = {
    "accounts/jobs.py": {"as_worker", "as_worker_for"},  # mails, purge, clean-up
    "analytics/consume.py": {"as_consumer"},  # counting
    "analytics/folding/jobs.py": {"as_worker", "as_worker_for"},  # days that last, and reading what is folded
    "analytics/folding/walk.py": {"as_worker"},  # days that are over
    "analytics/noticed/jobs.py": {"as_worker_for"},
    "analytics/jobs.py": {"as_worker"},  # partitions, batches, visitor keys
    "analytics/retention/jobs.py": {"as_worker"},  # old partitions
    "analytics/weekly/jobs.py": {"as_worker", "as_worker_for"},  # mails that are due
    "assets/jobs.py": {"as_worker", "as_worker_for"},  # what waits for the store, what is removed from it
    "audit/jobs.py": {"as_worker", "as_worker_for"},  # old entries
    "commands/assets.py": {"as_worker", "as_worker_for"},  # `nameplate assets verify`
    "commands/audit.py": {"as_worker", "as_worker_for", "as_consumer"},  # `nameplate audit`
    "commands/github.py": {"as_worker"},  # `nameplate github`
    "commands/limits.py": {"as_consumer"},  # `nameplate limits`
    "github/jobs.py": {"as_worker", "as_worker_for"},  # old attempts, repositories nobody follows, mails
    "commands/restore.py": {"as_consumer"},  # events that waited when the backup was made
    "github/sync/lane.py": {"as_worker"},  # what is due, and what became of it: for all who follow it
    "github/sync/run.py": {"as_worker"},  # the tokens there are
    "limits/jobs.py": {"as_worker", "as_consumer"},  # what limits did
}


def test_every_use_of_the_system_door_is_known() -> None:
    doors = {"as_worker", "as_worker_for", "as_consumer"}
    found: dict[str, set[str]] = {}
    for path in sorted(Path(SOURCE).rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name == "db.py" or name.startswith("demo/"):  # the demo is the operator's own command
            continue
        used = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Attribute) and node.attr in doors
        }
        if used:
            found[name] = used
    assert found == SYSTEM_DOOR
