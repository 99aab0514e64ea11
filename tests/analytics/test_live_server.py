"""Ann's live page over a real connection: from Vic's visit to her browser, and when one of both ends it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from tests.analytics.sse import Listener
from tests.support.api import FIREFOX, PASSWORD
from tests.support.programs import Program

PATH = "/api/v1/analytics/live/stream"


@asynccontextmanager
async def listening(ann: httpx.AsyncClient, last_id: str = "") -> AsyncIterator[Listener]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with ann.stream("GET", PATH, headers=headers, timeout=30) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        yield Listener(answer.aiter_bytes())


@asynccontextmanager
async def never_reading(
    server: Program, ann: httpx.AsyncClient
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Another stream, of a client that takes nothing after the head of the answer. Gives what waits until its end of
    the line is full."""
    cookies = "; ".join(f"{name}={value}" for name, value in ann.cookies.items())
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", httpx.URL(server.url).port or 0))
        line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode())
        assert b" 200 " in await asyncio.to_thread(line.recv, 16)

        async def full() -> None:
            waiting, before = -1, -2
            async with asyncio.timeout(20):
                while waiting != before or not waiting:
                    await asyncio.sleep(1.1)  # the stream says something every second
                    before, waiting = waiting, len(line.recv(65536, socket.MSG_PEEK))

        yield full


async def visit(vic: httpx.AsyncClient, path: str, *, times: int = 1) -> None:
    view = {"t": "view", "h": "ann-lee", "u": f"https://x.example/?utm_source={path}"}
    sent = await vic.post("/e", json=[view] * times)
    assert sent.status_code == 204, sent.text


async def open_streams(client: httpx.AsyncClient) -> float:
    found = re.search(r"^nameplate_live_streams(?:{.*})? (\S+)$", (await client.get("/metrics")).text, re.M)
    assert found
    return float(found[1])


async def test_a_visit_reaches_the_owner_and_a_broken_stream_goes_on_where_it_was(
    server: Program, worker: Program
) -> None:
    chrome = {"User-Agent": FIREFOX}
    async with (
        httpx.AsyncClient(base_url=server.url, trust_env=False, headers=chrome) as ann,
        httpx.AsyncClient(base_url=server.url, trust_env=False, headers=chrome) as vic,
    ):
        body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
        assert (await ann.post("/api/v1/accounts", json=body)).status_code == 201
        link = (await ann.post("/api/v1/links", json={"title": "Blog", "url": "https://example.org"})).json()
        async with listening(ann) as stream:
            assert (await stream.until("now"))["visitors"] == 0
            assert await open_streams(vic) == 1
            await visit(vic, "one")
            went = await vic.get(f"/ann-lee/{link['slug']}")
            assert went.status_code == 302
            rows = await stream.until_rows(2)
            assert [(row["kind"], row["link_title"], row["browser"]) for row in rows] == [
                ("view", None, "Firefox"),
                ("click", "Blog", "Firefox"),
            ]
            while stream.now["visitors"] != 1:
                await stream.message()
            first = {row["id"] for row in rows}
        async with asyncio.timeout(10):
            while await open_streams(vic):
                await asyncio.sleep(0.05)
        await visit(vic, "two")
        await visit(vic, "three")

        async with listening(ann, stream.last_id) as again, never_reading(server, ann) as full:
            while len({row["id"] for row in again.rows} - first) < 2:
                await again.message()
            # What nobody reads piles up until nothing more can be sent.
            for number in range(40):
                await visit(vic, f"many-{number}", times=20)
            await again.until_rows(600)
            await full()
            stopping = asyncio.create_task(asyncio.to_thread(asyncio.run, server.process.stop()))
            await again.until_ended()
            await stopping
            # A server that waited for either stream would have to be killed after three seconds, and says so.
            assert not [line for line in server.lines if "refused to gracefully stop" in line]
