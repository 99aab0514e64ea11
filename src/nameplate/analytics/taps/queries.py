"""Counting taps, and asking where they were.

The counting statements run on the stage of a batch (counting/queries.py), in its transaction and after its other
statements; like those they take their rows in the order of their key.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nameplate.db import Tx

COLUMNS = 20
ROWS = 8
ROWS_OF_PAGE = 40
"""Of the background: it is as high as the page."""
NO_LINK = UUID(int=0)
LINK = "link"
"""The element of a tap on the link itself."""
AT_ONCE, STEP = 0, 1.2  # buckets of the time from the page to the tap


@dataclass(frozen=True, slots=True)
class Viewport:
    viewport: int
    views: int
    taps: int
    dead: int


@dataclass(frozen=True, slots=True)
class Cell:
    link_id: UUID
    element: str
    title: str | None
    cell: int
    taps: int


@dataclass(frozen=True, slots=True)
class LinkTaps:
    """`time_to_click`: median, in ms, within a tenth. `position`: mean place on the page, 1 is the first."""

    link_id: UUID
    taps: int
    time_to_click: float | None
    position: float | None


async def count(tx: Tx) -> None:
    """Add the taps of the batch in the stage, and its views by size of screen, to their roll-ups."""
    await tx.run(
        """
        INSERT INTO day_viewports AS d (account_id, day, viewport, views, taps, dead)
        SELECT account_id, day, coalesce(viewport, 0), count(*) FILTER (WHERE kind = 'view'),
            count(*) FILTER (WHERE kind = 'tap'),
            count(*) FILTER (WHERE kind = 'tap' AND link_id IS NULL
                AND coalesce(element, '') NOT IN ('live', 'home', 'qr', 'skip'))
        FROM stage
        WHERE bot IS NULL AND (kind = 'view' OR kind = 'tap' AND tap_x IS NOT NULL AND tap_y IS NOT NULL)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (account_id, day, viewport) DO UPDATE SET
            views = d.views + excluded.views, taps = d.taps + excluded.taps, dead = d.dead + excluded.dead
        """
    )
    await tx.run(
        """
        INSERT INTO day_taps AS d (account_id, viewport, day, link_id, element, cell, taps)
        SELECT account_id, coalesce(viewport, 0), day, coalesce(link_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(element, CASE WHEN link_id IS NULL THEN '' ELSE 'link' END),
            least(floor(tap_x * 20), 19) + 20 * CASE WHEN link_id IS NULL AND coalesce(element, '') = ''
                THEN least(floor(tap_y * 40), 39) ELSE least(floor(tap_y * 8), 7) END,
            count(*)
        FROM stage WHERE kind = 'tap' AND bot IS NULL AND tap_x IS NOT NULL AND tap_y IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT (account_id, viewport, day, link_id, element, cell) DO UPDATE SET taps = d.taps + excluded.taps
        """
    )
    await tx.run(
        """
        INSERT INTO day_link_taps AS d (account_id, day, link_id, position, bucket, taps)
        SELECT account_id, day, link_id, coalesce(position, 0),
            CASE WHEN ms IS NULL THEN -1 WHEN ms < 1 THEN 0 ELSE 1 + floor(ln(ms::float8) / ln(1.2::float8)) END,
            count(*)
        FROM stage WHERE kind = 'tap' AND bot IS NULL AND link_id IS NOT NULL AND element IS NULL
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (account_id, day, link_id, position, bucket) DO UPDATE SET taps = d.taps + excluded.taps
        """
    )


async def viewports(tx: Tx, account_id: UUID, first: date, last: date) -> list[Viewport]:
    return await tx.all(
        Viewport,
        """
        SELECT viewport, sum(views)::bigint AS views, sum(taps)::bigint AS taps, sum(dead)::bigint AS dead
        FROM day_viewports WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY viewport ORDER BY viewport
        """,
        (account_id, first, last),
    )


async def cells(tx: Tx, account_id: UUID, first: date, last: date, viewport: int) -> list[Cell]:
    """Cells with taps, of every link (deleted ones too) and part of the page."""
    return await tx.all(
        Cell,
        """
        WITH cell AS (
            SELECT link_id, element, cell, sum(taps)::bigint AS taps FROM day_taps
            WHERE account_id = %(account_id)s AND viewport = %(viewport)s AND day BETWEEN %(first)s AND %(last)s
            GROUP BY link_id, element, cell
        )
        SELECT c.link_id, c.element, l.title, c.cell, c.taps
        FROM cell c LEFT JOIN links l ON l.account_id = %(account_id)s AND l.id = c.link_id
        ORDER BY c.link_id, c.element, c.cell
        """,
        {"account_id": account_id, "viewport": viewport, "first": first, "last": last},
    )


async def link_taps(tx: Tx, account_id: UUID, first: date, last: date) -> dict[UUID, LinkTaps]:
    """Of each link that was tapped: how soon, and where it stood. Clicks without our script are not in it."""
    rows = await tx.all(
        LinkTaps,
        """
        WITH histogram AS (
            SELECT link_id, bucket, sum(taps) AS taps, sum(taps) FILTER (WHERE position > 0) AS placed,
                sum(taps * position) AS places
            FROM day_link_taps WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY link_id, bucket
        ), ranked AS (
            SELECT *, sum(taps) FILTER (WHERE bucket >= 0) OVER (PARTITION BY link_id) AS timed,
                sum(taps) FILTER (WHERE bucket >= 0) OVER (PARTITION BY link_id ORDER BY bucket) AS passed
            FROM histogram
        ), median AS (
            SELECT link_id, sum(taps)::bigint AS taps,
                min(bucket) FILTER (WHERE bucket >= 0 AND passed * 2 >= timed) AS bucket,
                sum(places)::float8 / sum(placed)::float8 AS position
            FROM ranked GROUP BY link_id
        )
        SELECT link_id, taps, position,
            CASE WHEN bucket = 0 THEN 0 ELSE 1.2::float8 ^ (bucket - 0.5::float8) END AS time_to_click
        FROM median
        """,
        (account_id, first, last),
    )
    return {row.link_id: row for row in rows}


async def delete_some(tx: Tx, account_id: UUID, limit: int) -> int:
    """Delete at most about `limit` rows of the taps of an account; 0 when nothing is left."""
    deleted = await tx.run(
        """
        DELETE FROM day_taps WHERE account_id = %(account_id)s AND (viewport, day, link_id, element, cell) IN
            (SELECT viewport, day, link_id, element, cell FROM day_taps WHERE account_id = %(account_id)s
             ORDER BY viewport, day, link_id, element, cell LIMIT %(limit)s)
        """,
        {"account_id": account_id, "limit": limit},
    )
    deleted += await tx.run(
        """
        DELETE FROM day_link_taps WHERE account_id = %(account_id)s AND (day, link_id, position, bucket) IN
            (SELECT day, link_id, position, bucket FROM day_link_taps WHERE account_id = %(account_id)s
             ORDER BY day, link_id, position, bucket LIMIT %(limit)s)
        """,
        {"account_id": account_id, "limit": limit},
    )
    if deleted == 0:
        deleted += await tx.run("DELETE FROM day_viewports WHERE account_id = %s", (account_id,))
    return deleted
