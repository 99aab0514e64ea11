"""Log in with GitHub: out to GitHub, and back."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import structlog
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from nameplate.accounts import entering, prove, queries
from nameplate.accounts.access import queries as access
from nameplate.accounts.callers import find_caller
from nameplate.accounts.cookies import SignedCookie
from nameplate.accounts.entering import Door
from nameplate.accounts.oauth import github
from nameplate.accounts.sign_up import Identity
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import NotFound, Unavailable
from nameplate.github import tokens
from nameplate.github.owners import queries as owners
from nameplate.github.owners.queries import OwnerTokenRow
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

# Pages of the dashboard to which people come back.
DASHBOARD, SETTINGS, LOG_IN, SIGN_UP = "/dashboard", "/dashboard/account", "/login", "/signup"


class Journey(msgspec.Struct, frozen=True):
    """What this browser took along to GitHub. `account` is set when somebody logged in wants to link GitHub, and
    `lend` when he wants what GitHub gives to be kept for his projects."""

    state: str
    verifier: str
    account: str = ""
    lend: bool = False


class Newcomer(msgspec.Struct, frozen=True):
    """Somebody whom GitHub knows and we do not: becomes an account once a handle is chosen."""

    subject: str
    login: str
    name: str = ""
    email: str | None = None


class PendingSignUp(msgspec.Struct, frozen=True, kw_only=True):
    """Who is about to sign up with GitHub. Without an `email`, one has to be given."""

    github_login: str
    display_name: str
    email: str | None


JOURNEY = SignedCookie("nameplate_github", timedelta(minutes=10))
NEWCOMER = SignedCookie("nameplate_newcomer", timedelta(minutes=30))


def newcomer(request: Request[Any, Any, Any], settings: Settings) -> Identity | None:
    """Who came back from GitHub with this browser and has no account yet."""
    found = NEWCOMER.read(settings, request.cookies, Newcomer)
    return Identity(found.subject, found.login, found.name, found.email) if found else None


@get(
    "/oauth/github/start",
    operation_id="startGithubLogin",
    summary="Go to GitHub to log in, to sign up, or to link the account that is logged in",
    tags=["Log-in"],
    security=[],
    status_code=302,
)
async def start(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    lend: FromQuery[bool] = False,
) -> Redirect:
    """`lend`: the account that is logged in also lends the access token that GitHub gives, for its own projects."""
    _must_be_configured(settings)
    caller = await find_caller(request, db, settings)
    journey = Journey(
        state=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        account=caller.account_id.hex if caller and caller.session_id else "",
        lend=lend,
    )
    target = github.authorize_url(settings, journey.state, journey.verifier)
    return Redirect(target, status_code=302, cookies=[JOURNEY.make(settings, journey)])


@get(
    "/oauth/github/callback",
    operation_id="finishGithubLogin",
    summary="Where GitHub sends the browser back",
    tags=["Log-in"],
    security=[],
    status_code=302,
)
async def callback(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
    code: FromQuery[str] = "",
    error: FromQuery[str] = "",
    # The framework keeps the name `state` for itself.
    returned: Annotated[str, QueryParameter(name="state")] = "",
) -> Redirect:
    """Always answers with a redirect: to the dashboard, to sign-up, or back with `?github=` and what went wrong."""
    _must_be_configured(settings)
    journey = JOURNEY.read(settings, request.cookies, Journey)
    if journey is None or not secrets.compare_digest(journey.state.encode(), returned.encode()):
        return _back(settings, LOG_IN, "expired")
    page = SETTINGS if journey.account else LOG_IN
    if error or not code:
        return _back(settings, page, "denied" if error == "access_denied" else "failed")
    try:
        identity, token = await github.identify(settings, code, journey.verifier)
    except github.CodeRefused:
        return _back(settings, page, "expired")
    except Unavailable:
        return _back(settings, page, "unavailable")
    door = Door(request, db, settings, audit)
    if journey.account:
        return await _link(door, journey, identity, token)
    return await _log_in(door, identity, token)


@get(
    "/oauth/github/pending",
    operation_id="getPendingGithubSignUp",
    summary="Who is about to sign up with GitHub",
    tags=["Log-in"],
    security=[],
)
async def pending(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> PendingSignUp:
    identity = newcomer(request, settings)
    if identity is None:
        raise NotFound(
            "Nobody came from GitHub with this browser lately. Start again with `Log in with GitHub`."
        )
    return PendingSignUp(github_login=identity.login, display_name=identity.name, email=identity.email)


async def _link(door: Door, journey: Journey, identity: Identity, token: str) -> Redirect:
    """Link GitHub; where it is linked already, coming back from it is a proof of who sits there."""
    settings, now = door.settings, datetime.now(UTC)
    # Whoever left for GitHub must still be logged in: another account may not get this identity instead.
    caller = await find_caller(door.request, door.db, settings)
    if caller is None or caller.session_id is None or caller.account_id.hex != journey.account:
        return _back(settings, LOG_IN, "expired")
    async with door.db.as_claimant(identity.subject) as tx:
        owner = await queries.identity_owner(tx, identity.subject)
    async with door.db.as_account(caller.account_id) as tx:
        if owner == caller.account_id:
            await access.set_proven(tx, caller.account_id, caller.session_id, now)
            lent = _lent(settings, caller.account_id, identity, token)
            if journey.lend:
                await owners.put(tx, caller.account_id, lent)
                await door.audit.record(tx, caller.account_id, "github-token.kept", name=identity.login)
                return _back(settings, SETTINGS, "lent")
            await owners.renew(tx, caller.account_id, lent)
            await door.audit.record(tx, caller.account_id, "proof.given", method="github")
            return _back(settings, SETTINGS, "proven")
        # Another way into the account: not for whoever finds a browser left open.
        if prove.proven_until(caller, now) is None:
            return _back(settings, SETTINGS, "prove")
        linked = await queries.link_identity(tx, caller.account_id, identity.subject, identity.login, now)
        if linked:
            # Of another account at GitHub, perhaps.
            await owners.remove(tx, caller.account_id, "login")
            if journey.lend:
                await owners.put(tx, caller.account_id, _lent(settings, caller.account_id, identity, token))
            await door.audit.record(tx, caller.account_id, "github.linked", name=identity.login)
            if journey.lend:
                await door.audit.record(tx, caller.account_id, "github-token.kept", name=identity.login)
    outcome = "lent" if journey.lend else "linked"
    return _back(settings, SETTINGS, outcome if linked else "taken")


def _lent(settings: Settings, account_id: UUID, identity: Identity, token: str) -> OwnerTokenRow:
    return OwnerTokenRow(
        token_id=tokens.name(settings.secret_key, token),
        source="login",
        login=identity.login,
        secret=tokens.seal(settings.secret_key, account_id, token),
        added_at=datetime.now(UTC),
    )


async def _log_in(door: Door, identity: Identity, token: str) -> Redirect:
    settings = door.settings
    async with door.db.as_claimant(identity.subject) as tx:
        account_id = await queries.identity_owner(tx, identity.subject)
    if account_id is None:
        if not settings.sign_up:
            return _back(settings, LOG_IN, "closed")
        known = Newcomer(identity.subject, identity.login, identity.name, identity.email)
        return _redirect(settings, f"{SIGN_UP}?github=1", NEWCOMER.make(settings, known))
    async with door.db.as_account(account_id) as tx:
        # The login at GitHub may have changed.
        await queries.link_identity(tx, account_id, identity.subject, identity.login, datetime.now(UTC))
        # GitHub keeps ten tokens of a person and revokes the oldest: the one that is lent is always the newest.
        await owners.renew(tx, account_id, _lent(settings, account_id, identity, token))
    entered = await entering.first_step(door, account_id, "github")
    target = DASHBOARD if entered.account else f"{LOG_IN}?second-factor=1"
    return _redirect(settings, target, *entered.cookies)


def _must_be_configured(settings: Settings) -> None:
    if not settings.github_client_id:
        raise NotFound("Log-in with GitHub is not set up on this server.")


def _back(settings: Settings, page: str, outcome: str) -> Redirect:
    return _redirect(settings, f"{page}?{urlencode({'github': outcome})}")


def _redirect(settings: Settings, path: str, *cookies: Any) -> Redirect:
    """To one of our own pages; the journey ends here whatever its outcome."""
    headers = {"Cache-Control": "no-store"}
    return Redirect(path, status_code=302, headers=headers, cookies=[*cookies, JOURNEY.none(settings)])


routes = [start, callback, pending]
