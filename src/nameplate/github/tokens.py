"""The operator's tokens, and the names under which the database knows them."""

import hashlib
import hmac

from nameplate.settings import Settings

# Stands for asking without a token: by REST, 60 times an hour.
ANONYMOUS = "anonymous"


def known(settings: Settings) -> dict[str, str]:
    """Name to token. Never empty: without tokens GitHub is asked anonymously."""
    found = {name(settings.secret_key, token): token for token in settings.github_tokens}
    return found or {ANONYMOUS: ""}


def name(secret_key: str, token: str) -> str:
    """A keyed hash: says nothing of the token to whoever reads the database or the log."""
    key = hashlib.sha256(b"github token:" + secret_key.encode()).digest()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()[:24]


def hint(token: str) -> str:
    """What an operator recognises it by."""
    return f"…{token[-4:]}" if len(token) >= 20 else ANONYMOUS if not token else "…"
