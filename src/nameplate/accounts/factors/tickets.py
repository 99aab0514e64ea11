"""Tickets: the first step of a log-in is done, the second is not. Held by one browser, once, for ten minutes."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from litestar.datastructures import Cookie

from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.factors import queries
from nameplate.accounts.factors.queries import TicketRow
from nameplate.db import Database, Tx
from nameplate.errors import NotSignedIn
from nameplate.settings import Settings

Method = Literal["password", "github"]
LIFE = timedelta(minutes=10)
MOST_TRIES = 5


class TicketRefused(NotSignedIn):
    """One answer for unknown, expired, used and worn-out tickets."""

    code = "log-in-expired"
    title = "This log-in took too long"

    def __init__(self) -> None:
        super().__init__("Begin again with your password.")


def cookie_name(settings: Settings) -> str:
    return "__Host-nameplate_ticket" if settings.secure else "nameplate_ticket"


def cookie(settings: Settings, ticket: Credential) -> Cookie:
    return _cookie(settings, ticket.write("."), int(LIFE.total_seconds()))


def no_cookie(settings: Settings) -> Cookie:
    return _cookie(settings, "", 0)


def _cookie(settings: Settings, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=cookie_name(settings), value=value, max_age=max_age, path="/", httponly=True, secure=settings.secure,
        samesite="lax",
    )  # fmt: skip


async def issue(tx: Tx, account_id: UUID, method: Method, now: datetime) -> Credential:
    ticket = Credential.new(account_id)
    await queries.add_ticket(tx, account_id, ticket.id, ticket.secret_hash, method, now, now + LIFE)
    return ticket


async def held(db: Database, settings: Settings, cookies: dict[str, str], now: datetime) -> Credential:
    """The ticket of this browser. Raises TicketRefused."""
    claim = Credential.parse(cookies.get(cookie_name(settings), ""))
    if claim is None:
        raise TicketRefused
    async with db.as_account(claim.account_id) as tx:
        await checked(tx, claim, now)
    return claim


async def checked(tx: Tx, claim: Credential, now: datetime) -> TicketRow:
    """Raises TicketRefused."""
    row = await queries.get_ticket(tx, claim.account_id, claim.id)
    if row is None or not claim.opens(row.secret_hash) or row.used_at or row.created_at + LIFE <= now:
        raise TicketRefused
    return row
