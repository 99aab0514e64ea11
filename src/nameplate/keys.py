"""Keys for one purpose each, made from the secret key: what one of them protects, no other opens."""

import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


@lru_cache
def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes (HKDF, RFC 5869). The same secret key and purpose always give the same."""
    return HKDF(SHA256(), length=32, salt=None, info=b"nameplate " + purpose.encode()).derive(
        secret_key.encode()
    )


def seal(secret_key: str, purpose: str, account_id: UUID, text: str) -> bytes:
    """A secret as it is kept (AES-256-GCM): useless without the secret key, and in another account's row."""
    nonce = secrets.token_bytes(_NONCE)
    key = derive(secret_key, purpose)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), account_id.bytes)


def unseal(secret_key: str, purpose: str, account_id: UUID, sealed: bytes) -> str | None:
    """None when the secret key is another one than it was sealed with."""
    try:
        key = derive(secret_key, purpose)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], account_id.bytes).decode()
    except InvalidTag:
        return None
