"""Nobody's mailbox is flooded by way of us, and no stranger keeps an owner from a mail of his."""

from dataclasses import replace

import pytest

from nameplate.app import App
from nameplate.settings import Settings
from tests.accounts.conftest import RunJobs
from tests.accounts.stand_ins import Mailbox
from tests.support.api import PASSWORD, Api, browser


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, rate_limit_mails=3, rate_limit_sign_up=4)


async def test_a_mailbox_gets_few_mails_however_many_accounts_claim_it(
    app: App, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    for number in range(6):
        body = {"email": "vic@example.org", "password": PASSWORD, "handle": f"claims-{number}"}
        answer = await browser(app, f"192.0.2.{number}").post("/api/v1/accounts", body)
        assert answer.status_code == 201, answer.text
    await run_jobs()
    assert [mail.to for mail in mailbox.take()] == ["vic@example.org"] * 3


async def test_one_address_makes_few_accounts(app: App) -> None:
    answers = [
        await browser(app).post(
            "/api/v1/accounts", {"email": f"x{n}@example.org", "password": PASSWORD, "handle": f"many-{n}"}
        )
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [201] * 4 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 3000


async def test_strangers_cannot_use_up_anns_way_to_a_new_password(app: App, ann: Api) -> None:
    async def ask(api: Api, email: str) -> int:
        return (await api.post("/api/v1/password-resets", {"email": email})).status_code

    strangers = [await ask(browser(app, f"192.0.2.{n}"), "ann-lee@example.org") for n in range(3)]
    assert strangers == [202, 429, 429]
    assert [await ask(browser(app, f"192.0.2.{n}"), "nobody@example.org") for n in range(3)] == strangers, (
        "an unknown address looks the same"
    )
    assert await ask(ann, "ann-lee@example.org") == 202, "her browser has been logged in to the account"
