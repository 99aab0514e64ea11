"""What people do, all at once, and a ledger of what the server said to it."""

import asyncio
import io
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyvips

from tests.reliability.whole import Whole
from tests.support.api import FIREFOX, PASSWORD

EMAIL = "ann@example.org"
SAME = {"Sec-Fetch-Site": "same-origin", "User-Agent": FIREFOX}


@dataclass(frozen=True)
class Answer:
    """`status` 0: there was none, for the reason in `text`."""

    status: int
    seconds: float
    text: str = ""
    problem: bool = False
    """Whether it is a 503 as it has to be: a problem that says when to come again."""


@dataclass
class Ledger:
    """What was acknowledged, by its name: every name is there exactly once afterwards."""

    events: set[str] = field(default_factory=set)
    clicks: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    bios: list[tuple[str, bool]] = field(default_factory=list)
    uploads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The variants of each, by its id."""
    mails: dict[str, str] = field(default_factory=dict)
    """To whom a mail was promised, and which fault the mail server had then."""


class People:
    """Ann, who owns a page, and Vic, who visits it."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.ledger = Ledger()
        self._numbers = itertools.count(1)
        self.cookies = httpx.Cookies()
        with httpx.Client(base_url=whole.site.url, trust_env=False, headers=SAME) as browser:
            account = {"email": EMAIL, "password": PASSWORD, "handle": "ann"}
            answer = browser.post("/api/v1/accounts", json=account)
            assert answer.status_code == 201, answer.text
            link = browser.post("/api/v1/links", json={"url": "https://ann.example/blog"})
            assert link.status_code == 201, link.text
            self.short = f"/ann/{link.json()['slug']}"
            self.cookies = browser.cookies

    async def everything(self) -> dict[str, Answer]:
        """Each thing once, at the same time. The answers by what was done; `nothing` needs no engine."""
        number = next(self._numbers)
        async with self._browser(self.cookies) as browser, self._browser() as vic, self._browser() as other:
            doing = {
                "nothing": self._ask(vic, "GET", "/healthz"),
                "page": self._ask(vic, "GET", "/ann"),
                "short link": self._click(vic, f"click-{number}"),
                "beacon": self._view(vic, f"view-{number}"),
                "sign-in": self._ask(
                    other, "POST", "/api/v1/sessions", json={"login": EMAIL, "password": PASSWORD}
                ),
                "dashboard": self._ask(browser, "GET", "/api/v1/analytics/dashboard"),
                "edit": self._edit(browser, f"Bio {number}"),
                "sync": self._sync_now(browser, f"repo-{number}"),
                "upload": self._upload(browser, number),
            }
            answers = await asyncio.gather(*doing.values())
        return dict(zip(doing, answers, strict=True))

    def _browser(self, cookies: httpx.Cookies | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.whole.site.url, trust_env=False, timeout=15, headers=SAME, cookies=cookies
        )

    async def _ask(self, browser: httpx.AsyncClient, method: str, path: str, **more: Any) -> Answer:
        began = time.monotonic()
        try:
            answer = await browser.request(method, path, **more)
        except httpx.HTTPError as error:
            return Answer(0, time.monotonic() - began, repr(error))
        problem = (
            answer.status_code == 503
            and answer.headers["content-type"] == "application/problem+json"
            and int(answer.headers.get("retry-after", "0")) > 0
        )
        return Answer(answer.status_code, time.monotonic() - began, answer.text, problem)

    async def _view(self, browser: httpx.AsyncClient, name: str) -> Answer:
        event = {"t": "view", "h": "ann", "u": f"{self.whole.site.url}/ann?utm_campaign={name}"}
        answer = await self._ask(browser, "POST", "/e", json=event)
        if answer.status == 204:
            self.ledger.events.add(name)
        return answer

    async def _click(self, browser: httpx.AsyncClient, name: str) -> Answer:
        referrer = f"{self.whole.site.url}/ann?utm_campaign={name}"
        answer = await self._ask(browser, "GET", self.short, headers={"Referer": referrer})
        if answer.status == 302:
            self.ledger.clicks.add(name)
        return answer

    async def _edit(self, browser: httpx.AsyncClient, bio: str) -> Answer:
        answer = await self._ask(browser, "PATCH", "/api/v1/profile", json={"bio": bio})
        self.ledger.bios.append((bio, answer.status == 200))
        return answer

    async def _sync_now(self, browser: httpx.AsyncClient, name: str) -> Answer:
        link = {"url": f"https://github.com/ann/{name}", "title": name}
        self.whole.github.add("ann", name)
        answer = await self._ask(browser, "POST", "/api/v1/links", json=link)
        if answer.status == 201:
            self.ledger.links.add(name)
        return answer

    async def _upload(self, browser: httpx.AsyncClient, number: int) -> Answer:
        colour = [number % 256, number // 256, 90]
        data = pyvips.Image.black(64, 64).new_from_image(colour).write_to_buffer(".png")
        files = {"file": (f"{number}.png", io.BytesIO(data), "image/png")}
        answer = await self._ask(
            browser, "POST", "/api/v1/assets", files=files, data={"purpose": "thumbnail"}
        )
        if answer.status in (201, 202):
            upload = json.loads(answer.text)
            self.ledger.uploads[upload["id"]] = upload["variants"]
        return answer

    async def sign_up(self, fault: str) -> Answer:
        """Somebody new, who is promised a mail."""
        handle = f"eve-{next(self._numbers)}"
        account = {"email": f"{handle}@example.org", "password": PASSWORD, "handle": handle}
        async with self._browser() as eve:
            answer = await self._ask(eve, "POST", "/api/v1/accounts", json=account)
        if answer.status == 201:
            self.ledger.mails[account["email"]] = fault
        return answer

    async def upload_is_stored(self) -> bool:
        """Whether the store takes an upload just now: it is there, and asked again after it was left alone."""
        async with self._browser(self.cookies) as browser:
            return (await self._upload(browser, next(self._numbers))).status == 201

    async def see(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Pictures, as visitors get them."""
        async with self._browser() as vic:
            return {key: (await vic.get(f"/a/{key}")).content for key in keys}

    def counted(self) -> dict[str, int]:
        """How often each event of the ledger is in the database."""
        found: dict[str, int] = defaultdict(int)
        found |= dict(self.whole.ask("SELECT utm_campaign, count(*) FROM events GROUP BY utm_campaign"))
        return found

    def check_links_and_bio(self) -> None:
        """Edits that were acknowledged are there once, the others at most once."""
        rows = dict(self.whole.ask("SELECT title, count(*) FROM links GROUP BY title"))
        assert {name: rows.get(name, 0) for name in self.ledger.links} == dict.fromkeys(self.ledger.links, 1)
        assert max(rows.values()) == 1
        ((bio,),) = self.whole.ask("SELECT bio FROM profiles WHERE handle = 'ann'")
        last = max(place for place, (_, done) in enumerate(self.ledger.bios) if done)
        assert bio in {text for text, _ in self.ledger.bios[last:]}
