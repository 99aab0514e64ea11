"""What the API says about a page's visits."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from nameplate.analytics.batch import write_batch
from nameplate.app import App
from nameplate.db import Database, SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.support.api import Api, browser, running_app, sign_up

TODAY = datetime.now(UTC).date()


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann")


async def get(api: Api, what: str, status: int = 200, **query: Any) -> Any:
    names = {"first": "from", "last": "to"}
    answer = await api.get(
        f"/api/v1/analytics/{what}",
        params={names.get(name, name): str(value) for name, value in query.items()},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def account_of(api: Api) -> UUID:
    return UUID((await api.get("/api/v1/account")).json()["id"])


class Visits:
    """Visits of an account, one after another from noon UTC of a day."""

    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.events: list[Event] = []

    def add(self, day: date, kind: str, **fields: Any) -> "Visits":
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(seconds=len(self.events))
        self.events.append(Event(account_id=self.account_id, at=at, kind=kind, **fields))  # type: ignore[arg-type]
        return self

    async def write(self, system: SystemDatabase) -> None:
        async with system.as_consumer() as tx:
            await write_batch(tx, new_id(), self.events)


async def test_a_summary_compares_with_as_many_days_before(ann: Api, system: SystemDatabase) -> None:
    first, last = date(2026, 11, 4), date(2026, 11, 6)
    visits = Visits(await account_of(ann))
    visits.add(first, "view", visitor=1).add(first, "view", visitor=1).add(last, "view", visitor=1)
    visits.add(last, "view").add(last, "click", visitor=2, link_id=new_id()).add(last, "view", bot="crawler")
    visits.add(first - timedelta(days=1), "view", visitor=3).add(first - timedelta(days=3), "view", visitor=3)
    visits.add(first - timedelta(days=4), "view", visitor=3).add(last + timedelta(days=1), "view", visitor=3)
    await visits.write(system)
    assert await get(ann, "summary", first=first, last=last) == {
        "from": "2026-11-04", "to": "2026-11-06", "views": 4, "visitors": 3, "clicks": 1, "click_rate": 0.25, "bots": 1,
        "previous": {"from": "2026-11-01", "to": "2026-11-03", "views": 2, "visitors": 2, "clicks": 0,
                     "click_rate": 0.0},
    }  # fmt: skip


async def test_every_day_of_the_range_is_in_the_timeseries(ann: Api, system: SystemDatabase) -> None:
    day = date(2026, 3, 29)
    await Visits(await account_of(ann)).add(day, "view", visitor=1).write(system)
    answer = await get(ann, "timeseries", first=day - timedelta(days=1), last=day + timedelta(days=1))
    assert answer == {
        "interval": "day",
        "rows": [
            {"at": "2026-03-28", "views": 0, "visitors": 0, "clicks": 0},
            {"at": "2026-03-29", "views": 1, "visitors": 1, "clicks": 0},
            {"at": "2026-03-30", "views": 0, "visitors": 0, "clicks": 0},
        ],
        "annotations": [],
    }


async def test_breakdowns_list_the_most_frequent_values_first(ann: Api, system: SystemDatabase) -> None:
    visits = Visits(await account_of(ann))
    for visitor, country, source in [
        (1, "DE", "GitHub"),
        (2, "DE", None),
        (3, "US", "GitHub"),
        (None, None, "X"),
    ]:
        visits.add(TODAY, "view", visitor=visitor, country=country, referrer=source)
    visits.add(TODAY, "click", visitor=3, country="US", link_id=new_id())
    await visits.write(system)
    none = {"label": None, "clicks": 0}
    assert (await get(ann, "breakdown/country"))["rows"] == [
        {"value": "DE", "views": 2, "visitors": 2, **none},
        {"value": "US", "views": 1, "visitors": 1, **none, "clicks": 1},
        {"value": None, "views": 1, "visitors": 0, **none},
    ]
    referrers = (await get(ann, "breakdown/referrer"))["rows"]
    assert [(row["value"], row["views"], row["visitors"]) for row in referrers] == [
        ("GitHub", 2, 2), (None, 1, 1), ("X", 1, 0),
    ]  # fmt: skip
    assert len((await get(ann, "breakdown/country", limit=1))["rows"]) == 1


async def test_links_keep_their_history_and_their_name_when_deleted(ann: Api, system: SystemDatabase) -> None:
    made = []
    for title in ("Blog", "Talks"):
        answer = await ann.post("/api/v1/links", {"title": title, "url": f"https://ann.example/{title}"})
        made.append(UUID(answer.json()["id"]))
    visits = Visits(await account_of(ann))
    for link, visitor in [(made[0], 1), (made[1], 1), (made[1], 1), (made[1], None)]:
        visits.add(TODAY, "click", visitor=visitor, link_id=link)
    await visits.write(system)
    assert (await ann.delete(f"/api/v1/links/{made[1]}")).status_code == 204
    unknown = {"views": 0, "visitors": 1, "click_rate": None, "position": None, "time_to_click": None}
    assert (await get(ann, "breakdown/link"))["rows"] == [
        {"value": str(made[1]), "label": "Talks", "clicks": 3, **unknown},
        {"value": str(made[0]), "label": "Blog", "clicks": 1, **unknown},
    ]


async def test_the_dashboard_says_the_same_as_its_parts(ann: Api, system: SystemDatabase) -> None:
    visits = Visits(await account_of(ann))
    for visitor in range(25):
        visits.add(TODAY, "view", visitor=visitor, country="DE", device="phone", browser=f"B{visitor % 12}",
                   referrer="GitHub")  # fmt: skip
        visits.add(TODAY, "click", visitor=visitor, link_id=new_id())
    await visits.write(system)
    screen = await get(ann, "dashboard")
    assert screen["summary"] == await get(ann, "summary")
    assert screen["timeseries"] == await get(ann, "timeseries")
    for card, dimension in [("countries", "country"), ("devices", "device"), ("browsers", "browser"),
                            ("referrers", "referrer"), ("links", "link")]:  # fmt: skip
        assert screen[card] == (await get(ann, f"breakdown/{dimension}", limit=10))["rows"], card
    assert len(screen["browsers"]) == 10
    assert datetime.fromisoformat(screen["updated_at"])


async def test_without_a_range_it_is_the_last_thirty_days_of_the_owner(ann: Api) -> None:
    await ann.patch("/api/v1/profile", {"timezone": "Pacific/Kiritimati"})
    answer = await get(ann, "summary")
    first, last = date.fromisoformat(answer["from"]), date.fromisoformat(answer["to"])
    assert last == (datetime.now(UTC) + timedelta(hours=14)).date()
    assert last - first == timedelta(days=29)


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-11-06", "last": "2026-11-05"},
        {"first": "2020-01-01", "last": "2026-11-05"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"last": "9999-12-31"},
        {"first": "9999-12-01", "last": "9999-12-31"},
        {"first": "yesterday"},
        {"first": "2026-02-30"},
    ],
)
async def test_a_range_that_makes_no_sense_is_a_422(ann: Api, query: dict[str, str]) -> None:
    for what in ("summary", "timeseries", "breakdown/country", "dashboard"):
        names = {"first": "from", "last": "to"}
        got = await ann.get(f"/api/v1/analytics/{what}", params={names[k]: v for k, v in query.items()})
        assert got.status_code in (400, 422), got.text
        assert got.headers["content-type"].startswith("application/problem+json")


async def test_an_unknown_dimension_is_refused(ann: Api) -> None:
    answer = await ann.get("/api/v1/analytics/breakdown/shoe_size")
    assert answer.status_code in (404, 422)
    assert (await ann.get("/api/v1/analytics/breakdown/country?limit=0")).status_code in (400, 422)
    assert (await ann.get("/api/v1/analytics/breakdown/country?limit=5000")).status_code in (400, 422)


async def test_ben_sees_nothing_of_anns_visits(app: App, ann: Api, system: SystemDatabase) -> None:
    await Visits(await account_of(ann)).add(TODAY, "view", visitor=1, country="DE").write(system)
    ben = await sign_up(app, "ben")
    assert (await get(ben, "summary"))["views"] == 0
    assert (await get(ben, "breakdown/country"))["rows"] == []
    assert (await get(ann, "summary"))["views"] == 1


async def test_strangers_are_asked_to_log_in(app: App, db: Database) -> None:
    for what in ("summary", "timeseries", "breakdown/country", "dashboard"):
        await get(browser(app), what, 401)


async def test_filters_are_query_parameters_in_any_combination(ann: Api, system: SystemDatabase) -> None:
    link, other = new_id(), new_id()
    visits = Visits(await account_of(ann))
    for visitor, country, program in [
        (1, "DE", "Firefox"),
        (2, "DE", "Chrome"),
        (3, None, "Firefox"),
        (4, "US", None),
    ]:
        visits.add(TODAY, "view", visitor=visitor, country=country, browser=program)
        visits.add(TODAY, "click", visitor=visitor, link_id=link if visitor < 3 else other)
    visits.add(TODAY, "click", visitor=1, link_id=other).add(
        TODAY, "view", visitor=9, country="DE", bot="crawler"
    )
    await visits.write(system)
    for query, expected in [
        ({"country": "DE"}, (2, 2, 3)),
        ({"country": "DE", "browser": "Firefox"}, (1, 1, 2)),
        ({"country": ""}, (1, 1, 1)),
        ({"link": link}, (2, 2, 2)),
        ({"link": link, "browser": "Chrome"}, (1, 1, 1)),
        ({"country": "FR"}, (0, 0, 0)),
        ({"bots": "true"}, (1, 0, 0)),
        ({"bots": "1", "country": "US"}, (0, 0, 0)),
    ]:
        summary = await get(ann, "summary", **query)
        assert (summary["views"], summary["visitors"], summary["clicks"]) == expected, query
        assert summary["bots"] == 1
        screen = await get(ann, "dashboard", **query)
        assert screen["summary"] == summary
        for interval in ("day", "week", "month"):
            rows = (await get(ann, "timeseries", interval=interval, **query))["rows"]
            assert sum(row["views"] for row in rows) == expected[0], (query, interval)
        hours = await get(ann, "timeseries", interval="hour", first=TODAY, last=TODAY, **query)
        assert (
            tuple(sum(row[what] for row in hours["rows"]) for what in ("views", "visitors", "clicks"))
            == expected
        )
        for card, dimension in [
            ("countries", "country"),
            ("links", "link"),
            ("utm_campaigns", "utm_campaign"),
        ]:
            assert screen[card] == (await get(ann, f"breakdown/{dimension}", limit=10, **query))["rows"], (
                query,
                card,
            )
    assert [(row["value"], row["clicks"]) for row in (await get(ann, "breakdown/link", country="DE"))["rows"]] == [
        (str(link), 2), (str(other), 1),
    ]  # fmt: skip


async def test_a_filter_that_is_no_link_is_refused(ann: Api) -> None:
    assert (await ann.get("/api/v1/analytics/summary?link=mine")).status_code in (400, 422)
    assert (await ann.get(f"/api/v1/analytics/summary?city={'x' * 400}")).status_code in (400, 422)
    assert (await get(ann, "summary", city="%00'; DROP TABLE events --"))["views"] == 0


async def test_bots_are_listed_by_reason(ann: Api, system: SystemDatabase) -> None:
    visits = Visits(await account_of(ann))
    for reason, kind in [("crawler", "view"), ("crawler", "click"), ("preview", "view"), (None, "view")]:
        visits.add(TODAY, kind, bot=reason, link_id=new_id() if kind == "click" else None)
    await visits.write(system)
    rows = [
        {"value": "crawler", "label": None, "views": 1, "visitors": 0, "clicks": 1},
        {"value": "preview", "label": None, "views": 1, "visitors": 0, "clicks": 0},
    ]
    assert (await get(ann, "breakdown/bot"))["rows"] == rows
    assert (await get(ann, "dashboard", country="DE"))["bots"] == rows


@pytest.mark.parametrize(
    ("zone", "day", "hours", "first", "last"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23, "T00:00:00+01:00", "T23:00:00+02:00"),
        ("Europe/Berlin", date(2025, 10, 26), 25, "T00:00:00+02:00", "T23:00:00+01:00"),
        ("Asia/Kathmandu", date(2026, 11, 5), 24, "T00:00:00+05:45", "T23:00:00+05:45"),
    ],
)
async def test_hours_are_those_of_the_owners_clock(
    ann: Api, system: SystemDatabase, zone: str, day: date, hours: int, first: str, last: str
) -> None:
    await ann.patch("/api/v1/profile", {"timezone": zone})
    await Visits(await account_of(ann)).add(day, "view", visitor=1).write(system)
    for query in ({}, {"country": ""}):
        answer = await get(ann, "timeseries", interval="hour", first=day, last=day, **query)
        rows = answer["rows"]
        assert (len(rows), rows[0]["at"], rows[-1]["at"]) == (hours, f"{day}{first}", f"{day}{last}")
        [seen] = [row for row in rows if row["views"]]
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        assert timedelta(0) <= noon - datetime.fromisoformat(seen["at"]) < timedelta(hours=1)
        assert seen["visitors"] == 1


async def test_hours_of_many_days_are_refused(ann: Api) -> None:
    many = {"interval": "hour", "first": TODAY - timedelta(days=31), "last": TODAY}
    answer = await get(ann, "timeseries", 422, **many)
    assert "interval" in answer["fields"]
    await get(ann, "timeseries", 422, **{**many, "first": TODAY - timedelta(days=7)}, device="phone")
    await get(ann, "timeseries", 200, **{**many, "first": TODAY - timedelta(days=7)})


async def test_weeks_begin_on_monday_and_hold_only_days_of_the_range(
    ann: Api, system: SystemDatabase
) -> None:
    visits = Visits(await account_of(ann))
    for day in range(28, 32):
        visits.add(date(2026, 10, day), "view", visitor=1)
    for day in range(1, 4):
        visits.add(date(2026, 11, day), "view", visitor=1)
    await visits.write(system)
    query = {"first": date(2026, 10, 29), "last": date(2026, 11, 3)}
    weeks = (await get(ann, "timeseries", interval="week", **query))["rows"]
    months = (await get(ann, "timeseries", interval="month", **query))["rows"]
    assert [(row["at"], row["views"]) for row in weeks] == [("2026-10-26", 4), ("2026-11-02", 2)]
    assert [(row["at"], row["views"]) for row in months] == [("2026-10-01", 3), ("2026-11-01", 3)]
