"""Heatmap and web vitals, as the API tells them."""

import math
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nameplate.analytics.taps import queries as taps
from nameplate.analytics.vitals.report import LIMITS
from nameplate.app import App
from nameplate.db import Database, SystemDatabase
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.test_reports import Visits, account_of, get
from tests.support.api import Api, browser, running_app, sign_up

DAY = date(2026, 11, 5)
RANGE = {"first": DAY, "last": DAY + timedelta(days=1)}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann")


@pytest.fixture
def raw(admin_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


async def add_link(api: Api, title: str) -> UUID:
    answer = await api.post("/api/v1/links", {"title": title, "url": f"https://ann.example/{title}"})
    return UUID(answer.json()["id"])


async def test_a_heatmap_shows_each_element_and_cell_of_the_busiest_screen(
    ann: Api, system: SystemDatabase
) -> None:
    blog = await add_link(ann, "Blog")
    visits = Visits(await account_of(ann))
    visits.add(DAY, "view", visitor=1, viewport=480).add(DAY, "view", visitor=2, viewport=1440)
    for x, y in [(0.0, 0.0), (0.049, 0.124), (1.0, 1.0)]:
        visits.add(DAY, "tap", visitor=1, viewport=480, link_id=blog, tap_x=x, tap_y=y)
    visits.add(DAY, "tap", visitor=1, viewport=480, element="avatar", tap_x=0.5, tap_y=0.5)
    visits.add(DAY, "tap", visitor=1, viewport=480, element="", tap_x=0.5, tap_y=1)
    visits.add(DAY, "tap", visitor=1, viewport=480, link_id=blog, element="live", tap_x=0.5, tap_y=0.5)
    visits.add(DAY, "tap", visitor=1, viewport=480, element="qr", tap_x=0.5, tap_y=0.5)
    visits.add(DAY, "tap", visitor=2, viewport=1440, link_id=blog, tap_x=0.5, tap_y=0.5)
    visits.add(DAY, "tap", visitor=3, viewport=480, element="name", tap_x=0.5, tap_y=0.5, bot="crawler")
    visits.add(DAY, "tap", visitor=3, viewport=480, link_id=blog)  # its place is not known
    visits.add(DAY - timedelta(days=1), "tap", visitor=1, viewport=480, link_id=blog, tap_x=0, tap_y=0)
    await visits.write(system)
    assert (await ann.delete(f"/api/v1/links/{blog}")).status_code == 204

    found = await get(ann, "heatmap", **RANGE)
    assert (found["viewport"], found["columns"], found["taps"]) == (480, 20, 7)
    assert found["viewports"] == [
        {"class": 480, "views": 1, "taps": 7, "dead": 2},
        {"class": 1440, "views": 1, "taps": 1, "dead": 0},
    ]
    elements = {(row["link_id"], row["element"]): row for row in found["elements"]}
    assert elements[str(blog), ""] == {
        "link_id": str(blog), "element": "", "title": "Blog", "dead": False, "rows": 8, "taps": 3,
        "cells": [{"x": 0, "y": 0, "taps": 2}, {"x": 19, "y": 7, "taps": 1}],
    }  # fmt: skip
    assert elements[None, ""]["cells"] == [{"x": 10, "y": 39, "taps": 1}]
    assert {key: row["dead"] for key, row in elements.items()} == {
        (str(blog), ""): False, (str(blog), "live"): False, (None, "avatar"): True, (None, ""): True,
        (None, "qr"): False,
    }  # fmt: skip
    assert sorted((row["element"], row["taps"]) for row in found["dead"]) == [("", 1), ("avatar", 1)]

    wide = await get(ann, "heatmap", **RANGE, viewport=1440)
    assert (wide["viewport"], wide["taps"], wide["dead"]) == (1440, 1, [])


async def test_without_taps_there_is_no_heatmap_and_no_percentile(ann: Api) -> None:
    empty = await get(ann, "heatmap", **RANGE)
    assert (empty["viewport"], empty["viewports"], empty["elements"], empty["dead"]) == (None, [], [], [])
    found = await get(ann, "vitals", **RANGE)
    assert [(row["metric"], row["p75"], row["rating"], row["samples"]) for row in found["metrics"]] == [
        (metric, None, None, 0) for metric in ("lcp", "inp", "cls", "fcp", "ttfb")
    ]
    assert found["devices"] == []
    assert [row["at"] for row in found["rows"]] == ["2026-11-05", "2026-11-06"]


async def test_vitals_are_the_percentiles_and_shares_of_the_raw_events(
    ann: Api, system: SystemDatabase, raw: psycopg.Connection[Any]
) -> None:
    visits = Visits(await account_of(ann))
    for number in range(200):
        visits.add(
            DAY + timedelta(days=number % 2), "vitals", visitor=number, device=("phone", "desktop")[number % 3 == 0],
            ttfb=number * 11, fcp=900 + number * 13, lcp=1000 + number * 21.0 if number % 5 else None,
            inp=number * 3, cls=(number % 40) / 100,
        )  # fmt: skip
    visits.add(DAY, "vitals", visitor=1, device="phone", lcp=60_000, bot="crawler")
    await visits.write(system)
    found = await get(ann, "vitals", **RANGE)

    def truth(metric: str, where: str = "true") -> tuple[Any, ...]:
        good, poor = LIMITS[metric]
        row = raw.execute(
            f"SELECT percentile_disc(0.75) WITHIN GROUP (ORDER BY {metric}), count({metric}),"
            f" count(*) FILTER (WHERE {metric} <= {good}::real),"
            f" count(*) FILTER (WHERE {metric} > {good}::real AND {metric} <= {poor}::real),"
            f" count(*) FILTER (WHERE {metric} > {poor}::real)"
            f" FROM events WHERE kind = 'vitals' AND bot IS NULL AND {where}"  # type: ignore[arg-type]
        ).fetchone()
        assert row is not None
        return row

    def agrees(told: dict[str, Any], true: tuple[Any, ...]) -> None:
        assert (told["samples"], told["good"], told["needs_work"], told["poor"]) == true[1:]
        assert math.isclose(told["p75"], true[0], rel_tol=0.026), told
        good, poor = LIMITS[told["metric"]]
        # A real is a little beside a decimal number.
        expected = "good" if true[0] <= good + 1e-6 else "needs-work" if true[0] <= poor + 1e-6 else "poor"
        assert told["rating"] == expected

    for row in found["metrics"]:
        agrees(row, truth(row["metric"]))
    assert {row["rating"] for row in found["metrics"]} >= {"needs-work", "poor"}
    assert [row["device"] for row in found["devices"]] == ["phone", "desktop"]
    for device in found["devices"]:
        for row in device["metrics"]:
            agrees(row, truth(row["metric"], f"device = '{device['device']}'"))
    for day in found["rows"]:
        for metric in LIMITS:
            value, samples = truth(metric, f"day = '{day['at']}'")[:2]
            assert math.isclose(day[metric], value, rel_tol=0.026)
            assert samples <= day["samples"] == 100
    phone = await get(ann, "vitals", **RANGE, device="phone")
    assert phone["device"] == "phone"
    assert phone["metrics"] == found["devices"][0]["metrics"]
    assert phone["rows"] != found["rows"]


async def test_links_tell_how_soon_they_are_clicked_and_where_they_stood(
    ann: Api, db: Database, system: SystemDatabase
) -> None:
    account = await account_of(ann)
    first, second, third = new_id(), new_id(), new_id()
    visits = Visits(account)
    for ms in (900, 2000, 2100, 2200, 60_000):
        visits.add(DAY, "tap", visitor=1, link_id=first, ms=ms, position=1 if ms < 2200 else 2)
    visits.add(DAY, "tap", visitor=1, link_id=first, element="live", ms=5, position=None)
    visits.add(DAY, "tap", visitor=1, link_id=second, ms=0).add(
        DAY, "tap", visitor=1, link_id=third, position=4
    )
    await visits.write(system)
    async with db.as_account(account) as tx:
        found = await taps.link_taps(tx, account, DAY, DAY)
    assert found[first].taps == 5
    assert found[first].time_to_click == pytest.approx(2100, rel=0.1)
    assert found[first].position == pytest.approx(1.4)
    assert (found[second].time_to_click, found[second].position) == (0, None)
    assert (found[third].time_to_click, found[third].position) == (None, 4)


@pytest.mark.parametrize("query", ["viewport=500", "viewport=phone", "bots=perhaps", "from=yesterday"])
async def test_a_question_that_makes_no_sense_is_refused(ann: Api, query: str) -> None:
    what = "vitals" if "bots" in query else "heatmap"
    answer = await ann.get(f"/api/v1/analytics/{what}?{query}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_ben_sees_no_tap_and_no_vitals_of_ann_and_strangers_log_in(
    app: App, ann: Api, system: SystemDatabase
) -> None:
    visits = Visits(await account_of(ann)).add(DAY, "tap", visitor=1, element="name", tap_x=0, tap_y=0)
    await visits.add(DAY, "vitals", visitor=1, lcp=7).write(system)
    ben = await sign_up(app, "ben")
    assert (await get(ben, "heatmap", **RANGE))["viewports"] == []
    assert {row["samples"] for row in (await get(ben, "vitals", **RANGE))["metrics"]} == {0}
    assert (await get(ann, "heatmap", **RANGE))["taps"] == 1
    for what in ("heatmap", "vitals"):
        await get(browser(app), what, 401)
