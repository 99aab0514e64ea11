"""What the roll-ups must say, asked of the raw events in plain SQL."""

from typing import Any

import psycopg

DIMENSIONS = (
    "country, region, city, device, browser, os, language, referrer, utm_source, utm_medium, utm_campaign"
)

# Pairs: a roll-up, and the same from the events.
PAIRS = {
    "daily_totals": (
        "SELECT account_id, day, views, visitors, clicks, bots FROM daily_totals",
        """
        SELECT account_id, day,
            count(*) FILTER (WHERE kind = 'view' AND bot IS NULL),
            count(DISTINCT visitor) FILTER (WHERE bot IS NULL),
            count(*) FILTER (WHERE kind = 'click' AND bot IS NULL),
            count(*) FILTER (WHERE bot IS NOT NULL)
        FROM events WHERE kind IN ('view', 'click') GROUP BY account_id, day
        """,
    ),
    "daily_links": (
        "SELECT account_id, day, link_id, clicks, visitors FROM daily_links",
        """
        SELECT account_id, day, link_id, count(*), count(DISTINCT visitor) FROM events
        WHERE kind = 'click' AND bot IS NULL AND link_id IS NOT NULL GROUP BY account_id, day, link_id
        """,
    ),
    "visitor_link_days": (
        "SELECT account_id, day, link_id, visitor, clicks FROM visitor_link_days",
        """
        SELECT account_id, day, link_id, visitor, count(*) FROM events
        WHERE kind = 'click' AND bot IS NULL AND link_id IS NOT NULL AND visitor IS NOT NULL
        GROUP BY account_id, day, link_id, visitor
        """,
    ),
    "visitor_days": (
        f"SELECT account_id, day, visitor, views, clicks, {DIMENSIONS} FROM visitor_days WHERE visitor >= 0",
        f"""
        SELECT DISTINCT ON (account_id, day, visitor) account_id, day, visitor,
            count(*) FILTER (WHERE kind = 'view') OVER same, count(*) FILTER (WHERE kind = 'click') OVER same,
            {DIMENSIONS}
        FROM events WHERE kind IN ('view', 'click') AND bot IS NULL AND visitor IS NOT NULL
        WINDOW same AS (PARTITION BY account_id, day, visitor)
        ORDER BY account_id, day, visitor, at, id
        """,
    ),
    "anonymous": (
        f"SELECT account_id, day, views, clicks, {DIMENSIONS} FROM visitor_days WHERE visitor < 0",
        f"""
        SELECT account_id, day, count(*) FILTER (WHERE kind = 'view'), count(*) FILTER (WHERE kind = 'click'),
            {DIMENSIONS}
        FROM events WHERE kind IN ('view', 'click') AND bot IS NULL AND visitor IS NULL
        GROUP BY account_id, day, {DIMENSIONS}
        """,
    ),
}


async def assert_exact(admin: psycopg.AsyncConnection[Any]) -> None:
    """Every number of every roll-up is what the events say, no more and no less."""
    for name, (rolled_up, counted) in PAIRS.items():
        left = await (await admin.execute(rolled_up)).fetchall()  # type: ignore[arg-type]
        right = await (await admin.execute(counted)).fetchall()  # type: ignore[arg-type]
        assert sorted(map(repr, left)) == sorted(map(repr, right)), name


async def count(admin: psycopg.AsyncConnection[Any], table: str = "events") -> int:
    row = await (await admin.execute(f"SELECT count(*) FROM {table}")).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


async def clear(admin: psycopg.AsyncConnection[Any]) -> None:
    await admin.execute(
        "TRUNCATE events, visitor_days, visitor_link_days, daily_totals, daily_links, counted_batches, stream_offsets"
    )
