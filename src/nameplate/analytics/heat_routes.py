"""/analytics/heatmap and /analytics/vitals: what the page itself noticed."""

from enum import IntEnum
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from nameplate.analytics.filters import Filters
from nameplate.analytics.routes import FILTERS, From, To, ask
from nameplate.analytics.taps import heatmap
from nameplate.analytics.taps.heatmap import Heatmap
from nameplate.analytics.vitals import report as vitals
from nameplate.analytics.vitals.report import Vitals
from nameplate.db import Database
from nameplate.http.caller import Caller


class ViewportClass(IntEnum):
    """Upper bound of the width in CSS px; 0: not known."""

    UNKNOWN = 0
    PHONE = 480
    TABLET = 768
    SMALL = 1024
    MEDIUM = 1440
    LARGE = 32767


@get(
    "/analytics/heatmap",
    operation_id="getAnalyticsHeatmap",
    summary="Where people tap, by size of screen",
    tags=["Analytics"],
    response_description="Taps by element and cell, and those that hit nothing",
    dependencies=FILTERS,
)
async def get_heatmap(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
    viewport: Annotated[
        ViewportClass | None,
        QueryParameter(name="viewport", description="Size of screen. Default: the one with most taps."),
    ] = None,
) -> Heatmap:
    """With filters: all taps of the visitors who are meant, exactly; `link` means those who clicked it that day,
    whatever else they tapped. Refused while very many events of the range are not added up yet."""
    size = None if viewport is None else viewport.value
    answer = await ask(
        caller, db, filters, from_, to, lambda tx, asked: heatmap.heatmap(tx, caller.account_id, asked, size)
    )
    return heatmap.without_titles(answer) if caller.share_id is not None else answer


@get(
    "/analytics/vitals",
    operation_id="getAnalyticsVitals",
    summary="How fast the page is for its visitors",
    tags=["Analytics"],
    response_description="Web vitals: in all, by device, by day",
    dependencies=FILTERS,
)
async def get_vitals(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    filters: NamedDependency[Filters],
    from_: From = None,
    to: To = None,
) -> Vitals:
    """`device` narrows `metrics` and `rows`; `devices` has all of them. Refused with other filters while very many
    events of the range are not added up yet."""
    return await ask(
        caller, db, filters, from_, to, lambda tx, asked: vitals.vitals(tx, caller.account_id, asked)
    )


routes = [get_heatmap, get_vitals]
