"""Short-lived signed cookies: what a browser carries from one request to the next of a log-in, and which it knows.

The browser can read what is in them but cannot change it or make one; nothing has to be kept here.
"""

import hashlib
from datetime import timedelta
from typing import TypeVar

import msgspec
from itsdangerous import BadData, URLSafeTimedSerializer
from litestar.datastructures import Cookie

from nameplate.settings import Settings

T = TypeVar("T")


class SignedCookie:
    """One kind of cookie. Its name is part of what is signed: one kind does not pass for another."""

    def __init__(self, name: str, life: timedelta) -> None:
        self._name = name
        self._life = life

    def name(self, settings: Settings) -> str:
        return f"__Host-{self._name}" if settings.secure else self._name

    def make(self, settings: Settings, content: msgspec.Struct) -> Cookie:
        text = self._serializer(settings).dumps(msgspec.to_builtins(content))
        return self._cookie(settings, str(text), int(self._life.total_seconds()))

    def read(self, settings: Settings, cookies: dict[str, str], kind: type[T]) -> T | None:
        """None when it is missing, forged or too old."""
        try:
            content = self._serializer(settings).loads(
                cookies.get(self.name(settings), ""), max_age=int(self._life.total_seconds())
            )
            return msgspec.convert(content, kind)
        except (BadData, msgspec.ValidationError):
            return None

    def none(self, settings: Settings) -> Cookie:
        """Makes the browser forget it."""
        return self._cookie(settings, "", 0)

    def _cookie(self, settings: Settings, value: str, max_age: int) -> Cookie:
        # Lax: it has to come along when GitHub sends the browser back.
        return Cookie(
            key=self.name(settings), value=value, max_age=max_age, path="/", httponly=True,
            secure=settings.secure, samesite="lax",
        )  # fmt: skip

    def _serializer(self, settings: Settings) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            settings.secret_key,
            salt=f"nameplate cookie {self._name}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
