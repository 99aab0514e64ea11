"""Who is asking: the one place that believes, or does not believe, X-Forwarded-For."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from typing import Any

from nameplate.settings import type_network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Four(ipaddress.IPv4Address):
    """Keeps its bytes: each event asks for them three times."""

    __slots__ = ("packed",)
    packed: bytes

    def __init__(self, packed: bytes) -> None:
        self._ip = int.from_bytes(packed, "big")
        self.packed = packed


_FOUND = "nameplate.client_ip"
_NOT_YET: Any = object()
_MOST_PROXIES = 100
# Connections come from few, each of which a setting names: no visitor's address is kept here. With the setting itself,
# not one that is equal to it.
_proxies: dict[str, Sequence[type_network]] = {}


def header(scope: Any, name: bytes) -> str:
    """The first header called `name` (lower case), or an empty text."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def client_ip(scope: Any, trusted: Sequence[type_network]) -> Address | None:
    """The address of the client, or None when the connection has none (a Unix socket).

    X-Forwarded-For is read from the right, one entry for each trusted proxy, and only when the connection itself
    comes from one: whatever a client writes there stands left of what the first proxy appends. IPv4 addresses
    mapped into IPv6 come back as IPv4. Found out once for each request.
    """
    found: Address | None = scope.get(_FOUND, _NOT_YET)
    if found is _NOT_YET:
        found = scope[_FOUND] = _client_ip(scope, trusted)
    return found


def _client_ip(scope: Any, trusted: Sequence[type_network]) -> Address | None:
    client = scope.get("client")
    if not client:
        return None
    address: Address | None = None
    if _proxies.get(client[0]) is not trusted:
        address = _parse(client[0])
        if address is None or not trusted or not contains(trusted, address):
            return address
        if len(_proxies) < _MOST_PROXIES:
            _proxies[client[0]] = trusted
    hops: list[str] = []
    for key, value in scope["headers"]:
        if key == b"x-forwarded-for":
            hops += value.decode("latin-1").split(",")
    for hop in reversed(hops):
        forwarded = _parse(hop.strip())
        if forwarded is None:
            break
        address = forwarded
        if not contains(trusted, address):
            break
    return address or _parse(client[0])


def network_of(address: Address) -> bytes:
    """What an address counts as: IPv4 itself, IPv6 its /64, of which one household has all."""
    return address.packed if address.version == 4 else address.packed[:8]


def contains(networks: Iterable[type_network], address: Address) -> bool:
    for network in networks:  # noqa: SIM110 - a generator costs more than the question, and each event asks twice
        if address in network:
            return True
    return False


def _parse(text: str) -> Address | None:
    # Nearly all are nothing but this.
    try:
        return _Four(socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError):
        pass
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    # The C library takes the same forms as `ipaddress`, in a fifth of the time.
    try:
        if ":" not in text:
            return ipaddress.IPv4Address(socket.inet_pton(socket.AF_INET, text.partition("%")[0]))
        address = ipaddress.IPv6Address(socket.inet_pton(socket.AF_INET6, text.partition("%")[0]))
    except (OSError, ValueError):
        return None
    return address.ipv4_mapped or address
