"""The same application as production, in this process, and people who use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from nameplate.app import App
from nameplate.settings import Settings

PASSWORD = "correct horse battery staple"


@dataclass
class Api:
    """One browser: its cookies, and the application behind it."""

    http: httpx.AsyncClient
    handle: str = ""

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.http.post(path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.http.patch(path, json=json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.http.put(path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.request("DELETE", path, **options)


def browser(app: App, address: str = "198.51.100.7") -> Api:
    """A new browser without cookies, at `address`. Redirects are not followed."""
    transport = httpx.ASGITransport(app=app, client=(address, 50000))
    base_url = app.settings.base_url
    return Api(httpx.AsyncClient(transport=transport, base_url=base_url, headers={"User-Agent": FIREFOX}))


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"


async def sign_up(app: App, handle: str) -> Api:
    """A browser that just signed up as `handle`."""
    api = browser(app)
    body = {"email": f"{handle}@example.org", "password": PASSWORD, "handle": handle}
    answer = await api.post("/api/v1/accounts", body)
    assert answer.status_code == 201, answer.text
    api.handle = handle
    return api


@asynccontextmanager
async def running_app(settings: Settings) -> AsyncIterator[App]:
    """The application with its connections open."""
    app = App(settings)
    async with app.running():
        yield app
