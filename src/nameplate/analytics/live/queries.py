"""What has just happened, from the raw events: they are in the order of time within each account."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from nameplate.db import Tx

PRESENT = timedelta(minutes=5)
"""Who was seen no longer ago is on the page now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A view or a click by a person."""

    at: datetime
    id: int
    kind: str
    link_id: UUID | None
    link_title: str | None
    country: str | None
    region: str | None
    city: str | None
    device: str | None
    browser: str | None
    os: str | None
    referrer: str | None


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    views: int
    clicks: int


async def seen(
    tx: Tx, account_id: UUID, since: datetime, most: int, known: Collection[int] = ()
) -> list[Seen]:
    """The last `most` of those behind `since` that are not `known`, the first one first."""
    found = await tx.all(
        Seen,
        """
        SELECT e.at, e.id, e.kind, e.link_id, l.title AS link_title, e.country, e.region, e.city, e.device,
            e.browser, e.os, e.referrer
        FROM events e LEFT JOIN links l ON l.account_id = e.account_id AND l.id = e.link_id
        WHERE e.account_id = %s AND e.at > %s AND e.kind IN ('view', 'click') AND e.bot IS NULL
            AND e.id <> ALL (%s::bigint[])
        ORDER BY e.at DESC, e.id DESC LIMIT %s
        """,
        (account_id, since, list(known), most),
    )
    return found[::-1]


async def visitors(tx: Tx, account_id: UUID, now: datetime) -> int:
    """Different ones of the last minutes, whatever they did. Who asked not to be followed is nobody here."""
    return int(
        await tx.value(
            """
            SELECT count(DISTINCT visitor) FROM events
            WHERE account_id = %s AND at > %s AND bot IS NULL
            """,
            (account_id, now - PRESENT),
        )
    )


async def minutes(tx: Tx, account_id: UUID, first: datetime) -> list[Minute]:
    """From `first` on, those in which something happened."""
    return await tx.all(
        Minute,
        """
        SELECT date_trunc('minute', at) AS at, count(*) FILTER (WHERE kind = 'view') AS views,
            count(*) FILTER (WHERE kind = 'click') AS clicks
        FROM events WHERE account_id = %s AND at >= %s AND kind IN ('view', 'click') AND bot IS NULL
        GROUP BY 1 ORDER BY 1
        """,
        (account_id, first),
    )
