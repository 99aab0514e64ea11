"""People with a real Chromium in front of a real server."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest
import valkey
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from nameplate.cache import CHANGES
from nameplate.settings import Settings
from tests.conftest import DATABASES_PER_WORKER, empty_valkey, settings_for
from tests.support.chromium import ARGUMENTS, chromium_path
from tests.support.engines import EngineAddresses, TestDatabases
from tests.support.programs import Program

# Generous: several browsers and servers share the cores of a test machine.
SECONDS = 1000
expect.set_options(timeout=20 * SECONDS)

PASSWORD = "kite lagoon ember trombone"
# Headless Chromium calls itself so, and would rightly be counted as a bot.
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


# What the migrations filled, or what the running processes know by heart.
KEPT = {"_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock", "visitor_keys", "github_circuit"}


@dataclass(frozen=True)
class Site:
    """One server for all browser tests of an xdist worker; starting one takes longer than most tests."""

    settings: Settings
    server: Program
    admin_url: str
    engines: EngineAddresses
    worker_id: str

    def empty(self) -> None:
        """Nobody ever signed up here."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            handles = [handle for (handle,) in admin.execute("SELECT handle FROM handles")]
            tables = admin.execute(
                "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname IN ('public', 'jobs') AND NOT tablename = ANY(%s)",
                (list(KEPT),),
            ).fetchall()
            admin.execute(f"TRUNCATE {', '.join(name for (name,) in tables)}".encode())
        empty_valkey(self.engines, self.worker_id, DATABASES_PER_WORKER - 1)
        with valkey.from_url(self.settings.valkey_url) as client:
            for handle in handles:
                client.xadd(CHANGES, {"h": handle, "g": 1})
        deadline = time.monotonic() + 30
        while any(self._answers(handle) for handle in handles):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _answers(self, handle: str) -> bool:
        return httpx.get(f"{self.server.url}/{handle}", timeout=10, trust_env=False).status_code != 404


@pytest.fixture(scope="session")
def site(
    engines: EngineAddresses,
    databases: TestDatabases,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    with databases.fresh() as postgres_url:
        url = empty_valkey(engines, worker_id, DATABASES_PER_WORKER - 1)
        settings = settings_for(engines, postgres_url, url, tmp_path_factory.mktemp("site"))
        with Program.serve(settings) as server:
            yield Site(settings, server, databases.admin_url(postgres_url), engines, worker_id)


@pytest.fixture
def settings(site: Site) -> Settings:
    site.empty()
    return site.settings


@pytest.fixture
def server(site: Site, settings: Settings) -> Program:
    return site.server


@pytest.fixture
def admin_url(site: Site) -> str:
    return site.admin_url


@dataclass
class Person:
    """One browser profile: its cookies, its tabs, and everything the browser complained about."""

    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)

    async def tab(self, path: str) -> Page:
        page = await self.context.new_page()
        page.on("console", lambda message: self._note(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        await page.goto(self.url + path)
        return page

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{page.url}: {message.text}")

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API with this browser's cookies, to set a scene quickly."""
        options = {"data": body} if body is not None else {}
        headers = {"Origin": self.url}
        answer = await self.context.request.fetch(
            f"{self.url}/api/v1{path}", method=method, headers=headers, **options
        )
        assert answer.ok, await answer.text()
        return await answer.json() if answer.status != 204 else None


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def person(chromium: Browser, server: Program) -> AsyncIterator[Callable[..., Any]]:
    """Makes a new person with a browser of her own: `await person()`."""
    contexts: list[BrowserContext] = []

    async def new(**options: Any) -> Person:
        context = await chromium.new_context(user_agent=CHROME, locale="en-GB", **options)
        contexts.append(context)
        return Person(context, server.url)

    yield new
    for context in contexts:
        await context.close()


@pytest.fixture
async def ann(person: Callable[..., Any]) -> Person:
    """Ann owns /ann-lee and is logged in."""
    someone: Person = await person()
    body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
    await someone.api("POST", "/accounts", body)
    return someone
