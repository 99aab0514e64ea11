"""Clients for requests that this server makes: they cannot be steered into a private network.

A name is resolved here, every address it has is checked, and the connection goes to a checked one, so that a second
look-up cannot say something else. Redirects pass the same way. Hosts the operator configured are left alone: GitHub
Enterprise may well be on a private network.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from prometheus_client import Counter

refused = Counter(
    "nameplate_outgoing_refused_total", "Requests of ours that would have gone into a private network"
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MOST_HOSTS = 32


class PrivateAddress(httpx.ConnectError):
    """The host of a request is, or resolves to, something that is not on the public internet."""


def is_public(address: Address) -> bool:
    """Whether `address`, and an IPv4 address it carries, is on the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if carried is None and address in _NAT64:
            carried = ipaddress.IPv4Address(address.packed[-4:])
        if carried is not None and not is_public(carried):
            return False
        if address.ipv4_mapped is not None or address in _NAT64:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def client(
    *, configured: Iterable[str] = (), timeout: httpx.Timeout, follow_redirects: bool = False
) -> httpx.AsyncClient:
    """A client that reaches public addresses, and the hosts of the addresses `configured` by the operator."""
    hosts = {urlsplit(url).hostname or "" for url in configured}
    proxy = getproxies().get("https")
    mounts: dict[str, httpx.AsyncBaseTransport | None] = {
        # A proxy of the operator's is for the hosts he configured: it would resolve names by itself.
        f"all://{host}": httpx.AsyncHTTPTransport(verify=tls(), proxy=proxy)
        for host in hosts
        if proxy and not proxy_bypass(host)
    }
    return httpx.AsyncClient(
        transport=Guarded(hosts),
        mounts=mounts,
        timeout=timeout,
        follow_redirects=follow_redirects,
        trust_env=False,
    )


class Guarded(httpx.AsyncBaseTransport):
    """Each host gets connections of its own: one that was made and checked for a name serves no other name."""

    def __init__(self, configured: Iterable[str] = ()) -> None:
        self._configured = frozenset(configured)
        self._transports: dict[tuple[str, int | None], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        transport = await self._transport(host, request.url.port)
        if host in self._configured:
            return await transport.handle_async_request(request)
        limit = request.extensions.get("timeout", {}).get("connect")
        addresses = await _checked(request, host, limit)
        # The certificate is checked for the name, and the Host header says it, while the address is fixed.
        extensions = {**request.extensions, "sni_hostname": host}
        error: httpx.ConnectError | httpx.ConnectTimeout | None = None
        for address in addresses[:2]:
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
            try:
                return await transport.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as caught:
                error = caught
        raise error or httpx.ConnectError(f"{host} has no address", request=request)

    async def _transport(self, host: str, port: int | None) -> httpx.AsyncHTTPTransport:
        if (found := self._transports.get((host, port))) is None:
            if len(self._transports) >= _MOST_HOSTS:
                oldest = next(iter(self._transports))
                await self._transports.pop(oldest).aclose()
            found = self._transports[host, port] = httpx.AsyncHTTPTransport(verify=tls())
        return found

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()


async def _checked(request: httpx.Request, host: str, limit: float | None) -> list[Address]:
    """Every address of `host`. Raises PrivateAddress when one of them is not public."""
    try:
        async with asyncio.timeout(limit):
            found: list[Any] = await asyncio.get_running_loop().getaddrinfo(
                host, None, type=socket.SOCK_STREAM
            )
    except TimeoutError as error:
        raise httpx.ConnectTimeout(f"{host} was not found in time", request=request) from error
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host} was not found", request=request) from error
    addresses = [ipaddress.ip_address(entry[4][0].partition("%")[0]) for entry in found]
    if not all(is_public(address) for address in addresses):
        refused.inc()
        raise PrivateAddress(f"{host} is not on the public internet", request=request)
    return list(dict.fromkeys(addresses))


@lru_cache
def tls() -> ssl.SSLContext:
    """Loading the certificates takes tens of milliseconds."""
    return ssl.create_default_context()
