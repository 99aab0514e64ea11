"""The limits of the application as production builds it, with smaller numbers."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from nameplate.app import App
from nameplate.events import PARTITIONS, stream_key, unpack
from nameplate.settings import Settings
from tests.analytics.proxy import Proxy
from tests.support.api import PASSWORD, Api, browser, running_app, sign_up

LIMIT = 12
VIEW = {"t": "view", "h": "ann-lee", "u": "http://localhost/ann-lee"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        rate_limit=LIMIT,
        rate_limit_pages=60,
        rate_limit_log_in=4,
        rate_limit_allow=(ipaddress.ip_network("203.0.113.0/24"),),
        trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"),),
    )


async def drain(api: Api, path: str = "/api/v1/config", most: int = LIMIT + 3) -> list[httpx.Response]:
    return [await api.get(path) for _ in range(most)]


def let_through(answers: list[httpx.Response]) -> int:
    return sum(answer.status_code != 429 for answer in answers)


async def test_one_budget_over_paths_methods_spellings_and_connections(app: App) -> None:
    await sign_up(app, "ann-lee")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/api/v1/config", {}),
        ("GET", "/api/v1/config?x=1", {}),
        ("HEAD", "/api/v1/config", {}),
        ("GET", "/api/v1/no/such/thing", {}),
        ("GET", "/api//v1/config/", {}),
        ("GET", "/%61pi/v1/config", {}),
        ("OPTIONS", "/api/v1/links", {}),
        ("DELETE", "/api/v1/account", {"headers": {"Authorization": "Bearer npt_nonsense"}}),
        ("POST", "/login", {"content": b"x=y"}),
        ("POST", "/e", {"json": VIEW}),
        ("GET", "/e.gif?h=ann-lee", {}),
        ("PUT", "/ann-lee", {}),
    ]
    answers = []
    for number in range(LIMIT + 8):
        method, path, options = calls[number % len(calls)]
        # A new browser each time: neither cookies nor connections are what is counted.
        answers.append(await browser(app, "192.0.2.9").http.request(method, path, **options))
    assert [answer.status_code == 429 for answer in answers] == [False] * LIMIT + [True] * 8
    assert (await browser(app, "192.0.2.10").get("/api/v1/config")).status_code == 200, (
        "others are not affected"
    )
    assert (await browser(app, "192.0.2.9").get("/ann-lee")).status_code == 200, (
        "pages have a limit of their own"
    )


async def test_concurrent_requests_do_not_get_more(app: App) -> None:
    people = [browser(app, "192.0.2.11") for _ in range(10)]
    answers = await asyncio.gather(*(person.get("/api/v1/config") for person in people for _ in range(4)))
    assert let_through(answers) == LIMIT


async def test_events_over_the_limit_are_not_kept_and_wrong_ones_count(app: App) -> None:
    ann = await sign_up(app, "ann-lee")
    most = LIMIT + 8

    async def send(address: str, body: object, cookies: Any = None) -> list[int]:
        http = browser(app, address).http
        if cookies is not None:
            http.cookies = cookies
        sent = [http.post("/e", json=body) for _ in range(most)]
        return sorted(answer.status_code for answer in await asyncio.gather(*sent))

    assert await send("192.0.2.21", VIEW) == [204] * LIMIT + [429] * 8
    assert await send("192.0.2.22", {"t": "view", "h": "nobody-here"}) == [404] * LIMIT + [429] * 8
    assert await send("192.0.2.23", {"t": "nonsense"}) == [422] * LIMIT + [429] * 8, "whatever one says"
    assert await send("192.0.2.24", VIEW, ann.http.cookies) == [204] * LIMIT + [429] * 8, (
        "her own, not counted"
    )
    kept = 0
    for number in range(PARTITIONS):
        entries: Any = await app.cache.client.xrange(stream_key(number))
        kept += sum(len(unpack(fields[b"e"])) for _, fields in entries)
    assert kept == LIMIT


async def test_a_refusal_says_when_to_come_back_and_every_answer_how_much_is_left(app: App) -> None:
    vic = browser(app, "192.0.2.12")
    answers = await drain(vic)
    policy = f'"address";q={LIMIT};w=60'
    for number, answer in enumerate(answers[:LIMIT]):
        assert answer.headers["ratelimit-policy"] == policy
        assert answer.headers["ratelimit"].startswith(f'"address";r={LIMIT - 1 - number};t=')
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["ratelimit-policy"] == policy
    wait = int(refused.headers["retry-after"])
    assert refused.headers["ratelimit"] == f'"address";r=0;t={wait}'
    assert 55 <= wait <= 61
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in refused.headers["content-security-policy"]
    body = refused.json()
    assert body["code"] == "too-many-requests"
    assert f"{wait} seconds" in body["detail"]
    shown = await vic.get("/api/v1/oauth/github/start", headers={"Accept": "text/html,*/*"})
    assert shown.status_code == 429
    assert shown.headers["content-type"].startswith("text/html"), "who opens it in a browser gets a page"


async def test_what_a_client_writes_into_x_forwarded_for_moves_nothing(app: App) -> None:
    answers = [
        await browser(app, "192.0.2.13").get("/api/v1/config", headers={"X-Forwarded-For": f"198.51.100.{n}"})
        for n in range(LIMIT + 4)
    ]
    assert let_through(answers) == LIMIT
    # Behind the proxy: what the proxy appended counts, whatever stands left of it.
    answers = [
        await browser(app, "10.0.0.1").get(
            "/api/v1/config", headers={"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.14"}
        )
        for n in range(LIMIT + 4)
    ]
    assert let_through(answers) == LIMIT
    victim = await browser(app, "10.0.0.1").get("/api/v1/config", headers={"X-Forwarded-For": "198.51.100.1"})
    assert victim.status_code == 200, "naming an address does not use up its budget"


async def test_an_ipv6_network_of_one_household_is_one_address(app: App) -> None:
    answers = [
        await browser(app, f"2001:db8:1:2::{n:x}:{n:x}").get("/api/v1/config") for n in range(1, LIMIT + 5)
    ]
    assert let_through(answers) == LIMIT
    assert (await browser(app, "2001:db8:1:3::1").get("/api/v1/config")).status_code == 200


async def test_an_allowed_network_is_not_limited(app: App) -> None:
    answers = await drain(browser(app, "203.0.113.7"), most=LIMIT * 2)
    assert let_through(answers) == LIMIT * 2
    assert "ratelimit" not in answers[0].headers


async def test_with_budgets_for_users_an_office_behind_one_address_works(settings: Settings) -> None:
    async with running_app(replace(settings, rate_limit_user=8)) as app:
        ann, ben = await sign_up(app, "ann-lee"), await sign_up(app, "ben-ray")
        for person in (ann, ben):
            # The first proves to this process who it is.
            assert (await person.get("/api/v1/account")).status_code == 200
        strangers = await drain(browser(app))
        assert let_through(strangers) == LIMIT - 4
        answers = await drain(ann, "/api/v1/account", most=10)
        assert let_through(answers) == 8
        assert answers[0].headers["ratelimit-policy"] == '"user";q=8;w=60'
        assert let_through(await drain(ben, "/api/v1/account", most=10)) == 8


async def test_a_flood_of_pages_is_answered_with_a_friendly_page(app: App) -> None:
    await sign_up(app, "ann-lee")
    vic = browser(app, "192.0.2.15")
    answers = [await vic.get("/ann-lee") for _ in range(22)]
    refused = [answer for answer in answers if answer.status_code == 429]
    # Ten a window of ten seconds, which may end while we ask.
    assert 2 <= len(refused) <= 12
    assert refused[0].headers["content-type"].startswith("text/html")
    assert 1 <= int(refused[0].headers["retry-after"]) <= 10
    assert "strict" in refused[0].headers["referrer-policy"]
    here = [await browser(app, "127.0.0.1").get("/ann-lee") for _ in range(25)]
    assert let_through(here) == 25, "a proxy on this machine is not all of its visitors"


async def test_a_flood_behind_a_proxy_counts_for_whom_the_proxy_names(app: App) -> None:
    await sign_up(app, "ann-lee")
    proxy = browser(app, "10.0.0.1")

    async def read(forwarded: str) -> int:
        return (await proxy.get("/ann-lee", headers={"X-Forwarded-For": forwarded})).status_code

    forged = [await read(f"198.51.100.{n}, 192.0.2.16") for n in range(22)]
    assert 429 in forged
    household = [await read(f"2001:db8:9:9::{n:x}") for n in range(1, 23)]
    assert 429 in household
    others = [await read(f"192.0.2.{100 + n}") for n in range(22)]
    assert others == [200] * 22, "the proxy's visitors are not one"
    chained = [await read(f"192.0.2.17, 10.0.0.{n}") for n in range(22)]
    assert 429 in chained


async def test_strangers_are_slowed_down_and_cannot_lock_ann_out(app: App, admin_url: str) -> None:
    ann = await sign_up(app, "ann-lee")
    await ann.delete("/api/v1/sessions/current")

    async def guess(address: str, login: str = "ann-lee") -> httpx.Response:
        return await browser(app, address).post("/api/v1/sessions", {"login": login, "password": "a guess"})

    first = [(await guess("192.0.2.20")).status_code for _ in range(4)]
    assert first == [401, 401, 429, 429], "two a minute from one address"
    refused = await guess("192.0.2.20")
    assert 30 <= int(refused.headers["retry-after"]) <= 61
    assert "browser in which you have logged in" in refused.json()["detail"]
    codes = [(await guess(f"192.0.2.{30 + n // 2}", "@Ann-Lee")).status_code for n in range(12)]
    assert codes == [401] * 6 + [429] * 6, "eight in a quarter of an hour from all of them"
    late = await guess("192.0.2.60")
    assert int(late.headers["retry-after"]) > 600, "the longer it lasts, the slower it goes"
    right = await ann.post("/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD})
    assert right.status_code == 201, "Ann's browser has logged in before"
    with psycopg.connect(admin_url) as admin:
        told = admin.execute(
            "SELECT detail->>'budget', count(*) FROM security_audit_log WHERE kind = 'limit.hit' GROUP BY 1"
        ).fetchall()
    # Of thirteen refusals of five addresses, one for each address and budget.
    assert sum(number for _, number in told) == 5, told


async def test_who_knows_the_password_is_not_counted_as_guessing(app: App) -> None:
    await sign_up(app, "ann-lee")
    answers = [
        await browser(app, "203.0.113.9").post("/api/v1/sessions", {"login": "ann-lee", "password": PASSWORD})
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [201] * 6


async def test_with_valkey_away_the_limit_holds_and_readyz_says_so(settings: Settings) -> None:
    host, _, port = settings.valkey_url.rpartition("@")[2].partition("/")[0].partition(":")
    async with Proxy(host, int(port)) as proxy:
        url = settings.valkey_url.replace(f":{port}/", f":{proxy.port}/")
        async with running_app(replace(settings, valkey_url=url)) as app:
            vic = browser(app, "192.0.2.40")
            assert let_through(await drain(vic, most=5)) == 5
            operator = browser(app, "127.0.0.1")
            assert (await operator.get("/readyz")).json()["limits"] == "shared"
            await proxy.cut()
            assert let_through(await drain(vic)) == LIMIT - 5, "nothing opens while nobody counts"
            assert (await operator.get("/readyz")).json()["limits"] == "alone"
            assert "nameplate_rate_limit_alone 1.0" in (await operator.get("/metrics")).text
            await proxy.mend()
            async with asyncio.timeout(20):
                while (await operator.get("/readyz")).json()["limits"] != "shared":
                    await asyncio.sleep(0.05)
            assert (await vic.get("/api/v1/config")).status_code == 429
            assert (await browser(app, "192.0.2.41").get("/api/v1/config")).status_code == 200


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app
