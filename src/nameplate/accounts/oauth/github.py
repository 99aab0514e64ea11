"""GitHub's side of log-in with GitHub (docs.github.com: Authorizing OAuth apps, web application flow)."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
import stamina
import structlog

from nameplate.accounts import emails
from nameplate.accounts.sign_up import Identity
from nameplate.breaker import Breaker
from nameplate.errors import Unavailable
from nameplate.http import outgoing
from nameplate.settings import Settings

T = TypeVar("T")
log = structlog.get_logger(__name__)

# Seconds in all for one request to GitHub.
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
# The e-mail addresses; who somebody is needs no scope.
SCOPE = "user:email"
_breaker = Breaker("github-login", failures=5, pause=20.0)


class _Token(msgspec.Struct):
    """GitHub answers 200 also when it refuses; then with `error`."""

    access_token: str = ""
    error: str = ""


class _User(msgspec.Struct):
    id: int
    login: str
    name: str | None = None


class _Email(msgspec.Struct):
    email: str
    primary: bool
    verified: bool


class CodeRefused(Exception):
    """GitHub does not take the code: it was used, is too old, or belongs to another browser."""


class _Ill(Exception):
    """GitHub answered with something that says it is not well."""


def authorize_url(settings: Settings, state: str, verifier: str) -> str:
    """Where the browser is sent to log in. `verifier` stays here; GitHub gets its hash (PKCE, RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "client_id": settings.github_client_id,
        "redirect_uri": callback_url(settings),
        "scope": SCOPE,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{settings.github_url.rstrip('/')}/login/oauth/authorize?{urlencode(query)}"


def callback_url(settings: Settings) -> str:
    return f"{settings.base_url}/api/v1/oauth/github/callback"


async def identify(settings: Settings, code: str, verifier: str) -> tuple[Identity, str]:
    """Who logged in, and the access token: forgotten by the caller, but for who lends it to his projects.

    Raises CodeRefused, and Unavailable when GitHub does not answer as it should.
    """
    try:
        with _breaker.attempt(_Ill, httpx.TransportError, httpx.DecodingError):
            configured = (settings.github_url, settings.github_api_url)
            async with outgoing.client(configured=configured, timeout=TIMEOUT) as client:
                token = await _exchange(client, settings, code, verifier)
                user = await _get(client, settings, "/user", token, _User)
                addresses = await _get(client, settings, "/user/emails", token, list[_Email])
    except (_Ill, httpx.TransportError, httpx.DecodingError) as error:
        log.warning("log-in with GitHub failed", error=type(error).__name__, detail=str(error)[:200])
        raise Unavailable("GitHub is not answering; please try again in a moment.") from None
    best = next((address.email for address in addresses if address.primary and address.verified), None)
    identity = Identity(
        subject=f"github:{user.id}",
        login=user.login,
        name="".join(c for c in " ".join((user.name or "").split()) if c.isprintable()),
        email=emails.normalise(best) if best else None,
    )
    return identity, token


async def _exchange(client: httpx.AsyncClient, settings: Settings, code: str, verifier: str) -> str:
    form = {
        "client_id": settings.github_client_id,
        "client_secret": settings.github_client_secret,
        "code": code,
        "redirect_uri": callback_url(settings),
        "code_verifier": verifier,
    }
    url = f"{settings.github_url.rstrip('/')}/login/oauth/access_token"

    async def ask() -> httpx.Response:
        return await client.post(url, data=form, headers={"Accept": "application/json"})

    # A code works once: after it may have arrived, asking again would only be refused.
    token = _read(await _with_retries(ask, httpx.ConnectError), _Token)
    if token.error == "bad_verification_code":
        raise CodeRefused
    if token.error or not token.access_token:
        # incorrect_client_credentials, redirect_uri_mismatch, ...: the operator's to mend, and not a secret.
        raise _Ill(f"GitHub refused the exchange: {token.error[:60] or 'no token'}")
    return token.access_token


async def _get(client: httpx.AsyncClient, settings: Settings, path: str, token: str, kind: type[T]) -> T:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "nameplate",
    }

    async def ask() -> httpx.Response:
        answer = await client.get(settings.github_api_url.rstrip("/") + path, headers=headers)
        if answer.status_code >= 500:
            raise _Ill(f"{path} answered {answer.status_code}")
        return answer

    return _read(await _with_retries(ask, (httpx.TransportError, _Ill)), kind)


async def _with_retries(
    ask: Callable[[], Awaitable[httpx.Response]], on: type[Exception] | tuple[type[Exception], ...]
) -> httpx.Response:
    # Somebody is waiting for the page: two more tries, at most two seconds of pauses in all.
    tries = stamina.retry_context(
        on=on, attempts=3, timeout=12, wait_initial=0.2, wait_max=1, wait_jitter=0.3
    )
    async for attempt in tries:
        with attempt:
            return await ask()
    raise AssertionError("the last attempt returns or raises")


def _read(answer: httpx.Response, kind: type[T]) -> T:
    if answer.status_code != 200:
        raise _Ill(f"{answer.request.url.path} answered {answer.status_code}")
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise _Ill(f"{answer.request.url.path} answered something else than documented") from error
