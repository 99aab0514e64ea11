"""The authenticator app: six digits that change every 30 seconds (RFC 6238)."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

import pyotp
import segno

from nameplate import keys
from nameplate.accounts.factors import queries
from nameplate.accounts.factors.queries import TotpRow
from nameplate.db import Tx

STEP = 30
# Codes of the step before and after are taken as well: clocks differ, and people type slowly.
AROUND = 1
ISSUER = "Nameplate"

Outcome = Literal["fits", "wrong", "replayed"]


def seal(secret_key: str, account_id: UUID, secret: str) -> bytes:
    """As it is kept: useless without the secret key, and in another account's row."""
    return keys.seal(secret_key, "totp", account_id, secret)


def unseal(secret_key: str, account_id: UUID, sealed: bytes) -> str | None:
    """None when the secret key is another one than it was sealed with."""
    return keys.unseal(secret_key, "totp", account_id, sealed)


def new_secret() -> str:
    """160 bits in base32, as people type it where a camera is missing."""
    return pyotp.random_base32()


def address(secret: str, handle: str, host: str) -> str:
    """What the QR code says: otpauth://totp/..."""
    return pyotp.TOTP(secret).provisioning_uri(name=handle, issuer_name=f"{ISSUER} ({host})")


def picture(text: str) -> str:
    """A QR code as SVG, in black."""
    return segno.make(text, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)


async def check(tx: Tx, secret_key: str, account_id: UUID, row: TotpRow, code: str, now: datetime) -> Outcome:
    """A code that fits is used up."""
    digits = "".join(code.split())
    secret = unseal(secret_key, account_id, row.secret)
    if secret is None or not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return "wrong"
    totp = pyotp.TOTP(secret, interval=STEP)
    current = int(now.timestamp()) // STEP
    for step in range(current - AROUND, current + AROUND + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return "fits" if await queries.use_step(tx, account_id, step) else "replayed"
    return "wrong"
