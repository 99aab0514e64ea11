"""Tokens: the names under which the database knows them, and how those of owners are kept."""

import hashlib
import hmac
from uuid import UUID

from nameplate import keys
from nameplate.settings import Settings

# Stands for asking without a token: by REST, 60 times an hour.
ANONYMOUS = "anonymous"
_PURPOSE = "github token of an owner"


def known(settings: Settings) -> dict[str, str]:
    """The operator's, name to token. Never empty: without tokens GitHub is asked anonymously."""
    found = {name(settings.secret_key, token): token for token in settings.github_tokens}
    return found or {ANONYMOUS: ""}


def name(secret_key: str, token: str) -> str:
    """A keyed hash: says nothing of the token to whoever reads the database or the log."""
    key = hashlib.sha256(b"github token:" + secret_key.encode()).digest()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()[:24]


def hint(token: str) -> str:
    """What an operator recognises it by."""
    return f"…{token[-4:]}" if len(token) >= 20 else ANONYMOUS if not token else "…"


def seal(secret_key: str, account_id: UUID, token: str) -> bytes:
    """An owner's token as it is kept."""
    return keys.seal(secret_key, _PURPOSE, account_id, token)


def unseal(secret_key: str, account_id: UUID, sealed: bytes) -> str | None:
    """None when the installation has another secret key by now: its owner has to give it again."""
    return keys.unseal(secret_key, _PURPOSE, account_id, sealed)
