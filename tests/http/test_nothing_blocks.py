"""A web process answers everybody from one thread: whoever makes it wait for a disk or a lock stops all of them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nameplate.app import App
from nameplate.commands.environment import child_environment
from nameplate.page.routes import PageRoutes
from nameplate.settings import Settings
from tests.support.api import PASSWORD, Api, browser, sign_up
from tests.support.blocking import nothing_blocks

V1 = "/api/v1"


def readable(app: App) -> list[str]:
    """Every address that is read with GET and has nothing to fill in. Live ones go on for as long as one listens."""
    return sorted(
        route.path
        for route in app.api.routes
        if "{" not in route.path and "GET" in getattr(route, "methods", ()) and "live" not in route.path
    )


async def everything_that_is_read(app: App, ann: Api) -> dict[str, int]:
    vic = browser(app)
    paths = [
        "/",
        "/ann-lee",
        "/ann-lee/qr.svg",
        "/ann-lee/card.svg",
        "/nobody-here",
        "/login",
        "/robots.txt",
        "/e.gif",
    ]
    answers = {path: (await vic.get(path)).status_code for path in paths}
    dates = {"from": "2026-01-01", "to": "2026-01-31"}
    for path in readable(app):
        answers[path] = (await ann.get(path, params=dates if "/analytics" in path else None)).status_code
    return answers


async def everything_that_is_written(app: App, ann: Api) -> list[int]:
    link = (await ann.post(f"{V1}/links", {"url": "https://github.com/octocat/hello-world"})).json()
    vic = browser(app, "203.0.113.9")
    view = {
        "t": "view",
        "h": "ann-lee",
        "u": "http://x.example/ann-lee?utm_source=a",
        "r": "https://b.example/",
    }
    answers: list[Any] = [
        await ann.patch(f"{V1}/profile", {"timezone": "Asia/Tokyo", "theme": "paper", "bio": "x"}),
        await vic.post("/e", view),
        await vic.get(f"/ann-lee/{link['slug']}"),
        await ann.patch(f"{V1}/links/{link['id']}", {"title": "Mine"}),
        await ann.put(f"{V1}/links/order", {"ids": [link["id"]]}),
        await ann.delete(f"{V1}/links/{link['id']}"),
        await ann.post(f"{V1}/tokens", {"name": "mine", "scopes": ["links:read"]}),
        await browser(app).post(f"{V1}/sessions", {"email": "ann-lee@example.org", "password": "wrong " * 4}),
        await browser(app).post(f"{V1}/sessions", {"email": "ann-lee@example.org", "password": PASSWORD}),
    ]
    return [answer.status_code for answer in answers]


async def test_no_request_makes_the_event_loop_wait(app: App) -> None:
    with nothing_blocks():
        ann = await sign_up(app, "ann-lee")
        read = await everything_that_is_read(app, ann)
        written = await everything_that_is_written(app, ann)
    assert len(read) > 40
    assert {
        path: status for path, status in read.items() if status >= 500 and path not in ("/login", "/readyz")
    } == {}
    assert max(written) < 500, written


FIRST_REQUESTS = """
import asyncio, os, sys
from nameplate.app import App
from nameplate.settings import Settings
from nameplate.warm import warm_up

async def main():
    app = App(Settings.load(os.environ))
    async with app.running():
        from tests.http.test_nothing_blocks import everything_that_is_read, everything_that_is_written
        from tests.support.api import sign_up

        before, compiled = set(sys.modules), "parser" in vars(sys.modules["ua_parser"])
        ann = await sign_up(app, "ann-lee")
        answers = await everything_that_is_written(app, ann)
        answers += (await everything_that_is_read(app, ann)).values()
        print(len(answers), compiled, sorted(set(sys.modules) - before))

warm_up()
asyncio.run(main())
"""


def test_the_first_requests_of_a_process_load_nothing(settings: Settings) -> None:
    """A module that is imported, or an expression that is compiled, makes all others wait for it."""
    environment = {
        **child_environment(settings),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, "-c", FIRST_REQUESTS],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    number, compiled, modules = done.stdout.split(" ", 2) if done.returncode == 0 else ("0", "", done.stderr)
    assert (compiled, modules.strip()) == ("True", "[]"), done.stderr
    assert int(number) > 50


async def test_a_request_that_would_is_found(app: App, ann: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleeps(*_: object) -> None:
        time.sleep(0)  # noqa: ASYNC251

    monkeypatch.setattr(PageRoutes, "page", sleeps)
    with nothing_blocks():
        assert (await browser(app).get("/ann-lee")).status_code == 500
