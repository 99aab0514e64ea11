"""The application with a mail server and GitHub beside it, and a worker that does the jobs that are due."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from nameplate import worker
from nameplate.accounts import jobs
from nameplate.accounts.mail import post
from nameplate.accounts.oauth import github as oauth_github
from nameplate.app import App
from nameplate.breaker import Breaker
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.accounts.stand_ins import CLIENT_ID, CLIENT_SECRET, GitHub, Mailbox
from tests.support.api import running_app

RunJobs = Callable[[], Awaitable[None]]


@pytest.fixture(autouse=True)
def _rested_breakers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test found ill is well again for the next."""
    monkeypatch.setattr(post, "_breaker", Breaker("smtp", failures=5, pause=30))
    monkeypatch.setattr(oauth_github, "_breaker", Breaker("github-login", failures=5, pause=20))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = box.start()
    yield box
    controller.stop()


@pytest.fixture
def github() -> Iterator[GitHub]:
    github = GitHub()
    server = github.start()
    yield github
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox, github: GitHub) -> Settings:
    return replace(
        settings,
        smtp_url=mailbox.url,
        github_url=github.url,
        github_api_url=github.url,
        github_client_id=CLIENT_ID,
        github_client_secret=CLIENT_SECRET,
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def system(settings: Settings) -> AsyncIterator[SystemDatabase]:
    async with SystemDatabase(settings) as system:
        yield system


@pytest.fixture
def run_jobs(settings: Settings, system: SystemDatabase) -> RunJobs:
    """Does every job that is due, as the worker process does it, and comes back when none is left."""

    async def run() -> None:
        async with Cache(settings) as cache, Limits(settings, cache.client, counts=False) as limits:
            app = worker.build(settings, worker.Services(settings, system, cache, limits, Storage(settings)))
            async with app.open_async():
                await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    return run


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection]:
    """The superuser, who sees every row."""
    with psycopg.connect(admin_url, autocommit=True, options="-c search_path=public,jobs") as connection:
        yield connection


@pytest.fixture
async def https_app(settings: Settings) -> AsyncIterator[App]:
    """The application of a server that people reach by https."""
    async with running_app(replace(settings, public_url="https://links.example.org")) as app:
        yield app


@pytest.fixture
def clean_up(settings: Settings, system: SystemDatabase) -> RunJobs:
    """What the worker does once a day."""

    async def run() -> None:
        async with Cache(settings) as cache, Limits(settings, cache.client, counts=False) as limits:
            await jobs.clean_up(worker.Services(settings, system, cache, limits, Storage(settings)))

    return run
