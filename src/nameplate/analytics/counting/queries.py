"""The statements that count a batch, and what else the consumer and the worker ask of the analytics tables.

Counting is set by set. Every statement takes its rows in the order of their key and the statements always come in
the same order, so that two transactions that count the same account wait for each other and never deadlock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class Zone:
    account_id: UUID
    timezone: str


@dataclass(frozen=True, slots=True)
class Offset:
    generation: str
    last_id: str


@dataclass(frozen=True, slots=True)
class BatchId:
    batch_id: UUID


async def claim_batches(tx: Tx, ids: Iterable[UUID], remember: timedelta) -> set[UUID]:
    """Those of `ids` that nobody counted yet. Waits for a transaction that is counting one of them just now."""
    rows = await tx.all(
        BatchId,
        """
        INSERT INTO counted_batches (batch_id, forget_at)
        SELECT id, now() + %s FROM unnest(%s::uuid[]) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING batch_id
        """,
        (remember, sorted(ids)),
    )
    return {row.batch_id for row in rows}


async def time_zones(tx: Tx, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """The zones of those accounts that still exist."""
    rows = await tx.all(
        Zone, "SELECT account_id, timezone FROM profiles WHERE account_id = ANY(%s)", (list(accounts),)
    )
    return {row.account_id: row.timezone for row in rows}


# Types as psycopg should write them, not as the table has them: in binary COPY a uuid is 16 bytes, a timestamp the
# microseconds and a date the days since 2000, and plain integers are written without any Python code.
STAGE: Sequence[tuple[str, str, str]] = (
    ("account_id", "uuid", "bytea"),
    ("at", "timestamptz", "int8"),
    ("id", "bigint", "int8"),
    ("visitor", "bigint", "int8"),
    ("day", "date", "int4"),
    ("tap_x", "real", "float4"),
    ("tap_y", "real", "float4"),
    ("ttfb", "real", "float4"),
    ("fcp", "real", "float4"),
    ("lcp", "real", "float4"),
    ("inp", "real", "float4"),
    ("cls", "real", "float4"),
    ("viewport", "smallint", "int2"),
    ("link_id", "uuid", "bytea"),
    ("kind", "text", "text"),
    ("country", "text", "text"),
    ("region", "text", "text"),
    ("city", "text", "text"),
    ("device", "text", "text"),
    ("browser", "text", "text"),
    ("browser_version", "text", "text"),
    ("os", "text", "text"),
    ("os_version", "text", "text"),
    ("language", "text", "text"),
    ("referrer", "text", "text"),
    ("referrer_path", "text", "text"),
    ("utm_source", "text", "text"),
    ("utm_medium", "text", "text"),
    ("utm_campaign", "text", "text"),
    ("utm_term", "text", "text"),
    ("utm_content", "text", "text"),
    ("connection", "text", "text"),
    ("bot", "text", "text"),
    ("fact", "bigint", "int8"),
)


async def stage(tx: Tx, rows: Iterable[Sequence[object]]) -> None:
    """Put the batch, one value for each column of STAGE, where the statements below find it.

    A temporary table, because PostgreSQL refuses COPY FROM into a table under row-level security.
    """
    await tx.run(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS stage (
            account_id uuid, at timestamptz, id bigint, visitor bigint, day date, tap_x real, tap_y real, ttfb real,
            fcp real, lcp real, inp real, cls real, viewport smallint, link_id uuid, kind text, country text,
            region text, city text, device text, browser text, browser_version text, os text, os_version text,
            language text, referrer text, referrer_path text, utm_source text, utm_medium text, utm_campaign text,
            utm_term text, utm_content text, connection text, bot text, fact bigint
        ) ON COMMIT DELETE ROWS
        """
    )
    async with tx.connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([kind for _, _, kind in STAGE])
        for row in rows:
            await copy.write_row(row)


async def insert_events(tx: Tx) -> int:
    return await tx.run(
        """
        INSERT INTO events (account_id, at, id, visitor, day, tap_x, tap_y, ttfb, fcp, lcp, inp, cls, viewport, link_id,
            kind, country, region, city, device, browser, browser_version, os, os_version, language, referrer,
            referrer_path, utm_source, utm_medium, utm_campaign, utm_term, utm_content, connection, bot)
        SELECT account_id, at, id, visitor, day, tap_x, tap_y, ttfb, fcp, lcp, inp, cls, viewport, link_id,
            kind, country, region, city, device, browser, browser_version, os, os_version, language, referrer,
            referrer_path, utm_source, utm_medium, utm_campaign, utm_term, utm_content, connection, bot
        FROM stage
        """
    )


async def count_days(tx: Tx) -> None:
    """visitor_days and daily_totals. Whoever is new in visitor_days is one more visitor of the day."""
    await tx.run(
        """
        WITH fact AS (
            INSERT INTO visitor_days AS v (account_id, first_at, first_id, visitor, day, views, clicks, country, region,
                city, device, browser, os, language, referrer, utm_source, utm_medium, utm_campaign)
            SELECT DISTINCT ON (account_id, day, fact) account_id, at, id, fact, day,
                count(*) FILTER (WHERE kind = 'view') OVER same, count(*) FILTER (WHERE kind = 'click') OVER same,
                country, region, city, device, browser, os, language, referrer, utm_source, utm_medium, utm_campaign
            FROM stage WHERE fact IS NOT NULL
            WINDOW same AS (PARTITION BY account_id, day, fact)
            ORDER BY account_id, day, fact, at, id
            ON CONFLICT (account_id, day, visitor) DO UPDATE SET
                views = v.views + excluded.views,
                clicks = v.clicks + excluded.clicks,
                country = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.country ELSE v.country END,
                region = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.region ELSE v.region END,
                city = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.city ELSE v.city END,
                device = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.device ELSE v.device END,
                browser = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.browser ELSE v.browser END,
                os = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.os ELSE v.os END,
                language = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.language ELSE v.language END,
                referrer = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.referrer ELSE v.referrer END,
                utm_source = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_source ELSE v.utm_source END,
                utm_medium = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_medium ELSE v.utm_medium END,
                utm_campaign = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_campaign ELSE v.utm_campaign END,
                first_at = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.first_at ELSE v.first_at END,
                first_id = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.first_id ELSE v.first_id END
            RETURNING v.account_id, v.day, old.account_id IS NULL AND v.visitor >= 0 AS is_new
        ), visitors AS (
            SELECT account_id, day, count(*) AS visitors FROM fact WHERE is_new GROUP BY account_id, day
        ), totals AS (
            SELECT account_id, day,
                count(*) FILTER (WHERE kind = 'view' AND bot IS NULL) AS views,
                count(*) FILTER (WHERE kind = 'click' AND bot IS NULL) AS clicks,
                count(*) FILTER (WHERE bot IS NOT NULL) AS bots
            FROM stage WHERE kind IN ('view', 'click') GROUP BY account_id, day
        )
        INSERT INTO daily_totals AS d (account_id, day, views, visitors, clicks, bots)
        SELECT account_id, day, views, coalesce(visitors, 0), clicks, bots
        FROM totals LEFT JOIN visitors USING (account_id, day) ORDER BY account_id, day
        ON CONFLICT (account_id, day) DO UPDATE SET
            views = d.views + excluded.views, visitors = d.visitors + excluded.visitors,
            clicks = d.clicks + excluded.clicks, bots = d.bots + excluded.bots
        """
    )


async def count_links(tx: Tx) -> None:
    """visitor_link_days and daily_links. Bots are in neither; anonymous clicks have no visitor."""
    await tx.run(
        """
        WITH who AS (
            INSERT INTO visitor_link_days AS v (account_id, day, link_id, visitor, clicks)
            SELECT account_id, day, link_id, visitor, count(*) FROM stage
            WHERE kind = 'click' AND bot IS NULL AND visitor IS NOT NULL AND link_id IS NOT NULL
            GROUP BY account_id, day, link_id, visitor ORDER BY account_id, day, link_id, visitor
            ON CONFLICT (account_id, day, link_id, visitor) DO UPDATE SET clicks = v.clicks + excluded.clicks
            RETURNING v.account_id, v.day, v.link_id, old.account_id IS NULL AS is_new
        ), visitors AS (
            SELECT account_id, day, link_id, count(*) AS visitors FROM who WHERE is_new
            GROUP BY account_id, day, link_id
        ), clicks AS (
            SELECT account_id, day, link_id, count(*) AS clicks FROM stage
            WHERE kind = 'click' AND bot IS NULL AND link_id IS NOT NULL GROUP BY account_id, day, link_id
        )
        INSERT INTO daily_links AS d (account_id, day, link_id, clicks, visitors)
        SELECT account_id, day, link_id, clicks, coalesce(visitors, 0)
        FROM clicks LEFT JOIN visitors USING (account_id, day, link_id) ORDER BY account_id, day, link_id
        ON CONFLICT (account_id, day, link_id) DO UPDATE SET
            clicks = d.clicks + excluded.clicks, visitors = d.visitors + excluded.visitors
        """
    )


async def lock_offset(tx: Tx, stream: str) -> Offset | None:
    """Where the stream is read up to, locked until the end of `tx`; None while another consumer works on it."""
    await tx.run(
        "INSERT INTO stream_offsets (stream, generation, last_id) VALUES (%s, '', '0-0') ON CONFLICT DO NOTHING",
        (stream,),
    )
    return await tx.one(
        Offset,
        "SELECT generation, last_id FROM stream_offsets WHERE stream = %s FOR UPDATE SKIP LOCKED",
        (stream,),
    )


async def move_offset(tx: Tx, stream: str, generation: str, last_id: str) -> None:
    await tx.run(
        "UPDATE stream_offsets SET generation = %s, last_id = %s WHERE stream = %s",
        (generation, last_id, stream),
    )


async def read_offset(tx: Tx, stream: str) -> Offset | None:
    return await tx.one(Offset, "SELECT generation, last_id FROM stream_offsets WHERE stream = %s", (stream,))
