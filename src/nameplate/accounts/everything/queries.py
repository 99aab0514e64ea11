"""Everything an account has, found in the catalogue: a table added later is exported and purged without being listed.

The statements are put together from catalogue names only; values are always parameters.
"""

from dataclasses import dataclass
from uuid import UUID

from psycopg import sql

from nameplate.db import Tx

# Columns of no use to anybody but us.
_SECRET = ["secret_hash", "password_hash", "challenge_hash", "secret", "hash", "anchor_hash", "seal"]
# Kept elsewhere in the export, as files.
_FILES = ["pending"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with `account_id`. Partitions are reached through their parent."""

    name: str
    key: list[str]


async def tables(tx: Tx) -> list[Table]:
    """By name. A table without a primary key cannot be read in pages, and every tenant table has one."""
    return await tx.all(
        Table,
        """
        SELECT c.relname AS name,
            array_agg(k.attname::text ORDER BY array_position(i.indkey::int2[], k.attnum)) AS key
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        GROUP BY c.relname ORDER BY c.relname
        """,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON texts, in the order of the key, and where the next page begins."""

    rows: list[str]
    last: list[str] | None


async def read_page(tx: Tx, account_id: UUID, table: Table, after: list[str] | None, most: int) -> Page:
    """Up to `most` rows behind `after` (the key of the row before, as texts), without hashes of secrets."""
    key = [name for name in table.key if name != "account_id"]
    columns = sql.SQL(", ").join(map(sql.Identifier, key))
    where: sql.Composable = sql.SQL("t.account_id = %s")
    params: list[object] = [account_id]
    if after is not None and key:
        # A row comparison needs no cast of its own: the texts take the types of the columns.
        places = sql.SQL(", ").join(sql.SQL("%s") for _ in key)
        where += sql.SQL(" AND ({}) > ({})").format(columns, places)
        params += after
    order = sql.SQL(" ORDER BY {}").format(columns) if key else sql.SQL("")
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in key)
    last = sql.SQL("ARRAY[{}]::text[]").format(texts)
    statement = sql.SQL("SELECT (to_jsonb(t) - %s::text[])::text, {} FROM {} t WHERE {}{} LIMIT %s").format(
        last, sql.Identifier(table.name), where, order
    )
    cursor = await tx.connection.execute(statement, [_SECRET + _FILES, *params, most])
    found = await cursor.fetchall()
    more = len(found) == most and bool(key)
    return Page([row[0] for row in found], found[-1][1] if more else None)


async def remove_page(tx: Tx, account_id: UUID, table: Table, most: int) -> int:
    """Remove up to `most` rows; how many there were."""
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    statement = sql.SQL(
        "DELETE FROM {table} WHERE account_id = %s AND ({key}) IN"
        " (SELECT {key} FROM {table} WHERE account_id = %s LIMIT %s)"
    ).format(table=sql.Identifier(table.name), key=key)
    return (await tx.connection.execute(statement, (account_id, account_id, most))).rowcount
