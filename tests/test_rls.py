"""Tenancy is the database's job: these tests ask the catalogue and attack as the roles themselves."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg import sql

from nameplate.db import CONSUMER, ROLES, VISITOR, WEB, WORKER, Database, role_url
from nameplate.settings import Settings
from tests.cast import Person, add_person

TENANT_TABLES = """
    SELECT c.oid::regclass::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
        c.relispartition AS partition,
        (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
# Unique over all tenants by their nature (DESIGN.md section 6): found by their own key, guarded by the same policies.
GLOBAL = {"handles", "email_claims", "oauth_identities"}


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    async with Database(settings) as database:
        yield database


@pytest.fixture
async def ann(db: Database) -> Person:
    return await add_person(db, "ann-lee")


@pytest.fixture
async def ben(db: Database) -> Person:
    return await add_person(db, "ben-ray")


def catalogue(admin_url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(admin_url) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def test_every_table_with_an_account_has_forced_row_level_security(admin_url: str) -> None:
    rows = catalogue(admin_url, TENANT_TABLES)
    assert len([row for row in rows if not row[3]]) >= 10, "the query no longer finds the tables"
    assert [row[0] for row in rows if not (row[1] and row[2])] == []


def test_every_table_with_an_account_has_a_policy_and_every_partition_has_none_of_its_own(
    admin_url: str,
) -> None:
    rows = catalogue(admin_url, TENANT_TABLES)
    assert [name for name, _, _, partition, policies in rows if not partition and policies == 0] == []
    # Without a policy nobody reads a partition directly; through the parent the parent's policies hold.
    assert [name for name, _, _, partition, policies in rows if partition and policies != 0] == []
    assert any(partition for _, _, _, partition, _ in rows)


def test_every_tenant_policy_for_web_and_worker_looks_at_the_row_and_the_setting_alone(
    admin_url: str,
) -> None:
    rows = catalogue(
        admin_url,
        "SELECT tablename, policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies"
        " WHERE schemaname = 'public'",
    )
    assert rows
    assert [row for row in rows if "SELECT" in row[2].upper()] == []


def test_true_policies_belong_to_the_few_roles_that_need_them(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        "SELECT tablename, roles::text[], cmd FROM pg_policies WHERE schemaname = 'public'"
        " AND (qual = 'true' OR with_check = 'true')",
    )
    consumer = {(table, cmd) for table, roles, cmd in rows if roles == [CONSUMER]}
    others = {(table, tuple(sorted(roles)), cmd) for table, roles, cmd in rows if roles != [CONSUMER]}
    assert {table for table, _ in consumer} <= {
        "events", "visitor_days", "visitor_link_days", "daily_totals", "daily_links", "day_values", "quarter_totals",
        "daily_bots", "bot_days", "profiles",
        "day_viewports", "day_taps", "day_link_taps", "day_vitals", "noticed_days", "rate_limit_records",
    }  # fmt: skip
    assert others == {
        ("handles", (VISITOR, WEB), "SELECT"),
        # The worker finds chains to check and to shorten; what they hold it sees one account at a time.
        ("audit_chains", (WORKER,), "SELECT"),
        # A repository is asked for as often as anybody wants, and every page that shows it is made anew.
        ("handles", (WORKER,), "SELECT"),
        ("github_sync_jobs", (WORKER,), "SELECT"),
        # The table is compared with the store, and what waits for it is found.
        ("asset_objects", (WORKER,), "SELECT"),
        # Whose own token may ask for what is due; the token is sealed.
        ("github_credentials", (WORKER,), "SELECT"),
    }


def test_account_id_comes_first_in_every_key_of_a_tenant_table(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        """
        SELECT c.relname, i.indexrelid::regclass::text, a.attname
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'account_id'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relnamespace = 'public'::regnamespace AND (i.indisunique OR i.indisprimary)
        """,
    )
    assert rows
    assert [row for row in rows if row[2] != "account_id" and row[0] not in GLOBAL] == []


def test_every_foreign_key_starts_with_the_account_and_no_global_table_has_one(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        """
        SELECT c.conrelid::regclass::text, a.attname, c.confdeltype::text
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        """,
    )
    assert rows
    assert [row for row in rows if row[1] != "account_id" or row[2] not in ("c", "a")] == []
    assert {row[0] for row in rows} & GLOBAL == set()


def test_no_role_of_ours_owns_a_table_or_bypasses_anything(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication,"
        " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid),"
        " (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid)"
        " FROM pg_roles WHERE rolname IN ('nameplate_web','nameplate_visitor','nameplate_worker','nameplate_consumer')",
    )
    assert {row[0] for row in rows} == set(ROLES)
    assert [row for row in rows if row[1:] != (False, 0, 0)] == []


def test_nobody_may_truncate_reference_or_add_triggers(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema IN ('public', 'jobs') AND (grantee = 'PUBLIC' OR grantee LIKE 'nameplate\\_%'"
        " AND grantee <> 'nameplate_owner')",
    )
    assert any(row[2] == "SELECT" for row in rows)
    assert [row for row in rows if row[0] == "PUBLIC"] == []
    assert [row for row in rows if row[2] in {"TRUNCATE", "REFERENCES", "TRIGGER"}] == []


def test_the_consumer_may_touch_nothing_but_events_and_roll_ups(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        "SELECT DISTINCT table_name FROM information_schema.role_column_grants WHERE grantee = 'nameplate_consumer'",
    )
    assert {row[0] for row in rows} == {
        "events", "visitor_days", "visitor_link_days", "daily_totals", "daily_links", "day_values", "quarter_totals",
        "daily_bots", "bot_days", "stream_offsets", "counted_batches", "profiles",
        "day_viewports", "day_taps", "day_link_taps", "day_vitals", "noticed_days", "rate_limit_records",
        "stranger_limit_records",
    }  # fmt: skip


def test_functions_are_not_for_everyone_and_definers_pin_their_search_path(admin_url: str) -> None:
    rows = catalogue(
        admin_url,
        "SELECT proname, prosecdef, coalesce(array_to_string(proconfig, ','), ''),"
        " EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
    assert rows
    assert [row[0] for row in rows if row[3]] == []
    assert [row[0] for row in rows if row[1] and "search_path=pg_catalog" not in row[2]] == []


async def test_ann_sees_her_links_and_none_of_bens(db: Database, ann: Person, ben: Person) -> None:
    async with db.as_account(ann.account_id) as tx:
        seen = {
            row[0] for row in await (await tx.connection.execute("SELECT account_id FROM links")).fetchall()
        }
    assert seen == {ann.account_id}


@pytest.mark.parametrize("table", ["accounts", "profiles", "links", "email_claims", "sessions", "events"])
@pytest.mark.parametrize("setting", [None, "", "garbage", "00000000-0000-0000-0000-000000000000"])
async def test_without_a_valid_tenant_the_web_role_sees_nothing(
    settings: Settings, db: Database, ann: Person, table: str, setting: str | None
) -> None:
    async with await psycopg.AsyncConnection.connect(role_url(settings, WEB)) as connection:
        if setting is not None:
            await connection.execute("SELECT set_config('app.account_id', %s, true)", (setting,))
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        if setting == "garbage":
            with pytest.raises(pg.InvalidTextRepresentation):
                await connection.execute(query)
        else:
            row = await (await connection.execute(query)).fetchone()
            assert row == (0,)
    async with db.as_account(ann.account_id) as tx:
        assert await tx.value("SELECT count(*) FROM links") == 2, "the positive control"


async def test_ann_cannot_change_delete_give_away_or_forge_rows(
    db: Database, ann: Person, ben: Person
) -> None:
    async with db.as_account(ann.account_id) as tx:
        assert await tx.run("UPDATE links SET title = 'x' WHERE account_id = %s", (ben.account_id,)) == 0
        assert await tx.run("DELETE FROM sessions WHERE account_id = %s", (ben.account_id,)) == 0
        assert await tx.run("UPDATE links SET title = 'mine'") == 2, "the positive control"
    for statement in (
        "UPDATE links SET account_id = %(ben)s WHERE id = %(link)s",
        "INSERT INTO email_claims (email, account_id, claimed_at) VALUES ('x@example.org', %(ben)s, now())",
        "UPDATE handles SET account_id = %(ben)s",
    ):
        with pytest.raises(pg.InsufficientPrivilege):
            async with db.as_account(ann.account_id) as tx:
                await tx.run(statement, {"ben": ben.account_id, "link": ann.visible_link})  # type: ignore[arg-type]
    async with db.as_account(ben.account_id) as tx:
        assert await tx.value("SELECT count(*) FROM links WHERE title = 'mine' OR title = 'x'") == 0


async def test_the_tenant_ends_with_its_transaction_on_a_pooled_connection(db: Database, ann: Person) -> None:
    for _ in range(20):
        async with db.as_account(ann.account_id) as tx:
            assert await tx.value("SELECT count(*) FROM links") == 2
        async with db.as_claimant("nobody@example.org") as tx:
            assert await tx.value("SELECT count(*) FROM links") == 0


async def test_a_failed_transaction_leaves_no_tenant_behind(db: Database, ann: Person) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            async with db.as_account(ann.account_id):
                raise ZeroDivisionError
        async with db.as_claimant("nobody@example.org") as tx:
            assert await tx.value("SELECT count(*) FROM links") == 0


async def test_who_knows_an_address_sees_whose_it_is_and_nothing_else(
    db: Database, ann: Person, ben: Person
) -> None:
    async with db.as_claimant("ann-lee@example.org") as tx:
        cursor = await tx.connection.execute("SELECT email, account_id FROM email_claims")
        assert await cursor.fetchall() == [("ann-lee@example.org", ann.account_id)]
        assert await tx.value("SELECT count(*) FROM accounts") == 0


async def test_vic_sees_what_is_published_and_visible(db: Database, ann: Person) -> None:
    await add_person(db, "carl-draft", published=False)
    async with db.as_visitor() as tx:
        handles = await (await tx.connection.execute("SELECT handle FROM profiles")).fetchall()
        links = await (await tx.connection.execute("SELECT id FROM links")).fetchall()
    assert handles == [("ann-lee",)]
    assert links == [(ann.visible_link,)]


@pytest.mark.parametrize(
    "table", ["accounts", "sessions", "api_tokens", "events", "daily_totals", "email_claims"]
)
async def test_vic_may_not_even_ask_for_private_tables(settings: Settings, table: str) -> None:
    async with await psycopg.AsyncConnection.connect(role_url(settings, VISITOR)) as connection:
        with pytest.raises(pg.InsufficientPrivilege):
            await connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_can_become_another_or_switch_the_guard_off(
    settings: Settings, admin_url: str, role: str
) -> None:
    powerful = [row[0] for row in catalogue(admin_url, "SELECT rolname FROM pg_roles WHERE rolcanlogin")]
    assert len(powerful) > len(ROLES), "the owner and the superuser are among them"
    async with await psycopg.AsyncConnection.connect(role_url(settings, role), autocommit=True) as connection:
        for other in powerful:
            if other != role:
                with pytest.raises(pg.InsufficientPrivilege):
                    await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(other)))
        await connection.execute("SET row_security = off")
        with pytest.raises(pg.InsufficientPrivilege):
            await connection.execute(
                "SELECT timezone, account_id FROM profiles p JOIN links USING (account_id)"
            )
        with pytest.raises(pg.InsufficientPrivilege):
            await connection.execute("CREATE TABLE public.mine (id int)")


@pytest.mark.parametrize("role", [WEB, VISITOR, WORKER, CONSUMER])
async def test_a_partition_is_no_way_around_its_table(settings: Settings, admin_url: str, role: str) -> None:
    [(partition,), *_] = catalogue(
        admin_url, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass"
    )
    async with await psycopg.AsyncConnection.connect(role_url(settings, role)) as connection:
        with pytest.raises(pg.InsufficientPrivilege):
            await connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(partition)))


async def test_web_may_add_a_job_and_read_none(settings: Settings, db: Database, ann: Person) -> None:
    from nameplate import jobs

    async with db.as_account(ann.account_id) as tx:
        await jobs.defer(tx, "accounts.send_verification", account_id=ann.account_id)
    async with await psycopg.AsyncConnection.connect(role_url(settings, WEB)) as connection:
        with pytest.raises(pg.InsufficientPrivilege):
            await connection.execute("SELECT args FROM jobs.procrastinate_jobs")
    async with await psycopg.AsyncConnection.connect(role_url(settings, WORKER)) as connection:
        row = await (
            await connection.execute("SELECT task_name, args FROM jobs.procrastinate_jobs")
        ).fetchone()
    assert row == ("accounts.send_verification", {"account_id": str(ann.account_id)})
