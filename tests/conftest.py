"""Engines once for each run, shared by all xdist workers; everything else fresh for each test."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import valkey

from nameplate.engines.process import free_port
from nameplate.settings import Settings
from tests.support.engines import DATABASES_PER_WORKER, EngineAddresses, TestDatabases, TestEngines
from tests.support.programs import Program

if TYPE_CHECKING:
    import httpx

    from nameplate.app import App
    from tests.support.api import Api

ENGINES = pytest.StashKey[TestEngines]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Runs in the process that starts xdist's workers, before each."""
    node.workerinput["nameplate_engines"] = asdict(_own_engines(node.config).addresses)


def _own_engines(config: pytest.Config) -> TestEngines:
    if ENGINES not in config.stash:
        engines = TestEngines()
        config.stash[ENGINES] = engines
        config.add_cleanup(engines.stop)
    return config.stash[ENGINES]


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> EngineAddresses:
    """Addresses of the engines of this run."""
    given = getattr(request.config, "workerinput", {}).get("nameplate_engines")
    return EngineAddresses(**given) if given else _own_engines(request.config).addresses


@pytest.fixture(scope="session")
def databases(engines: EngineAddresses, worker_id: str) -> Iterator[TestDatabases]:
    databases = TestDatabases(engines, worker_id)
    yield databases
    databases.close()


@pytest.fixture
def postgres_url(databases: TestDatabases) -> Iterator[str]:
    """A migrated database of this test's own; its address as the owner of the schema."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def admin_url(databases: TestDatabases, postgres_url: str) -> str:
    """The same database as superuser, who sees every row: for setting a scene and for looking at what was stored."""
    return databases.admin_url(postgres_url)


_numbers = count()


def empty_valkey(engines: EngineAddresses, worker_id: str, number: int) -> str:
    """The address of one of the Valkey databases of this xdist worker, emptied."""
    worker = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    url = f"{engines.valkey_url.rpartition('/')[0]}/{worker * DATABASES_PER_WORKER + number}"
    with valkey.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def valkey_url(engines: EngineAddresses, worker_id: str) -> str:
    """An empty Valkey database of this test's own. Published messages are heard in all of them."""
    # The last one is that of the server shared by the browser tests.
    return empty_valkey(engines, worker_id, next(_numbers) % (DATABASES_PER_WORKER - 1))


def settings_for(engines: EngineAddresses, postgres_url: str, valkey_url: str, data_dir: Path) -> Settings:
    """Settings as a real installation has them."""
    return Settings(
        data_dir=data_dir,
        port=free_port(),
        web_processes=1,
        database_url=postgres_url,
        valkey_url=valkey_url,
        s3_endpoint=engines.s3_endpoint,
        s3_access_key=engines.s3_access_key,
        s3_secret_key=engines.s3_secret_key,
        secret_key=engines.secret_key,
        # The same limits with other numbers: tests ask much of one address.
        rate_limit=100_000,
        rate_limit_log_in=1_000,
        rate_limit_sign_up=1_000,
        rate_limit_mails=100,
        # Nobody listens there: a test that wants a GitHub brings its own.
        github_api_url="http://127.0.0.1:9",
    )


@pytest.fixture
def settings(engines: EngineAddresses, postgres_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    """Leading to this test's own data."""
    return settings_for(engines, postgres_url, valkey_url, tmp_path / "data")


@pytest.fixture
async def app(settings: Settings) -> "AsyncIterator[App]":
    """The application as production builds it, in this process."""
    from tests.support.api import running_app

    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def ann(app: "App") -> "Api":
    """Ann owns the page /ann-lee and is logged in."""
    from tests.support.api import sign_up

    return await sign_up(app, "ann-lee")


@pytest.fixture
async def ben(app: "App") -> "Api":
    """Ben is another tenant, logged in."""
    from tests.support.api import sign_up

    return await sign_up(app, "ben-ray")


@pytest.fixture
async def client(app: "App") -> "httpx.AsyncClient":
    """A stranger's browser: talks to `app` without a network, keeps cookies, follows no redirect."""
    from tests.support.api import browser

    return browser(app).http


@pytest.fixture
def server(settings: Settings) -> Iterator[Program]:
    """`nameplate serve` with these settings, on a free port of this machine: `server.url`."""
    with Program.serve(settings) as program:
        yield program


@pytest.fixture
def worker(settings: Settings) -> Iterator[Program]:
    """`nameplate work` with these settings: jobs run, and events get into the roll-ups."""
    with Program.work(settings) as program:
        yield program
