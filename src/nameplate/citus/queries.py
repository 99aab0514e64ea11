"""What the catalogue says of our tables, and of Citus beside them."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from nameplate.db import ROLES

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the schema of ours; partitions go with their parent and are not among them."""

    name: str
    has_account: bool
    by_account: bool
    """Whether `account_id` stands first in the primary key."""
    references: list[str]
    """Tables that foreign keys of it point to, itself excluded."""


def tables(connection: Connection) -> list[Table]:
    """In the order of their names."""
    with connection.cursor(row_factory=class_row(Table)) as cursor:
        return cursor.execute("""
            SELECT c.relname AS name,
                EXISTS (
                    SELECT FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
                ) AS has_account,
                EXISTS (
                    SELECT FROM pg_constraint k
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
                    WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attname = 'account_id'
                ) AS by_account,
                coalesce((
                    SELECT array_agg(DISTINCT r.relname::text) FROM pg_constraint k
                    JOIN pg_class r ON r.oid = k.confrelid
                    WHERE k.conrelid = c.oid AND k.contype = 'f' AND r.oid <> c.oid
                ), '{}') AS references
            FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND c.relname NOT LIKE '%yoyo%'
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            ORDER BY c.relname
        """).fetchall()


def citus_version(connection: Connection) -> str | None:
    """Of the extension this server could load; None when it has none."""
    row = connection.execute(
        "SELECT default_version FROM pg_available_extensions WHERE name = 'citus'"
    ).fetchone()
    return None if row is None else str(row[0])


def spread(connection: Connection) -> set[str]:
    """The tables Citus knows already."""
    row = connection.execute("SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return set()
    found = connection.execute(
        "SELECT c.relname FROM pg_catalog.pg_dist_partition d JOIN pg_class c ON c.oid = d.logicalrelid"
    )
    return {str(row[0]) for row in found.fetchall()}


def statements(distributed: list[str], references: list[str], done: set[str]) -> list[str]:
    """What makes Citus spread these tables, except those in `done`; names are those of the catalogue."""
    roles = [f"ALTER ROLE {role} SET citus.propagate_set_commands = 'local'" for role in ROLES]
    copies = [f"SELECT create_reference_table('public.{name}')" for name in references if name not in done]
    spread = [
        f"SELECT create_distributed_table('public.{name}', 'account_id'"
        + (f", colocate_with => 'public.{distributed[0]}')" if place else ")")
        for place, name in enumerate(distributed)
        if name not in done
    ]
    return ["CREATE EXTENSION IF NOT EXISTS citus", *roles, *copies, *spread]
