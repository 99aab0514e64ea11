"""Sign up; read, change, export and delete the account."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from nameplate.accounts import changes, entering, passwords, prove, queries
from nameplate.accounts.access import sessions
from nameplate.accounts.account import Account, shown
from nameplate.accounts.attempts import Attempts
from nameplate.accounts.callers import SESSION, end_session
from nameplate.accounts.export import export
from nameplate.accounts.oauth.routes import NEWCOMER, newcomer
from nameplate.accounts.passwords import hasher
from nameplate.accounts.queries import AccountRow
from nameplate.accounts.sign_up import checked, sign_up
from nameplate.audit.record import Audit
from nameplate.cache import Cache
from nameplate.db import Database
from nameplate.errors import Conflict, Forbidden, Invalid, NotSignedIn
from nameplate.github.owners import queries as lent
from nameplate.http.caller import Caller
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage

Secret = Annotated[str, msgspec.Meta(max_length=1024)]
Short = Annotated[str, msgspec.Meta(max_length=320)]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """After `GET /oauth/github/start`, the handle is enough: without a password, GitHub opens the account."""

    handle: Short
    email: Short | None = None
    password: Secret | None = None


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing stays. `current_password` may be left out by a session that proved lately who it is."""

    email: Short | UnsetType = UNSET
    password: Secret | UnsetType = UNSET
    current_password: Secret = ""


class Farewell(msgspec.Struct, frozen=True, kw_only=True):
    """The password; or the handle as `confirm`, by a session that proved lately who it is."""

    password: Secret = ""
    confirm: Short = ""


@post("/accounts", operation_id="createAccount", summary="Sign up", tags=["Account"], security=[])
async def create_account(
    data: JSONBody[NewAccount],
    attempts: NamedDependency[Attempts],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    audit: NamedDependency[Audit],
) -> Response[Account]:
    """Makes the account with its page and logs in. Does not tell whether the e-mail address is registered."""
    if not settings.sign_up:
        raise Forbidden("Sign-up is closed on this server. Its operator can open it.", code="sign-up-closed")
    await attempts.sign_up()
    identity = newcomer(request, settings) if data.password is None else None
    application = await checked(data.handle, data.email, data.password, identity)
    account, session = await sign_up(db, settings, hasher, application, audit)
    await end_session(request, db, settings, audit)
    # The address may be remembered as one where nobody lives.
    await cache.publish_page_changed(account.handle)
    cookies = entering.cookies_of(request, settings, session)
    if identity:
        cookies.append(NEWCOMER.none(settings))
    return Response(shown(account), status_code=201, cookies=cookies)


@get("/account", operation_id="getAccount", summary="Your account", tags=["Account"])
async def get_account(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Account:
    caller.may("account:read")
    return shown(await _account(caller, db))


@patch(
    "/account",
    operation_id="updateAccount",
    summary="Change e-mail address or password",
    tags=["Account"],
    security=SESSION,
)
async def update_account(
    data: JSONBody[AccountChange],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[Account]:
    """A new address has to be confirmed by mail. A new password logs every other device out."""
    caller.must_be_person()
    before = await _account(caller, db)
    if data.email is UNSET and data.password is UNSET:
        return Response(shown(before))
    if before.password_hash is not None and data.current_password:
        await changes.check_password(hasher, before, data.current_password, "current_password")
    else:
        async with db.as_account(caller.account_id) as tx:
            await prove.must_be_proven(tx, caller)
    email = before.email if data.email is UNSET else changes.checked_email(data.email)
    password_hash = None
    if data.password is not UNSET:
        if refused := await passwords.check(data.password, email=email, handle=before.handle):
            raise Invalid("Correct this and send it again.", fields={"password": refused})
        password_hash = await hasher.hash(data.password)
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        changed = await changes.change_email(tx, before, email, now, audit)
        if password_hash is not None:
            changed = await changes.change_password(tx, before, password_hash, now, audit)
        session = await sessions.rotate(tx, caller) if changed else None
        if session is not None and password_hash is not None:
            await sessions.end_others(tx, session)
        after = await queries.get_account(tx, caller.account_id)
    if after is None:
        raise NotSignedIn("This account was deleted.")
    return Response(shown(after), cookies=[sessions.cookie(settings, session)] if session else [])


@delete(
    "/account",
    operation_id="deleteAccount",
    summary="Delete the account and everything of it",
    tags=["Account"],
    security=SESSION,
)
async def delete_account(
    data: JSONBody[Farewell],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    cache: NamedDependency[Cache],
    audit: NamedDependency[Audit],
) -> Response[None]:
    """The page is gone and every device logged out at once; all rows are removed within minutes."""
    caller.must_be_person()
    account = await _account(caller, db)
    if data.password:
        await changes.check_password(hasher, account, data.password, "password")
    elif data.confirm.strip().removeprefix("@").lower() != account.handle:
        raise Invalid("Type your handle to confirm.", fields={"confirm": f"Type {account.handle}."})
    if not data.password or account.password_hash is None:
        async with db.as_account(caller.account_id) as tx:
            await prove.must_be_proven(tx, caller)
    for handle in await changes.close(db, caller.account_id, audit):
        await cache.publish_page_changed(handle, gone=True)
    return Response(None, status_code=204, cookies=[sessions.no_cookie(settings)])


@get(
    "/account/export",
    operation_id="exportAccount",
    summary="Everything this server holds of you, as a zip",
    tags=["Account"],
    security=SESSION,
    media_type="application/zip",
)
async def export_account(
    caller: NamedDependency[Caller],
    limits: NamedDependency[Limits],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
    storage: NamedDependency[Storage],
) -> Stream:
    """A JSON file for each table, deleted links and raw events too, and your pictures."""
    caller.must_be_person()
    await limits.spend_export(caller.account_id)
    account = await _account(caller, db)
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        await audit.record(tx, caller.account_id, "data.exported", what="everything")
    name = f"nameplate-{account.handle}-{datetime.now(UTC):%Y-%m-%d}.zip"
    return Stream(
        export(db, storage, caller.account_id),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@delete(
    "/account/github",
    operation_id="unlinkGithub",
    summary="Log-in with GitHub no longer opens it",
    tags=["Account"],
    security=SESSION,
)
async def unlink_github(
    caller: NamedDependency[Caller], db: NamedDependency[Database], audit: NamedDependency[Audit]
) -> None:
    caller.must_be_person()
    account = await _account(caller, db)
    if account.password_hash is None:
        raise Conflict(
            "Set a password first: without it and without GitHub, nothing would open this account."
        )
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        if await queries.unlink_identity(tx, caller.account_id):
            await lent.remove(tx, caller.account_id, "login")
            await audit.record(tx, caller.account_id, "github.unlinked")


async def _account(caller: Caller, db: Database) -> AccountRow:
    async with db.as_account(caller.account_id) as tx:
        row = await queries.get_account(tx, caller.account_id)
    if row is None:
        raise NotSignedIn("This account was deleted.")
    return row


routes = [create_account, get_account, update_account, delete_account, export_account, unlink_github]
