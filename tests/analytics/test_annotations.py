"""What Ann writes beside her numbers."""

from typing import Any

import pytest

from nameplate.app import App
from tests.support.api import Api, browser, sign_up

RANGE = {"from": "2026-11-01", "to": "2026-11-30"}
LAUNCH = {"day": "2026-11-05", "text": "launched 2.0"}
PATH = "/api/v1/analytics/annotations"


@pytest.fixture
async def ann(app: App) -> Api:
    return await sign_up(app, "ann-lee")


async def rows(api: Api, **query: str) -> list[dict[str, Any]]:
    answer = await api.get(PATH, params={**RANGE, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


async def test_an_annotation_is_written_shown_with_the_numbers_changed_and_deleted(ann: Api) -> None:
    made = await ann.post(PATH, {"day": "2026-11-05", "text": "  launched\n 2.0 "})
    assert made.status_code == 201, made.text
    launch = made.json()
    assert launch == {"id": launch["id"], **LAUNCH}
    await ann.post(PATH, {"day": "2026-11-04", "text": "eve"})
    assert [row["text"] for row in await rows(ann)] == ["eve", "launched 2.0"]
    assert [row["text"] for row in await rows(ann, **{"from": "2026-11-05"})] == ["launched 2.0"]

    for interval in ("day", "week"):
        shown = await ann.get("/api/v1/analytics/dashboard", params={**RANGE, "interval": interval})
        assert shown.json()["timeseries"]["annotations"][1] == launch
    hours = {"from": "2026-11-05", "to": "2026-11-05", "interval": "hour"}
    series = await ann.get("/api/v1/analytics/timeseries", params=hours)
    assert series.json()["annotations"] == [launch]

    changed = await ann.patch(f"{PATH}/{launch['id']}", {"day": "2026-11-06"})
    assert changed.json() == {**launch, "day": "2026-11-06"}
    changed = await ann.patch(f"{PATH}/{launch['id']}", {"text": "launched 2.0.1"})
    assert changed.json() == {**launch, "day": "2026-11-06", "text": "launched 2.0.1"}
    assert (await ann.delete(f"{PATH}/{launch['id']}")).status_code == 204
    assert (await ann.delete(f"{PATH}/{launch['id']}")).status_code == 404
    assert [row["text"] for row in await rows(ann)] == ["eve"]


async def test_ben_and_strangers_neither_see_nor_touch_them(app: App, ann: Api) -> None:
    launch = (await ann.post(PATH, LAUNCH)).json()
    ben = await sign_up(app, "ben-ray")
    assert await rows(ben) == []
    assert (await ben.patch(f"{PATH}/{launch['id']}", {"text": "mine"})).status_code == 404
    assert (await ben.delete(f"{PATH}/{launch['id']}")).status_code == 404
    stranger = browser(app)
    assert (await stranger.get(PATH)).status_code == 401
    assert (await stranger.post(PATH, LAUNCH)).status_code == 401
    assert await rows(ann) == [launch]


async def test_a_program_writes_them_with_a_token_that_may(app: App, ann: Api) -> None:
    program = browser(app)
    for scope, status in [("analytics:read", 403), ("analytics:write", 201)]:
        made = await ann.post("/api/v1/tokens", {"name": "deploy", "scopes": [scope]})
        program.http.headers["Authorization"] = f"Bearer {made.json()['token']}"
        assert (await program.post(PATH, LAUNCH)).status_code == status


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "2026-11-05", "text": "  "}, "text"),
        ({"day": "2026-11-05", "text": "x" * 201}, "text"),
        ({"day": "2026-11-05", "text": "nul\0"}, "text"),
        ({"day": "1970-01-01", "text": "epoch"}, "day"),
        ({"day": "2900-01-01", "text": "later"}, "day"),
    ],
)
async def test_what_no_chart_could_show_is_refused(ann: Api, wrong: dict[str, str], field: str) -> None:
    answer = await ann.post(PATH, wrong)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {field}
    assert await rows(ann) == []
