"""What Citus asks of a schema, read from the catalogue of a plain PostgreSQL, and what would be spread how."""

import ast
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nameplate.citus import queries
from nameplate.citus.plan import Plan, plan
from nameplate.citus.queries import Table
from nameplate.commands.migrate import migrate
from nameplate.db import ROLES
from nameplate.errors import StartError
from nameplate.settings import Settings

SOURCE = Path(__file__).parents[1] / "src" / "nameplate"
# On the coordinator alone, for good: no person's, or locked row by row.
LOCAL = {
    "stream_offsets", "counted_batches", "visitor_keys", "stranger_limit_records", "github_repositories",
    "github_attempts", "github_stars", "github_tokens", "github_circuit",
}  # fmt: skip
GLOBAL = {"handles", "email_claims", "oauth_identities"}


@pytest.fixture
def planned(postgres_url: str) -> Plan:
    with psycopg.connect(postgres_url) as connection:
        return plan(queries.tables(connection))


def catalogue(url: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def test_every_table_has_its_place(planned: Plan) -> None:
    assert set(planned.references) == GLOBAL
    assert set(planned.local) >= LOCAL
    assert {"accounts", "profiles", "links", "events", "sessions", "daily_totals"} <= set(planned.distributed)
    assert planned.distributed[0] == "accounts"
    assert planned.distributed.index("profiles") < planned.distributed.index("links")


def test_every_key_of_a_distributed_table_begins_with_the_account(admin_url: str, planned: Plan) -> None:
    rows = catalogue(
        admin_url,
        """
        SELECT c.relname, i.indexrelid::regclass::text, a.attname, t.attnotnull
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'account_id'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE c.relname = ANY(%s) AND (i.indisunique OR i.indisprimary)
        """,
        planned.distributed,
    )
    assert {row[0] for row in rows} == set(planned.distributed), "each has one"
    assert [row for row in rows if row[2] != "account_id" or not row[3]] == []


def test_every_foreign_key_stays_on_one_node_and_sets_nothing_to_null(admin_url: str, planned: Plan) -> None:
    rows = catalogue(
        admin_url,
        """
        SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, a.attname, b.attname, k.confdeltype::text,
            k.confupdtype::text
        FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
        """,
    )
    assert len(rows) >= 10
    assert [row for row in rows if {row[0], row[1]} - set(planned.distributed)] == []
    assert [row for row in rows if (row[2], row[3]) != ("account_id", "account_id")] == []
    assert [row for row in rows if row[4] in "nd" or row[5] in "nd"] == []


def test_there_are_no_triggers_and_no_questions_within_policies(admin_url: str) -> None:
    triggers = catalogue(
        admin_url,
        "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace",
    )
    assert triggers == []
    policies = catalogue(
        admin_url,
        "SELECT tablename, policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies"
        " WHERE schemaname = 'public'",
    )
    assert len(policies) > 40
    assert [row[:2] for row in policies if re.search(r"\bSELECT\b", row[2], re.IGNORECASE)] == []


def sql_texts() -> list[tuple[str, str]]:
    """Every statement in the sources, with the file it stands in."""
    return [
        (str(path.relative_to(SOURCE)), node.value)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_what_is_done_on_conflict_is_immutable_and_no_update_is_volatile() -> None:
    texts = sql_texts()
    conflicts = [
        (path, text.partition("DO UPDATE SET")[2]) for path, text in texts if "DO UPDATE SET" in text
    ]
    assert len(conflicts) >= 10, "the search finds them"
    moving = re.compile(r"\b(now|random|clock_timestamp|gen_random_uuid|nextval)\s*\(|\bcurrent_\w+", re.I)
    assert [path for path, text in conflicts if moving.search(text)] == []
    volatile = re.compile(r"\b(random|clock_timestamp|gen_random_uuid|nextval)\s*\(", re.I)
    found = [(path, text, re.match(r"\s*UPDATE (\w+) ", text)) for path, text in texts]
    updates = [(path, text) for path, text, update in found if update and update[1] not in LOCAL]
    assert len(updates) >= 20, "the search finds them"
    assert [path for path, text in updates if volatile.search(text)] == []


def test_the_statements_are_shown_and_nothing_is_done(
    settings: Settings, planned: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(settings, citus=True, dry_run=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "CREATE EXTENSION IF NOT EXISTS citus;"
    for role in ROLES:
        assert f"ALTER ROLE {role} SET citus.propagate_set_commands = 'local';" in lines
    for name in planned.references:
        assert f"SELECT create_reference_table('public.{name}');" in lines
    assert "SELECT create_distributed_table('public.accounts', 'account_id');" in lines
    for name in planned.distributed[1:]:
        assert (
            f"SELECT create_distributed_table('public.{name}', 'account_id', colocate_with => 'public.accounts');"
            in lines
        )
    assert len(lines) == 1 + len(ROLES) + len(planned.references) + len(planned.distributed) + 1


def test_what_is_spread_already_is_not_spread_again(planned: Plan) -> None:
    known = {*planned.references, *planned.distributed} - {"annotations"}
    again = queries.statements(planned.distributed, planned.references, known)
    assert [line for line in again if "create_" in line] == [
        "SELECT create_distributed_table('public.annotations', 'account_id', colocate_with => 'public.accounts')"
    ]


def test_a_postgresql_without_citus_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(StartError, match="has no Citus"):
        migrate(settings, citus=True)


def test_a_key_to_another_place_is_refused() -> None:
    tables = [
        Table("accounts", has_account=True, by_account=True, references=[]),
        Table("handles", has_account=True, by_account=False, references=["accounts"]),
    ]
    with pytest.raises(StartError, match="handles points to accounts"):
        plan(tables)
