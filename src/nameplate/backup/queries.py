"""What a backup asks the database, and what a restore does to it before and after the dump is loaded."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql

from nameplate.db import ROLES

# Rows that are of no use, or of harm, after a restore (docs/decisions/0039): keys that must never be kept, log-ins,
# proofs and tickets that are open, and who asked how often.
LEFT_OUT = (
    "visitor_keys",
    "sessions",
    "log_in_tickets",
    "spent_challenges",
    "mail_proofs",
    "rate_limit_records",
    "stranger_limit_records",
)
COMPARED = ("accounts", "profiles", "links", "events", "daily_totals", "security_audit_log")

Connection = psycopg.AsyncConnection[Any]


async def sees_everything(connection: Connection) -> bool:
    """Whether row-level security does not hold back whoever this is logged in as."""
    cursor = await connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def export_snapshot(connection: Connection) -> str:
    """The name under which `pg_dump` sees what this transaction, the first of the connection, sees."""
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    row = await (await connection.execute("SELECT pg_export_snapshot()")).fetchone()
    return str(row[0]) if row else ""


async def schema_of(connection: Connection) -> list[str]:
    """The migrations that were applied; empty: none ever."""
    if not await _exists(connection, "_yoyo_migration"):
        return []
    cursor = await connection.execute("SELECT migration_id FROM public._yoyo_migration ORDER BY migration_id")
    return [row[0] for row in await cursor.fetchall()]


async def rows_of(connection: Connection) -> dict[str, int]:
    """How many there are in each of the tables that are compared."""
    found = {}
    for table in COMPARED:
        if await _exists(connection, table):
            cursor = await connection.execute(
                sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
            )
            row = await cursor.fetchone()
            found[table] = int(row[0]) if row else 0
    return found


async def tables(connection: Connection) -> int:
    """How many tables there are whose rows are copied."""
    cursor = await connection.execute(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname <> ALL(%s)"
        " AND relnamespace = ANY(ARRAY['public'::regnamespace, to_regnamespace('jobs')])",
        (list(LEFT_OUT),),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def others(connection: Connection) -> int:
    """Connections of web processes and workers."""
    cursor = await connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY(%s)",
        (list(ROLES),),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def offsets(connection: Connection) -> dict[str, tuple[str, str]]:
    """Stream to the generation and the id up to which its entries are counted."""
    cursor = await connection.execute("SELECT stream, generation, last_id FROM public.stream_offsets")
    return {row[0]: (row[1], row[2]) for row in await cursor.fetchall()}


async def _exists(connection: Connection, table: str) -> bool:
    cursor = await connection.execute("SELECT to_regclass('public.' || %s) IS NOT NULL", (table,))
    row = await cursor.fetchone()
    return bool(row and row[0])


# Everything of ours, and nothing of an extension.
EMPTY: LiteralString = """
SET lock_timeout = '15s';
DO $$
DECLARE
    item record;
BEGIN
    DROP SCHEMA IF EXISTS jobs CASCADE;
    FOR item IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', item.name);
    END LOOP;
    FOR item IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', item.name);
    END LOOP;
END
$$;
"""


def before(owner: str) -> str:
    """Run in the transaction that loads the dump, as whoever sees everything; what is made belongs to `owner`."""
    return sql.SQL("SET ROLE {};\n").format(sql.Identifier(owner)).as_string() + EMPTY


def after(rows: dict[str, int]) -> str:
    """Run in the same transaction: it is lost when anything is missing."""
    checks = [
        sql.SQL(
            "IF (SELECT count(*) FROM public.{}) <> {} THEN RAISE EXCEPTION 'rows of % are missing', {}; END IF;"
        )
        .format(sql.Identifier(table), sql.Literal(number), sql.Literal(table))
        .as_string()
        for table, number in rows.items()
    ]
    return "RESET ROLE;\nSET row_security = off;\nDO $$ BEGIN\n" + "\n".join(checks) + "\nEND $$;\n"
