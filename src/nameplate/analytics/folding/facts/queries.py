"""What a fold reads of the facts of a day, and what it notes in them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class DayFacts:
    """All facts of a day and how it stood when they were read. Columns as texts: numbers and ids between commas, words
    between unit separators; None when there are none."""

    version: int
    moves: int
    folds: int
    events: int
    visitors: str | None
    views: str | None
    clicks: str | None
    unfolded: str | None
    words: list[str] | None
    clicked_by: str | None
    clicked: str | None
    times: str | None
    times_unfolded: str | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """Numbers that a fold holds, of the facts and of the clicks that it did not have before."""

    visitors: list[int]
    views: list[int]
    clicks: list[int]
    clicked_by: list[int]
    clicked: list[str]
    times: list[int]


async def facts(tx: Tx, account_id: UUID, day: date) -> DayFacts | None:
    """Of one moment, which is why it is one statement. None when the day is not dirty."""
    return await tx.one(
        DayFacts,
        """
        SELECT d.version, d.moves, d.folds, d.views + d.clicks AS events, f.*, c.*
        FROM daily_totals d CROSS JOIN LATERAL (
            SELECT string_agg(visitor::text, ',') AS visitors, string_agg(views::text, ',') AS views,
                string_agg(clicks::text, ',') AS clicks, string_agg(unfolded::integer::text, ',') AS unfolded,
                ARRAY[
                    string_agg(coalesce(country, ''), E'\\x1f'), string_agg(coalesce(region, ''), E'\\x1f'),
                    string_agg(coalesce(city, ''), E'\\x1f'), string_agg(coalesce(device, ''), E'\\x1f'),
                    string_agg(coalesce(browser, ''), E'\\x1f'), string_agg(coalesce(os, ''), E'\\x1f'),
                    string_agg(coalesce(language, ''), E'\\x1f'), string_agg(coalesce(referrer, ''), E'\\x1f'),
                    string_agg(coalesce(utm_source, ''), E'\\x1f'), string_agg(coalesce(utm_medium, ''), E'\\x1f'),
                    string_agg(coalesce(utm_campaign, ''), E'\\x1f')
                ] AS words
            FROM visitor_days WHERE account_id = %(account_id)s AND day = %(day)s
        ) AS f CROSS JOIN LATERAL (
            SELECT string_agg(visitor::text, ',') AS clicked_by, string_agg(link_id::text, ',') AS clicked,
                string_agg(clicks::text, ',') AS times,
                string_agg((clicks <> folded_clicks)::integer::text, ',') AS times_unfolded
            FROM visitor_link_days WHERE account_id = %(account_id)s AND day = %(day)s
        ) AS c
        WHERE d.account_id = %(account_id)s AND d.day = %(day)s AND d.dirty
        """,
        {"account_id": account_id, "day": day},
    )


async def expect_many(tx: Tx) -> None:
    """For this transaction: PostgreSQL does not know yet how many rows a new account has, takes it for one, and would
    compare each of a hundred thousand with each."""
    await tx.run("SET LOCAL enable_nestloop = off")


async def unchanged(tx: Tx, account_id: UUID, day: date, folds: int, version: int | None) -> bool:
    """Whether nobody folded the day since it had been folded `folds` times, nor counted anything since `version`."""
    return bool(
        await tx.value(
            """
            SELECT folds = %s AND version = coalesce(%s, version) FROM daily_totals
            WHERE account_id = %s AND day = %s
            """,
            (folds, version, account_id, day),
        )
    )


async def keep(tx: Tx, account_id: UUID, day: date, read: DayFacts, kept: Remembered | None) -> None:
    """The day is folded as it was when it was `read`. `kept` is noted in the facts; None: they are not to say.

    Rows are taken in the order in which counting takes them, which may wait for this: it comes last.
    """
    if kept is not None:
        await _remember(tx, account_id, day, kept)
    await tx.run(
        """
        UPDATE daily_totals SET dirty = version <> %(version)s, folds = folds + 1, folded_events = %(events)s,
            folded_moves = %(moves)s
        WHERE account_id = %(account_id)s AND day = %(day)s
        """,
        {
            "account_id": account_id, "day": day, "version": read.version, "events": read.events,
            "moves": None if kept is None else read.moves,
        },
    )  # fmt: skip
    if kept is not None:
        await _remember_links(tx, account_id, day, kept)


async def _remember(tx: Tx, account_id: UUID, day: date, kept: Remembered) -> None:
    await tx.run(
        """
        WITH seen AS (
            SELECT v.visitor, s.views, s.clicks
            FROM unnest(%(visitors)s::bigint[], %(views)s::integer[], %(clicks)s::integer[])
                AS s (visitor, views, clicks)
            JOIN visitor_days v ON v.account_id = %(account_id)s AND v.day = %(day)s AND v.visitor = s.visitor
            ORDER BY v.visitor FOR NO KEY UPDATE OF v
        )
        UPDATE visitor_days v SET folded_views = s.views, folded_clicks = s.clicks,
            unfolded = v.views <> s.views OR v.clicks <> s.clicks
        FROM seen s WHERE v.account_id = %(account_id)s AND v.day = %(day)s AND v.visitor = s.visitor
        """,
        {
            "account_id": account_id, "day": day, "visitors": kept.visitors, "views": kept.views,
            "clicks": kept.clicks,
        },
    )  # fmt: skip


async def _remember_links(tx: Tx, account_id: UUID, day: date, kept: Remembered) -> None:
    await tx.run(
        """
        WITH seen AS (
            SELECT l.visitor, l.link_id, s.clicks
            FROM unnest(%(visitors)s::bigint[], %(links)s::uuid[], %(clicks)s::integer[])
                AS s (visitor, link_id, clicks)
            JOIN visitor_link_days l ON l.account_id = %(account_id)s AND l.day = %(day)s
                AND l.visitor = s.visitor AND l.link_id = s.link_id
            ORDER BY l.visitor, l.link_id FOR NO KEY UPDATE OF l
        )
        UPDATE visitor_link_days l SET folded_clicks = s.clicks
        FROM seen s WHERE l.account_id = %(account_id)s AND l.day = %(day)s AND l.visitor = s.visitor
            AND l.link_id = s.link_id
        """,
        {
            "account_id": account_id, "day": day, "visitors": kept.clicked_by, "links": kept.clicked,
            "clicks": kept.times,
        },
    )  # fmt: skip
