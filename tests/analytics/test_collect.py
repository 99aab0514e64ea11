"""POST /e, the pixel and clicks, through the whole application."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from valkey.asyncio import Valkey

from nameplate.app import App
from nameplate.db import Database, SystemDatabase
from nameplate.events import PARTITIONS, Event, stream_key, unpack
from nameplate.settings import Settings
from tests.analytics.conftest import drain
from tests.analytics.proxy import Proxy
from tests.analytics.truth import assert_exact, count
from tests.cast import Person
from tests.support.api import FIREFOX, Api, browser, running_app

Admin = psycopg.AsyncConnection[Any]
VIC = "203.0.113.77"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
def vic(app: App) -> Api:
    return browser(app, VIC)


async def stored(valkey: Valkey) -> list[Event]:
    """Every event in the stream."""
    events = []
    for number in range(PARTITIONS):
        for _, fields in await valkey.xrange(stream_key(number)):
            events += unpack(fields[b"e"])
    return sorted(events, key=lambda event: event.at)


async def send(vic: Api, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await vic.http.post("/e", content=content, headers={"Accept-Language": "de-AT,de;q=0.9", **named})


def view(**fields: Any) -> dict[str, Any]:
    return {"t": "view", "h": "ann", "u": "http://localhost/ann", "r": "", "vw": 390, **fields}


async def test_a_view_is_stored_with_all_that_can_be_known_of_it(
    vic: Api, valkey: Valkey, ann: Person
) -> None:
    body = view(
        u="http://localhost/ann?utm_source=news&utm_medium=mail&utm_campaign=may&utm_term=t&utm_content=c",
        r="https://news.ycombinator.com/item?id=1",
    )
    answer = await send(vic, body)
    assert (answer.status_code, answer.content) == (204, b"")
    [event] = await stored(valkey)
    assert event.account_id == ann.account_id
    assert event.visitor is not None
    assert abs((datetime.now(UTC) - event.at).total_seconds()) < 10
    found = {name: getattr(event, name) for name in Event.__struct_fields__[6:]}
    assert {name: value for name, value in found.items() if value is not None and name != "country"} == {
        "device": "desktop", "browser": "Firefox", "browser_version": "144", "os": "Linux", "language": "de-AT",
        "referrer": "Hacker News", "referrer_path": "/item", "utm_source": "news", "utm_medium": "mail",
        "utm_campaign": "may", "utm_term": "t", "utm_content": "c", "viewport": 480,
    }  # fmt: skip


async def test_several_events_come_in_one_request_in_their_order(
    vic: Api, valkey: Valkey, ann: Person
) -> None:
    tap = {
        "t": "tap",
        "h": "ann",
        "l": str(ann.visible_link),
        "x": 0.25,
        "y": 1,
        "vw": 1200,
        "ms": 1800,
        "i": 3,
    }
    dead = {"t": "tap", "h": "ann", "l": None, "el": "name", "x": 0, "y": 0.5, "ms": 7e11, "i": 3}
    vitals = {
        "t": "vitals",
        "h": "ann",
        "lcp": 420,
        "fcp": 300.5,
        "ttfb": 80,
        "inp": 16,
        "cls": 0.01,
        "ct": "4g",
    }
    answer = await send(vic, [view(), tap, dead, vitals])
    assert answer.status_code == 204
    events = await stored(valkey)
    assert [event.kind for event in events] == ["view", "tap", "tap", "vitals"]
    assert (events[1].link_id, events[1].tap_x, events[1].tap_y, events[1].viewport) == (
        ann.visible_link, 0.25, 1, 1440,
    )  # fmt: skip
    assert (events[1].element, events[1].ms, events[1].position) == (None, 1800, 3)
    assert events[2].link_id is None
    assert (events[2].element, events[2].ms, events[2].position) == ("name", 2**31 - 1, None)
    assert (events[3].lcp, events[3].fcp, events[3].connection) == (420, 300.5, "4g")
    assert len({event.visitor for event in events}) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe garbage", 400),
        (b"null", 422),
        (b"[]", 422),
        (b"7", 422),
        (view(t="click"), 422),
        (view(t="explode"), 422),
        ({"t": "view"}, 422),
        (view(h=""), 422),
        (view(h=7), 422),
        (view(h="nobody"), 404),
        (view(h="x" * 5000), 422),
        (view(h="ann\0"), 404),
        (view(vw=-1), 422),
        (view(vw="wide"), 422),
        (view(vw=1e300), 422),
        (b'{"t": "view", "h": "ann", "vw": NaN}', 400),
        (view(t="tap", x=1.5), 422),
        (view(t="tap", l="no uuid"), 422),
        (view(t="tap", el="<script>"), 422),
        (view(t="tap", ms=-1), 422),
        (view(t="tap", ms=1e300), 422),
        (view(t="tap", i=2**40), 422),
        (view(t="tap", i=1.5), 422),
        (view(t="tap", l=str(uuid.uuid4())), 422),
        (view(t="vitals", lcp=-5), 422),
        (view(t="vitals", lcp=True), 422),
        (view(t="vitals", cls=1e9), 422),
        ([view()] * 21, 422),
        ([view(), view(t="explode")], 422),
        ([view(), view(h="nobody")], 404),
        (b"[" * 10_000, 422),
        (b"x" * 16_385, 413),
        (b"x" * 1_000_000, 413),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_hostile_or_broken_beacon_gets_a_reason_and_changes_nothing(
    vic: Api, valkey: Valkey, ann: Person, body: Any, status: int
) -> None:
    answer = await send(vic, body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert await stored(valkey) == []


async def test_a_flood_of_hostile_beacons_never_reaches_the_numbers(
    app: App, valkey: Valkey, system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    link = str(ann.visible_link)
    hostile: list[Any] = [
        b"{", b"\0" * 16_000, b"x" * 40_000, view(h="nobody"), view(t="click", l=link), view(t="__proto__"),
        {"t": "tap", "h": "ann", "l": str(uuid.uuid4()), "x": 0.5, "y": 0.5},
        {"t": "tap", "h": "ann", "l": link, "x": -0.1, "y": 0.5},
        {"t": "tap", "h": "ann", "el": "name' OR 1=1", "x": 0.5, "y": 0.5},
        {"t": "vitals", "h": "ann", "lcp": 1e12}, {"t": "vitals", "h": "ann", "ct": "x" * 9000},
        # One that is wrong spoils all it came with.
        [view(), {"t": "tap", "h": "ann", "el": "name", "x": 0.5, "y": 0.5}, {"t": "vitals", "h": "ann", "cls": -1}],
    ]  # fmt: skip
    honest: list[Any] = [
        view(),
        {"t": "tap", "h": "ann", "el": "name", "x": 0.5, "y": 0.5, "vw": 390},
        {"t": "tap", "h": "ann", "l": link, "x": 0.5, "y": 0.5, "vw": 390},
        {"t": "vitals", "h": "ann", "lcp": 900},
    ]
    strangers = [browser(app, f"203.0.113.{n}") for n in range(1, 9)]
    vic = browser(app, VIC)
    waiting = [send(stranger, body) for stranger in strangers for body in hostile * 3]
    waiting[100:100] = [send(vic, body) for body in honest]
    answers = await asyncio.gather(*waiting)
    good = [answer.status_code for answer in answers[100 : 100 + len(honest)]]
    assert good == [204] * len(honest)
    assert sum(400 <= answer.status_code < 500 for answer in answers) == len(waiting) - len(honest)
    await drain(system, valkey)
    assert await count(admin) == len(honest)
    cursor = await admin.execute("SELECT views, visitors, clicks, bots FROM daily_totals")
    assert await cursor.fetchall() == [(1, 1, 0, 0)]
    cursor = await admin.execute("SELECT viewport, views, taps, dead FROM day_viewports")
    assert await cursor.fetchall() == [(480, 1, 2, 1)]
    await assert_exact(admin)


async def test_what_bots_tap_and_measure_is_in_no_heatmap_and_no_percentile(
    app: App, valkey: Valkey, system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    body = [
        view(),
        {"t": "tap", "h": "ann", "l": str(ann.visible_link), "x": 0.5, "y": 0.5, "ms": 3, "i": 1},
        {"t": "vitals", "h": "ann", "lcp": 5},
    ]
    for headers in (
        {"User_Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User_Agent": "Slackbot-LinkExpanding 1.0"},
        {"Sec_Purpose": "prefetch"},
        {"Purpose": "prefetch"},
    ):
        assert (await send(browser(app), body, **headers)).status_code == 204
    await drain(system, valkey)
    assert await count(admin) == 12
    for table in ("day_viewports", "day_taps", "day_link_taps", "day_vitals"):
        assert await count(admin, table) == 0, table
    cursor = await admin.execute("SELECT views, visitors, bots FROM daily_totals")
    assert await cursor.fetchall() == [(0, 0, 4)]


async def test_a_body_without_a_length_is_not_read_without_end(vic: Api, valkey: Valkey, ann: Person) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 4096
            yield b"x" * 4096

    answer = await vic.http.post("/e", content=endless())
    assert answer.status_code == 413
    assert sent < 400_000  # the line is kept for the next request as long as that is cheap


async def test_times_in_the_body_are_not_believed(vic: Api, valkey: Valkey, ann: Person) -> None:
    assert (await send(vic, view(at="1970-01-01T00:00:00Z", time=0))).status_code == 204
    [event] = await stored(valkey)
    assert event.at.year >= 2026


async def test_other_sites_cannot_send_events(vic: Api, valkey: Valkey, ann: Person) -> None:
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await send(vic, view(), **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")
    assert (await vic.get("/e.gif?h=ann", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert await stored(valkey) == []
    assert (await send(vic, view(), Sec_Fetch_Site="same-origin")).status_code == 204


async def test_only_post_sends_events(vic: Api) -> None:
    answer = await vic.get("/e")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
async def test_who_asks_not_to_be_tracked_is_an_anonymous_view(
    vic: Api, valkey: Valkey, ann: Person, header: str
) -> None:
    body = [
        view(r="https://github.com/ann/repo"),
        {"t": "tap", "h": "ann", "x": 0, "y": 0},
        {"t": "vitals", "h": "ann"},
    ]
    assert (await send(vic, body, **{header.replace("-", "_"): "1"})).status_code == 204
    [event] = await stored(valkey)
    known = {name for name in Event.__struct_fields__ if getattr(event, name) is not None}
    assert known == {"account_id", "at", "kind", "id", "referrer"}


async def test_an_owner_may_leave_such_visits_out_altogether(
    vic: Api, valkey: Valkey, db: Database, ann: Person
) -> None:
    async with db.as_account(ann.account_id) as tx:
        await tx.run(
            "UPDATE profiles SET privacy_signals = 'ignore-visit' WHERE account_id = %s", (ann.account_id,)
        )
    assert (await send(vic, view(), DNT="1")).status_code == 204
    assert await stored(valkey) == []
    assert (await send(vic, view())).status_code == 204
    assert len(await stored(valkey)) == 1


async def test_the_owners_own_visits_are_left_out_until_he_wants_them(
    app: App, valkey: Valkey, db: Database, ann: Person, ben: Person
) -> None:
    def session(person: Person) -> str:
        return f"other=1; nameplate_session={person.account_id.hex}.{uuid.uuid4().hex}.secret"

    await send(browser(app), view(), Cookie=session(ann))
    assert await stored(valkey) == []
    await send(browser(app), view(), Cookie=session(ben))
    assert len(await stored(valkey)) == 1
    async with db.as_account(ben.account_id) as tx:
        await tx.run("UPDATE profiles SET count_own_visits = true WHERE account_id = %s", (ben.account_id,))
    await send(browser(app), view(h="ben"), Cookie=session(ben))
    assert len(await stored(valkey)) == 2


async def test_bots_and_prefetches_are_kept_apart_with_the_reason(
    app: App, valkey: Valkey, system: SystemDatabase, admin: Admin, ann: Person
) -> None:
    await send(
        browser(app),
        view(),
        User_Agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    )
    await send(browser(app), view(), User_Agent="")
    await send(browser(app), view(), Sec_Purpose="prefetch;prerender")
    await browser(app).get("/ann/blog", headers={"User-Agent": "Slackbot-LinkExpanding 1.0"})
    await send(browser(app), view())
    assert [event.bot for event in await stored(valkey)] == [
        "crawler", "no user agent", "prefetch", "link preview", None,
    ]  # fmt: skip
    await drain(system, valkey)
    cursor = await admin.execute("SELECT views, visitors, clicks, bots FROM daily_totals")
    assert await cursor.fetchall() == [(1, 1, 0, 4)]
    await assert_exact(admin)


async def test_a_click_is_durable_before_the_visitor_goes_on(vic: Api, valkey: Valkey, ann: Person) -> None:
    answer = await vic.get("/ann/blog", headers={"Referer": "https://lobste.rs/s/1"})
    assert (answer.status_code, answer.headers["location"]) == (302, "https://ann.example/blog")
    [event] = await stored(valkey)
    assert (event.kind, event.link_id, event.referrer) == ("click", ann.visible_link, "Lobsters")


async def test_a_hidden_link_counts_no_click(vic: Api, valkey: Valkey, ann: Person) -> None:
    assert (await vic.get("/ann/draft")).status_code == 404
    assert await stored(valkey) == []


async def test_without_javascript_a_pixel_counts_the_view(vic: Api, valkey: Valkey, ann: Person) -> None:
    answer = await vic.get("/e.gif?h=ann", headers={"Referer": "http://localhost/ann?utm_source=card"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a")
    assert "no-store" in answer.headers["cache-control"]
    [event] = await stored(valkey)
    assert (event.kind, event.utm_source, event.referrer) == ("view", "card", None)
    assert (await vic.get("/e.gif")).status_code == 422
    for nobody in ("nobody", "ann%00", "%ff"):
        assert (await vic.get(f"/e.gif?h={nobody}")).status_code == 404


async def test_the_same_visitor_is_one_visitor_and_another_for_another_owner(
    app: App, valkey: Valkey, ann: Person, ben: Person
) -> None:
    for handle in ("ann", "ann", "ben"):
        await send(browser(app, VIC), view(h=handle))
    await send(browser(app, "203.0.113.78"), view())
    visitors = [event.visitor for event in await stored(valkey)]
    assert visitors[0] == visitors[1]
    assert len(set(visitors)) == 3


async def parts(valkey: Valkey, key: bytes) -> list[bytes]:
    """All that a key holds, of whatever type. Its dump would not do: Valkey compresses that."""
    match await valkey.type(key):
        case b"string":
            return [await valkey.get(key) or b""]
        case b"list":
            return list(await valkey.lrange(key, 0, -1))
        case b"set":
            return list(await valkey.smembers(key))
        case b"zset":
            scored = await valkey.zrange(key, 0, -1, withscores=True)
            return [part for member, score in scored for part in (member, f"{score:.17g}".encode())]
        case b"hash":
            return [part for pair in (await valkey.hgetall(key)).items() for part in pair]
        case b"stream":
            entries = await valkey.xrange(key)
            return [part for at, fields in entries for part in (at, *fields, *fields.values())]
        case b"none":
            return []  # has expired meanwhile
        case kind:
            raise AssertionError(f"{key!r} is a {kind!r}, which nobody reads here")


@pytest.mark.parametrize(
    ("address", "forms"),
    [
        (
            VIC,
            [b"203.0.113.77", bytes([203, 0, 113, 77]), b"cb00714d", b"3405803853", bytes([77, 113, 0, 203])],
        ),
        ("2001:db8:1234::77", [b"2001:db8:1234::77", bytes.fromhex("20010db812340000"), b"20010db81234"]),
    ],
)
async def test_no_address_is_kept_in_any_table_or_stream(
    app: App,
    valkey: Valkey,
    system: SystemDatabase,
    admin: Admin,
    ann: Person,
    capfd: pytest.CaptureFixture[str],
    address: str,
    forms: list[bytes],
) -> None:
    vic = browser(app, address)
    for body in (view(), [view(), {"t": "tap", "h": "ann"}], view(h="nobody"), b"garbage"):
        await send(vic, body, Referer=f"http://{address}/" if "." in address else f"http://[{address}]/")
    await send(vic, view(r=f"http://{VIC}/some"))
    await vic.get("/ann/blog")

    async def everything() -> bytes:
        held = bytearray()
        for key in await valkey.keys():
            for part in (key, *await parts(valkey, key)):
                held += part + b"\n" + repr(part).encode() + b"\n"
        cursor = await admin.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relpersistence <> 't'"
        )
        for (table,) in await cursor.fetchall():
            async with admin.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copy:
                async for data in copy:
                    held += bytes(data)
        return bytes(held)

    before = await everything()
    await drain(system, valkey)
    assert await count(admin) >= 4
    after = await everything()
    out, err = capfd.readouterr()
    for form in forms:
        assert form not in before + after + out.encode() + err.encode()
    assert address not in repr(vars(app.collector)), "nor in what the process remembers"


async def test_with_no_store_a_beacon_is_told_and_a_click_still_goes_on(
    fragile: Settings, valkey_line: Proxy, postgres_line: Proxy, ann: Person
) -> None:
    async with running_app(fragile) as app:
        vic = browser(app, VIC)
        assert (await send(vic, view())).status_code == 204
        await valkey_line.cut()
        await postgres_line.cut()
        answer = await send(vic, view())
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await vic.get("/ann/blog")).status_code == 302


async def test_a_beacon_asks_the_database_nothing(vic: Api, app: App, valkey: Valkey, ann: Person) -> None:
    from nameplate.db import statements

    def asked() -> float:
        return sum(
            sample.value
            for metric in statements.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )

    await send(vic, view())
    await app.collector._keys.refresh()
    before = asked()
    for _ in range(5):
        assert (await send(vic, view())).status_code == 204
        assert (await vic.get("/ann/blog")).status_code == 302
    assert asked() == before
    assert FIREFOX in str(vic.http.headers)
