"""What counting needs to know about a page. The page cache gives it, so that counting asks no database."""

from typing import Protocol
from uuid import UUID

import msgspec


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Of one published page."""

    account_id: UUID
    timezone: str
    """IANA name: whose day it is."""
    link_ids: frozenset[UUID]
    """The visible links: an event that names another one is refused."""
    privacy_signals: str
    """`anonymous` or `ignore-visit`: what Do Not Track and Global Privacy Control mean to the owner."""
    count_own_visits: bool


class Pages(Protocol):
    """From a handle to facts."""

    def known(self, handle: str) -> PageFacts | None:
        """What is in memory. Costs next to nothing; None says nothing."""
        ...

    async def facts(self, handle: str) -> PageFacts | None:
        """None when no such page is published. Raises Unavailable when nobody knows."""
        ...
