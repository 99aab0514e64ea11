"""From a proven identity to a session: at once, or by way of a second factor."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie

from nameplate import jobs
from nameplate.accounts import queries
from nameplate.accounts.access import known, sessions
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.callers import end_session
from nameplate.accounts.factors import queries as factors
from nameplate.accounts.factors import tickets
from nameplate.accounts.factors.tickets import Method
from nameplate.accounts.log_in import WrongCredentials
from nameplate.accounts.queries import AccountRow
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.settings import Settings


@dataclass(frozen=True, slots=True)
class Door:
    """What everybody who logs somebody in needs."""

    request: Request[Any, Any, Any]
    db: Database
    settings: Settings
    audit: Audit


@dataclass(frozen=True, slots=True)
class Entered:
    """`account` is None while the second step is missing."""

    account: AccountRow | None
    cookies: list[Cookie]


async def first_step(door: Door, account_id: UUID, method: Method) -> Entered:
    """A session, or a ticket for the second step where the account asks for one."""
    async with door.db.as_account(account_id) as tx:
        if (await factors.present(tx, account_id)).two_step:
            ticket = await tickets.issue(tx, account_id, method, datetime.now(UTC))
            return Entered(None, [tickets.cookie(door.settings, ticket)])
    return await enter(door, account_id, method)


async def enter(
    door: Door, account_id: UUID, method: str, *, second: str = "", ticket: Credential | None = None
) -> Entered:
    """Start a session. `ticket` is used up with it. Raises WrongCredentials for an account that is closed."""
    now = datetime.now(UTC)
    await end_session(door.request, door.db, door.settings, door.audit)
    session = Credential.new(account_id)
    async with door.db.as_account(account_id) as tx:
        account = await queries.get_account(tx, account_id)
        if account is None:
            raise WrongCredentials
        if ticket is not None and not await factors.use_ticket(tx, account_id, ticket.id, now):
            raise tickets.TicketRefused
        await sessions.start(tx, door.settings, session, door.audit.origin.device, now)
        entry = await door.audit.record(tx, account_id, "session.started", method=method, second=second)
        if not known.knows(door.request.cookies, door.settings, account_id):
            await jobs.defer(tx, "accounts.send_new_device", account_id=account_id, entry=entry)
    cookies = cookies_of(door.request, door.settings, session)
    if ticket is not None:
        cookies.append(tickets.no_cookie(door.settings))
    return Entered(account, cookies)


def cookies_of(request: Request[Any, Any, Any], settings: Settings, session: Credential) -> list[Cookie]:
    """Of a new session: the session's, and that this browser is known from now on."""
    return [
        sessions.cookie(settings, session),
        known.cookie(request.cookies, settings, session.account_id),
    ]


async def refuse(tx: Tx, audit: Audit, account_id: UUID, reason: str) -> None:
    """Write down a log-in that failed. Commit it: raise afterwards."""
    await audit.record(tx, account_id, "session.refused", by="stranger", reason=reason)
