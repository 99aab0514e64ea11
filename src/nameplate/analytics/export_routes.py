"""/analytics/*.csv and *.parquet: the numbers, and the events they are counted from, for a spreadsheet or a program."""

import asyncio
from datetime import date

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from nameplate.analytics import reports
from nameplate.analytics.answers import Asked
from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.exports import breakdown, parquet
from nameplate.analytics.exports.events import Exports
from nameplate.analytics.filters import Filters
from nameplate.analytics.routes import FILTERS, From, To
from nameplate.analytics.shapes import Row
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.http.caller import Caller
from nameplate.http.rate_limit import Limits

CSV = "text/csv"
MOST_ROWS = 100_000


@get(
    "/analytics/events.csv",
    operation_id="exportAnalyticsEvents",
    summary="The raw events of a range",
    tags=["Analytics"],
    response_description="A line for each view, click, tap and measurement, in the order of time",
    media_type=CSV,
    dependencies=FILTERS,
)
async def export_events(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    exports: NamedDependency[Exports],
    audit: NamedDependency[Audit],
    limits: NamedDependency[Limits],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
) -> Stream:
    """Those the other numbers are counted from, under the same filters. `visitor` is a number that is the same for
    the same visitor of a day, in this file only. Texts that a spreadsheet would take for a formula begin with an
    apostrophe. At most 2 downloads at a time, and 60 in an hour if the operator did not choose otherwise."""
    caller.may("analytics:read")
    exports.check(caller.account_id)
    await limits.spend_export(caller.account_id)
    asked = await _asked(caller, db, filters, from_, to, audit)
    return Stream(
        exports.events(caller.account_id, asked), media_type=CSV, headers=_named("events", asked, "csv")
    )


@get(
    "/analytics/events.parquet",
    operation_id="exportAnalyticsEventsParquet",
    summary="The raw events of a range as Parquet",
    tags=["Analytics"],
    response_description="A row for each view, click, tap and measurement, in the order of time",
    media_type=parquet.MEDIA_TYPE,
    dependencies=FILTERS,
)
async def export_events_parquet(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    exports: NamedDependency[Exports],
    audit: NamedDependency[Audit],
    limits: NamedDependency[Limits],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
) -> Stream:
    """The columns of the CSV in types of their own, null for what is not known and, without a link, for a tap on the
    background. Texts are as they are. At most 2 downloads at a time, of either kind."""
    caller.may("analytics:read")
    exports.check(caller.account_id, parquet=True)
    await limits.spend_export(caller.account_id)
    asked = await _asked(caller, db, filters, from_, to, audit)
    return Stream(
        exports.parquet(caller.account_id, asked),
        media_type=parquet.MEDIA_TYPE,
        headers=_named("events", asked, "parquet"),
    )


# Paths of its own for each dimension: the framework knows no parameter in a part of a segment.
def _breakdown_csv(dimension: Dimension) -> HTTPRouteHandler:
    @get(
        f"/analytics/breakdown/{dimension.value}.csv",
        operation_id=f"exportAnalyticsBreakdown{_title(dimension)}",
        summary=f"Every {dimension.value} as CSV",
        tags=["Analytics"],
        response_description="As the breakdown of this dimension, with every value",
        media_type=CSV,
        dependencies=FILTERS,
    )
    async def as_csv(
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        filters: NamedDependency[Filters],
        from_: From = None,
        to: To = None,
    ) -> Response[bytes]:
        asked, rows = await _rows(caller, db, filters, from_, to, dimension)
        body = await asyncio.to_thread(breakdown.lines, dimension, rows)
        return Response(body, media_type=CSV, headers=_named(dimension.value, asked, "csv"))

    return as_csv


def _breakdown_parquet(dimension: Dimension) -> HTTPRouteHandler:
    @get(
        f"/analytics/breakdown/{dimension.value}.parquet",
        operation_id=f"exportAnalyticsBreakdown{_title(dimension)}Parquet",
        summary=f"Every {dimension.value} as Parquet",
        tags=["Analytics"],
        response_description="As the breakdown of this dimension, with every value",
        media_type=parquet.MEDIA_TYPE,
        dependencies=FILTERS,
    )
    async def as_parquet(
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        filters: NamedDependency[Filters],
        from_: From = None,
        to: To = None,
    ) -> Response[bytes]:
        asked, rows = await _rows(caller, db, filters, from_, to, dimension)
        body = await asyncio.to_thread(breakdown.table, dimension, rows)
        headers = _named(dimension.value, asked, "parquet")
        return Response(body, media_type=parquet.MEDIA_TYPE, headers=headers)

    return as_parquet


def _title(dimension: Dimension) -> str:
    return dimension.value.title().replace("_", "")


async def _asked(
    caller: Caller,
    db: Database,
    filters: Filters,
    first: date | None,
    last: date | None,
    audit: Audit | None = None,
) -> Asked:
    """`audit`: where it is written down, for single events, which tell more than sums."""
    async with db.as_account(caller.account_id) as tx:
        found = await reports.find_range(tx, caller.account_id, first, last)
        if audit is not None:
            await audit.record(tx, caller.account_id, "data.exported", what="events")
    return Asked(found.first, found.last, filters.values, filters.bots)


async def _rows(
    caller: Caller,
    db: Database,
    filters: Filters,
    first: date | None,
    last: date | None,
    dimension: Dimension,
) -> tuple[Asked, list[Row]]:
    caller.may("analytics:read")
    asked = await _asked(caller, db, filters, first, last)
    async with db.as_account(caller.account_id) as tx:
        return asked, (await reports.breakdown(tx, caller.account_id, asked, dimension, MOST_ROWS)).rows


def _named(what: str, asked: Asked, ending: str) -> dict[str, str]:
    name = f"nameplate-{what}-{asked.first.isoformat()}-{asked.last.isoformat()}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


routes = [
    export_events,
    export_events_parquet,
    *(make(dimension) for dimension in Dimension for make in (_breakdown_csv, _breakdown_parquet)),
]
