"""Who sends a request that counts something."""

from collections.abc import Sequence
from typing import Any

from nameplate.analytics import agents
from nameplate.http.client_ip import Address, client_ip
from nameplate.page_facts import PageFacts
from nameplate.settings import type_network

_SESSION_COOKIES = ("nameplate_session=", "__Host-nameplate_session=")


class Sender:
    """What one request says about who sends it. Lives as long as the request; has no repr to leak from."""

    __slots__ = ("address", "agent", "anonymous", "bot", "headers", "user_agent")

    def __init__(self, scope: Any, headers: dict[bytes, bytes], trusted: Sequence[type_network]) -> None:
        self.headers = headers
        self.address: Address | None = client_ip(scope, trusted)
        self.user_agent = headers.get(b"user-agent", b"")[: agents.MOST]
        self.agent = agents.describe(self.user_agent.decode("latin-1"))
        self.bot = "prefetch" if agents.is_prefetch(headers) else self.agent.bot
        self.anonymous = headers.get(b"dnt") == b"1" or headers.get(b"sec-gpc") == b"1"

    def is_owner(self, facts: PageFacts) -> bool:
        """Whether the browser is logged in as the page's owner.

        The cookie is not proven here: who forges one leaves nobody but himself out.
        """
        cookies = self.headers.get(b"cookie", b"").decode("latin-1")
        if "nameplate_session=" not in cookies:
            return False
        mine = facts.account_id.hex
        parts = (part.strip() for part in cookies.split(";"))
        return any(part.startswith(name + mine) for part in parts for name in _SESSION_COOKIES)

    def text(self, name: bytes) -> str:
        """A header, or an empty text."""
        return self.headers.get(name, b"").decode("latin-1")
