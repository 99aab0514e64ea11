"""Who is asking, when somebody lies about it."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from nameplate.http.client_ip import client_ip
from nameplate.settings import type_network

PROXIES: tuple[type_network, ...] = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def scope(peer: str | None, *forwarded: str) -> dict[str, Any]:
    return {
        "client": (peer, 1234) if peer else None,
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", (), "198.51.100.7"),
        (
            "198.51.100.7",
            ("203.0.113.9",),
            "198.51.100.7",
        ),  # not a proxy: what it says of others is not believed
        ("127.0.0.1", ("203.0.113.9",), "127.0.0.1"),  # nor is this machine, unless it is configured
        ("10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.9",), "203.0.113.9"),  # a forged entry stands to the left
        ("10.0.0.1", ("1.1.1.1", "203.0.113.9"), "203.0.113.9"),  # also as a header of its own
        ("10.0.0.1", ("203.0.113.9, 10.0.0.2",), "203.0.113.9"),  # two proxies
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9, nonsense",), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("fd00::1", ("2001:db8::5",), "2001:db8::5"),
        ("10.0.0.1", ("[2001:db8::5]:443",), "2001:db8::5"),
        ("10.0.0.1", ("203.0.113.9:5555",), "203.0.113.9"),
        ("::ffff:198.51.100.7", (), "198.51.100.7"),
    ],
)
def test_the_address_comes_from_the_right_and_only_through_proxies(
    peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert client_ip(scope(peer, *forwarded), PROXIES) == ip_address(expected)


def test_a_unix_socket_has_no_address() -> None:
    assert client_ip(scope(None), PROXIES) is None
