"""Requests of ours go where they were meant to go, and into no private network."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

import httpx
import pytest

from nameplate.http import outgoing

TIMEOUT = httpx.Timeout(5)


class Inside(BaseHTTPRequestHandler):
    """A service on this machine that nobody outside should reach."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/away" else 200)
        if self.path == "/away":
            self.send_header("Location", f"http://inside.example:{self.server.server_port}/secret")  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def inside() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Inside)
    server.asked = []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def resolves(monkeypatch: pytest.MonkeyPatch, **answers: list[str]) -> list[str]:
    """Let names resolve as an attacker's name server would say, and say which were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if (found := answers.get(name.replace(".", "_"))) is None:
            return real(host, *rest, **more)
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1",
    ],
)  # fmt: skip
def test_what_is_not_on_the_public_internet_is_known(address: str) -> None:
    assert not outgoing.is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["140.82.121.4", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_what_is_on_it_is_known_as_well(address: str) -> None:
    assert outgoing.is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
async def test_this_machine_is_not_reached_by_any_spelling(inside: HTTPServer, host: str) -> None:
    async with outgoing.client(timeout=TIMEOUT) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://{host}:{inside.server_port}/")
    assert inside.asked == []  # type: ignore[attr-defined]
    async with outgoing.client(configured=[f"http://{host}"], timeout=TIMEOUT) as client:
        if host in ("127.0.0.1", "localhost"):
            answer = await client.get(f"http://{host}:{inside.server_port}/")
            assert answer.status_code == 200, "the positive control: the operator said so"


async def test_a_name_that_leads_inside_is_refused_also_among_others(
    inside: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves(monkeypatch, inside_example=["127.0.0.1"], mixed_example=["140.82.121.4", "10.0.0.1"])
    async with outgoing.client(timeout=TIMEOUT) as client:
        for host in ("inside.example", "mixed.example"):
            with pytest.raises(outgoing.PrivateAddress, match="not on the public internet"):
                await client.get(f"http://{host}:{inside.server_port}/")
    assert inside.asked == []  # type: ignore[attr-defined]


async def test_a_redirect_does_not_lead_inside(inside: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch, inside_example=["127.0.0.1"])
    configured = [f"http://127.0.0.1:{inside.server_port}"]
    async with outgoing.client(configured=configured, timeout=TIMEOUT, follow_redirects=True) as client:
        with pytest.raises(outgoing.PrivateAddress):
            await client.get(f"http://127.0.0.1:{inside.server_port}/away")
    assert [path for path, _ in inside.asked] == ["/away"]  # type: ignore[attr-defined]


async def test_the_address_that_was_checked_is_the_one_that_is_used(
    inside: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name server that says something else the second time is not asked a second time.
    asked = resolves(monkeypatch, rebinding_example=["127.0.0.1"])
    monkeypatch.setattr(outgoing, "is_public", lambda address: True)
    async with outgoing.client(timeout=TIMEOUT) as client:
        answer = await client.get(f"http://rebinding.example:{inside.server_port}/x")
    assert answer.status_code == 200
    assert asked == ["rebinding.example"]
    assert inside.asked == [("/x", f"rebinding.example:{inside.server_port}")]  # type: ignore[attr-defined]


async def test_a_proxy_of_the_operators_is_used_for_his_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "getproxies", lambda: {"https": "http://192.0.2.1:3128"})
    client = outgoing.client(configured=["https://api.github.com"], timeout=TIMEOUT)
    assert not isinstance(
        client._transport_for_url(httpx.URL("https://api.github.com/user")), outgoing.Guarded
    )
    assert isinstance(client._transport_for_url(httpx.URL("https://evil.example/")), outgoing.Guarded)
    await client.aclose()
