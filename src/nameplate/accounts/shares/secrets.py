"""What opens shared statistics: the secret part of a link, after its #, where no server and no referrer sees it."""

from datetime import datetime, timedelta

from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.shares import queries
from nameplate.accounts.shares.queries import ShareRow
from nameplate.db import Tx

# Recognisable, and never to be taken for a token.
PREFIX = "nps_"
MOST_SHARES = 50
LONGEST_LIFE = timedelta(days=730)
USED_EVERY = timedelta(hours=1)


def write(credential: Credential) -> str:
    return PREFIX + credential.write("_")


def parse(text: str) -> Credential | None:
    return Credential.parse(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None


def alive(row: ShareRow, now: datetime) -> bool:
    return row.expires_at is None or row.expires_at > now


async def used(tx: Tx, credential: Credential, row: ShareRow, now: datetime) -> None:
    """`used_at` is true to the hour, so that looking does not write."""
    if row.used_at is None or now - row.used_at >= USED_EVERY:
        await queries.touch_share(tx, credential.account_id, row.id, now)
