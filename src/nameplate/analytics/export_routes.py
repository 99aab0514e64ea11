"""/analytics/*.csv: the numbers, and the events they are counted from, for a spreadsheet or a program."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from nameplate.analytics import reports
from nameplate.analytics.answers import Asked
from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.exports import breakdown
from nameplate.analytics.exports.events import Exports
from nameplate.analytics.filters import Filters
from nameplate.analytics.routes import FILTERS, From, To
from nameplate.db import Database
from nameplate.http.caller import Caller

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
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
) -> Stream:
    """Those the other numbers are counted from, under the same filters. `visitor` is a number that is the same for
    the same visitor of a day, in this file only. Texts that a spreadsheet would take for a formula begin with an
    apostrophe. At most 2 downloads at a time."""
    caller.may("analytics:read")
    exports.check(caller.account_id)
    async with db.as_account(caller.account_id) as tx:
        found = await reports.find_range(tx, caller.account_id, from_, to)
    asked = Asked(found.first, found.last, filters.values, filters.bots)
    return Stream(
        exports.events(caller.account_id, asked),
        media_type=CSV,
        headers=_named("events", asked),
    )


def _breakdown(dimension: Dimension) -> HTTPRouteHandler:
    """A path of its own for each dimension: the framework knows no parameter in a part of a segment."""

    @get(
        f"/analytics/breakdown/{dimension.value}.csv",
        operation_id=f"exportAnalyticsBreakdown{dimension.value.title().replace('_', '')}",
        summary=f"Every {dimension.value} as CSV",
        tags=["Analytics"],
        response_description="As the breakdown of this dimension, with every value",
        media_type=CSV,
        dependencies=FILTERS,
    )
    async def export_breakdown(
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        filters: NamedDependency[Filters],
        from_: From = None,
        to: To = None,
    ) -> Response[bytes]:
        caller.may("analytics:read")
        async with db.as_account(caller.account_id) as tx:
            found = await reports.find_range(tx, caller.account_id, from_, to)
            asked = Asked(found.first, found.last, filters.values, filters.bots)
            rows = (await reports.breakdown(tx, caller.account_id, asked, dimension, MOST_ROWS)).rows
        return Response(
            breakdown.lines(dimension, rows), media_type=CSV, headers=_named(dimension.value, asked)
        )

    return export_breakdown


def _named(what: str, asked: Asked) -> dict[str, str]:
    name = f"nameplate-{what}-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


routes = [export_events, *map(_breakdown, Dimension)]
