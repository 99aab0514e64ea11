"""GET /preview: the caller's own page as it would look, published or not, for the dashboard's frame."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from nameplate.db import Database
from nameplate.errors import NotFound
from nameplate.http.caller import Caller
from nameplate.page import queries
from nameplate.page.entry import document
from nameplate.page.render import render
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
    page = render(
        document(row, theme=theme), base_url=settings.base_url, embedded=True, images=settings.asset_base_url
    )
    headers = {
        "Content-Security-Policy": page.csp,
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": "no-store",
    }
    return Response(page.html, media_type="text/html; charset=utf-8", headers=headers)


routes: list[Any] = [get_preview]
