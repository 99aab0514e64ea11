"""`nameplate up --domain localhost`: real HTTPS, from outside."""

import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from nameplate.engines.caddy import Caddy, caddyfile, program, public_url
from nameplate.engines.process import free_port
from nameplate.http.observatory import grade
from tests.support.api import FIREFOX, PASSWORD
from tests.support.up import Up

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
CLIENT = "127.0.0.9"  # another address than the one everything listens on


def test_the_file_for_systemd_is_what_up_uses(tmp_path: Path) -> None:
    file = Path(__file__).parents[2] / "deploy" / "Caddyfile"
    assert file.read_text() == caddyfile("links.example.org", port=8080)
    own = Caddy(tmp_path, "links.example.org", 8080, 80, 443)
    own.prepare()
    ours = set((tmp_path / "Caddyfile").read_text().splitlines())
    assert {line.strip().split()[0] for line in ours - set(file.read_text().splitlines())} == {
        "admin",
        "storage",
    }


@pytest.mark.parametrize("domain", ["links.example.org", "localhost"])
def test_caddy_takes_it_without_a_warning_of_ours_to_heed(tmp_path: Path, domain: str) -> None:
    (tmp_path / "Caddyfile").write_text(caddyfile(domain, port=8080, http_port=8081, https_port=8443))
    done = subprocess.run(
        [program(), "validate", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile"],
        env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Unnecessary" not in done.stderr


def connect(port: int, trust: ssl.SSLContext | None, protocols: list[str] | None = None) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(CLIENT, 0))
    if trust is None:
        return plain
    trust.set_alpn_protocols(protocols or ["http/1.1"])
    return trust.wrap_socket(plain, server_hostname="localhost")


def said(connection: socket.socket, request: str) -> bytes:
    """The whole answer to a request written by hand."""
    connection.sendall(request.replace("\n", "\r\n").encode())
    answer = b""
    while part := connection.recv(65536):
        answer += part
    return answer


def test_one_command_is_an_installation_with_https(tmp_path: Path) -> None:
    http, https = free_port(), free_port()
    url = public_url("localhost", https)
    ports = {"NAMEPLATE_HTTP_PORT": str(http), "NAMEPLATE_HTTPS_PORT": str(https)}
    with Up(tmp_path / "data", ports) as up:
        up.start("--no-demo", "--domain", "localhost")
        up.wait_until_it_runs()
        assert url in up.text
        root = tmp_path / "data/caddy/data/pki/authorities/local/root.crt"
        up.wait_for(root.exists)
        trust = ssl.create_default_context(cafile=root)
        slow = connect(https, trust)
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        began = time.monotonic()
        with httpx.Client(verify=trust, base_url=url, trust_env=False, timeout=20) as client:
            _answers_are_graded(client, url, http)
            _a_forged_address_is_not_believed(client, tmp_path / "data", https, trust)
            _smuggled_requests_are_refused(https, trust)
            _other_names_lead_nowhere(http, https, trust)
            _killed_it_comes_back(up, client)
            _nameplate_away_is_said_with_headers(up, client, url)
        # Ten seconds for a request's head, whatever trickles in.
        with closing(slow):
            while slow.recv(4096):
                pass
        assert time.monotonic() - began < 60, "the slow client was never cut off"
        assert up.stop() < 10
        logged = (tmp_path / "data/logs/caddy.log").read_text() + up.text
        assert "server running" in logged
        assert CLIENT not in logged


def _answers_are_graded(client: httpx.Client, url: str, http: int) -> None:
    for path, status in (
        ("/", 200),
        ("/login", 200),
        ("/nobody-there", 404),
        ("/api/v1/account", 401),
        ("/metrics", 404),
    ):
        answer = client.get(path)
        assert answer.status_code == status, path
        graded = grade(url, answer.headers.multi_items())
        assert graded.score >= 125, (path, graded)
        assert "server" not in answer.headers
        assert "via" not in answer.headers
    assert "h3=" in answer.headers["alt-svc"]
    redirected = httpx.get(f"http://localhost:{http}/ann?a=b", trust_env=False)
    assert (redirected.status_code, redirected.headers["location"]) == (308, f"{url}/ann?a=b")
    assert redirected.headers["x-content-type-options"] == "nosniff"
    assert redirected.headers["content-security-policy"].startswith("default-src 'none'")


def _a_forged_address_is_not_believed(
    client: httpx.Client, data: Path, https: int, trust: ssl.SSLContext
) -> None:
    body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
    answer = client.post(
        "/api/v1/accounts",
        json=body,
        headers={"Origin": str(client.base_url).rstrip("/"), "User-Agent": FIREFOX},
    )
    assert answer.status_code == 201, answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert all(word in cookie.lower() for word in ("secure", "httponly", "samesite=lax", "path=/"))
    # /metrics is for whom the connection, or what a trusted proxy says, shows to be this machine.
    forged = connect(https, trust)
    with closing(forged):
        answer_bytes = said(
            forged,
            "GET /metrics HTTP/1.1\nHost: localhost\nX-Forwarded-For: 127.0.0.1\nForwarded: for=127.0.0.1\n"
            "Connection: close\n\n",
        )
    assert answer_bytes.startswith(b"HTTP/1.1 404")


def _smuggled_requests_are_refused(https: int, trust: ssl.SSLContext) -> None:
    head = "POST /api/v1/sessions HTTP/1.1\nHost: localhost\nConnection: close\n"
    smuggled = "GET /healthz HTTP/1.1\nHost: localhost\n\n"
    for framing, body in (
        ("Content-Length: 4\nContent-Length: 60\n\n", "{}\n\n" + smuggled),
        ("Transfer-Encoding: xchunked\n\n", smuggled),
        ("Transfer-Encoding: chunked, identity\n\n", smuggled),
    ):
        with closing(connect(https, trust)) as connection:
            answer = said(connection, head + framing + body)
        assert answer.split(b" ")[1:2] in ([b"400"], [b"501"]), answer
        assert b"alive" not in answer
    # With both, chunked counts alone, and what follows on this connection is never a request of its own.
    with closing(connect(https, trust)) as connection:
        answer = said(connection, f"{head}Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n{smuggled}")
    assert answer.count(b"HTTP/1.1") == 1
    assert b"alive" not in answer


def _other_names_lead_nowhere(http: int, https: int, trust: ssl.SSLContext) -> None:
    with closing(connect(http, None)) as connection:
        assert said(connection, "GET / HTTP/1.1\nHost: evil.example\nConnection: close\n\n") == b""
    with closing(connect(https, trust)) as connection:
        answer = said(connection, "GET / HTTP/1.1\nHost: evil.example\nConnection: close\n\n")
    assert answer.startswith(b"HTTP/1.1 421")
    assert b"Strict-Transport-Security" in answer
    with closing(connect(https, trust, ["h2", "http/1.1"])) as connection:
        assert isinstance(connection, ssl.SSLSocket)
        assert connection.selected_alpn_protocol() == "h2"
    with closing(connect(https, trust)) as connection:
        answer = said(connection, f"GET / HTTP/1.1\nHost: localhost\nX-Large: {'x' * 80_000}\n\n")
    assert answer.startswith(b"HTTP/1.1 431")


def _killed_it_comes_back(up: Up, client: httpx.Client) -> None:
    victim = up.child("caddy", "run")
    victim.kill()
    up.wait_for(lambda: up.has_child("caddy", "run") and up.child("caddy", "run").pid != victim.pid)

    def answers() -> bool:
        try:
            return client.get("/healthz").is_success
        except httpx.TransportError:
            return False

    up.wait_for(answers)


def _unread(web: psutil.Process) -> int:
    """Bytes that the kernel has for the processes of `web` and that they did not read yet."""
    ports = {connection.laddr.port for connection in web.net_connections("inet4")}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(
        int(line[4].partition(":")[2], 16)
        for line in lines
        if line[3] == "01" and int(line[1].partition(":")[2], 16) in ports
    )


def _nameplate_away_is_said_with_headers(up: Up, client: httpx.Client, url: str) -> None:
    web = up.child("nameplate", "serve")
    children = web.children()
    client.get("/healthz")  # Caddy has a connection to it that is used again
    for process in [web, *children]:
        process.suspend()
    try:
        # One that comes later waits at the port, which outlives them, and is answered by those that are started again.
        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(client.post, "/api/v1/sessions", json={})
            up.wait_for(lambda: _unread(web) > 0)
            for process in [*children, web]:
                process.kill()
            answer = asked.result()
    finally:
        up.wait_for(lambda: client.get("/healthz").is_success)
    assert answer.status_code in (502, 503)
    assert answer.headers["retry-after"] == "5"
    assert grade(url, answer.headers.multi_items()).score >= 125


def test_up_says_in_a_sentence_why_it_may_not_use_a_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {
            "NAMEPLATE_HTTP_PORT": str(taken.getsockname()[1]),
            "NAMEPLATE_HTTPS_PORT": str(free_port()),
        }
        with Up(tmp_path / "data", environment) as up:
            up.start("--no-demo", "--domain", "localhost")
            assert up.process.wait(60) == 1
            up._reader.join(5)
            assert "set NAMEPLATE_HTTP_PORT" in up.text.replace("\n", " ")
