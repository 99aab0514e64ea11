"""The numbers of the week by mail: when, to whom, what, and never twice."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from nameplate import worker
from nameplate.accounts.mail import post
from nameplate.analytics import weekly_routes
from nameplate.analytics.weekly import jobs, mondays
from nameplate.app import App
from nameplate.breaker import Breaker
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.accounts.stand_ins import Mailbox
from tests.analytics.test_reports import Visits, account_of
from tests.support.api import Api, browser, running_app, sign_up

MONDAY = date(2026, 11, 16)
WEDNESDAY = datetime(2026, 11, 11, 12, tzinfo=UTC)
PATH = "/api/v1/analytics/weekly-mail"
At = Callable[[datetime], None]
Run = Callable[[], Awaitable[None]]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = box.start()
    yield box
    controller.stop()


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox) -> Settings:
    return replace(settings, smtp_url=mailbox.url, public_url="https://links.example.org")


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_url, autocommit=True, options="-c search_path=public,jobs") as connection:
        yield connection


@pytest.fixture
async def ann(app: App, admin: psycopg.Connection[Any]) -> Api:
    """Ann, whose address is confirmed."""
    ann = await sign_up(app, "ann")
    admin.execute("UPDATE email_claims SET verified = true")
    admin.execute("DELETE FROM procrastinate_jobs")  # the mail that asks for it
    return ann


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Puts the clock of the schedule and of the switch to a time."""

    def put(moment: datetime) -> None:
        for module in (jobs, weekly_routes):
            monkeypatch.setattr(module, "now", lambda: moment)

    put(WEDNESDAY)
    monkeypatch.setattr(post, "_breaker", Breaker("smtp", failures=5, pause=30))
    return put


@pytest.fixture
async def services(settings: Settings, system: SystemDatabase) -> AsyncIterator[worker.Services]:
    async with Cache(settings) as cache, Limits(settings, cache.client, counts=False) as limits:
        yield worker.Services(settings, system, cache, limits, Storage(settings))


@pytest.fixture
def look(settings: Settings, services: worker.Services, admin: psycopg.Connection[Any]) -> Run:
    """What the worker does every few minutes, and the jobs that are due then."""

    async def run() -> None:
        # The policy of the table asks PostgreSQL's own clock, which nobody puts forward.
        admin.execute("UPDATE weekly_mails SET due_at = due_at - interval '30 years' WHERE due_at > now()")
        try:
            await jobs.put_off_mails(services)
        finally:
            admin.execute(
                "UPDATE weekly_mails SET due_at = due_at + interval '30 years' WHERE due_at < '2010-01-01'"
            )
        app = worker.build(settings, services)
        async with app.open_async():
            await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    return run


def week(account_id: UUID, views: int = 30) -> Visits:
    """Visits of the week before MONDAY, and half as many in the one before that."""
    visits = Visits(account_id)
    for number in range(views):
        day = MONDAY - timedelta(days=1 + number % 7)
        visits.add(day, "view", visitor=number, country="DE", referrer="GitHub" if number % 3 else None)
        visits.add(day, "vitals", visitor=number, lcp=5000, device="phone")
        if number % 2:
            visits.add(day - timedelta(days=7), "view", visitor=number)
    return visits


async def test_the_mail_tells_the_week_and_can_be_switched_off_with_one_click(
    app: App,
    ann: Api,
    at: At,
    look: Run,
    mailbox: Mailbox,
    system: SystemDatabase,
    admin: psycopg.Connection[Any],
) -> None:
    account = await account_of(ann)
    link = (await ann.post("/api/v1/links", {"title": "Blog <3", "url": "https://ann.example/"})).json()["id"]
    await week(account).add(MONDAY - timedelta(days=1), "click", visitor=1, link_id=UUID(link)).write(system)
    assert (await ann.get(PATH)).json() == {"on": False, "next_at": None, "obstacle": None}
    assert (await ann.put(PATH, {"on": True})).json() == {
        "on": True, "next_at": "2026-11-16T08:00:00Z", "obstacle": None,
    }  # fmt: skip
    at(datetime(2026, 11, 16, 7, 59, tzinfo=UTC))
    await look()
    assert mailbox.take() == []
    at(datetime(2026, 11, 16, 8, 0, tzinfo=UTC))
    await look()
    await look()
    (mail,) = mailbox.take()
    assert mail.to == "ann@example.org"
    assert mail.subject == "30 views of ann last week"
    for body in (mail.text, mail.html):
        for said in (
            "9 to 15 November 2026", "30", "+100%", "3.3%", "GitHub", "Direct, or not told", "Germany", "LCP is poor",
            "https://links.example.org/dashboard/analytics?from=2026-11-09",
        ):  # fmt: skip
            assert said in body, said
    assert "Blog <3" in mail.text
    assert "Blog &lt;3" in mail.html
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(mail.message["List-Unsubscribe"]).strip("<>")
    stored = admin.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'analytics.send_week'"
    ).fetchall()
    assert [set(args) for (args,) in stored] == [{"account_id", "week"}]

    stranger = browser(app)
    forged = address[:-3] + ("AAA" if address[-3:] != "AAA" else "BBB")
    assert (await stranger.post(forged.removeprefix("https://links.example.org"))).status_code == 404
    assert (await ann.get(PATH)).json()["on"] is True
    # As a mail service does it: a form, no cookie, from nowhere.
    path = address.removeprefix("https://links.example.org")
    for _ in range(2):
        answer = await stranger.http.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 204, answer.text
    assert (await ann.get(PATH)).json()["on"] is False
    assert path.rpartition("/")[2] in mail.text
    at(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    await look()
    assert mailbox.take() == []


async def test_a_week_that_was_told_is_not_told_again_whatever_the_switch_the_clock_or_the_queue_do(
    ann: Api, at: At, look: Run, mailbox: Mailbox, system: SystemDatabase, services: worker.Services
) -> None:
    account = await account_of(ann)
    await week(account).write(system)
    await ann.put(PATH, {"on": True})
    at(datetime(2026, 11, 16, 9, tzinfo=UTC))
    await look()
    assert len(mailbox.take()) == 1
    await ann.put(PATH, {"on": False})
    await ann.put(PATH, {"on": True})
    await look()
    # Where Monday has not come yet, and where it has come again.
    for zone in ("Pacific/Honolulu", "Pacific/Auckland"):
        assert (await ann.patch("/api/v1/profile", {"timezone": zone})).status_code == 200
        await look()
        at(datetime(2026, 11, 16, 19, tzinfo=UTC))
        await look()
    await jobs.send_week(services, account_id=str(account), week="2026-11-16")
    assert mailbox.take() == []


async def test_a_worker_killed_while_it_sends_does_not_send_again_and_a_silent_server_is_asked_again(
    ann: Api,
    at: At,
    mailbox: Mailbox,
    system: SystemDatabase,
    services: worker.Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = await account_of(ann)
    await week(account).write(system)
    await ann.put(PATH, {"on": True})

    async def away(*args: Any, **more: Any) -> bool:
        raise Unavailable("The mail server is not answering.")

    with monkeypatch.context() as patch:
        patch.setattr(worker.post, "hand_over", away)
        with pytest.raises(Unavailable):
            await jobs.send_week(services, account_id=str(account), week="2026-11-16")
    await jobs.send_week(services, account_id=str(account), week="2026-11-16")
    assert len(mailbox.take()) == 1

    async def killed(*args: Any, **more: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(worker.post, "hand_over", killed)
        with pytest.raises(KeyboardInterrupt):
            await jobs.send_week(services, account_id=str(account), week="2026-11-23")
    await jobs.send_week(services, account_id=str(account), week="2026-11-23")
    assert mailbox.take() == []


async def test_nobody_gets_a_mail_about_nothing_but_the_first_quiet_week_is_told(
    ann: Api, at: At, look: Run, mailbox: Mailbox, system: SystemDatabase
) -> None:
    await ann.put(PATH, {"on": True})
    at(datetime(2026, 11, 16, 8, tzinfo=UTC))
    await look()
    assert mailbox.take() == []
    await week(await account_of(ann)).write(system)
    at(datetime(2026, 11, 23, 8, tzinfo=UTC))
    await look()
    (mail,) = mailbox.take()
    assert mail.subject == "A quiet week for ann"
    assert "nobody came" in mail.text
    at(datetime(2026, 11, 30, 8, tzinfo=UTC))
    await look()
    assert mailbox.take() == []


async def test_an_address_nobody_confirmed_gets_no_mail_and_the_switch_says_so(
    app: App,
    ann: Api,
    at: At,
    look: Run,
    mailbox: Mailbox,
    system: SystemDatabase,
    admin: psycopg.Connection[Any],
) -> None:
    admin.execute("UPDATE email_claims SET verified = false")
    assert (await ann.put(PATH, {"on": True})).json()["obstacle"] == "address-not-confirmed"
    await week(await account_of(ann)).write(system)
    at(datetime(2026, 11, 16, 8, tzinfo=UTC))
    await look()
    assert mailbox.take() == []
    token = (await ann.post("/api/v1/tokens", {"name": "t", "scopes": ["analytics:read"]})).json()["token"]
    key = {"Authorization": f"Bearer {token}"}
    assert (await browser(app).get(PATH, headers=key)).status_code == 200
    assert (await browser(app).put(PATH, {"on": False}, headers=key)).status_code == 403
    assert (await browser(app).get(PATH)).status_code == 401


async def test_bens_switch_is_not_anns(app: App, ann: Api, at: At) -> None:
    ben = await sign_up(app, "ben")
    await ann.put(PATH, {"on": True})
    assert (await ben.get(PATH)).json()["on"] is False
    await ben.put(PATH, {"on": False})
    assert (await ann.get(PATH)).json()["on"] is True


@pytest.mark.parametrize(
    ("zone", "now", "following"),
    [
        ("Asia/Kolkata", "2026-11-16T02:29:00Z", "2026-11-16T02:30:00Z"),
        ("Asia/Kolkata", "2026-11-16T02:30:00Z", "2026-11-23T02:30:00Z"),
        ("Asia/Kathmandu", "2026-11-11T00:00:00Z", "2026-11-16T02:15:00Z"),
        # The clocks go back on 25 October and forward on 29 March, both Sundays.
        ("Europe/Berlin", "2026-10-19T06:00:00Z", "2026-10-26T07:00:00Z"),
        ("Europe/Berlin", "2027-03-22T07:00:00Z", "2027-03-29T06:00:00Z"),
        ("America/St_Johns", "2026-11-16T11:29:59Z", "2026-11-16T11:30:00Z"),
        ("Pacific/Kiritimati", "2026-11-15T17:59:00Z", "2026-11-15T18:00:00Z"),
    ],
)
def test_monday_is_where_the_owner_is(zone: str, now: str, following: str) -> None:
    at, here = datetime.fromisoformat(now), ZoneInfo(zone)
    assert mondays.following(at, here) == datetime.fromisoformat(following)
    last = mondays.last(at, here)
    assert last.weekday() == 0
    assert mondays.at(last, here) <= at < mondays.at(last + timedelta(days=7), here)
