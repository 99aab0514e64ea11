"""Sessions: one cookie per device, ended by its owner, by idleness or by age."""

from datetime import datetime, timedelta

from litestar.datastructures import Cookie

from nameplate.accounts.access import queries
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.access.queries import SessionRow
from nameplate.db import Tx
from nameplate.settings import Settings

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=180)
# `seen_at` is true to the hour, so that reading does not write.
SEEN_EVERY = timedelta(hours=1)


def cookie_name(settings: Settings) -> str:
    """Browsers accept `__Host-` only over https, without Domain and for the whole site: no sibling host can set it."""
    return "__Host-nameplate_session" if settings.secure else "nameplate_session"


def cookie(settings: Settings, credential: Credential) -> Cookie:
    return _cookie(settings, credential.write("."), int(ABSOLUTE.total_seconds()))


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


async def start(tx: Tx, credential: Credential, device: str, now: datetime) -> None:
    """Every log-in gets a session of its own: a cookie that somebody planted before is worth nothing after."""
    row = SessionRow(
        id=credential.id,
        secret_hash=credential.secret_hash,
        device=device,
        created_at=now,
        seen_at=now,
        expires_at=now + IDLE,
    )
    await queries.add_session(tx, credential.account_id, row)


async def seen(tx: Tx, credential: Credential, row: SessionRow, now: datetime) -> None:
    """Put off the idle end, at most once an hour and never beyond the absolute end."""
    if now - row.seen_at >= SEEN_EVERY:
        expires_at = min(now + IDLE, row.created_at + ABSOLUTE)
        await queries.touch_session(tx, credential.account_id, row.id, now, expires_at)
