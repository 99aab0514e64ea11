"""/analytics/annotations: what happened on a day, such as "launched 2.0"."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from nameplate.analytics import reports
from nameplate.analytics.annotations import queries
from nameplate.analytics.annotations.queries import AnnotationRow
from nameplate.analytics.routes import From, To
from nameplate.analytics.shapes import Annotation
from nameplate.db import Database
from nameplate.errors import Conflict, Invalid, NotFound
from nameplate.http.caller import STATISTICS, Caller
from nameplate.ids import new_id

MOST_ANNOTATIONS = 1000
MOST_LETTERS = 200


class NewAnnotation(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    """In the profile's time zone."""
    text: str
    """Up to 200 characters in one line."""


class AnnotationChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing stays as it is."""

    day: date | UnsetType = UNSET
    text: str | UnsetType = UNSET


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[Annotation]
    """In the order of their days."""


@get(
    "/analytics/annotations",
    operation_id="getAnnotations",
    summary="What happened on the days of a range",
    tags=["Analytics"],
    response_description="They are in the time series as well",
)
async def get_annotations(
    caller: NamedDependency[Caller], db: NamedDependency[Database], from_: From = None, to: To = None
) -> Annotations:
    caller.may("analytics:read", STATISTICS)
    async with db.as_account(caller.account_id) as tx:
        asked = await reports.find_range(tx, caller.account_id, from_, to)
        rows = await queries.get_annotations(tx, caller.account_id, asked.first, asked.last)
    return Annotations(rows=[_shown(row) for row in rows])


@post(
    "/analytics/annotations",
    operation_id="addAnnotation",
    summary="Write down what happened on a day",
    tags=["Analytics"],
    response_description="The annotation",
)
async def add_annotation(
    data: JSONBody[NewAnnotation], caller: NamedDependency[Caller], db: NamedDependency[Database]
) -> Response[Annotation]:
    """Whoever has a link to the statistics reads it too."""
    caller.may("analytics:write")
    row = AnnotationRow(new_id(), _day(data.day), _text(data.text))
    async with db.as_account(caller.account_id) as tx:
        if await queries.count_annotations(tx, caller.account_id) >= MOST_ANNOTATIONS:
            raise Conflict(f"You have {MOST_ANNOTATIONS} annotations already. Delete one first.")
        await queries.add_annotation(tx, caller.account_id, row, datetime.now(UTC))
    return Response(_shown(row), status_code=201)


@patch(
    "/analytics/annotations/{annotation_id:uuid}",
    operation_id="changeAnnotation",
    summary="Change an annotation",
    tags=["Analytics"],
    response_description="The annotation as it is now",
)
async def change_annotation(
    annotation_id: FromPath[UUID],
    data: JSONBody[AnnotationChange],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
) -> Annotation:
    caller.may("analytics:write")
    day = None if data.day is UNSET else _day(data.day)
    text = None if data.text is UNSET else _text(data.text)
    async with db.as_account(caller.account_id) as tx:
        row = await queries.change_annotation(tx, caller.account_id, annotation_id, day, text)
    if row is None:
        raise NotFound("You have no such annotation; perhaps it was deleted already.")
    return _shown(row)


@delete(
    "/analytics/annotations/{annotation_id:uuid}",
    operation_id="deleteAnnotation",
    summary="Delete an annotation",
    tags=["Analytics"],
)
async def delete_annotation(
    annotation_id: FromPath[UUID], caller: NamedDependency[Caller], db: NamedDependency[Database]
) -> None:
    caller.may("analytics:write")
    async with db.as_account(caller.account_id) as tx:
        if not await queries.delete_annotation(tx, caller.account_id, annotation_id):
            raise NotFound("You have no such annotation; perhaps it was deleted already.")


def _day(day: date) -> date:
    """Raises Invalid for a day that no range can show."""
    if not reports.EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=reports.MOST_DAYS):
        raise Invalid("Correct this and send it again.", fields={"day": "Choose a day nearer to today."})
    return day


def _text(text: str) -> str:
    """In one line. Raises Invalid."""
    text = " ".join(text.split())
    if not 1 <= len(text) <= MOST_LETTERS or not text.isprintable():
        fields = {"text": f"Use 1 to {MOST_LETTERS} characters."}
        raise Invalid("Correct this and send it again.", fields=fields)
    return text


def _shown(row: AnnotationRow) -> Annotation:
    return Annotation(id=row.id, day=row.day, text=row.text)


routes = [get_annotations, add_annotation, change_annotation, delete_annotation]
