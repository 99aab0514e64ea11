"""After millions of rows: let PostgreSQL look at them before somebody asks questions of them."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from nameplate.settings import Settings

_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
    AND (c.relname ~ '^events_[0-9]+$'
        OR c.relname IN ('visitor_days', 'visitor_link_days', 'daily_totals', 'daily_links', 'day_values',
            'quarter_totals', 'bot_days', 'daily_bots', 'day_pairs', 'day_packs', 'noticed_packs'))
ORDER BY c.relname
"""


def can_tidy(settings: Settings) -> bool:
    """Only the owner of the tables may: beside a running `nameplate up` that is nobody, and autovacuum follows soon."""
    return "@" in settings.database_url


async def tidy(settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Fresh statistics and visibility maps. `progress` hears tables done and tables in all."""
    connection: psycopg.AsyncConnection[Any] = await psycopg.AsyncConnection.connect(
        settings.database_url, autocommit=True
    )
    async with connection:
        names = [row[0] for row in await (await connection.execute(_TABLES)).fetchall()]
        for done, name in enumerate(names):
            progress(done, len(names))
            await connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(name)))
        progress(len(names), len(names))
