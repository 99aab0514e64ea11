"""GitHub in a real browser: a page that begins with what it knows of Ann, and the token she lends it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Request, expect

from nameplate.engines.process import free_port
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.accounts.stand_ins import CLIENT_ID, CLIENT_SECRET
from tests.accounts.stand_ins import GitHub as LogIn
from tests.browser.conftest import Person
from tests.browser.pictures import GREEN, small_photo
from tests.github.served import served
from tests.github.stand_in import GitHub
from tests.github.test_start import LINKS, octocat
from tests.support.programs import Program

pytestmark = pytest.mark.browser


class Whole(GitHub):
    """The API that also knows who has just logged in."""

    def __init__(self, log_in: LogIn) -> None:
        super().__init__(Clock())
        self.log_in = log_in

    async def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path not in ("/user", "/user/emails"):
            return await super().handle(request)
        headers = {name: request.headers[name] for name in ("authorization", "accept")}
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(self.log_in.url + path, headers=headers)


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Program]:
    """Beside the one of the other tests, on the same database: with a GitHub."""
    log_in = LogIn()
    door = log_in.start()
    github = Whole(log_in)
    with served(github) as api:
        octocat(github, f"{api}/u/583231?v=4")
        github.avatar = (200, "image/jpeg", small_photo(GREEN))
        own = replace(
            settings,
            port=free_port(),
            data_dir=tmp_path,
            github_api_url=api,
            github_url=log_in.url,
            github_client_id=CLIENT_ID,
            github_client_secret=CLIENT_SECRET,
        )
        with Program.serve(own) as program:
            yield program
    door.shutdown()
    door.server_close()
    assert github.violations == []


async def test_ann_starts_from_github_with_her_picture_and_lends_her_log_in_and_takes_it_back(
    ann: Person,
) -> None:
    page = await ann.tab("/dashboard")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.get_by_role("button", name="Start from GitHub").click()
    dialog = page.get_by_role("dialog", name="Start from GitHub")
    await dialog.get_by_label("Your name on GitHub").fill("octocat")
    await dialog.get_by_role("button", name="Look").click()
    picture = dialog.get_by_role("checkbox", name="Picture")
    await expect(picture).to_be_checked()
    shown = dialog.locator("img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async (image) => (await image.decode(), image.naturalWidth)") == 640
    assert (await ann.api("GET", "/assets"))["uploads"] == [], "looking keeps nothing"
    await dialog.get_by_role("button", name="Put on my page").click()
    await expect(page.get_by_text(f"{len(LINKS)} links are on your page")).to_be_visible()
    assert (await ann.api("GET", "/profile"))["avatar"]["variants"]
    assert [url for url in asked if not url.startswith((ann.url, f"blob:{ann.url}"))] == []
    page.remove_listener("request", note)

    await page.goto(f"{ann.url}/dashboard/account")
    lend = page.get_by_role("switch", name="Use my GitHub log-in to keep my projects current")
    await expect(lend).not_to_be_checked()
    await lend.click()
    await page.wait_for_url("**/dashboard/account?github=lent")
    await expect(page.get_by_text("keeps your projects current from now on")).to_be_visible()
    await expect(lend).to_be_checked()
    assert (await ann.api("GET", "/github"))["token"]["login"] == "octocat"
    await lend.click()
    await expect(page.get_by_text("Your token is forgotten")).to_be_visible()
    await expect(lend).not_to_be_checked()
    assert (await ann.api("GET", "/github"))["token"] is None
    assert ann.complaints == []
