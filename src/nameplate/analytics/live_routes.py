"""/analytics/live: this moment, once or as it goes on."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from nameplate.analytics.live.feeds import Feeds
from nameplate.analytics.live.reader import Position
from nameplate.analytics.live.shapes import Live, read_live
from nameplate.analytics.visitor import now
from nameplate.db import Database
from nameplate.http.caller import Caller
from nameplate.http.sse import MEDIA_TYPE, EventStream

LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID",
        max_length=100,
        description="The last `id` of an interrupted stream: what came behind it is sent first, at most 200 events.",
    ),
]


@get(
    "/analytics/live",
    operation_id="getAnalyticsLive",
    summary="Who is on the page now",
    tags=["Analytics"],
    response_description="Visitors of the last 5 minutes, views and clicks of the last 30, the last 50 events",
)
async def get_live(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Live:
    caller.may("analytics:read")
    async with db.as_account(caller.account_id) as tx:
        return await read_live(tx, caller.account_id, now())


@get(
    "/analytics/live/stream",
    operation_id="streamAnalyticsLive",
    summary="The same as server-sent events",
    tags=["Analytics"],
    media_type=MEDIA_TYPE,
    responses={
        200: ResponseSpec(
            str, generate_examples=False, media_type=MEDIA_TYPE, description="Goes on until one side ends it"
        )
    },
)
async def stream_live(
    caller: NamedDependency[Caller], live: NamedDependency[Feeds], last_event_id: LastEventId = None
) -> EventStream:
    """`now`: visitors and minutes, as in `GET /analytics/live`, at first and whenever they change. `events`: rows as
    in its `events`, within about a second; an event may come twice after an interruption, and then has the same `id`.
    `degraded`: the database is away; a `now` says that it is back. At most 4 streams of an account at a time. It ends
    when the session or token does."""
    caller.may("analytics:read")
    live.check(caller.account_id)
    after = Position.parse(last_event_id) if last_event_id else None
    return EventStream(live.read(caller, after))


routes = [get_live, stream_live]
