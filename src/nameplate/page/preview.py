"""GET /preview: the caller's own page as it would look, published or not, for the dashboard's frame.

GET /preview/{handle}: a published page in the same way, for the frame of shared statistics; looking at it is no visit.
"""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from nameplate.db import Database
from nameplate.errors import NotFound
from nameplate.http.caller import Caller
from nameplate.page import queries
from nameplate.page.entry import document
from nameplate.page.queries import PageRow
from nameplate.page.render import render
from nameplate.profiles import handles
from nameplate.settings import Settings


@get("/preview", include_in_schema=False)
async def get_preview(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    theme: FromQuery[str] = "",
) -> Response[bytes]:
    """`theme` tries one on without saving it."""
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        row = await queries.get_own_page(tx, caller.account_id)
    if row is None:
        raise NotFound("This account has no page.")
    return _framed(row, settings, theme=theme)


@get("/preview/{handle:str}", include_in_schema=False)
async def get_framed_page(
    handle: FromPath[str], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[bytes]:
    """What everybody may see, without what counts."""
    name = handles.normalise(handle)
    async with db.as_visitor() as tx:
        row = await queries.get_page(tx, handles.skeleton(name), name)
    if row is None or row.handle != name:
        raise NotFound("There is no published page of this name.")
    return _framed(row, settings)


def _framed(row: PageRow, settings: Settings, *, theme: str = "") -> Response[bytes]:
    page = render(
        document(row, theme=theme), base_url=settings.base_url, embedded=True, images=settings.asset_base_url
    )
    headers = {
        "Content-Security-Policy": page.csp,
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": "no-store",
    }
    return Response(page.html, media_type="text/html; charset=utf-8", headers=headers)


routes: list[Any] = [get_preview, get_framed_page]
