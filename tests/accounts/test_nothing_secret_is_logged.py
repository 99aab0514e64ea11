"""Whatever happens, and at the most talkative level: logs hold no password, token, e-mail address or IP address."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network

import httpx
import psycopg
import pytest

from nameplate.logs import without_rows
from nameplate.settings import Settings
from tests.accounts.stand_ins import Mail, Mailbox
from tests.support.api import FIREFOX
from tests.support.programs import Program
from tests.support.search import Search, of_address, of_text

ADDRESSES = ("198.51.100.77", "2001:db8:77:1:aaaa::9")
PASSWORDS = ("a very unusual phrase 1", "another unusual phrase 2", "wrong and unusual 3")
EMAIL = "ann.lindqvist@mail.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, log_level="debug", trusted_proxies=(ip_network("127.0.0.1/32"),))


@pytest.fixture
def programs(settings: Settings) -> Iterator[list[Program]]:
    with Program.work(settings) as worker, Program.serve(settings) as server:
        yield [server, worker]


def the_mails(mailbox: Mailbox) -> Iterator[Mail]:
    """Mails as they come, for a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        yield from mailbox.take()
        time.sleep(0.05)


def test_nothing_secret_is_in_any_log(
    programs: list[Program], mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    server = programs[0]
    secrets = [EMAIL, *PASSWORDS]
    origin = {"Origin": server.url, "User-Agent": FIREFOX}
    clients = [
        httpx.Client(
            base_url=server.url, headers={**origin, "X-Forwarded-For": address}, timeout=20, trust_env=False
        )
        for address in ADDRESSES
    ]
    ann, stranger = clients
    account = {"email": EMAIL, "password": PASSWORDS[0], "handle": "ann-lee"}
    assert ann.post("/api/v1/accounts", json=account).status_code == 201
    secrets += [cookie.value.partition(".")[2] or cookie.value for cookie in ann.cookies.jar if cookie.value]
    for password, status in ((PASSWORDS[2], 401), (PASSWORDS[0], 201)):
        answer = stranger.post("/api/v1/sessions", json={"login": EMAIL, "password": password})
        assert answer.status_code == status, answer.text
    assert stranger.post("/api/v1/password-resets", json={"email": EMAIL}).status_code == 202
    proof = next(mail.proof for mail in the_mails(mailbox) if "/reset" in mail.text)
    secrets.append(proof.rpartition(".")[2])
    reset = stranger.put("/api/v1/password-resets", json={"proof": proof, "password": PASSWORDS[1]})
    assert reset.status_code == 204, reset.text
    assert ann.post("/api/v1/sessions", json={"login": EMAIL, "password": PASSWORDS[1]}).status_code == 201
    token = ann.post(
        "/api/v1/tokens", json={"name": "t", "scopes": ["links:read"], "expires_in_days": 1}
    ).json()["token"]
    secrets.append(token.rpartition(".")[2] or token)
    program = {"Authorization": f"Bearer {token}"}
    assert stranger.get("/api/v1/links", headers=program).status_code == 200
    ann.post("/e", json={"t": "view", "h": "ann-lee"})
    ann.get("/ann-lee", headers={"Referer": f"https://{EMAIL}/"})
    # Things break with all of it at hand.
    admin.execute("ALTER TABLE accounts ADD CONSTRAINT none CHECK (email <> email) NOT VALID")
    broken = stranger.post("/api/v1/accounts", json={**account, "email": f"new.{EMAIL}", "handle": "ann-two"})
    assert broken.status_code == 500
    admin.execute("ALTER TABLE links RENAME TO gone")
    assert stranger.get("/api/v1/links", headers=program).status_code == 500
    for client in clients:
        client.close()
    logged, errors = "", list[dict[str, str]]()
    deadline = time.monotonic() + 20
    while len(errors) < 2:  # lines come through a pipe, some time after the answer
        assert time.monotonic() < deadline, "the positive control: what breaks is logged, with where"
        time.sleep(0.05)
        logged = "\n".join(line for each in programs for line in each.lines)
        errors = [json.loads(line) for line in logged.splitlines() if '"unhandled error"' in line]
    assert len(errors) == 2
    assert all("Traceback" in error["exception"] and error["request_id"] for error in errors)
    needles = {secret: of_text(secret) for secret in secrets if len(secret) > 8}
    needles |= {address: of_address(ip_address(address)) for address in ADDRESSES}
    texts = {what: {n: form for n, form in forms.items() if len(form) > 6} for what, forms in needles.items()}
    assert Search(texts).within("logs", logged.encode()) == set()


def test_what_postgresql_quotes_of_a_row_stays_out_of_a_traceback() -> None:
    told = f"Traceback:\n  File x\nCheckViolation: refused\nDETAIL:  Failing row is ({EMAIL},\nmore).\n\nThen this"
    event = without_rows(None, "error", {"exception": told})
    assert event["exception"] == "Traceback:\n  File x\nCheckViolation: refused\nDETAIL: left out\nThen this"
    assert without_rows(None, "info", {"event": "x"}) == {"event": "x"}
