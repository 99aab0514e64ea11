"""Log in, log out, and the list of what is logged in."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.accounts import queries as accounts
from nameplate.accounts.access import queries, sessions
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.account import Account, shown
from nameplate.accounts.callers import SESSION, end_session
from nameplate.accounts.devices import device_name
from nameplate.accounts.log_in import WrongCredentials, find_account
from nameplate.accounts.passwords import hasher
from nameplate.db import Database
from nameplate.errors import NotFound
from nameplate.http.caller import Caller
from nameplate.settings import Settings


class LogIn(msgspec.Struct, frozen=True):
    """`login` is an e-mail address or a handle."""

    login: Annotated[str, msgspec.Meta(max_length=320)]
    password: Annotated[str, msgspec.Meta(max_length=1024)]


class LoggedIn(msgspec.Struct, frozen=True):
    account: Account


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser that is logged in. `seen_at` is true to the hour."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


class Sessions(msgspec.Struct, frozen=True):
    rows: list[Session]


@post("/sessions", operation_id="logIn", summary="Log in", tags=["Log-in"], security=[])
async def log_in(
    data: JSONBody[LogIn],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[LoggedIn]:
    """Answers with the session's cookie. 401 does not tell whether the account exists."""
    account_id = await find_account(db, hasher, data.login, data.password)
    await end_session(request, db, settings)
    session = Credential.new(account_id)
    async with db.as_account(account_id) as tx:
        account = await accounts.get_account(tx, account_id)
        if account is None:
            raise WrongCredentials
        device = device_name(request.headers.get("user-agent", ""))
        await sessions.start(tx, session, device, datetime.now(UTC))
    return Response(LoggedIn(shown(account)), status_code=201, cookies=[sessions.cookie(settings, session)])


@get("/sessions", operation_id="getSessions", summary="What is logged in", tags=["Log-in"], security=SESSION)
async def get_sessions(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Sessions:
    current = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        rows = await queries.get_sessions(tx, caller.account_id, datetime.now(UTC))
    return Sessions(
        [
            Session(
                id=row.id,
                device=row.device,
                created_at=row.created_at,
                seen_at=row.seen_at,
                current=row.id == current,
            )
            for row in rows
        ]
    )


@delete("/sessions/current", operation_id="logOut", summary="Log out", tags=["Log-in"], security=[])
async def log_out(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[None]:
    """Works without a session as well, so that an old cookie is cleared."""
    await end_session(request, db, settings)
    return Response(None, status_code=204, cookies=[sessions.no_cookie(settings)])


@delete(
    "/sessions/{session_id:uuid}",
    operation_id="endSession",
    summary="Log another device out",
    tags=["Log-in"],
    security=SESSION,
)
async def end_one(
    session_id: FromPath[UUID], caller: NamedDependency[Caller], db: NamedDependency[Database]
) -> None:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        if not await queries.end_session(tx, caller.account_id, session_id):
            raise NotFound("You have no such session; perhaps it ended already.")


@delete(
    "/sessions",
    operation_id="endOtherSessions",
    summary="Log every other device out",
    tags=["Log-in"],
    security=SESSION,
)
async def end_others(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> None:
    current = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        await queries.end_other_sessions(tx, caller.account_id, current)


routes = [log_in, get_sessions, log_out, end_one, end_others]
