"""The generous limit of pages, short links and files: it must cost them nothing."""

import time
from typing import Any

import structlog

from nameplate.http.client_ip import client_ip, network_of
from nameplate.http.rate_limit_budgets import Budget
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

WINDOW = 10.0  # seconds
MOST_SEEN = 100_000


class Flood:
    """Counts in this process alone, in fixed windows: around an edge an address can get twice its budget."""

    def __init__(self, settings: Settings) -> None:
        self.budget = Budget("pages", max(settings.rate_limit_pages * int(WINDOW) // 60, 1), WINDOW)
        self._most = self.budget.limit
        self._trusted = settings.trusted_proxies
        self._seen: dict[int, int] = {}
        self._until = 0.0

    def wait(self, scope: Any) -> float:
        """Count one request: seconds until the address may come again, 0.0: now."""
        now = time.monotonic()
        if now >= self._until:
            self._seen.clear()
            self._until = now + WINDOW
        client = scope["client"]
        if client is None:
            return 0.0
        # Python's own hash of a text has a random key: no address is kept.
        host: str = client[0]
        if self._trusted or ":" in host:
            address = client_ip(scope, self._trusted)
            key = hash(network_of(address)) if address else 0
        else:
            key = hash(host)
        seen = self._seen
        number = seen.get(key, 0) + 1
        if len(seen) >= MOST_SEEN:
            log.warning("more addresses than the limit of pages can count", addresses=len(seen))
            seen.clear()
        seen[key] = number
        return 0.0 if number <= self._most or self._is_this_machine(scope) else self._until - now

    def _is_this_machine(self, scope: Any) -> bool:
        """Not limited: a proxy on this machine that no setting names would make all visitors one."""
        address = client_ip(scope, self._trusted)
        return address is None or address.is_loopback
