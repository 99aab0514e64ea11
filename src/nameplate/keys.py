"""Keys for one purpose each, made from the secret key: what one of them protects, no other opens."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@lru_cache
def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes (HKDF, RFC 5869). The same secret key and purpose always give the same."""
    return HKDF(SHA256(), length=32, salt=None, info=b"nameplate " + purpose.encode()).derive(
        secret_key.encode()
    )
