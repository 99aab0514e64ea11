"""Two-step log-in: codes, recovery codes, tickets, and the proof before dangerous acts."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pyotp
import pytest

from nameplate.accounts.factors import totp
from nameplate.app import App
from tests.accounts.conftest import RunJobs
from tests.accounts.stand_ins import Mailbox
from tests.support.api import PASSWORD, Api, browser

V1 = "/api/v1"


async def switch_on(api: Api) -> tuple[pyotp.TOTP, list[str]]:
    """Two-step log-in with an app; the app and the recovery codes. Uses up the code of now."""
    offer = (await api.post(f"{V1}/factors/totp")).json()
    assert "<svg" in offer["picture"]
    app = pyotp.parse_uri(offer["uri"])
    assert isinstance(app, pyotp.TOTP)
    assert app.secret == offer["secret"]
    answer = await api.post(f"{V1}/factors/totp/confirmation", {"code": app.now()})
    assert answer.status_code == 200, answer.text
    return app, answer.json()["recovery_codes"]


def following(device: pyotp.TOTP) -> str:
    """The code of the next half minute: taken already, and never used before."""
    return str(device.at(int(time.time()) + totp.STEP))


async def first_step(app: App, login: str = "ann-lee") -> Api:
    phone = browser(app)
    answer = await phone.post(f"{V1}/sessions", {"login": login, "password": PASSWORD})
    assert answer.status_code == 202, answer.text
    assert "nameplate_session" not in phone.http.cookies
    return phone


async def second_step(phone: Api, **shown: str) -> int:
    return (await phone.post(f"{V1}/sessions/second-factor", shown)).status_code


async def forget_proof(admin: psycopg.Connection) -> None:
    admin.execute("UPDATE sessions SET proven_at = now() - interval '11 minutes'")


async def test_a_password_alone_opens_nothing_and_a_code_opens_it_once(app: App, ann: Api) -> None:
    device, codes = await switch_on(ann)
    assert len(codes) == len(set(codes)) == 10
    phone = await first_step(app)
    assert (await phone.get(f"{V1}/account")).status_code == 401
    assert (await phone.get(f"{V1}/sessions/second-factor")).json()["methods"] == ["totp", "recovery-code"]
    assert await second_step(phone, code="000000") == 422
    code = following(device)
    assert await second_step(phone, code=f"{code[:3]} {code[3:]}") == 201
    assert (await phone.get(f"{V1}/account")).json()["handle"] == "ann-lee"
    assert await second_step(phone, code=following(device)) == 401, "the ticket is used up"
    again = await first_step(app)
    replayed = await again.post(f"{V1}/sessions/second-factor", {"code": code})
    assert replayed.status_code == 422
    assert "already" in replayed.json()["fields"]["code"]


async def test_a_recovery_code_works_once_and_new_ones_replace_all(app: App, ann: Api) -> None:
    _, codes = await switch_on(ann)
    assert await second_step(await first_step(app), recovery_code=f" {codes[0].upper()} ") == 201
    assert await second_step(await first_step(app), recovery_code=codes[0]) == 422
    assert (await ann.get(f"{V1}/factors")).json()["recovery_codes_left"] == 9
    renewed = (await ann.post(f"{V1}/recovery-codes")).json()["recovery_codes"]
    assert await second_step(await first_step(app), recovery_code=codes[1]) == 422
    assert await second_step(await first_step(app), recovery_code=renewed[1]) == 201


async def test_five_wrong_codes_end_the_ticket_also_when_they_come_at_once(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    device, _ = await switch_on(ann)
    phone = await first_step(app)
    statuses = await asyncio.gather(*(second_step(phone, code="000000") for _ in range(9)))
    assert sorted(statuses) == [401] * 4 + [422] * 5
    assert await second_step(phone, code=following(device)) == 401, "the right one comes too late"
    admin.execute(
        "UPDATE log_in_tickets SET tries = 0, used_at = NULL, created_at = now() - interval '11 minutes'"
    )
    assert await second_step(phone, code=following(device)) == 401, "ten minutes are over"


async def test_guessing_on_is_stopped_for_an_hour_and_only_for_her(app: App, ann: Api, ben: Api) -> None:
    device, _ = await switch_on(ann)
    for _ in range(4):
        phone = await first_step(app)
        for _ in range(5):
            assert await second_step(phone, code="000000") == 422
    phone = await first_step(app)
    answer = await phone.post(f"{V1}/sessions/second-factor", {"code": following(device)})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    bens, _ = await switch_on(ben)
    assert await second_step(await first_step(app, "ben-ray"), code=following(bens)) == 201


async def test_a_ticket_serves_its_own_account_and_nobody_elses_secret_fits(
    app: App, ann: Api, ben: Api, admin: psycopg.Connection
) -> None:
    anns, codes = await switch_on(ann)
    await switch_on(ben)
    phone = await first_step(app, "ben-ray")
    assert await second_step(phone, recovery_code=codes[0]) == 422
    # Ann's sealed secret, moved into Ben's row by somebody who can write the table, opens nothing.
    admin.execute(
        "UPDATE totp_factors t SET secret = a.secret FROM totp_factors a, profiles p WHERE p.handle = 'ann-lee'"
        " AND a.account_id = p.account_id AND t.account_id <> p.account_id"
    )
    assert await second_step(phone, code=following(anns)) == 422
    assert await second_step(await first_step(app), code=following(anns)) == 201, "the positive control"


async def test_switching_it_on_ends_other_sessions_and_renews_this_one(
    app: App, ann: Api, admin: psycopg.Connection, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    phone = browser(app)
    await phone.post(f"{V1}/sessions", {"login": "ann-lee", "password": PASSWORD})
    before = ann.http.cookies["nameplate_session"]
    device, _ = await switch_on(ann)
    stored = admin.execute("SELECT secret FROM totp_factors").fetchone()
    assert stored is not None
    assert device.secret.encode() not in stored[0]
    assert ann.http.cookies["nameplate_session"] != before
    assert (await ann.get(f"{V1}/account")).status_code == 200
    assert (await phone.get(f"{V1}/account")).status_code == 401
    stolen = await browser(app).get(f"{V1}/account", headers={"Cookie": f"nameplate_session={before}"})
    assert stolen.status_code == 401
    assert (await ann.delete(f"{V1}/factors/totp")).status_code == 204
    assert (await ann.get(f"{V1}/factors")).json() == {
        "two_step": False, "totp_since": None, "passkeys": [], "recovery_codes_left": 0,
    }  # fmt: skip
    assert (
        await browser(app).post(f"{V1}/sessions", {"login": "ann-lee", "password": PASSWORD})
    ).status_code == 201


DANGEROUS = [
    ("PATCH", "account", {"password": "a much better password"}),
    ("PATCH", "account", {"email": "ann@new.example"}),
    ("DELETE", "account", {"confirm": "ann-lee"}),
    ("GET", "account/export", None),
    ("POST", "tokens", {"name": "mine", "scopes": ["links:read"]}),
    ("POST", "factors/totp", None),
    ("DELETE", "factors/totp", None),
    ("POST", "passkeys/registration", None),
    ("POST", "recovery-codes", None),
]


async def test_dangerous_acts_want_a_proof_of_the_last_ten_minutes(
    app: App, ann: Api, admin: psycopg.Connection
) -> None:
    device, _ = await switch_on(ann)
    await forget_proof(admin)
    for method, path, body in DANGEROUS:
        answer = await ann.http.request(method, f"{V1}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "prove-it-again"), path
        assert answer.json()["methods"] == ["totp", "password"]
    assert (await ann.get(f"{V1}/sessions/current/proof")).json()["proven_until"] is None
    wrong = await ann.post(f"{V1}/sessions/current/proof", {"password": "not mine at all"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-proof")
    assert (await ann.post(f"{V1}/sessions/current/proof", {"code": "000000"})).status_code == 422
    assert (await ann.http.get(f"{V1}/account/export")).status_code == 403
    assert (await ann.post(f"{V1}/sessions/current/proof", {"code": following(device)})).status_code == 200
    until = datetime.fromisoformat((await ann.get(f"{V1}/sessions/current/proof")).json()["proven_until"])
    assert timedelta(minutes=9) < until - datetime.now(UTC) <= timedelta(minutes=10)
    assert (await ann.get(f"{V1}/account/export")).status_code == 200
    await forget_proof(admin)
    assert (await ann.post(f"{V1}/sessions/current/proof", {"password": PASSWORD})).status_code == 200
    made = await ann.post(f"{V1}/tokens", {"name": "mine", "scopes": ["account:read"]})
    assert made.status_code == 201
    token = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await browser(app).get(f"{V1}/sessions/current/proof", headers=token)).status_code == 403


async def test_a_new_browser_is_mailed_once_and_a_known_one_never(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await run_jobs()
    proof = mailbox.mails[-1].proof
    assert (await ann.post(f"{V1}/verifications", {"proof": proof})).status_code == 200
    mailbox.mails.clear()
    login = {"login": "ann-lee", "password": PASSWORD}
    await ann.delete(f"{V1}/sessions/current")
    assert (await ann.post(f"{V1}/sessions", login)).status_code == 201
    await run_jobs()
    assert mailbox.mails == [], "she signed up with this one"
    phone = browser(app)
    for _ in range(2):
        assert (await phone.post(f"{V1}/sessions", login)).status_code == 201
        await run_jobs()
    assert [mail.subject for mail in mailbox.mails] == ["A new device logged in"]


def test_a_secret_is_sealed_for_one_account_and_one_key() -> None:
    from nameplate.ids import new_id

    mine, other = new_id(), new_id()
    sealed = totp.seal("k" * 32, mine, "SECRET")
    assert totp.unseal("k" * 32, mine, sealed) == "SECRET"
    assert totp.unseal("k" * 32, other, sealed) is None
    assert totp.unseal("x" * 32, mine, sealed) is None
    assert totp.seal("k" * 32, mine, "SECRET") != sealed


@pytest.mark.parametrize(
    "answer", [{}, {"id": "x"}, {"response": {"userHandle": "AAAA"}}, {"id": 7, "type": []}]
)
async def test_a_passkey_that_is_none_opens_nothing(app: App, ann: Api, answer: dict[str, object]) -> None:
    vic = browser(app)
    assert (await vic.post(f"{V1}/passkeys/challenge")).status_code == 200
    refused = await vic.post(f"{V1}/sessions/passkey", {"passkey": answer})
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-proof")
    assert (await ann.post(f"{V1}/passkeys", {"passkey": answer})).status_code == 422
