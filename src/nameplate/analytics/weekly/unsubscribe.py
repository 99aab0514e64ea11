"""The link that switches the weekly mail off without log-in (RFC 8058).

It proves that its reader reads the mail, holds for ever, and is good for nothing else.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from nameplate.errors import NotFound
from nameplate.settings import Settings

_MAC = 16  # bytes


def token(settings: Settings, account_id: UUID) -> str:
    return base64.urlsafe_b64encode(account_id.bytes + _mac(settings, account_id)).rstrip(b"=").decode()


def account_of(settings: Settings, text: str) -> UUID:
    """Raises NotFound for what we did not write."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = b""
    if len(data) == 16 + _MAC:
        account_id = UUID(bytes=data[:16])
        if hmac.compare_digest(data[16:], _mac(settings, account_id)):
            return account_id
    raise NotFound("This address is not complete. Open the link from the mail once more, or log in.")


def _mac(settings: Settings, account_id: UUID) -> bytes:
    key = settings.secret_key.encode()
    return hmac.digest(key, b"nameplate weekly mail\0" + account_id.bytes, hashlib.sha256)[:_MAC]
