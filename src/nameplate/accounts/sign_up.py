"""Sign-up: everything an account begins with, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime

from nameplate import jobs
from nameplate.accounts import emails, passwords, queries
from nameplate.accounts.access import sessions
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.passwords import Passwords
from nameplate.accounts.queries import AccountRow
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, Invalid
from nameplate.ids import new_id
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles
from nameplate.settings import Settings

NO_EMAIL = "This cannot be an e-mail address. It looks like ann@example.org."


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at GitHub, as GitHub told us. `email` is confirmed there; None when there is no such address."""

    subject: str
    login: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody asks for, in the spelling we keep."""

    handle: str
    email: str
    password: str | None
    identity: Identity | None

    @property
    def email_is_proven(self) -> bool:
        return self.identity is not None and self.email == self.identity.email


async def checked(
    handle: str, email: str | None, password: str | None, identity: Identity | None
) -> Application:
    """Raises Invalid with every field that needs another value. Says nothing about who else is registered."""
    wrong: dict[str, str] = {}
    wanted = handles.normalise(handle)
    if refused := handles.check(wanted):
        wrong["handle"] = refused[1]
    address = emails.normalise(email or (identity.email if identity else None) or "")
    if address is None:
        wrong["email"] = NO_EMAIL
    if password is not None or identity is None:
        refusal = await passwords.check(password or "", email=address or "", handle=wanted)
        if refusal:
            wrong["password"] = refusal
    if wrong or address is None:
        raise Invalid("Correct these and send it again.", fields=wrong)
    return Application(wanted, address, password, identity)


async def sign_up(
    db: Database, settings: Settings, hasher: Passwords, application: Application, audit: Audit
) -> tuple[AccountRow, Credential]:
    """The new account and its first session. Raises Conflict when the handle has gone.

    Whoever else has the address: the account is made all the same, and the mail to the address says the rest.
    """
    password_hash = None if application.password is None else await hasher.hash(application.password)
    session = Credential.new(new_id())
    now = datetime.now(UTC)
    async with db.as_account(session.account_id) as tx:
        await queries.add_account(tx, session.account_id, application.email, password_hash, now)
        await _take_handle(tx, session, application.handle, now)
        display_name = (application.identity.name if application.identity else "") or application.handle
        await profiles.create_profile(tx, session.account_id, application.handle, display_name[:80], now)
        await _claim_address(tx, session, application, now)
        if application.identity:
            await _link(tx, session, application.identity, now)
        await sessions.start(tx, settings, session, audit.origin.device, now)
        await audit.record(tx, session.account_id, "account.created")
        account = await queries.get_account(tx, session.account_id)
        assert account is not None, "made above"  # noqa: S101
    return account, session


async def _take_handle(tx: Tx, session: Credential, handle: str, now: datetime) -> None:
    if not await profiles.take_handle(tx, session.account_id, handle, handles.skeleton(handle), now):
        sentence = "Somebody has this one, or one that looks like it."
        raise Conflict("Choose another handle.", fields={"handle": sentence})


async def _claim_address(tx: Tx, session: Credential, application: Application, now: datetime) -> None:
    account_id, email = session.account_id, application.email
    if application.email_is_proven and await queries.add_claim(tx, account_id, email, now, verified=True):
        await queries.set_email(tx, account_id, email, now)
        return
    await queries.add_claim(tx, account_id, email, now)
    await jobs.defer(tx, "accounts.send_verification", account_id=account_id)


async def _link(tx: Tx, session: Credential, identity: Identity, now: datetime) -> None:
    if not await queries.link_identity(tx, session.account_id, identity.subject, identity.login, now):
        raise Conflict(
            "This GitHub account already has an account here. Log in with it instead.", code="github-taken"
        )
