"""What the API tells about this moment."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from nameplate.analytics.live import queries
from nameplate.db import Tx

MINUTES = 30
LATEST = 50
DAY = timedelta(days=1)


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A view of the page or a click on a link, by a person. null: not known, or (referrer) none."""

    id: str
    """Says nothing about the visitor; tells an event that comes twice."""
    at: datetime
    kind: Literal["view", "click"]
    link_id: UUID | None
    link_title: str | None
    """Also of a deleted link."""
    country: str | None
    region: str | None
    city: str | None
    device: str | None
    browser: str | None
    os: str | None
    referrer: str | None


class LiveMinute(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    views: int
    clicks: int


class Now(msgspec.Struct, frozen=True, kw_only=True):
    visitors: int
    """Different visitors of the last five minutes, without those who asked not to be tracked."""
    minutes: list[LiveMinute]
    """The last 30, up to the one that has just begun."""


class Live(Now, frozen=True, kw_only=True):
    events: list[LiveEvent]
    """The last 50 of the last 24 hours, the first one first."""


def shown(row: queries.Seen) -> LiveEvent:
    return LiveEvent(
        id=f"{row.id:016x}",
        at=row.at,
        kind="click" if row.kind == "click" else "view",
        link_id=row.link_id,
        link_title=row.link_title,
        country=row.country,
        region=row.region,
        city=row.city,
        device=row.device,
        browser=row.browser,
        os=row.os,
        referrer=row.referrer,
    )


async def read_now(tx: Tx, account_id: UUID, now: datetime) -> Now:
    first = now.astimezone(UTC).replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    counted = {minute.at: minute for minute in await queries.minutes(tx, account_id, first)}
    rows = []
    for number in range(MINUTES):
        at = first + timedelta(minutes=number)
        minute = counted.get(at)
        rows.append(
            LiveMinute(at=at, views=minute.views if minute else 0, clicks=minute.clicks if minute else 0)
        )
    return Now(visitors=await queries.visitors(tx, account_id, now), minutes=rows)


async def read_live(tx: Tx, account_id: UUID, now: datetime) -> Live:
    state = await read_now(tx, account_id, now)
    rows = await queries.seen(tx, account_id, now - DAY, LATEST)
    return Live(visitors=state.visitors, minutes=state.minutes, events=[shown(row) for row in rows])
