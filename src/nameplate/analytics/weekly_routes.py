"""/analytics/weekly-mail: the numbers of the week by mail, on and off."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.accounts import queries as accounts
from nameplate.analytics.days import zone
from nameplate.analytics.queries import time_zone
from nameplate.analytics.visitor import now
from nameplate.analytics.weekly import mondays, queries, unsubscribe
from nameplate.db import Database, Tx
from nameplate.http.caller import Caller
from nameplate.settings import Settings


class WeeklyMail(msgspec.Struct, frozen=True, kw_only=True):
    on: bool
    next_at: datetime | None
    """Monday, eight o'clock, in the profile's time zone; null: off."""
    obstacle: Literal["no-mail-server", "address-not-confirmed"] | None
    """Why no mail will arrive although it is on. null: nothing is in the way."""


class WeeklyMailChange(msgspec.Struct, frozen=True, kw_only=True):
    on: bool


@get(
    "/analytics/weekly-mail",
    operation_id="getWeeklyMail",
    summary="Whether the numbers of the week come by mail",
    tags=["Analytics"],
    response_description="The switch, and when the next mail is due",
)
async def get_weekly_mail(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> WeeklyMail:
    caller.may("analytics:read")
    async with db.as_account(caller.account_id) as tx:
        return await _state(tx, caller.account_id, settings)


@put(
    "/analytics/weekly-mail",
    operation_id="setWeeklyMail",
    summary="Switch the weekly mail on or off",
    tags=["Analytics"],
    security=[{"session": []}],
    response_description="The switch, and when the next mail is due",
)
async def set_weekly_mail(
    data: JSONBody[WeeklyMailChange],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> WeeklyMail:
    """Mondays at eight in the profile's time zone, to the confirmed address. Weeks without visits have no mail, but
    for the first of them."""
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        if not data.on:
            await queries.switch_off(tx, caller.account_id)
        else:
            here, at = zone(await time_zone(tx, caller.account_id) or "UTC"), now()
            await queries.switch_on(
                tx, caller.account_id, mondays.following(at, here), mondays.last(at, here)
            )
        return await _state(tx, caller.account_id, settings)


@post(
    "/analytics/weekly-mail/off/{token:str}",
    operation_id="unsubscribeWeeklyMail",
    summary="Switch the weekly mail off from the mail itself",
    tags=["Analytics"],
    security=[],
    status_code=204,
)
async def unsubscribe_weekly_mail(
    token: FromPath[str], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> None:
    """One click without log-in (RFC 8058), whatever the body. Works any number of times; 404 for a token that is not
    one of ours."""
    account_id = unsubscribe.account_of(settings, token)
    async with db.as_account(account_id) as tx:
        await queries.switch_off(tx, account_id)


async def _state(tx: Tx, account_id: UUID, settings: Settings) -> WeeklyMail:
    row = await queries.get(tx, account_id)
    obstacle: Literal["no-mail-server", "address-not-confirmed"] | None = None
    if not settings.smtp_url:
        obstacle = "no-mail-server"
    elif await accounts.own_verified_email(tx, account_id) is None:
        obstacle = "address-not-confirmed"
    due_at = row.due_at if row is not None else None
    # After a move the schedule has not looked at the clock yet.
    next_at = None
    if due_at is not None:
        here = zone(await time_zone(tx, account_id) or "UTC")
        next_at = mondays.following(now(), here)
    return WeeklyMail(on=due_at is not None, next_at=next_at, obstacle=obstacle)


routes = [get_weekly_mail, set_weekly_mail, unsubscribe_weekly_mail]
