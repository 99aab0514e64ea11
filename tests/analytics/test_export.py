"""The numbers, and the events behind them, as files."""

import asyncio
import csv
import io
import json
import socket
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg
import pytest
from arro3.core import Table
from arro3.io import read_parquet

from nameplate.analytics.answers import Asked
from nameplate.analytics.batch import write_batch
from nameplate.analytics.exports.events import AT_ONCE, MOST_PARQUET, Exports
from nameplate.app import App
from nameplate.db import SystemDatabase
from nameplate.errors import TooMany, Unavailable
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.support.api import PASSWORD, Api, sign_up
from tests.support.programs import Program

DAY = date(2026, 11, 5)
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
LINKS = [new_id() for _ in range(2)]
ENCODER = "nameplate.analytics.exports.encode"
RANGE = {"from": "2026-11-04", "to": "2026-11-07"}


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann")


@pytest.fixture
async def ben(app: App) -> Api:
    return await sign_up(app, "ben")


async def account_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


async def write(system: SystemDatabase, events: list[Event]) -> None:
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), events)


def visits(account_id: UUID, number: int = 600) -> list[Event]:
    """More than the first page holds, with every kind of visit and dimensions that change during a visitor's day."""
    return [
        Event(
            account_id=account_id,
            at=NOON + timedelta(minutes=5 * n),
            kind=("view", "view", "click", "tap", "vitals")[n % 5],  # type: ignore[arg-type]
            visitor=None if n % 11 == 0 else n % 40,
            link_id=LINKS[n % 2] if n % 5 in (2, 3) else None,
            bot="crawler" if n % 13 == 0 else None,
            country=("DE", "US", None)[n % 3],
            device=("phone", "desktop")[n % 7 % 2],
            referrer=("GitHub", None)[n % 2],
            tap_x=0.25 if n % 5 == 3 else None,
            lcp=1200.5 if n % 5 == 4 else None,
        )
        for n in range(number)
    ]


async def rows_of(api: Api, what: str, **query: Any) -> list[dict[str, str]]:
    answer = await api.get(f"/api/v1/analytics/{what}.csv", params={**RANGE, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"country": "DE"},
        {"country": ""},
        {"referrer": "", "device": "phone"},
        {"link": str(LINKS[0])},
        {"link": str(LINKS[1]), "country": "US"},
        {"bots": "true"},
        {"bots": "true", "country": "US", "link": str(LINKS[0])},
        {"city": "Nowhere"},
    ],
)
async def test_an_export_holds_the_events_the_numbers_are_counted_from(
    ann: Api, system: SystemDatabase, filters: dict[str, str]
) -> None:
    await write(system, visits(await account_of(ann)))
    told = (await ann.get("/api/v1/analytics/summary", params={**RANGE, **filters})).json()
    rows = await rows_of(ann, "events", **filters)
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("view"), kinds.count("click")) == (told["views"], told["clicks"])
    if "bots" not in filters:
        visitors = {
            (row["day"], row["visitor"])
            for row in rows
            if row["visitor"] and row["kind"] in ("view", "click")
        }
        assert len(visitors) == told["visitors"]
    assert rows or filters == {"city": "Nowhere"}
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


async def test_every_event_is_exported_once_and_as_it_was(ann: Api, system: SystemDatabase) -> None:
    events = visits(await account_of(ann))
    await write(system, events)
    people = [event for event in events if event.bot is None]
    rows = await rows_of(ann, "events")
    assert [row["at"] for row in rows] == [f"{event.at:%Y-%m-%dT%H:%M:%S}.000Z" for event in people]
    assert [row["link_id"] for row in rows] == [str(event.link_id or "") for event in people]
    assert [row["lcp"] for row in rows] == [str(event.lcp or "") for event in people]


def cells(row: dict[str, Any]) -> dict[str, Any]:
    """A row of Parquet as its line of CSV says it, but for the visitor, who has another number in each file."""
    written = {name: "" if value is None else str(value) for name, value in row.items()}
    written["at"] = row["at"].strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return {name: value for name, value in written.items() if name != "visitor"}


async def parquet_of(api: Api, what: str, **query: Any) -> Table:
    answer = await api.get(f"/api/v1/analytics/{what}.parquet", params={**RANGE, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["content-disposition"].endswith('.parquet"')
    return read_parquet(io.BytesIO(answer.content)).read_all()


def rows_in(table: Table) -> list[dict[str, Any]]:
    columns = [table[name].to_pylist() for name in table.column_names]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    "filters", [{}, {"country": "DE", "referrer": ""}, {"bots": "true"}, {"city": "Nowhere"}]
)
async def test_parquet_holds_what_the_csv_holds(
    ann: Api, system: SystemDatabase, filters: dict[str, str]
) -> None:
    await write(system, visits(await account_of(ann)))
    table = await parquet_of(ann, "events", **filters)
    lines = await rows_of(ann, "events", **filters)
    assert lines or "city" in filters
    for line in lines:
        del line["visitor"]
    assert [cells(row) for row in rows_in(table)] == lines
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert ("Timestamp" in types["at"], "Date32" in types["day"], "Int64" in types["visitor"]) == (True,) * 3
    assert ("Dictionary" in types["country"], "Float32" in types["lcp"], "Int32" in types["ms"]) == (
        True,
    ) * 3


async def test_parquet_has_texts_as_they_are_and_every_digit_of_the_time(
    ann: Api, system: SystemDatabase
) -> None:
    texts = ["=HYPERLINK(1)", 'a,"b"\n\r\n\'c', "-1", "Zürich 🏔"]
    account_id = await account_of(ann)
    at = [NOON + timedelta(microseconds=123_456 + number) for number in range(len(texts))]
    events = [
        Event(account_id=account_id, at=when, kind="view", visitor=2**63 - 1, utm_source=text, city=text)
        for when, text in zip(at, texts, strict=True)
    ]
    await write(system, events)
    rows = rows_in(await parquet_of(ann, "events"))
    assert [(row["at"], row["utm_source"], row["city"]) for row in rows] == list(
        zip(at, texts, texts, strict=True)
    )
    assert len({row["visitor"] for row in rows}) == 1
    found = rows_in(await parquet_of(ann, "breakdown/utm_source"))
    assert [row["value"] for row in found] == texts[:1], (
        "a visitor has the campaign of the first view of the day"
    )


async def test_a_breakdown_is_the_same_as_parquet(ann: Api, system: SystemDatabase) -> None:
    await write(system, visits(await account_of(ann)))
    for dimension in ("country", "referrer", "link", "bot"):
        told = (await ann.get(f"/api/v1/analytics/breakdown/{dimension}", params=RANGE)).json()["rows"]
        rows = rows_in(await parquet_of(ann, f"breakdown/{dimension}"))
        assert rows
        assert rows == [{name: row[name] for name in rows[0]} for row in told]


def encoders() -> list[psutil.Process]:
    """What makes Parquet right now."""
    return [child for child in psutil.Process().children() if ENCODER in child.cmdline()]


async def test_a_file_that_cannot_be_finished_has_no_end(
    app: App, ann: Api, admin: psycopg.AsyncConnection[Any]
) -> None:
    """When the process that encodes dies, and when PostgreSQL has no next page."""
    account_id = await account_of(ann)
    await many(admin, account_id, 50_000)
    exports = Exports(app.db)
    download = exports.parquet(account_id, Asked(DAY, DAY))
    await anext(download)
    encoders()[0].kill()
    with pytest.raises(Unavailable):
        [block async for block in download]
    download = exports.parquet(account_id, Asked(DAY, DAY))
    sent = [await anext(download)]
    await admin.execute("REVOKE SELECT ON events FROM nameplate_web")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sent.extend([block async for block in download])
    assert sent[0].startswith(b"PAR1")
    assert (exports.open.total(), exports.parquet_open, encoders()) == (0, 0, [])


async def test_large_parquet_comes_in_row_groups_and_who_leaves_stops_it(
    app: App, ann: Api, admin: psycopg.AsyncConnection[Any]
) -> None:
    account_id = await account_of(ann)
    await many(admin, account_id, 50_000)
    exports = Exports(app.db)
    blocks = [block async for block in exports.parquet(account_id, Asked(DAY, DAY))]
    assert len(blocks) > 2
    table = read_parquet(io.BytesIO(b"".join(blocks))).read_all()
    assert table.num_rows == 50_000
    assert len(set(table["visitor"].to_pylist())) == 99
    assert not encoders()
    download = exports.parquet(account_id, Asked(DAY, DAY))
    await anext(download)
    assert (exports.open.total(), exports.parquet_open, len(encoders())) == (1, 1, 1)
    await download.aclose()
    assert (exports.open.total(), exports.parquet_open, encoders()) == (0, 0, [])


async def test_only_so_many_files_of_parquet_are_made_at_once(app: App) -> None:
    exports = Exports(app.db)
    exports.parquet_open = MOST_PARQUET
    exports.check(new_id())
    with pytest.raises(TooMany):
        exports.check(new_id(), parquet=True)


async def test_a_visitor_has_one_number_a_day_that_leads_nowhere_else(
    ann: Api, system: SystemDatabase
) -> None:
    account_id = await account_of(ann)
    hours = (0, 1, 2, 24)
    await write(
        system,
        [
            Event(
                account_id=account_id, at=NOON + timedelta(hours=hour), kind="view", visitor=1 + (hour == 2)
            )
            for hour in hours
        ],
    )
    first = [row["visitor"] for row in await rows_of(ann, "events")]
    again = [row["visitor"] for row in await rows_of(ann, "events")]
    assert first[0] == first[1]
    assert len(set(first)) == 3
    assert set(first) & {"1", "2", *again} == set()


@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx", '=a","b"\n=c', "＝1", 'plain, "quoted"\n\''],
)
async def test_no_cell_of_a_strangers_making_is_a_formula(
    ann: Api, system: SystemDatabase, text: str
) -> None:
    event = Event(
        account_id=await account_of(ann), at=NOON, kind="view", visitor=1, utm_source=text, referrer=text,
        referrer_path=text, city=text, utm_term=text,
    )  # fmt: skip
    await write(system, [event])
    (row,) = await rows_of(ann, "events")
    safe = text if text.startswith("plain") else "'" + text
    names = ("utm_source", "referrer", "referrer_path", "city", "utm_term")
    assert [row[name] for name in names] == [safe] * 5
    (value,) = await rows_of(ann, "breakdown/utm_source")
    assert value["value"] == safe


async def test_ben_gets_nothing_of_anns(
    ann: Api, ben: Api, system: SystemDatabase, client: httpx.AsyncClient
) -> None:
    await write(system, visits(await account_of(ann)))
    assert await rows_of(ben, "events") == []
    assert await rows_of(ben, "events", link=str(LINKS[0])) == []
    assert await rows_of(ben, "breakdown/country") == []
    assert (await parquet_of(ben, "events")).num_rows == 0
    assert (await parquet_of(ben, "breakdown/country")).num_rows == 0
    for what in ("events.csv", "breakdown/country.csv", "events.parquet", "breakdown/country.parquet"):
        assert (await client.get(f"/api/v1/analytics/{what}")).status_code == 401


async def test_a_token_needs_the_scope(ann: Api, client: httpx.AsyncClient) -> None:
    for scope, status in (("links:read", 403), ("analytics:read", 200)):
        made = await ann.post("/api/v1/tokens", {"name": "x", "scopes": [scope]})
        token = {"Authorization": f"Bearer {made.json()['token']}"}
        for what in ("events.csv", "breakdown/link.csv", "events.parquet", "breakdown/link.parquet"):
            answer = await client.get(f"/api/v1/analytics/{what}", headers=token)
            assert answer.status_code == status, answer.text


async def test_a_breakdown_is_the_same_as_a_file(ann: Api, system: SystemDatabase) -> None:
    await write(system, visits(await account_of(ann)))
    for dimension in ("country", "referrer", "link", "bot"):
        told = (await ann.get(f"/api/v1/analytics/breakdown/{dimension}", params=RANGE)).json()["rows"]
        rows = await rows_of(ann, f"breakdown/{dimension}")
        names = ("value", "label", "views", "visitors", "clicks")
        assert [[row[name] for name in names] for row in rows] == [
            ["" if row[name] is None else str(row[name]) for name in names] for row in told
        ]
        assert rows


async def test_a_range_that_makes_no_sense_is_a_422_and_no_file(ann: Api) -> None:
    answer = await ann.get("/api/v1/analytics/events.csv", params={"from": "2026-11-07", "to": "2026-11-04"})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["to"])


async def test_a_file_says_its_name(ann: Api) -> None:
    answer = await ann.get("/api/v1/analytics/events.csv", params=RANGE)
    assert answer.headers["content-disposition"] == (
        'attachment; filename="nameplate-events-2026-11-04-2026-11-07.csv"'
    )


async def many(admin: psycopg.AsyncConnection[Any], account_id: UUID, number: int) -> None:
    await admin.execute("SELECT make_events_partition(%s)", (DAY,))
    await admin.execute(
        """
        INSERT INTO events (account_id, at, id, visitor, day, kind, referrer_path)
        SELECT %s, %s::timestamptz + n * interval '1 second', n, n %% 99, %s, 'view', repeat('x', 200)
        FROM generate_series(1, %s) AS n
        """,
        (account_id, NOON, DAY, number),
    )


@pytest.mark.slow
async def test_who_leaves_midway_leaves_nothing_open_and_may_come_again(
    server: Program, admin: psycopg.AsyncConnection[Any]
) -> None:
    async with httpx.AsyncClient(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}) as http:
        body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann"}
        made = await http.post("/api/v1/accounts", json=body)
        await many(admin, UUID(made.json()["id"]), 40_000)
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        path = "/api/v1/analytics/events.csv?from=2026-11-05&to=2026-11-05"
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
        for _ in range(2):
            waiting = [await asyncio.to_thread(_begin, server.url, request) for _ in range(2)]
            assert all(b" 200 " in start.split(b"\r\n")[0] for _, start in waiting)
            # Whatever fits into the buffers on the way is read now; then nothing may be open.
            async with asyncio.timeout(20):
                while await _busy(admin):
                    await asyncio.sleep(0.1)
            refused = await http.get(path)
            assert (refused.status_code, json.loads(refused.content)["code"]) == (429, "too-many-requests")
            assert "retry-after" in refused.headers
            for line, _ in waiting:
                line.close()
            async with asyncio.timeout(10):
                while (await http.get(path, params={"to": "2026-11-06"})).status_code == 429:
                    await asyncio.sleep(0.1)
        assert await _busy(admin) == 0
        whole = await http.get(path)
        assert len(whole.content.splitlines()) == 40_001


def _begin(url: str, request: bytes) -> tuple[socket.socket, bytes]:
    """Ask, read the beginning of the answer, and stop reading."""
    host, _, port = url.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=10)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.sendall(request)
    return line, line.recv(2048)


async def _busy(admin: psycopg.AsyncConnection[Any]) -> int:
    cursor = await admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'nameplate_web'"
        " AND state <> 'idle'"
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_exports_leave_connections_to_the_dashboard(
    settings: Settings, ann: Api, app: App, admin: psycopg.AsyncConnection[Any]
) -> None:
    """As many downloads as there may be, all at once, and a question in between."""
    account_id = await account_of(ann)
    await many(admin, account_id, 20_000)
    exports = Exports(app.db)
    busiest = 0

    async def download() -> int:
        return sum([page.count(b"\n") async for page in exports.events(account_id, Asked(DAY, DAY))])

    downloads = [asyncio.create_task(download()) for _ in range(8)]
    while not all(task.done() for task in downloads):
        busiest = max(busiest, await _busy(admin))
        assert (await ann.get("/api/v1/analytics/summary")).status_code == 200
    assert [task.result() for task in downloads] == [20_001] * 8
    assert 0 < busiest <= AT_ONCE
    assert exports.open.total() == 0
