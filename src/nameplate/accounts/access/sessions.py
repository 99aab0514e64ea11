"""Sessions: one cookie per device, ended by its owner, by idleness or by age."""

from datetime import datetime, timedelta

from litestar.datastructures import Cookie

from nameplate.accounts.access import queries
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.access.queries import SessionRow
from nameplate.db import Tx
from nameplate.errors import NotSignedIn
from nameplate.http.caller import Caller
from nameplate.settings import Settings

# `seen_at` is true to the hour, so that reading does not write.
SEEN_EVERY = timedelta(hours=1)


def cookie_name(settings: Settings) -> str:
    """Browsers accept `__Host-` only over https, without Domain and for the whole site: no sibling host can set it."""
    return "__Host-nameplate_session" if settings.secure else "nameplate_session"


def cookie(settings: Settings, credential: Credential) -> Cookie:
    return _cookie(settings, credential.write("."), int(_longest(settings).total_seconds()))


def no_cookie(settings: Settings) -> Cookie:
    """Makes the browser forget its session."""
    return _cookie(settings, "", 0)


def _cookie(settings: Settings, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=cookie_name(settings),
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
    )


async def start(tx: Tx, settings: Settings, credential: Credential, device: str, now: datetime) -> None:
    """Every log-in gets a session of its own: a cookie that somebody planted before is worth nothing after.

    It is the proof of who it is as well (accounts/prove.py).
    """
    row = SessionRow(
        id=credential.id,
        secret_hash=credential.secret_hash,
        device=device,
        created_at=now,
        seen_at=now,
        expires_at=now + min(_idle(settings), _longest(settings)),
        proven_at=now,
    )
    await queries.add_session(tx, credential.account_id, row)


async def seen(tx: Tx, settings: Settings, credential: Credential, row: SessionRow, now: datetime) -> None:
    """Put off the idle end, at most once an hour and never beyond the absolute end."""
    if now - row.seen_at >= SEEN_EVERY:
        expires_at = min(now + _idle(settings), row.created_at + _longest(settings))
        await queries.touch_session(tx, credential.account_id, row.id, now, expires_at)


async def rotate(tx: Tx, caller: Caller) -> Credential:
    """A new id and secret for the session of `caller`: after a change of privileges the old cookie is worth nothing."""
    after = Credential.new(caller.account_id)
    session_id = caller.must_be_person()
    if not await queries.rotate_session(tx, caller.account_id, session_id, after.id, after.secret_hash):
        raise NotSignedIn("This session has ended. Log in again.")
    return after


async def end_others(tx: Tx, kept: Credential) -> None:
    await queries.end_other_sessions(tx, kept.account_id, kept.id)


def _idle(settings: Settings) -> timedelta:
    return timedelta(days=settings.session_idle_days)


def _longest(settings: Settings) -> timedelta:
    return timedelta(days=settings.session_days)
