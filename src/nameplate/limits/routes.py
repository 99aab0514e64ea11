"""An owner's own use of the API."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from nameplate.db import Database
from nameplate.http.caller import Caller
from nameplate.http.rate_limit import Limits
from nameplate.limits import queries

LONGEST = 30  # days: older records are gone


class UsageLimit(msgspec.Struct, frozen=True):
    """`requests` in any `seconds`, for each `scope`."""

    requests: int
    seconds: int
    scope: Literal["address", "user"]


class UsageSpan(msgspec.Struct, frozen=True):
    """`most`: requests in the busiest minute, to hold against the limit."""

    at: datetime
    allowed: int
    limited: int
    most: int


class UsageSource(msgspec.Struct, frozen=True):
    """`token_id` is null for the dashboard; a token that was revoked has no name."""

    token_id: UUID | None
    name: str | None
    allowed: int
    limited: int


class UsageArea(msgspec.Struct, frozen=True):
    area: str
    allowed: int
    limited: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that were answered (`allowed`) or refused with 429 (`limited`). Up to a minute late."""

    limit: UsageLimit
    allowed: int
    limited: int
    most: int
    interval: Literal["hour", "day"]
    spans: list[UsageSpan]
    sources: list[UsageSource]
    areas: list[UsageArea]


@get("/usage", operation_id="getUsage", summary="Your use of the API", tags=["Account"])
async def get_usage(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    limits: NamedDependency[Limits],
    days: Annotated[
        int, QueryParameter(ge=1, le=LONGEST, description="How far back; up to 2 days by the hour.")
    ] = 1,
) -> Usage:
    """Requests of the dashboard and of tokens, for as long as they are kept: 30 days."""
    caller.may("account:read")
    interval: Literal["hour", "day"] = "hour" if days <= 2 else "day"
    start = datetime.now(UTC) - timedelta(days=days)
    async with db.as_account(caller.account_id) as tx:
        spans = await queries.spans(tx, caller.account_id, start, interval)
        sources = await queries.sources(tx, caller.account_id, start)
        areas = await queries.areas(tx, caller.account_id, start)
    budget = limits.budgets.user or limits.budgets.address
    return Usage(
        limit=UsageLimit(budget.limit, int(budget.window), "user" if limits.budgets.user else "address"),
        allowed=sum(span.allowed for span in spans),
        limited=sum(span.limited for span in spans),
        most=max((span.most for span in spans), default=0),
        interval=interval,
        spans=[UsageSpan(span.at, span.allowed, span.limited, span.most) for span in spans],
        sources=[
            UsageSource(
                None if row.token_id == queries.NOBODY else row.token_id, row.name, row.allowed, row.limited
            )
            for row in sources
        ],
        areas=[UsageArea(row.area, row.allowed, row.limited) for row in areas],
    )


routes = [get_usage]
