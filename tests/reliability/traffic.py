"""Visitors who keep a ledger: what each of them sent, and what the server said to it.

Each event carries a UTM campaign of its own, by which it is found in the database.
"""

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.reliability.installation import Installation

BROWSERS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
]


@dataclass
class Ledger:
    """Campaigns, by what became of them."""

    acknowledged: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        return len(self.acknowledged) + len(self.failed)


class Traffic:
    """Views and clicks on one page, half and half, from many addresses, until `enough` says so."""

    def __init__(self, site: Installation, handle: str, short_links: list[str], pause: float = 0.02) -> None:
        self._site = site
        self._handle = handle
        self._short_links = short_links
        self._pause = pause
        self._numbers = itertools.count(1)
        self.views = Ledger()
        self.clicks = Ledger()

    @property
    def sent(self) -> int:
        return self.views.sent + self.clicks.sent

    async def run(self, enough: Callable[[], bool], visitors: int = 8) -> None:
        async with asyncio.TaskGroup() as group:
            for seed in range(visitors):
                group.create_task(self._visit(random.Random(seed), enough))

    async def _visit(self, choice: random.Random, enough: Callable[[], bool]) -> None:
        async with httpx.AsyncClient(base_url=self._site.url, timeout=10, trust_env=False) as browser:
            while not enough():
                number = next(self._numbers)
                headers = {
                    "User-Agent": choice.choice(BROWSERS),
                    # Believed because the installation trusts 127.0.0.1 as a proxy: 60 addresses, so visitors return.
                    "X-Forwarded-For": f"198.51.100.{choice.randrange(60)}",
                }
                if number % 2:
                    await self._view(browser, f"view-{number}", headers)
                else:
                    await self._click(browser, f"click-{number}", choice.choice(self._short_links), headers)
                # Whoever finds the server away looks again a little later.
                failed = self.views.failed.keys() | self.clicks.failed.keys()
                await asyncio.sleep(
                    self._pause if not failed & {f"view-{number}", f"click-{number}"} else 0.5
                )

    async def _view(self, browser: httpx.AsyncClient, campaign: str, headers: dict[str, str]) -> None:
        event = {
            "t": "view",
            "h": self._handle,
            "u": f"{self._site.url}/{self._handle}?utm_campaign={campaign}",
        }
        try:
            answer = await browser.post("/e", json=event, headers=headers)
        except httpx.HTTPError as error:
            self.views.failed[campaign] = type(error).__name__
            return
        if answer.status_code == 204:
            self.views.acknowledged.add(campaign)
        else:
            self.views.failed[campaign] = str(answer.status_code)

    async def _click(
        self, browser: httpx.AsyncClient, campaign: str, address: str, headers: dict[str, str]
    ) -> None:
        page = f"{self._site.url}/{self._handle}?utm_campaign={campaign}"
        try:
            answer = await browser.get(address, headers={**headers, "Referer": page})
        except httpx.HTTPError as error:
            self.clicks.failed[campaign] = type(error).__name__
            return
        if answer.status_code == 302:
            self.clicks.acknowledged.add(campaign)
        else:
            self.clicks.failed[campaign] = str(answer.status_code)
