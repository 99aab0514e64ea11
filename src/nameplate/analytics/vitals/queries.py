"""Counting web vitals, and asking for their percentiles.

The limits of the ratings are those of web.dev (https://web.dev/articles/vitals and the articles on each metric).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nameplate.db import Tx

LESS_THAN_ONE, STEP = 0, 1.05  # buckets


@dataclass(frozen=True, slots=True)
class Bar:
    """Of a histogram: its bars come in order."""

    device: str
    metric: str
    rating: int
    bucket: int
    samples: int


@dataclass(frozen=True, slots=True)
class DayPoint:
    """The bar that holds the 75th percentile of a day."""

    day: date
    metric: str
    rating: int
    bucket: int
    samples: int


async def count(tx: Tx) -> None:
    """Add the vitals of the batch in the stage to their roll-up. Thresholds are compared as they are stored."""
    await tx.run(
        """
        INSERT INTO day_vitals AS d (account_id, day, device, metric, rating, bucket, samples)
        SELECT account_id, day, coalesce(device, ''), metric, (value > good)::integer + (value > poor)::integer,
            CASE WHEN value * scale < 1 THEN 0 ELSE 1 + ceil(ln(value * scale) / ln(1.05::float8)) END, count(*)
        FROM stage CROSS JOIN LATERAL (VALUES
            ('lcp', lcp, 2500::real, 4000::real, 1::float8),
            ('inp', inp, 200::real, 500::real, 1::float8),
            ('cls', cls, 0.1::real, 0.25::real, 10000::float8),
            ('fcp', fcp, 1800::real, 3000::real, 1::float8),
            ('ttfb', ttfb, 800::real, 1800::real, 1::float8)
        ) AS m (metric, value, good, poor, scale)
        WHERE kind = 'vitals' AND bot IS NULL AND value IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT (account_id, day, device, metric, rating, bucket)
            DO UPDATE SET samples = d.samples + excluded.samples
        """
    )


async def histogram(tx: Tx, account_id: UUID, first: date, last: date) -> list[Bar]:
    """Of each device and metric."""
    return await tx.all(
        Bar,
        """
        SELECT device, metric, rating, bucket, sum(samples)::bigint AS samples FROM day_vitals
        WHERE account_id = %s AND day BETWEEN %s AND %s
        GROUP BY device, metric, rating, bucket ORDER BY device, metric, rating, bucket
        """,
        (account_id, first, last),
    )


async def histogram_of_all(tx: Tx, account_id: UUID, first: date, last: date) -> list[Bar]:
    """Of each metric, on all devices together."""
    return await tx.all(
        Bar,
        """
        SELECT '' AS device, metric, rating, bucket, sum(samples)::bigint AS samples FROM day_vitals
        WHERE account_id = %s AND day BETWEEN %s AND %s GROUP BY metric, rating, bucket
        """,
        (account_id, first, last),
    )


async def days(tx: Tx, account_id: UUID, first: date, last: date, device: str | None) -> list[DayPoint]:
    """Of each day and metric, on one device or on all."""
    return await tx.all(
        DayPoint,
        """
        WITH bar AS (
            SELECT day, metric, rating, bucket, sum(samples)::integer AS samples FROM day_vitals
            WHERE account_id = %(account_id)s AND day BETWEEN %(first)s AND %(last)s
                AND (%(device)s::text IS NULL OR device = %(device)s)
            GROUP BY day, metric, rating, bucket
        ), passed AS (
            SELECT *, sum(samples) OVER same AS passed, sum(samples) OVER (PARTITION BY day, metric) AS total
            FROM bar WINDOW same AS (PARTITION BY day, metric ORDER BY rating, bucket)
        )
        SELECT DISTINCT ON (day, metric) day, metric, rating, bucket, total::bigint AS samples
        FROM passed WHERE passed * 4 >= total * 3 ORDER BY day, metric, rating, bucket
        """,
        {"account_id": account_id, "first": first, "last": last, "device": device},
    )


async def delete_some(tx: Tx, account_id: UUID, limit: int) -> int:
    """Delete at most `limit` rows of the vitals of an account; 0 when nothing is left."""
    return await tx.run(
        """
        DELETE FROM day_vitals WHERE account_id = %(account_id)s AND (day, device, metric, rating, bucket) IN
            (SELECT day, device, metric, rating, bucket FROM day_vitals WHERE account_id = %(account_id)s
             ORDER BY day, device, metric, rating, bucket LIMIT %(limit)s)
        """,
        {"account_id": account_id, "limit": limit},
    )
