"""What happens on Ann's page while she looks, in this process."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from nameplate.analytics.batch import write_batch
from nameplate.analytics.live import feed, feeds
from nameplate.analytics.live.reader import MOST_WAITING, Position, Reader
from nameplate.app import App
from nameplate.db import SystemDatabase
from nameplate.errors import TooMany, Unavailable
from nameplate.events import Event
from nameplate.http import sse
from nameplate.http.caller import Caller
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.proxy import Proxy
from tests.analytics.sse import Listener
from tests.support.api import Api, browser, running_app, sign_up

PATH = "/api/v1/analytics/live"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production, with looks that follow each other sooner."""
    monkeypatch.setattr(feed, "EVERY", 0.05)
    monkeypatch.setattr(feed, "SHARE", 2)
    monkeypatch.setattr(feed, "CHECK_EVERY", 0.2)


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann-lee")


async def account_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


async def caller_of(api: Api) -> Caller:
    """As her cookie makes her."""
    session = (await api.get("/api/v1/sessions")).json()["rows"][0]["id"]
    return Caller(account_id=await account_of(api), session_id=UUID(session))


def seen(account_id: UUID, ago: float, **more: Any) -> Event:
    """A view so many seconds ago."""
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return Event(account_id=account_id, at=at, **{"kind": "view", **more})


async def count(system: SystemDatabase, *events: Event) -> None:
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), list(events))


def ids(*events: Event) -> list[str]:
    return [f"{event.id:016x}" for event in events]


async def test_a_snapshot_counts_who_is_there_and_names_nobody(ann: Api, system: SystemDatabase) -> None:
    account_id = await account_of(ann)
    link = (await ann.post("/api/v1/links", {"title": "Blog", "url": "https://example.org"})).json()
    events = [
        seen(account_id, 90_000, visitor=1),
        seen(account_id, 1000, visitor=2),
        seen(account_id, 200, visitor=1, country="DE", city="Köln", browser="Firefox"),
        seen(account_id, 100, visitor=1, kind="click", link_id=UUID(link["id"])),
        seen(account_id, 90, visitor=3, kind="vitals", lcp=100.0),
        seen(account_id, 80, visitor=4, bot="crawler"),
        seen(account_id, 70, visitor=None),
    ]
    await count(system, *events)
    live = (await ann.get(PATH)).json()
    assert live["visitors"] == 2
    assert [len(live["minutes"]), sum(m["views"] for m in live["minutes"])] == [30, 3]
    assert sum(minute["clicks"] for minute in live["minutes"]) == 1
    assert [row["id"] for row in live["events"]] == ids(events[1], events[2], events[3], events[6])
    assert (live["events"][1]["country"], live["events"][1]["city"]) == ("DE", "Köln")
    assert (live["events"][2]["kind"], live["events"][2]["link_title"]) == ("click", "Blog")
    assert "visitor" not in live["events"][1]


async def test_others_get_neither_the_moment_nor_the_stream(
    app: App, ann: Api, system: SystemDatabase
) -> None:
    await count(system, seen(await account_of(ann), 5, visitor=1))
    ben = await sign_up(app, "ben-ray")
    assert (await ben.get(PATH)).json()["events"] == []
    stream = Listener(app.live.read(await caller_of(ben)))
    assert (await stream.until("now"))["visitors"] == 0
    assert stream.rows == []
    for path in (PATH, f"{PATH}/stream"):
        assert (await browser(app).get(path)).status_code == 401
    assert (await ann.get(PATH)).json()["visitors"] == 1


async def test_events_are_told_in_order_and_late_ones_as_well(
    app: App, ann: Api, system: SystemDatabase
) -> None:
    account_id = await account_of(ann)
    old = seen(account_id, 600)
    await count(system, old)
    first, second = [Listener(app.live.read(await caller_of(ann))) for _ in range(2)]
    for stream in (first, second):
        assert [row["id"] for row in await stream.until_rows(1)] == ids(old)
    new = [seen(account_id, 3 - n, visitor=n) for n in range(3)]
    await count(system, new[2], new[0])
    await first.until_rows(3)
    # Counted later than one that came after it: a moment, and minutes.
    await count(system, new[1])
    await first.until_rows(4)
    late = seen(account_id, 200, visitor=9)
    await count(system, late)
    for stream in (first, second):
        assert [row["id"] for row in await stream.until_rows(5)] == ids(old, new[0], new[2], new[1], late)
        assert stream.last_id == Position(new[2].at, new[2].id).write()
        while stream.now["visitors"] != 4:
            await stream.message()

    again = Listener(app.live.read(await caller_of(ann), Position.parse(first.last_id)))
    missed = seen(account_id, 0, visitor=1)
    await count(system, missed)
    # A few from just before, which it has, and what it has not.
    rows = [row["id"] for row in await again.until_rows(4)]
    assert rows == ids(*new, missed)


async def test_nobody_watches_then_nothing_is_asked(app: App, ann: Api) -> None:
    stream = app.live.read(await caller_of(ann))
    await Listener(stream).until("now")
    assert app.live.open == 1
    await stream.aclose()
    assert app.live.open == 0
    async with asyncio.timeout(5):
        while app.live._feeds:
            await asyncio.sleep(0.01)


async def test_a_stream_ends_with_the_session_or_token_that_opened_it(app: App, ann: Api) -> None:
    token = (await ann.post("/api/v1/tokens", {"name": "wall", "scopes": ["analytics:read"]})).json()
    program = Caller(await account_of(ann), token_id=UUID(token["id"]), scopes=frozenset({"analytics:read"}))
    own = await caller_of(ann)
    streams = [Listener(app.live.read(caller)) for caller in (program, own)]
    for stream in streams:
        await stream.until("now")
    await ann.delete(f"/api/v1/tokens/{token['id']}")
    await streams[0].until_ended()
    assert app.live.open == 1
    await ann.delete("/api/v1/sessions/current")
    await streams[1].until_ended()
    assert app.live.open == 0


async def test_there_are_so_many_streams_and_no_more(
    app: App, ann: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await caller_of(ann)
    streams = [app.live.read(caller) for _ in range(feeds.MOST_EACH)]
    for stream in streams:
        await anext(stream)
    answer = await ann.get(f"{PATH}/stream")
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
    assert [part async for part in app.live.read(caller)] == []
    await streams[0].aclose()
    app.live.check(caller.account_id)
    streams[0] = app.live.read(caller)
    await anext(streams[0])
    with pytest.raises(TooMany):
        app.live.check(caller.account_id)
    monkeypatch.setattr(feeds, "MOST", feeds.MOST_EACH)
    with pytest.raises(Unavailable):
        app.live.check(uuid4())
    for stream in streams:
        await stream.aclose()


async def test_whoever_does_not_read_loses_the_stream(
    app: App, ann: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(await caller_of(ann), None)
    for _ in range(MOST_WAITING):
        reader.give(b"x")
    assert not reader.over
    reader.give(b"x")
    assert reader.over
    assert await reader.next(0) is None

    # And one whose connection takes nothing, over the application itself.
    monkeypatch.setattr(sse, "SEND_LIMIT", 0.1)
    cookie = "; ".join(f"{name}={value}" for name, value in ann.http.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"{PATH}/stream",
        "raw_path": f"{PATH}/stream".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"cookie", cookie.encode())],
        "client": ("198.51.100.7", 50000),
        "server": ("localhost", 80),
    }
    started: list[Any] = []
    stuck = asyncio.Event()

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        started.append(message)
        if message["type"] == "http.response.body":
            stuck.set()
            await asyncio.Event().wait()

    serving = asyncio.create_task(app(scope, receive, send))
    async with asyncio.timeout(10):
        await stuck.wait()
        assert started[0]["status"] == 200
        assert (b"content-type", b"text/event-stream") in [
            (name, value.partition(b";")[0]) for name, value in started[0]["headers"]
        ]
        await serving
    assert app.live.open == 0


@pytest.fixture
async def fragile_app(fragile: Settings) -> AsyncIterator[App]:
    async with running_app(fragile) as app:
        yield app


async def test_the_stream_says_when_the_database_is_away_and_goes_on_after(
    fragile_app: App, postgres_line: Proxy, system: SystemDatabase
) -> None:
    ann = await sign_up(fragile_app, "ann-lee")
    account_id = await account_of(ann)
    stream = Listener(fragile_app.live.read(await caller_of(ann)))
    await stream.until("now")
    await postgres_line.cut()
    assert "not answering" in (await stream.until("degraded"))["detail"]
    missed = seen(account_id, 0, visitor=1)
    await count(system, missed)
    await postgres_line.mend()
    assert [row["id"] for row in await stream.until_rows(1)] == ids(missed)
    assert (await stream.until("now"))["visitors"] == 1


def test_a_place_in_the_stream_is_read_back_and_nonsense_is_none() -> None:
    place = Position(datetime(2026, 11, 5, 12, 0, 0, 123456, tzinfo=UTC), 2**63 - 1)
    assert Position.parse(place.write()) == place
    for text in (
        "",
        "-",
        "1-2",
        "9" * 17 + "-" + "f" * 16 + "0",
        "x-" + "0" * 16,
        "1-" + "g" * 16,
        "²-" + "0" * 16,
    ):
        assert Position.parse(text) is None
