"""Rows in every table that has an account in it, found in the catalogue: a table added later is filled too."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from nameplate.ids import new_id

VALUES: dict[str, Any] = {
    "uuid": new_id,
    "text": lambda: "text",
    "int2": lambda: 1,
    "int4": lambda: 1,
    "int8": lambda: 1,
    "float4": lambda: 0.5,
    "float8": lambda: 0.5,
    "numeric": lambda: 1,
    "bool": lambda: True,
    "date": date.today,
    "timestamptz": lambda: datetime.now(UTC),
    "bytea": lambda: b"secret-bytes",
    "_text": lambda: ["text"],
    "jsonb": lambda: "{}",
}


def tenant_tables(db: psycopg.Connection) -> list[str]:
    """Every table with `account_id` but the children of partitioned ones."""
    rows = db.execute(
        """
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.relname
        """
    )
    return [row[0] for row in rows]


def count(db: psycopg.Connection, table: str, account_id: UUID) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE account_id = %s").format(sql.Identifier(table))
    (found,) = db.execute(query, (account_id,)).fetchone() or (0,)
    return int(found)


def first_allowed(db: psycopg.Connection, table: str) -> dict[str, str]:
    """For each column that a check limits to a list of words, the first of them."""
    rows = db.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
        (table,),
    )
    found = (re.search(r"\((\w+) = ANY \(ARRAY\['([^']+)'", row[0]) for row in rows)
    return {match[1]: match[2] for match in found if match}


def fill(db: psycopg.Connection, account_id: UUID) -> None:
    """At least one row of the account in every table."""
    for table in tenant_tables(db):
        if count(db, table, account_id):
            continue
        columns = db.execute(
            """
            SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef
            """,
            (table,),
        ).fetchall()
        allowed = first_allowed(db, table)
        row = {name: allowed.get(name) or VALUES[kind]() for name, kind in columns}
        row |= {name: f"{table}:{account_id}" for name in row if name in {"subject", "skeleton"}}
        row["account_id"] = account_id
        query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        )
        # The rows they point at may come later in the alphabet, and are nobody's business here.
        db.execute("SET session_replication_role = replica")
        db.execute(query, list(row.values()))
        db.execute("SET session_replication_role = origin")
