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
        "SELECT account_id, day, link_id, visitor, clicks FROM visitor_link_days WHERE visitor >= 0",
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

# Every row counted for people with the dimensions it is counted under: those of the visitor's first event of the day,
# or, without a visitor, its own.
ATTRIBUTED = f"""
    SELECT e.account_id, e.day, e.at, e.kind, e.visitor, e.link_id, f.*,
        row_number() OVER (PARTITION BY e.account_id, e.day, e.visitor ORDER BY e.at, e.id) = 1
            AND e.visitor IS NOT NULL AS first
    FROM events e CROSS JOIN LATERAL (
        SELECT {DIMENSIONS} FROM events s
        WHERE s.account_id = e.account_id AND s.day = e.day AND s.bot IS NULL AND s.kind IN ('view', 'click')
            AND (s.visitor = e.visitor OR e.visitor IS NULL AND s.id = e.id)
        ORDER BY s.at, s.id LIMIT 1
    ) AS f
    WHERE e.bot IS NULL AND e.kind IN ('view', 'click')
"""
SUMS = """count(*) FILTER (WHERE kind = 'view')::int, count(*) FILTER (WHERE first)::int,
    count(*) FILTER (WHERE kind = 'click')::int"""
_VALUES = ", ".join(f"({number}, {name})" for number, name in enumerate(DIMENSIONS.split(", "), 1))
PAIRS |= {
    "day_values": (
        """
        SELECT account_id, day, dimension::int, nullif(value, ''), views, visitors, clicks FROM day_values
        WHERE (views, visitors, clicks) <> (0, 0, 0)
        """,
        f"""
        SELECT account_id, day, v.dimension, v.value, {SUMS}
        FROM ({ATTRIBUTED}) AS a CROSS JOIN LATERAL (VALUES {_VALUES}) AS v (dimension, value)
        GROUP BY account_id, day, v.dimension, v.value
        """,
    ),
    "quarter_totals": (
        """
        SELECT account_id, day, at, views, visitors, clicks FROM quarter_totals
        WHERE (views, visitors, clicks) <> (0, 0, 0)
        """,
        f"""
        SELECT account_id, day, to_timestamp(trunc(extract(epoch FROM at) / 900) * 900), {SUMS}
        FROM ({ATTRIBUTED}) AS a GROUP BY 1, 2, 3
        """,
    ),
    "anonymous links": (
        "SELECT account_id, day, link_id, sum(clicks)::int FROM visitor_link_days WHERE visitor < 0 GROUP BY 1, 2, 3",
        """
        SELECT account_id, day, link_id, count(*)::int FROM events
        WHERE kind = 'click' AND bot IS NULL AND link_id IS NOT NULL AND visitor IS NULL GROUP BY 1, 2, 3
        """,
    ),
    "bot_days": (
        f"SELECT account_id, day, bot, link_id, {DIMENSIONS}, views, clicks FROM bot_days",
        f"""
        SELECT account_id, day, bot, link_id, {DIMENSIONS}, count(*) FILTER (WHERE kind = 'view')::int,
            count(*) FILTER (WHERE kind = 'click')::int
        FROM events WHERE bot IS NOT NULL AND kind IN ('view', 'click')
        GROUP BY account_id, day, bot, link_id, {DIMENSIONS}
        """,
    ),
    "daily_bots": (
        "SELECT account_id, day, bot, views, clicks FROM daily_bots",
        """
        SELECT account_id, day, bot, count(*) FILTER (WHERE kind = 'view')::int,
            count(*) FILTER (WHERE kind = 'click')::int
        FROM events WHERE bot IS NOT NULL AND kind IN ('view', 'click') GROUP BY account_id, day, bot
        """,
    ),
}

# The place, without the roll-ups' keys for "none"; the buckets are those the migration describes.
ROLL_UPS_OF_TAPS = {
    "day_viewports": (
        "SELECT account_id, day, nullif(viewport, 0), views, taps, dead FROM day_viewports",
        """
        SELECT account_id, day, viewport, count(*) FILTER (WHERE kind = 'view'),
            count(*) FILTER (WHERE kind = 'tap'),
            count(*) FILTER (WHERE kind = 'tap' AND link_id IS NULL
                AND (element IS NULL OR element <> ALL ('{live,home,qr,skip}')))
        FROM events
        WHERE bot IS NULL AND (kind = 'view' OR kind = 'tap' AND num_nulls(tap_x, tap_y) = 0)
        GROUP BY account_id, day, viewport
        """,
    ),
    "day_taps": (
        """
        SELECT account_id, day, nullif(viewport, 0), nullif(link_id, '00000000-0000-0000-0000-000000000000'),
            nullif(element, 'link'), cell, taps
        FROM day_taps
        """,
        """
        SELECT account_id, day, viewport, link_id,
            CASE WHEN link_id IS NULL THEN coalesce(element, '') ELSE element END,
            CASE WHEN tap_x = 1 THEN 19 ELSE trunc(tap_x * 20) END::int + 20 * (CASE
                WHEN tap_y = 1 THEN tall - 1 ELSE trunc(tap_y * tall) END)::int,
            count(*)
        FROM (
            SELECT *, CASE WHEN link_id IS NULL AND coalesce(element, '') = '' THEN 40 ELSE 8 END AS tall FROM events
        ) AS e
        WHERE kind = 'tap' AND bot IS NULL AND tap_x IS NOT NULL AND tap_y IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6
        """,
    ),
    "day_link_taps": (
        "SELECT account_id, day, link_id, nullif(position, 0), bucket, taps FROM day_link_taps",
        """
        SELECT account_id, day, link_id, position, coalesce(bucket, -1), count(*) FROM events LEFT JOIN LATERAL (
            SELECT coalesce(max(n), 0) AS bucket FROM generate_series(1, 200) AS n
            WHERE ms IS NOT NULL AND ms >= 1.2::float8 ^ (n - 1)
        ) AS b ON ms IS NOT NULL
        WHERE kind = 'tap' AND bot IS NULL AND link_id IS NOT NULL AND element IS NULL
        GROUP BY 1, 2, 3, 4, 5
        """,
    ),
    "day_vitals": (
        """
        SELECT account_id, day, nullif(device, ''), metric, rating, sum(samples)::int FROM day_vitals
        GROUP BY 1, 2, 3, 4, 5
        """,
        """
        SELECT account_id, day, device, metric, rating, count(value)::int FROM events CROSS JOIN LATERAL (VALUES
            ('lcp', lcp, CASE WHEN lcp <= 2500 THEN 0 WHEN lcp <= 4000 THEN 1 ELSE 2 END),
            ('inp', inp, CASE WHEN inp <= 200 THEN 0 WHEN inp <= 500 THEN 1 ELSE 2 END),
            ('cls', cls, CASE WHEN cls <= 0.1::real THEN 0 WHEN cls <= 0.25::real THEN 1 ELSE 2 END),
            ('fcp', fcp, CASE WHEN fcp <= 1800 THEN 0 WHEN fcp <= 3000 THEN 1 ELSE 2 END),
            ('ttfb', ttfb, CASE WHEN ttfb <= 800 THEN 0 WHEN ttfb <= 1800 THEN 1 ELSE 2 END)
        ) AS m (metric, value, rating)
        WHERE kind = 'vitals' AND bot IS NULL AND value IS NOT NULL GROUP BY 1, 2, 3, 4, 5
        """,
    ),
}
PAIRS |= ROLL_UPS_OF_TAPS


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
        "TRUNCATE events, visitor_days, visitor_link_days, daily_totals, daily_links, counted_batches, stream_offsets,"
        " day_values, quarter_totals, bot_days, daily_bots, day_pairs, day_packs, day_viewports,"
        " day_taps, day_link_taps, day_vitals, noticed_days, noticed_packs"
    )
