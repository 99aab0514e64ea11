"""Log in, log out, and the list of what is logged in."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody

from nameplate.accounts import entering
from nameplate.accounts.access import queries, sessions
from nameplate.accounts.account import shown
from nameplate.accounts.attempts import Attempts
from nameplate.accounts.callers import SESSION, end_session
from nameplate.accounts.entering import Door
from nameplate.accounts.log_in import find_account
from nameplate.accounts.passwords import hasher
from nameplate.accounts.proof_routes import LoggedIn
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import NotFound
from nameplate.http.caller import Caller
from nameplate.settings import Settings


class LogIn(msgspec.Struct, frozen=True):
    """`login` is an e-mail address or a handle."""

    login: Annotated[str, msgspec.Meta(max_length=320)]
    password: Annotated[str, msgspec.Meta(max_length=1024)]


class SecondStep(msgspec.Struct, frozen=True):
    """The password was right; `POST /sessions/second-factor` comes next, by this browser, within ten minutes."""

    second_factor: bool = True


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser that is logged in. `seen_at` is true to the hour."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


class Sessions(msgspec.Struct, frozen=True):
    rows: list[Session]


@post(
    "/sessions",
    operation_id="logIn",
    summary="Log in",
    tags=["Log-in"],
    security=[],
    responses={
        202: ResponseSpec(SecondStep, description="A second factor is asked for", generate_examples=False)
    },
)
async def log_in(
    data: JSONBody[LogIn],
    attempts: NamedDependency[Attempts],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[LoggedIn | SecondStep]:
    """Answers with the session's cookie, or with 202 where a second step is asked for. 401 does not tell whether the
    account exists."""
    await attempts.log_in(data.login)
    account_id = await find_account(db, hasher, audit, data.login, data.password)
    await attempts.succeeded()
    entered = await entering.first_step(Door(request, db, settings, audit), account_id, "password")
    if entered.account is None:
        return Response(SecondStep(), status_code=202, cookies=entered.cookies)
    return Response(LoggedIn(shown(entered.account)), status_code=201, cookies=entered.cookies)


@get("/sessions", operation_id="getSessions", summary="What is logged in", tags=["Log-in"], security=SESSION)
async def get_sessions(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Sessions:
    current = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        return Sessions(await listed(tx, caller.account_id, current, datetime.now(UTC)))


@delete("/sessions/current", operation_id="logOut", summary="Log out", tags=["Log-in"], security=[])
async def log_out(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[None]:
    """Works without a session as well, so that an old cookie is cleared."""
    await end_session(request, db, settings, audit)
    return Response(None, status_code=204, cookies=[sessions.no_cookie(settings)])


@delete(
    "/sessions/{session_id:uuid}",
    operation_id="endSession",
    summary="Log another device out",
    tags=["Log-in"],
    security=SESSION,
)
async def end_one(
    session_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
) -> None:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        device = await queries.end_session(tx, caller.account_id, session_id)
        if device is None:
            raise NotFound("You have no such session; perhaps it ended already.")
        await audit.record(tx, caller.account_id, "session.revoked", name=device)


@delete(
    "/sessions",
    operation_id="endOtherSessions",
    summary="Log every other device out",
    tags=["Log-in"],
    security=SESSION,
)
async def end_others(
    caller: NamedDependency[Caller], db: NamedDependency[Database], audit: NamedDependency[Audit]
) -> None:
    current = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        await queries.end_other_sessions(tx, caller.account_id, current)
        await audit.record(tx, caller.account_id, "sessions.revoked")


async def listed(tx: Tx, account_id: UUID, current: UUID, now: datetime) -> list[Session]:
    return [
        Session(
            id=row.id,
            device=row.device,
            created_at=row.created_at,
            seen_at=row.seen_at,
            current=row.id == current,
        )
        for row in await queries.get_sessions(tx, account_id, now)
    ]


routes = [log_in, get_sessions, log_out, end_one, end_others]
