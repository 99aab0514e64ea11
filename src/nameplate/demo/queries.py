"""How the demo's events are made: set by set, inside PostgreSQL, from small tables of people, visits and hours.

Every draw is a hash of the seed and a number, so the same seed gives the same events whatever the query plan is.
The rows go through the consumer's own stage and its own statements, which count them as they count all events.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from nameplate.analytics.counting.tally import Tally
from nameplate.db import Tx

Rows = Iterable[Sequence[Any]]

# What stays on a connection of the consumer role for as long as the demo uses it.
TABLES: tuple[tuple[LiteralString, LiteralString], ...] = (
    (
        "demo_people",
        """(slot int, agent int, temper int, clock int, country text, region text, city text, language text,
            viewport smallint, connection text, distance float4, pace float4)""",
    ),
    (
        "demo_agents",
        "(era int, agent int, device text, browser text, browser_version text, os text, os_version text, bot text)",
    ),
    (
        "demo_origins",
        """(bucket int, referrer text, path text, utm_source text, utm_medium text, utm_campaign text, utm_term text,
            utm_content text, view_fact bigint, click_fact bigint)""",
    ),
    ("demo_visits", "(template int, length int, lasts float8)"),
    (
        "demo_steps",
        """(template int, seq int, kind text, after float8, click int, x float4, y float4, ms int, element text,
            ttfb float4, fcp float4, lcp float4, inp float4, cls float4)""",
    ),
    ("demo_moments", "(bucket int, share float8)"),
    ("demo_links", "(bucket int, link_id uuid, position smallint)"),
)


async def has_tables(tx: Tx) -> bool:
    return bool(await tx.value("SELECT to_regclass('pg_temp.demo_people') IS NOT NULL"))


async def make_table(tx: Tx, name: LiteralString, columns: LiteralString, rows: bytes) -> None:
    """`rows` as `copy_text` makes them."""
    await tx.run("CREATE TEMPORARY TABLE " + name + " " + columns)
    async with tx.connection.cursor() as cursor, cursor.copy("COPY " + name + " FROM STDIN") as copy:
        await copy.write(rows)
    await tx.run("ANALYZE " + name)


def copy_text(rows: Rows) -> bytes:
    """Rows in COPY's text format: put together once, sent on each connection. Values hold nothing to escape."""
    text = "\n".join("\t".join(["\\N" if value is None else str(value) for value in row]) for row in rows)
    return f"{text}\n".encode()


async def take_time(tx: Tx) -> None:
    """Statements of this transaction may take long: a slow disk is no reason to give up."""
    await tx.run("SET LOCAL statement_timeout = '20min'")
    await tx.run("SET LOCAL idle_in_transaction_session_timeout = '20min'")
    await tx.run("SET LOCAL work_mem = '64MB'")


# Who comes: so many of each slice, dealt people and visits until the quota of events is reached.
_COMERS: LiteralString = """
    WITH slice AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(slices)s) AS s (serial bigint, quota int, day date, start timestamptz,
            seconds float8, squeeze float8, mood int, era int, pool int, links int)
    ), comer AS (
        -- More than can be needed; those beyond the quota are cut off.
        SELECT s.*, n, key, hashfloat8extended(key, %(seed)s) AS h
        FROM slice s CROSS JOIN LATERAL generate_series(1, s.quota / 2 + 40) AS n
        CROSS JOIN LATERAL (SELECT s.serial * 268435456.0::float8 + n AS key) AS k
    ), dealt AS (
        SELECT c.*, p.agent, p.temper, p.clock, p.country, p.region, p.city, p.language, p.viewport, p.connection,
            p.distance, p.pace, v.template, v.lasts,
            sum(v.length) OVER (PARTITION BY c.serial ORDER BY c.n) - v.length AS before
        FROM comer c
        JOIN demo_people p ON p.slot = c.pool * 8192 + (c.h & 8191)::int
        JOIN demo_visits v ON v.template = p.temper * 1024 + ((c.h >> 13) & 1023)::int
"""
# With what, from where and when they come.
_VISITORS: LiteralString = """
    ), visitor AS (
        SELECT d.*, a.device, a.browser, a.browser_version, a.os, a.os_version, a.bot, d.temper = 3 AS anonymous,
            CASE WHEN d.temper = 4 THEN NULL ELSE o.referrer END AS referrer, o.path, o.utm_source, o.utm_medium,
            o.utm_campaign, o.utm_term, o.utm_content, o.view_fact, o.click_fact,
            hashfloat8extended(d.key, %(seed)s + 1) & 9223372036854775807 AS visitor,
            d.pace * (0.75 + ((d.h >> 53) & 1023) / 2046.0) AS slow,
            greatest(0, least(
                d.seconds - d.lasts * d.squeeze - 0.5,
                (m.share + ((d.h >> 43) & 1023) / 1048576.0) * least(86400, CASE
                    WHEN (m.share + 0.001) * 86400 < d.seconds THEN 86400 ELSE d.seconds END)
            )) AS begins
        FROM dealt d
        JOIN demo_agents a ON a.era = d.era AND a.agent = d.agent
        JOIN demo_origins o ON o.bucket = d.mood * 1024 + CASE WHEN d.temper = 4 THEN 4096
            ELSE ((d.h >> 23) & 1023)::int END
        JOIN demo_moments m ON m.bucket = d.clock * 1024 + ((d.h >> 33) & 1023)::int
        WHERE d.before < d.quota
"""
# What they do, one row an event. `fact`: whom the roll-ups count it for.
_STEPS: LiteralString = """
    ), event AS (
        SELECT v.*, e.seq, e.kind, e.click, e.x, e.y, e.ms, e.element, e.ttfb, e.fcp, e.lcp, e.inp, e.cls,
            v.start + (v.begins + e.after * v.squeeze) * interval '1 second' AS at,
            hashfloat8extended(v.key, %(seed)s + 16 + e.seq) & 9223372036854775807 AS id, l.link_id, l.position,
            CASE WHEN v.bot IS NULL AND e.kind IN ('view', 'click') THEN CASE
                WHEN NOT v.anonymous THEN v.visitor WHEN e.kind = 'view' THEN v.view_fact ELSE v.click_fact
            END END AS fact
        FROM visitor v
        JOIN demo_steps e ON e.template = v.template AND v.before + e.seq <= v.quota
        LEFT JOIN demo_links l ON l.bucket = v.links * 256
            + (hashfloat8extended(v.key, %(seed)s + 2048 + e.click) & 255)::int
    )
"""
# As the consumer would stage it: nothing of who asked not to be tracked, and of each kind what it has.
_STAGED: LiteralString = """
    INSERT INTO stage (account_id, at, id, visitor, day, tap_x, tap_y, ttfb, fcp, lcp, inp, cls, viewport, link_id,
        kind, country, region, city, device, browser, browser_version, os, os_version, language, referrer,
        referrer_path, utm_source, utm_medium, utm_campaign, utm_term, utm_content, connection, bot, element, ms,
        position, row_visitor, row_views, row_clicks, row_link_visitor, row_link_clicks)
    SELECT %(account)s, at, id, CASE WHEN NOT anonymous THEN visitor END, day,
        -- Near the spot of the template, so that no two of a thousand hit the same one.
        round(1000 * (x + ((id & 127) - 63) / 1200.0)) / 1000,
        round(1000 * (y + ((id >> 7 & 127) - 63) / 1200.0)) / 1000,
        round(ttfb * slow + distance), round(fcp * slow + 2 * distance), round(lcp * slow + 2 * distance),
        round(inp * slow), cls,
        CASE WHEN kind <> 'click' AND NOT anonymous THEN viewport END, link_id, kind,
        CASE WHEN NOT anonymous THEN country END, CASE WHEN NOT anonymous THEN region END,
        CASE WHEN NOT anonymous THEN city END, CASE WHEN NOT anonymous THEN device END,
        CASE WHEN NOT anonymous THEN browser END, CASE WHEN NOT anonymous THEN browser_version END,
        CASE WHEN NOT anonymous THEN os END, CASE WHEN NOT anonymous THEN os_version END,
        CASE WHEN NOT anonymous THEN language END,
        CASE WHEN kind = 'view' THEN referrer END,
        CASE WHEN kind = 'view' AND NOT anonymous THEN path END,
        CASE WHEN kind IN ('view', 'click') THEN utm_source END,
        CASE WHEN kind IN ('view', 'click') THEN utm_medium END,
        CASE WHEN kind IN ('view', 'click') THEN utm_campaign END,
        CASE WHEN kind IN ('view', 'click') THEN utm_term END,
        CASE WHEN kind IN ('view', 'click') THEN utm_content END,
        CASE WHEN kind = 'vitals' THEN connection END, bot, element,
        round(ms * (0.6 + (id >> 14 & 127) / 120.0)), CASE WHEN kind = 'tap' THEN position END,
        -- What the tally of a batch marks: the first event of each row of visitor_days, one of visitor_link_days.
        CASE WHEN first_of_row THEN fact END, CASE WHEN first_of_row THEN row_views END,
        CASE WHEN first_of_row THEN row_clicks END,
        CASE WHEN first_of_link THEN fact END, CASE WHEN first_of_link THEN link_clicks END
"""
# What the tally of a batch marks: the first event of each row of visitor_days, one of visitor_link_days.
_MARKED: LiteralString = """
    FROM (
        SELECT *, fact IS NOT NULL AND row_number() OVER in_order = 1 AS first_of_row,
            count(*) FILTER (WHERE kind = 'view') OVER same AS row_views,
            count(*) FILTER (WHERE kind = 'click') OVER same AS row_clicks,
            kind = 'click' AND fact IS NOT NULL AND row_number() OVER linked = 1 AS first_of_link,
            count(*) OVER linked AS link_clicks
        FROM event
        WINDOW same AS (PARTITION BY day, fact), in_order AS (PARTITION BY day, fact ORDER BY at, id),
            linked AS (PARTITION BY day, fact, kind, link_id)
    ) AS marked
    ORDER BY at, id
"""


async def make_events(tx: Tx, account_id: UUID, seed: int, slices: list[dict[str, Any]]) -> int:
    """Put the events of `slices` into the consumer's stage, in order of time; how many.

    The hash is that of float8, because that of bigint has 32 bits only. `key` is the visitor's own number; the hash
    `h` of it is used bit by bit: 0-12 who it is, 13-22 the visit, 23-32 the origin, 33-42 the hour, 43-52 how
    far into the step of that hour, 53-62 how quick the line is just then.
    """
    return await tx.run(
        _COMERS + _VISITORS + _STEPS + _STAGED + _MARKED,
        {"slices": Jsonb(slices), "seed": seed * 4096, "account": account_id},
    )


@dataclass(frozen=True, slots=True)
class DaySums:
    day: date
    views: int
    clicks: int
    bots: int


@dataclass(frozen=True, slots=True)
class LinkSums:
    day: date
    link_id: UUID
    clicks: int


class StagedTally(Tally):
    """The sums of events that are in the stage already, for the statements that add them to the roll-ups."""

    def __init__(self, account_id: UUID, days: list[DaySums], links: list[LinkSums]) -> None:
        super().__init__([], {})
        self.bots = any(row.bots for row in days)
        self._account = account_id
        self._day_sums = days
        self._link_sums = links

    def totals(self) -> list[tuple[UUID, date, int, int, int]]:
        return [(self._account, row.day, row.views, row.clicks, row.bots) for row in self._day_sums]

    def links(self) -> list[tuple[UUID, date, UUID, int]]:
        return [(self._account, row.day, row.link_id, row.clicks) for row in self._link_sums]


async def tally(tx: Tx, account_id: UUID) -> StagedTally:
    days = await tx.all(
        DaySums,
        """
        SELECT day, count(*) FILTER (WHERE kind = 'view' AND bot IS NULL) AS views,
            count(*) FILTER (WHERE kind = 'click' AND bot IS NULL) AS clicks,
            count(*) FILTER (WHERE bot IS NOT NULL) AS bots
        FROM stage WHERE kind IN ('view', 'click') GROUP BY day ORDER BY day
        """,
    )
    links = await tx.all(
        LinkSums,
        """
        SELECT day, link_id, count(*) AS clicks FROM stage
        WHERE kind = 'click' AND bot IS NULL AND link_id IS NOT NULL GROUP BY day, link_id ORDER BY day, link_id
        """,
    )
    return StagedTally(account_id, days, links)


async def counted(tx: Tx, ids: Sequence[UUID]) -> set[UUID]:
    """Those of `ids` that were counted, by whomever."""
    async with tx.connection.cursor() as cursor:
        await cursor.execute("SELECT batch_id FROM counted_batches WHERE batch_id = ANY(%s)", (list(ids),))
        return {row[0] for row in await cursor.fetchall()}


async def forget(tx: Tx, ids: Sequence[UUID]) -> None:
    await tx.run("DELETE FROM counted_batches WHERE batch_id = ANY(%s)", (list(ids),))


async def first_event(tx: Tx, account_id: UUID) -> datetime | None:
    found: datetime | None = await tx.value("SELECT min(at) FROM events WHERE account_id = %s", (account_id,))
    return found


async def delete_events(tx: Tx, account_id: UUID, since: datetime, before: datetime) -> int:
    return await tx.run(
        "DELETE FROM events WHERE account_id = %s AND at >= %s AND at < %s", (account_id, since, before)
    )
