"""Connections to Valkey that say that they are broken in one way, whichever event loop runs them.

What is written to a transport that was just closed is a RuntimeError of uvloop's, which neither the client nor anybody
who copes with a Valkey that is away expects.
"""

from typing import Any

from valkey.asyncio.connection import Connection, SSLConnection
from valkey.exceptions import ConnectionError


class _Told:
    async def send_packed_command(self, *args: Any, **options: Any) -> None:
        try:
            await super().send_packed_command(*args, **options)  # type: ignore[misc]
        except RuntimeError as error:
            await self.disconnect(nowait=True)  # type: ignore[attr-defined]
            raise ConnectionError("The connection was closed.") from error


class PlainConnection(_Told, Connection):
    """Without TLS."""


class EncryptedConnection(_Told, SSLConnection):
    """With TLS."""


def told(kind: type[Any] = Connection) -> type[Any]:
    """The one of ours in place of the library's."""
    return EncryptedConnection if issubclass(kind, SSLConnection) else PlainConnection
