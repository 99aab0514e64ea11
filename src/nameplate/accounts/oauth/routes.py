"""Log in with GitHub: out to GitHub, and back."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
import structlog
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from nameplate.accounts import queries
from nameplate.accounts.access import sessions
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.callers import end_session, find_caller
from nameplate.accounts.devices import device_name
from nameplate.accounts.oauth import github
from nameplate.accounts.oauth.cookies import SignedCookie
from nameplate.accounts.sign_up import Identity
from nameplate.db import Database
from nameplate.errors import NotFound, Unavailable
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

# Pages of the dashboard to which people come back.
DASHBOARD, SETTINGS, LOG_IN, SIGN_UP = "/dashboard", "/dashboard/account", "/login", "/signup"


class Journey(msgspec.Struct, frozen=True):
    """What this browser took along to GitHub. `account` is set when somebody logged in wants to link GitHub."""

    state: str
    verifier: str
    account: str = ""


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
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Redirect:
    _must_be_configured(settings)
    caller = await find_caller(request, db, settings)
    journey = Journey(
        state=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        account=caller.account_id.hex if caller and caller.session_id else "",
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
        identity = await github.identify(settings, code, journey.verifier)
    except github.CodeRefused:
        return _back(settings, page, "expired")
    except Unavailable:
        return _back(settings, page, "unavailable")
    if journey.account:
        return await _link(request, db, settings, journey, identity)
    return await _log_in(request, db, settings, identity)


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


async def _link(
    request: Request[Any, Any, Any], db: Database, settings: Settings, journey: Journey, identity: Identity
) -> Redirect:
    # Whoever left for GitHub must still be logged in: another account may not get this identity instead.
    caller = await find_caller(request, db, settings)
    if caller is None or caller.session_id is None or caller.account_id.hex != journey.account:
        return _back(settings, LOG_IN, "expired")
    async with db.as_account(caller.account_id) as tx:
        linked = await queries.link_identity(
            tx, caller.account_id, identity.subject, identity.login, datetime.now(UTC)
        )
    return _back(settings, SETTINGS, "linked" if linked else "taken")


async def _log_in(
    request: Request[Any, Any, Any], db: Database, settings: Settings, identity: Identity
) -> Redirect:
    async with db.as_claimant(identity.subject) as tx:
        account_id = await queries.identity_owner(tx, identity.subject)
    if account_id is None:
        if not settings.sign_up:
            return _back(settings, LOG_IN, "closed")
        known = Newcomer(identity.subject, identity.login, identity.name, identity.email)
        return _redirect(settings, f"{SIGN_UP}?github=1", NEWCOMER.make(settings, known))
    session = Credential.new(account_id)
    await end_session(request, db, settings)
    now = datetime.now(UTC)
    async with db.as_account(account_id) as tx:
        await queries.link_identity(tx, account_id, identity.subject, identity.login, now)
        await sessions.start(tx, session, device_name(request.headers.get("user-agent", "")), now)
    return _redirect(settings, DASHBOARD, sessions.cookie(settings, session))


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
