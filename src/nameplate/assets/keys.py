"""What an object is called."""

import base64
import hashlib
import hmac
import re
from uuid import UUID

from nameplate import keys
from nameplate.assets.purposes import EXTENSIONS, TYPES

SHAPE = re.compile(r"[A-Za-z0-9_-]{24}\.(avif|webp|jpg|png)")


def content_type(key: str) -> str:
    """Of an object, by its key."""
    return TYPES[key.rpartition(".")[2]]


def object_key(secret_key: str, account_id: UUID, upload_id: UUID, data: bytes, media_type: str) -> str:
    """Such as 'x3Qf8mEw2L0aZtR9uVbNcY1k.avif': made of the content, so that it names this one content for ever.

    And of who uploaded it when, with a key of ours: the same picture of two accounts has two keys, nobody finds one out
    from a picture he has, and what was removed never comes back under a key that caches may still hold.
    """
    name = keys.derive(secret_key, "asset keys")
    content = hashlib.sha256(data).digest()
    mac = hmac.digest(name, account_id.bytes + upload_id.bytes + content, hashlib.sha256)[:18]
    return f"{base64.urlsafe_b64encode(mac).decode()}.{EXTENSIONS[media_type]}"
