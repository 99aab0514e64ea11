"""API tokens: for programs. Scoped, expiring, shown once."""

from datetime import datetime, timedelta

from nameplate.accounts.access import queries
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.access.queries import TokenRow
from nameplate.db import Tx

# Recognisable, so that secret scanners find one that was committed by mistake.
PREFIX = "npt_"
MOST_TOKENS = 50
LONGEST_LIFE = timedelta(days=730)
USED_EVERY = timedelta(hours=1)


def write(credential: Credential) -> str:
    return PREFIX + credential.write("_")


def parse(text: str) -> Credential | None:
    return Credential.parse(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None


def alive(row: TokenRow, now: datetime) -> bool:
    return row.expires_at is None or row.expires_at > now


async def used(tx: Tx, credential: Credential, row: TokenRow, now: datetime) -> None:
    """`used_at` is true to the hour, so that a busy token does not write on every call."""
    if row.used_at is None or now - row.used_at >= USED_EVERY:
        await queries.touch_token(tx, credential.account_id, row.id, now)
