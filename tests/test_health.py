"""What operators, load balancers and the dashboard are told about engines that are away."""

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from nameplate import outside
from nameplate.app import App
from nameplate.cache import Cache
from nameplate.reports import KEY, keep_reporting, read_reports
from nameplate.settings import Settings
from nameplate.tasks import ended
from tests.support.api import Api, browser, running_app
from tests.support.faults import FaultyProxy


@pytest.fixture
async def faulty(settings: Settings) -> AsyncIterator[tuple[App, FaultyProxy]]:
    """The application with a PostgreSQL that can be taken away."""
    parts = urlsplit(settings.database_url)
    with FaultyProxy(parts.port or 0) as proxy:
        login = parts.netloc.rpartition("@")[0]
        url = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{proxy.port}"))
        async with running_app(replace(settings, database_url=url)) as app:
            yield app, proxy


async def test_readyz_tells_what_is_wrong_in_plain_words_and_no_secret(
    faulty: tuple[App, FaultyProxy],
) -> None:
    app, proxy = faulty
    operator = browser(app)
    well = (await operator.get("/readyz")).json()
    assert (well["ready"], well["leaving"]) == (True, False)
    assert {name: (state["ok"], state["breaker"]) for name, state in well["engines"].items()} == {
        "postgresql": (True, "closed"), "valkey": (True, "closed"), "s3": (True, "closed"),
    }  # fmt: skip
    proxy.set("hanging")
    answer = await operator.get("/readyz")
    assert answer.status_code == 503
    state = answer.json()["engines"]["postgresql"]
    assert (state["ok"], state["breaker"]) == (False, "open")
    assert state["detail"].endswith("It does not answer in time.")
    assert state["since"] > state["answered_at"]
    for secret in (str(proxy.port), "nameplate_web", "127.0.0.1"):
        assert secret not in answer.text
    # Another process would do no better: a load balancer sends people here all the same.
    assert (await operator.get("/readyz?exclude=engines")).status_code == 200
    proxy.set("")
    async with asyncio.timeout(10):
        while (await operator.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)


async def test_a_process_that_leaves_says_so_and_ends_its_connections(
    app: App, client: httpx.AsyncClient
) -> None:
    before = await client.get("/healthz")
    assert "connection" not in before.headers
    app.leaving.begin(others_accept=False)
    for path in ("/readyz", "/readyz?exclude=engines"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["leaving"]) == (503, True)
    assert (await client.get("/ann-lee")).headers["connection"] == "close"


async def test_the_database_hangs_and_everybody_hears_of_it_within_two_seconds(
    faulty: tuple[App, FaultyProxy],
) -> None:
    app, proxy = faulty
    someone = browser(app)
    login = {"login": "ann@example.org", "password": "not this one, no"}
    assert (await someone.post("/api/v1/sessions", login)).status_code == 401
    proxy.set("hanging")
    loop = asyncio.get_running_loop()
    began = loop.time()
    answers = await asyncio.gather(*(someone.post("/api/v1/sessions", login) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["retry-after"] for answer in answers)
    assert loop.time() - began < 2.5
    began = loop.time()
    assert (await someone.post("/api/v1/sessions", login)).status_code == 503
    assert loop.time() - began < 0.5, "who comes later does not wait again"


async def test_a_slow_statement_on_a_server_that_lives_goes_on(app: App, ann: Api) -> None:
    async with app.db.unguarded() as tx:
        assert await tx.value("SELECT pg_sleep(2) IS NOT NULL")


async def test_the_dashboard_hears_of_what_only_workers_ask(app: App, ann: Api, settings: Settings) -> None:
    github = outside.service("github")
    github.answers()
    for _ in range(5):
        github.fails("ReadTimeout")
    github.rests()
    try:
        async with Cache(settings) as cache:
            reporting = asyncio.create_task(keep_reporting(cache.client))
            async with asyncio.timeout(10):
                while not await cache.client.exists(KEY + "github"):
                    await asyncio.sleep(0.02)
            await ended(reporting)
            assert (await read_reports(cache.client))["github"].state == "resting"
            assert 0 < await cache.client.ttl(KEY + "github") <= 30
        async with asyncio.timeout(20):
            while "github" not in (told := (await browser(app).get("/api/v1/status")).json()["services"]):
                await asyncio.sleep(0.1)
    finally:
        github.answers()
    assert told["github"]["error"] == "It does not answer in time."
    assert told["github"]["answered_at"] <= told["github"]["since"]
    assert told["postgresql"]["state"] == "well"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/var/lib/secret"), "Its disk is full."),
        (ConnectionRefusedError(errno.ECONNREFUSED, "10.1.2.3"), "It refuses connections."),
        (psycopg.OperationalError("server at 10.1.2.3: timeout expired"), "It does not answer in time."),
        (ConnectionResetError("10.1.2.3"), "It ends connections."),
        ("HTTP 502", "It answers with an error (HTTP 502)."),
        (ValueError("10.1.2.3 said secret"), "It answers with an error (ValueError)."),
    ],
)  # fmt: skip
def test_errors_are_told_without_what_they_say_themselves(error: BaseException | str, words: str) -> None:
    assert outside.in_words(error) == words
