"""Recovery codes: ten, each of which replaces a lost second factor once."""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from nameplate import keys
from nameplate.accounts.factors import queries
from nameplate.db import Tx

CODES = 10
# Without letters and digits that are taken for others: 31 signs, so 49 bits in ten of them.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10


def _new() -> str:
    text = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def _hash(secret_key: str, account_id: UUID, code: str) -> bytes:
    """Keyed: 49 bits could be tried by who has only the table."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    key = keys.derive(secret_key, "recovery codes")
    return hmac.digest(key, account_id.bytes + plain.encode(), hashlib.sha256)


async def renew(tx: Tx, secret_key: str, account_id: UUID, now: datetime) -> list[str]:
    """New codes in place of all there were. They are shown once."""
    codes = [_new() for _ in range(CODES)]
    await queries.replace_codes(tx, account_id, [_hash(secret_key, account_id, code) for code in codes], now)
    return codes


async def use(tx: Tx, secret_key: str, account_id: UUID, code: str) -> bool:
    """Whether it was one of them; it is none any more."""
    return await queries.use_code(tx, account_id, _hash(secret_key, account_id, code))
