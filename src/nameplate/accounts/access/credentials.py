"""Random secrets that prove something: a session, an API token, a proof sent by mail.

Each names its account and its row, so that the row is found under its own tenant; only the sha256 of the secret is
kept. A plain hash is enough here: 256 random bits cannot be guessed, unlike a password.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from nameplate.ids import new_id

# Hexadecimal account and row, then base64url of 32 bytes.
_SHAPE = re.compile(r"([0-9a-f]{32})[._]([0-9a-f]{32})[._]([A-Za-z0-9_-]{43})\Z")


@dataclass(frozen=True, slots=True)
class Credential:
    """What the client holds. Until `opens` said yes, `account_id` and `id` are only a claim."""

    account_id: UUID
    id: UUID
    secret: str

    @classmethod
    def new(cls, account_id: UUID) -> Self:
        return cls(account_id, new_id(), secrets.token_urlsafe(32))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None when the text has another shape."""
        found = _SHAPE.match(text)
        return cls(UUID(found[1]), UUID(found[2]), found[3]) if found else None

    def write(self, separator: str) -> str:
        """`separator` is a dot, or an underscore where double-click should select all of it."""
        return separator.join((self.account_id.hex, self.id.hex, self.secret))

    @property
    def secret_hash(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()

    def opens(self, secret_hash: bytes) -> bool:
        """Whether the secret is the one that was hashed; the time taken does not tell how near it was."""
        return hmac.compare_digest(self.secret_hash, secret_hash)

    def __repr__(self) -> str:
        # The secret must not reach a log or a traceback.
        return f"Credential(account_id={self.account_id}, id={self.id})"
