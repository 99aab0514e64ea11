"""/analytics: the numbers of one's own page."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, TypeVar

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from nameplate.analytics import reports
from nameplate.analytics.answers import Asked
from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.filters import Filters, read_filters
from nameplate.analytics.series import timeseries
from nameplate.analytics.shapes import Breakdown, Dashboard, Interval, Summary, Timeseries
from nameplate.db import Database, Tx
from nameplate.http.caller import STATISTICS, Caller

T = TypeVar("T")

From = Annotated[
    date | None,
    QueryParameter(
        name="from", description="First day, in the profile's time zone. Default: 30 days up to `to`."
    ),
]
To = Annotated[
    date | None,
    QueryParameter(name="to", description="Last day, included. Default: today. At most 800 days in all."),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=1000, description="Rows at most.")]
Every = Annotated[
    Interval,
    QueryParameter(
        name="interval",
        description="Length of a step in time. `hour`: at most 31 days, and 7 days with filters.",
    ),
]
FILTERS = {"filters": Provide(read_filters, sync_to_thread=False)}


@get(
    "/analytics/summary",
    operation_id="getAnalyticsSummary",
    summary="Views, visitors and clicks of a range, and of the one before",
    tags=["Analytics"],
    response_description="The sums",
    dependencies=FILTERS,
)
async def get_summary(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
) -> Summary:
    return await ask(
        caller, db, filters, from_, to, lambda tx, asked: reports.summary(tx, caller.account_id, asked)
    )


@get(
    "/analytics/timeseries",
    operation_id="getAnalyticsTimeseries",
    summary="Views, visitors and clicks over time",
    tags=["Analytics"],
    response_description="Every day, hour, week or month of the range",
    dependencies=FILTERS,
)
async def get_timeseries(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
    interval: Every = Interval.DAY,
) -> Timeseries:
    return await ask(
        caller, db, filters, from_, to, lambda tx, asked: timeseries(tx, caller.account_id, asked, interval)
    )


@get(
    "/analytics/breakdown/{dimension:str}",
    operation_id="getAnalyticsBreakdown",
    summary="The most frequent values of one dimension",
    tags=["Analytics"],
    response_description="Most visitors first; links by clicks, bots by views and clicks",
    dependencies=FILTERS,
)
async def get_breakdown(
    dimension: FromPath[Dimension],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
    limit: Limit = 100,
) -> Breakdown:
    return await ask(
        caller,
        db,
        filters,
        from_,
        to,
        lambda tx, asked: reports.breakdown(tx, caller.account_id, asked, dimension, limit),
    )


@get(
    "/analytics/dashboard",
    operation_id="getAnalyticsDashboard",
    summary="All that one screen needs",
    tags=["Analytics"],
    response_description="Sums, steps in time, and the ten most frequent values of every dimension",
    dependencies=FILTERS,
)
async def get_dashboard(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
    interval: Every = Interval.DAY,
) -> Dashboard:
    return await ask(
        caller,
        db,
        filters,
        from_,
        to,
        lambda tx, asked: reports.dashboard(tx, caller.account_id, asked, interval),
    )


async def ask(
    caller: Caller,
    db: Database,
    filters: Filters,
    first: date | None,
    last: date | None,
    question: Callable[[Tx, Asked], Awaitable[T]],
) -> T:
    """What `question` says of the range and filters asked for, to whoever may see sums."""
    caller.may("analytics:read", STATISTICS)
    async with db.as_account(caller.account_id) as tx:
        found = await reports.find_range(tx, caller.account_id, first, last)
        asked = Asked(found.first, found.last, filters.values, filters.bots, hide=caller.share_id is not None)
        return await question(tx, asked)


routes = [get_summary, get_timeseries, get_breakdown, get_dashboard]
