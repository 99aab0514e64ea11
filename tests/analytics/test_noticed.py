"""Heatmap and web vitals under filters: what the raw events of those visitors say."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nameplate.analytics.noticed import answers, jobs, pack
from nameplate.analytics.noticed.folds.queries import Noticed
from nameplate.app import App
from nameplate.db import SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.test_folding import Services
from tests.analytics.test_reports import Visits, account_of, get
from tests.support.api import Api, running_app, sign_up

DAY = date(2026, 11, 5)
RANGE = {"first": DAY, "last": DAY + timedelta(days=1)}
LINK, OTHER = new_id(), new_id()
VALUES: dict[str, list[str | None]] = {
    "country": ["DE", "US", None],
    "device": ["phone", "desktop"],
    "browser": ["Firefox", "Chrome"],
    "referrer": ["GitHub", None],
    "utm_source": ["mail", None],
}
QUESTIONS: list[dict[str, str]] = [
    {"country": "DE"},
    {"country": ""},
    {"device": "phone"},
    {"referrer": ""},
    {"utm_source": "mail", "browser": "Firefox"},
    {"link": str(LINK)},
    {"link": str(LINK), "country": "US", "device": "desktop"},
    {"bots": "true"},
    {"bots": "true", "country": "US"},
]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann")


def some_visits(account_id: UUID) -> Visits:
    """Visitors look the same all day but for where they came from; some were there before midnight only."""
    chance = random.Random(7)
    visits = Visits(account_id)
    for number in range(900):
        visitor = chance.randrange(60) or None
        day = DAY + timedelta(days=chance.randrange(2))
        look = random.Random(f"{visitor} {day} {number if visitor is None else ''}")
        fields: dict[str, Any] = {
            name: look.choice(VALUES[name]) for name in ("country", "device", "browser")
        }
        fields |= {name: chance.choice(VALUES[name]) for name in ("referrer", "utm_source")}
        kind = chance.choice(
            ["tap", "vitals"] if visitor and visitor > 50 else ["view", "click", "tap", "vitals"]
        )
        if kind in ("click", "tap"):
            fields["link_id"] = chance.choice([LINK, OTHER] if kind == "click" else [LINK, OTHER, None])
        if kind == "tap":
            fields |= {"tap_x": chance.random(), "tap_y": chance.random() if number % 9 else None}
            fields["element"] = None if fields["link_id"] else chance.choice(["avatar", "qr", ""])
        if kind == "vitals":
            fields |= {"lcp": chance.uniform(500, 6000), "cls": chance.choice([None, chance.random() / 2])}
        visits.add(
            day, kind, visitor=visitor, viewport=chance.choice([480, 1440]),
            bot="crawler" if number % 11 == 0 else None, **fields,
        )  # fmt: skip
    return visits


def meant(events: list[Event], question: dict[str, str]) -> list[Event]:
    """Those a question is about, by the rule and not by SQL."""
    firsts: dict[Any, Event] = {}
    clickers = set()
    for event in events:
        if event.bot is None and event.visitor is not None and event.kind in ("view", "click"):
            firsts.setdefault((event.at.date(), event.visitor), event)
            if event.link_id == LINK and event.kind == "click":
                clickers.add((event.at.date(), event.visitor))

    def is_meant(event: Event) -> bool:
        bots = "bots" in question
        if (event.bot is not None) != bots:
            return False
        key = (event.at.date(), event.visitor)
        own = event if bots else firsts.get(key, event)
        if "link" in question and key not in clickers and (event.visitor or event.link_id != LINK):
            return False
        return all(
            (getattr(own, name) or "") == value
            for name, value in question.items()
            if name not in ("link", "bots")
        )

    return [event for event in events if is_meant(event)]


async def test_any_filters_give_the_taps_and_measurements_of_those_who_are_meant(
    ann: Api, system: SystemDatabase
) -> None:
    visits = some_visits(await account_of(ann))
    await visits.write(system)
    await assert_true(ann, visits.events)


async def test_folded_days_say_what_the_raw_events_say(
    ann: Api, system: SystemDatabase, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await account_of(ann)
    visits = some_visits(account)
    happened, late = visits.events, Visits(account)
    # What comes late was first: it changes what is known of visitors.
    late.events, visits.events = happened[:300], happened[300:]
    await visits.write(system)
    raw = [await answers_to(ann, question) for question in QUESTIONS]
    monkeypatch.setattr(jobs, "LEAST", 1)
    assert await jobs.fold_day(system, account, DAY)
    assert [await answers_to(ann, question) for question in QUESTIONS] == raw, "one folded, one not"
    await jobs.fold_noticed(Services(system))
    assert [await answers_to(ann, question) for question in QUESTIONS] == raw
    assert not await jobs.fold_day(system, account, DAY), "once is enough"
    await late.write(system)
    await assert_true(ann, happened)
    await jobs.fold_noticed(Services(system))
    await assert_true(ann, happened)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("TRUNCATE events")
    await assert_true(ann, happened)


async def test_what_is_counted_during_a_fold_is_not_lost(
    ann: Api, system: SystemDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await account_of(ann)
    visits = some_visits(account)
    late = Visits(account)
    late.events = [visits.events.pop()]
    day = late.events[0].at.date()
    await visits.write(system)
    make = pack.make
    counted = asyncio.Event()
    loop = asyncio.get_running_loop()

    def overtaken(noticed: Noticed) -> dict[int, bytes]:
        asyncio.run_coroutine_threadsafe(late.write(system), loop).result(20)
        loop.call_soon_threadsafe(counted.set)
        return make(noticed)

    monkeypatch.setattr(pack, "make", overtaken)
    assert not await jobs.fold_day(system, account, day), "it is not what the day holds any more"
    assert counted.is_set()
    await assert_true(ann, visits.events + late.events)
    monkeypatch.undo()
    assert await jobs.fold_day(system, account, day)
    await assert_true(ann, visits.events + late.events)


async def answers_to(ann: Api, question: dict[str, str]) -> list[Any]:
    return [
        await get(ann, "heatmap", **RANGE, **question, viewport=480),
        await get(ann, "vitals", **RANGE, **question),
    ]


async def assert_true(ann: Api, happened: list[Event]) -> None:
    """What is told under every question, by the rule."""
    for question in QUESTIONS:
        events = meant(happened, question)
        taps = [event for event in events if event.kind == "tap" and event.tap_y is not None]
        heat = await get(ann, "heatmap", **RANGE, **question, viewport=480)
        assert taps, question
        told = {(row["link_id"], row["element"]): row["taps"] for row in heat["elements"]}
        true = Counter(
            (event.link_id and str(event.link_id), event.element or "")
            for event in taps
            if event.viewport == 480
        )
        assert told == dict(true), question
        sums = {row["class"]: (row["views"], row["taps"]) for row in heat["viewports"]}
        assert sums == {
            size: (
                sum(event.kind == "view" and event.viewport == size for event in events),
                sum(event.viewport == size for event in taps),
            )
            for size in (480, 1440)
        }, question
        assert heat["complete_from"] is None
        vitals = await get(ann, "vitals", **RANGE, **question)
        metrics = {row["metric"]: row for row in vitals["metrics"]}
        for metric in ("lcp", "cls"):
            values = sorted(value for event in events if (value := getattr(event, metric)) is not None)
            assert metrics[metric]["samples"] == len(values), question
            p75 = values[-(-len(values) * 3 // 4) - 1]
            assert metrics[metric]["p75"] == pytest.approx(p75, rel=0.026), question
            assert sum(metrics[metric][name] for name in ("good", "needs_work", "poor")) == len(values)


async def test_without_a_real_restriction_filters_change_nothing(ann: Api, system: SystemDatabase) -> None:
    """The roll-ups and the raw events agree, value by value and day by day."""
    await some_visits(await account_of(ann)).write(system)
    for what in ("heatmap", "vitals"):
        whole = await get(ann, what, **RANGE, **({"viewport": 480} if what == "heatmap" else {}))
        same = await get(ann, what, **RANGE, language="", **({"viewport": 480} if what == "heatmap" else {}))
        assert whole == same
    phones = await get(ann, "vitals", **RANGE, device="phone")
    assert phones == await get(ann, "vitals", **RANGE, device="phone", language="")
    parts = [
        (await get(ann, "heatmap", **RANGE, country=code, viewport=480))["taps"] for code in ("DE", "US", "")
    ]
    assert sum(parts) == (await get(ann, "heatmap", **RANGE, viewport=480))["taps"]


async def test_filters_say_so_when_they_reach_beyond_the_raw_events(
    ann: Api, system: SystemDatabase, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await account_of(ann)
    october, november = date(2026, 10, 20), date(2026, 11, 20)
    visits = Visits(account)
    for day in (october, november):
        visits.add(day, "view", visitor=1, country="DE", viewport=480)
        visits.add(day, "tap", visitor=1, country="DE", viewport=480, element="avatar", tap_x=0.5, tap_y=0.5)
        visits.add(day, "vitals", visitor=1, country="DE", device="phone", lcp=900)
    await visits.write(system)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        months = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass"
        ).fetchall()
        for (name,) in months:
            if name < "events_202611":
                connection.execute(f"DROP TABLE {name}")
    asked = {"first": october, "last": november}
    assert (await get(ann, "heatmap", **asked))["taps"] == 2
    heat = await get(ann, "heatmap", **asked, country="DE")
    assert (heat["taps"], heat["complete_from"], heat["from"]) == (1, "2026-11-02", "2026-10-20")
    vitals = await get(ann, "vitals", **asked, country="DE")
    assert (vitals["metrics"][0]["samples"], vitals["complete_from"]) == (1, "2026-11-02")
    assert (await get(ann, "vitals", **asked, device="phone"))["complete_from"] is None
    quiet = await get(ann, "heatmap", first=date(2026, 10, 21), last=november, country="DE")
    assert quiet["complete_from"] is None, "nothing was counted on the days that are gone"
    monkeypatch.setattr(answers, "MOST", 0)
    answer = await get(ann, "heatmap", 422, **asked, country="DE")
    assert "fewer days" in answer["detail"]


async def test_the_dashboard_has_the_vitals_of_its_last_four_weeks(ann: Api, system: SystemDatabase) -> None:
    visits = Visits(await account_of(ann))
    for days, lcp in [(0, 900), (27, 2000), (28, 9000)]:
        visits.add(DAY - timedelta(days=days), "vitals", visitor=1, lcp=lcp)
    await visits.write(system)
    asked = {"first": DAY - timedelta(days=89), "last": DAY}
    vitals = (await get(ann, "dashboard", **asked))["vitals"]
    assert (vitals["from"], vitals["to"]) == ("2026-10-09", "2026-11-05")
    assert vitals["metrics"][0]["samples"] == 2
    assert vitals["metrics"][0]["rating"] == "good"
    assert (await get(ann, "dashboard", **asked, country="DE"))["vitals"] is None
