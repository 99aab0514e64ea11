"""Cookie or bearer token -> Caller: one transaction, one query."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from nameplate.accounts.access import queries, sessions, tokens
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.shares import queries as share_queries
from nameplate.accounts.shares import secrets as shares
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import NotSignedIn
from nameplate.http.caller import STATISTICS, Caller
from nameplate.settings import Settings

# Said in the description of what tokens may not do (`Caller.must_be_person`).
SESSION: list[dict[str, list[str]]] = [{"session": []}]


async def provide_caller(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Caller:
    """The proven account behind the request. Raises NotSignedIn."""
    caller = await find_caller(request, db, settings)
    if caller is None:
        raise NotSignedIn("Log in, or send an API token as `Authorization: Bearer npt_...`.")
    # For the record of who asked (http/rate_limit.py).
    request.scope["state"]["caller"] = caller
    return caller


async def find_caller(request: Request[Any, Any, Any], db: Database, settings: Settings) -> Caller | None:
    """As `provide_caller`, for what strangers may do too.

    With an Authorization header the cookie does not count, whatever the header holds: such a request is not checked
    for where it comes from (http/same_origin.py).
    """
    if authorization := request.headers.get("authorization"):
        scheme, _, text = authorization.partition(" ")
        secret = text.strip() if scheme.lower() == "bearer" else ""
        if token := tokens.parse(secret):
            return await _by_token(db, token)
        share = shares.parse(secret)
        return await _by_share(db, share) if share else None
    session = Credential.parse(request.cookies.get(sessions.cookie_name(settings), ""))
    return await _by_session(db, settings, session) if session else None


async def end_session(
    request: Request[Any, Any, Any], db: Database, settings: Settings, audit: Audit
) -> None:
    """End the session that this browser has, if it has one: at log-out, and before it gets another one."""
    claim = Credential.parse(request.cookies.get(sessions.cookie_name(settings), ""))
    caller = await _by_session(db, settings, claim) if claim else None
    if caller is not None and caller.session_id is not None:
        async with db.as_account(caller.account_id) as tx:
            if await queries.end_session(tx, caller.account_id, caller.session_id) is not None:
                await audit.record(tx, caller.account_id, "session.ended")


async def _by_session(db: Database, settings: Settings, claim: Credential) -> Caller | None:
    now = datetime.now(UTC)
    # Entering the account that the cookie names is safe: nothing but this one row is read before the secret fits.
    async with db.as_account(claim.account_id) as tx:
        row = await queries.get_session(tx, claim.account_id, claim.id)
        if row is None or not claim.opens(row.secret_hash) or row.expires_at <= now:
            return None
        await sessions.seen(tx, settings, claim, row, now)
    return Caller(account_id=claim.account_id, session_id=claim.id, proven_at=row.proven_at)


async def _by_token(db: Database, claim: Credential) -> Caller | None:
    now = datetime.now(UTC)
    async with db.as_account(claim.account_id) as tx:
        row = await queries.get_token(tx, claim.account_id, claim.id)
        if row is None or not claim.opens(row.secret_hash) or not tokens.alive(row, now):
            return None
        await tokens.used(tx, claim, row, now)
    return Caller(account_id=claim.account_id, token_id=claim.id, scopes=frozenset(row.scopes))


async def _by_share(db: Database, claim: Credential) -> Caller | None:
    now = datetime.now(UTC)
    async with db.as_account(claim.account_id) as tx:
        row = await share_queries.get_share(tx, claim.account_id, claim.id)
        if row is None or not claim.opens(row.secret_hash) or not shares.alive(row, now):
            return None
        await shares.used(tx, claim, row, now)
    return Caller(account_id=claim.account_id, share_id=claim.id, scopes=frozenset({STATISTICS}))
