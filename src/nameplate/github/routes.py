"""/links/{id}/sync and /github: how it stands with projects on GitHub, how often they are looked at, and look now."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.db import Database, Tx
from nameplate.errors import Invalid, NotFound, TooMany
from nameplate.github import person, queries, token_routes, tokens
from nameplate.github.owners import queries as owners
from nameplate.github.person import Person
from nameplate.github.queries import StarsRow, SyncRow
from nameplate.github.shapes import Overview, Preferences, Sync, SyncChange, SyncDetail, attempt, sync_fields
from nameplate.github.states import asked_from, standing
from nameplate.github.sync.limits import RESERVE
from nameplate.github.token_routes import owner_token
from nameplate.http.caller import Caller
from nameplate.settings import Settings

HISTORY = timedelta(days=30)
ATTEMPTS = 20
# Between two times "sync now" is pressed for one link.
PATIENCE = timedelta(minutes=1)
_LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")


@get("/github", operation_id="getGithub", summary="Your projects on GitHub", tags=["GitHub"])
async def get_overview(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Overview:
    caller.may("links:read")
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        rows = await queries.get_syncs(tx, caller.account_id)
        history = await queries.get_stars(tx, caller.account_id, (now - HISTORY).date())
        asked = await _asked(tx, caller.account_id, settings, now)
        own = await owner_token(tx, caller.account_id)
        interval = await queries.get_default_interval(tx, caller.account_id)
    return Overview(
        rows=[Sync(**_fields(row, asked, history, now)) for row in rows],  # type: ignore[arg-type]
        interval_minutes=max(interval, settings.github_sync_interval),
        least_interval_minutes=settings.github_sync_interval,
        resting_until=asked if asked and asked > now else None,
        refused=asked is None,
        token=own,
        shared_tokens=bool(settings.github_tokens),
    )


@get(
    "/github/people/{login:str}",
    operation_id="getGithubPerson",
    summary="What your page could begin with",
    tags=["GitHub"],
)
async def get_person(
    login: FromPath[str],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Person:
    """Name, bio, picture, website, other accounts and best projects of somebody on GitHub. Nothing is stored or
    published: what is wanted of it goes the usual ways, the picture by `POST /assets`."""
    caller.may("links:write")
    if not _LOGIN.fullmatch(login):
        raise NotFound("GitHub knows no person of this name.")
    return await person.find(db, settings, caller, login)


@put("/github", operation_id="updateGithub", summary="How often projects are looked at", tags=["GitHub"])
async def update_preferences(
    data: JSONBody[Preferences],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Preferences:
    """For each project link that has no interval of its own."""
    caller.may("links:write")
    _check(data.interval_minutes, settings)
    async with db.as_account(caller.account_id) as tx:
        await queries.set_default_interval(
            tx, caller.account_id, data.interval_minutes, settings.github_sync_interval
        )
        await queries.bring_forward(tx, caller.account_id)
    return data


@get(
    "/links/{link_id:uuid}/sync",
    operation_id="getSync",
    summary="How it stands with a project",
    tags=["GitHub"],
)
async def get_sync(
    link_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> SyncDetail:
    caller.may("links:read")
    async with db.as_account(caller.account_id) as tx:
        return await _detail(tx, caller.account_id, link_id, settings)


@put(
    "/links/{link_id:uuid}/sync",
    operation_id="updateSync",
    summary="Change a project's interval",
    tags=["GitHub"],
)
async def update_sync(
    link_id: FromPath[UUID],
    data: JSONBody[SyncChange],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> SyncDetail:
    """Or pause it: what is known stays on the page, and GitHub is not asked for you."""
    caller.may("links:write")
    if isinstance(data.interval_minutes, int):
        _check(data.interval_minutes, settings)
    async with db.as_account(caller.account_id) as tx:
        await _one(tx, caller.account_id, link_id)
        if data.interval_minutes is not msgspec.UNSET:
            await queries.set_interval(
                tx, caller.account_id, link_id, data.interval_minutes, settings.github_sync_interval
            )
        if data.paused is not msgspec.UNSET:
            await queries.set_paused(tx, caller.account_id, link_id, data.paused)
        await queries.bring_forward(tx, caller.account_id)
        return await _detail(tx, caller.account_id, link_id, settings)


@post(
    "/links/{link_id:uuid}/sync",
    operation_id="syncNow",
    summary="Look at a project now",
    tags=["GitHub"],
    status_code=202,
)
async def sync_now(
    link_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> SyncDetail:
    """As soon as GitHub may be asked, which is usually a second or two. Once a minute for each link."""
    caller.may("links:write")
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        row = await _one(tx, caller.account_id, link_id)
        if row.made_up:
            raise Invalid("This project is the demo's: GitHub does not know it, so it is not asked.")
        if row.paused:
            raise Invalid(
                "This project is paused. Take the pause off first.", fields={"paused": "It is paused."}
            )
        if not await queries.ask_now(tx, caller.account_id, link_id, now, PATIENCE):
            last = row.asked_at or now
            wait = max(1, int((last + PATIENCE - now).total_seconds()) + 1)
            raise TooMany(
                f"This was just asked for. Try again in {wait} seconds.", headers={"Retry-After": str(wait)}
            )
        return await _detail(tx, caller.account_id, link_id, settings)


async def _one(tx: Tx, account_id: UUID, link_id: UUID) -> SyncRow:
    rows = await queries.get_syncs(tx, account_id, link_id)
    if not rows:
        raise NotFound("You have no link to a project on GitHub with this id.")
    return rows[0]


async def _detail(tx: Tx, account_id: UUID, link_id: UUID, settings: Settings) -> SyncDetail:
    now = datetime.now(UTC)
    row = await _one(tx, account_id, link_id)
    history = await queries.get_stars(tx, account_id, (now - HISTORY).date())
    attempts = await queries.get_attempts(tx, row.repository_id, ATTEMPTS)
    fields = _fields(row, await _asked(tx, account_id, settings, now), history, now)
    return SyncDetail(**fields, attempts=[attempt(one) for one in attempts])  # type: ignore[arg-type]


async def _asked(tx: Tx, account_id: UUID, settings: Settings, now: datetime) -> datetime | None:
    own = await owners.get(tx, account_id)
    lent = [own.token_id] if own and own.refused_at is None else []
    budgets = await queries.get_budgets(tx, [*tokens.known(settings), *lent])
    return asked_from(budgets, await queries.get_rest(tx), now, RESERVE)


def _fields(
    row: SyncRow, asked: datetime | None, history: Sequence[StarsRow], now: datetime
) -> dict[str, object]:
    own = [day for day in history if day.repository_id == row.repository_id]
    return sync_fields(row, standing(row, asked, now), own, now.date())


def _check(minutes: int, settings: Settings) -> None:
    if minutes < settings.github_sync_interval:
        least = f"At least {settings.github_sync_interval} minutes on this installation."
        raise Invalid("Choose a longer interval.", fields={"interval_minutes": least})


routes = [get_overview, get_person, update_preferences, get_sync, update_sync, sync_now, *token_routes.routes]
