"""The generous limit of pages, short links and files: it must cost them nothing."""

import time
from typing import Any

import structlog

from nameplate.http.client_ip import client_ip, contains, network_of
from nameplate.http.rate_limit_budgets import Budget
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

WINDOW = 10.0  # seconds
MOST_SEEN = 100_000
MOST_PROXIES = 100
_LONGEST = 45  # characters of an address


class Flood:
    """Counts in this process alone, in fixed windows: around an edge an address can get twice its budget."""

    def __init__(self, settings: Settings) -> None:
        self.budget = Budget("pages", max(settings.rate_limit_pages * int(WINDOW) // 60, 1), WINDOW)
        self._most = self.budget.limit
        self._trusted = settings.trusted_proxies
        self._seen: dict[int, int] = {}
        self._until = 0.0
        self._proxies: set[str] = set()
        self._strangers: dict[int, float] = {}

    def wait(self, scope: Any) -> float:
        """Count one request: seconds until the address may come again, 0.0: now."""
        now = time.monotonic()
        if now >= self._until:
            self._seen.clear()
            self._strangers.clear()
            self._until = now + WINDOW
        client = scope["client"]
        if client is None:
            return 0.0
        key = self._key(scope, client[0])
        seen = self._seen
        number = seen.get(key, 0) + 1
        if len(seen) >= MOST_SEEN:
            log.warning("more addresses than the limit of pages can count", addresses=len(seen))
            seen.clear()
            self._strangers.clear()
        seen[key] = number
        return 0.0 if number <= self._most or self._is_this_machine(scope) else self._until - now

    def _key(self, scope: Any, host: str) -> int:
        """Python's own hash of a text has a random key: no address is kept."""
        if self._trusted and self._is_proxy(host):
            hop = b""
            for name, value in scope["headers"]:
                if name == b"x-forwarded-for":
                    hop = value.rpartition(b",")[2].strip()
            if not hop:
                return hash(host)
            # Parsing every address would cost a cached page a tenth of its speed.
            if b":" not in hop and not self._is_proxy(hop.decode("latin-1")):
                return hash(hop)
        elif ":" not in host:
            return hash(host)
        address = client_ip(scope, self._trusted)
        return hash(network_of(address)) if address else 0

    def _is_proxy(self, text: str) -> bool:
        """Whether an address is a proxy of ours; those that are get remembered."""
        if text in self._proxies:
            return True
        if len(text) > _LONGEST or self._strangers.get(hash(text)) == self._until:
            return False
        address = client_ip({"client": (text, 0), "headers": ()}, ())
        if address is not None and contains(self._trusted, address):
            if len(self._proxies) < MOST_PROXIES:
                self._proxies.add(text)
            return True
        self._strangers[hash(text)] = self._until
        return False

    def _is_this_machine(self, scope: Any) -> bool:
        """Not limited: a proxy on this machine that no setting names would make all visitors one."""
        address = client_ip(scope, self._trusted)
        return address is None or address.is_loopback
