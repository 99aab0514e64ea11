"""A link under which anyone reads Ann's statistics, and nothing else of hers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from nameplate.accounts.shares import secrets
from nameplate.analytics.batch import write_batch
from nameplate.app import App
from nameplate.db import SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.isolation.test_authorization import ask, operations
from tests.support.api import PASSWORD, Api, browser

PATH = "/api/v1/analytics/shares"
SUMS = "/api/v1/analytics"
# Everything that a link opens.
OPEN = {
    "getShared",
    "getAnalyticsSummary",
    "getAnalyticsTimeseries",
    "getAnalyticsBreakdown",
    "getAnalyticsDashboard",
    "getAnalyticsHeatmap",
    "getAnalyticsVitals",
    "getAnnotations",
}


async def share(ann: Api, **fields: Any) -> dict[str, Any]:
    made = await ann.post(PATH, fields)
    assert made.status_code == 201, made.text
    answer: dict[str, Any] = made.json()
    return answer


def stranger_with(app: App, url: str) -> Api:
    """Whoever got the link: the secret travels in a header, never in an address."""
    api = browser(app)
    api.http.headers["Authorization"] = f"Bearer {url.partition('#')[2]}"
    return api


async def test_a_link_opens_the_numbers_and_says_whose_they_are(app: App, ann: Api) -> None:
    made = await share(ann, name=" For the  team ", expires_in_days=30)
    assert made["url"].startswith(f"{app.settings.base_url}/shared#nps_")
    stranger = stranger_with(app, made["url"])
    shared = (await stranger.get(f"{SUMS}/shared")).json()
    assert (shared["handle"], shared["timezone"]) == ("ann-lee", "UTC")
    assert shared["url"] == f"{app.settings.base_url}/ann-lee"
    assert (await stranger.get(f"{SUMS}/dashboard")).json()["summary"]["views"] == 0

    listed = (await ann.get(PATH)).json()["rows"]
    assert [row["name"] for row in listed] == ["For the team"]
    assert listed[0]["used_at"] is not None
    assert "url" not in listed[0]


async def test_a_link_opens_nothing_but_sums(app: App, ann: Api) -> None:
    stranger = stranger_with(app, (await share(ann))["url"])
    stranger.http.cookies = ann.http.cookies  # does not count beside the header
    opened, closed = set(), 0
    for operation in operations(app):
        if operation.public:
            continue  # open to everyone, link or not
        # Of a valid body: it is to be refused for who asks, not for what is asked.
        status = await ask(stranger, operation)
        if status == 200:
            opened.add(operation.spec["operationId"])
        else:
            assert status == 403, (operation.method, operation.path)
            closed += 1
    assert opened == OPEN
    assert closed > 30


async def test_a_revoked_link_and_one_that_has_expired_open_nothing(
    app: App, ann: Api, admin_url: str
) -> None:
    first, second = await share(ann), await share(ann, expires_in_days=1)
    strangers = [stranger_with(app, made["url"]) for made in (first, second)]
    for stranger in strangers:
        assert (await stranger.get(f"{SUMS}/shared")).status_code == 200
    assert (await ann.delete(f"{PATH}/{first['id']}")).status_code == 204
    assert (await ann.delete(f"{PATH}/{first['id']}")).status_code == 404
    with psycopg.connect(admin_url) as db:
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.execute("UPDATE statistics_shares SET expires_at = %s WHERE id = %s", (past, second["id"]))
    for stranger in strangers:
        assert (await stranger.get(f"{SUMS}/shared")).status_code == 401
        assert (await stranger.get(f"{SUMS}/summary")).status_code == 401


async def test_ben_neither_sees_nor_revokes_anns_links_and_his_own_opens_his_numbers(
    app: App, ann: Api, ben: Api
) -> None:
    made = await share(ann)
    assert (await ben.get(PATH)).json() == {"rows": []}
    assert (await ben.delete(f"{PATH}/{made['id']}")).status_code == 404
    assert (await stranger_with(app, made["url"]).get(f"{SUMS}/shared")).json()["handle"] == "ann-lee"
    his = await share(ben)
    # His secret with her account in front is nobody's.
    hers = made["url"].partition("#nps_")[2]
    forged = f"#nps_{hers[:32]}_{his['url'].partition('#nps_')[2][33:]}"
    assert (await stranger_with(app, forged).get(f"{SUMS}/shared")).status_code == 401
    assert (await stranger_with(app, his["url"]).get(f"{SUMS}/shared")).json()["handle"] == "ben-ray"


async def test_only_a_hash_of_the_secret_is_kept_and_closing_the_account_ends_it(
    app: App, ann: Api, admin_url: str
) -> None:
    made = await share(ann)
    with psycopg.connect(admin_url) as db:
        row = db.execute("SELECT s::text FROM statistics_shares s").fetchone()
    assert row is not None
    credential = secrets.parse(made["url"].partition("#")[2])
    assert credential is not None
    assert credential.secret not in row[0]
    assert credential.secret_hash.hex() in row[0]
    stranger = stranger_with(app, made["url"])
    assert (await stranger.get(f"{SUMS}/summary")).status_code == 200
    closed = await ann.delete("/api/v1/account", json={"password": PASSWORD})
    assert closed.status_code in (202, 204), closed.text
    assert (await stranger.get(f"{SUMS}/summary")).status_code == 401


@pytest.fixture
async def system(settings: Settings) -> Any:
    async with SystemDatabase(settings) as system:
        yield system


async def test_a_stranger_reads_the_titles_of_links_that_the_page_shows_and_of_no_others(
    app: App, ann: Api, system: SystemDatabase
) -> None:
    account_id = (await ann.get("/api/v1/account")).json()["id"]
    links = [
        (await ann.post("/api/v1/links", {"title": title, "url": "https://example.org", **more})).json()
        for title, more in [("Shown", {}), ("Hidden", {"visible": False}), ("Deleted", {})]
    ]
    await ann.delete(f"/api/v1/links/{links[2]['id']}")
    now = datetime.now(UTC)
    events = [
        Event(
            account_id=account_id,
            at=now,
            kind=kind,  # type: ignore[arg-type]
            visitor=n,
            link_id=link["id"],
            viewport=480,
            tap_x=0.5,
            tap_y=0.5,
        )
        for n, link in enumerate(links)
        for kind in ("click", "tap")
    ]
    events = msgspec.convert(msgspec.to_builtins(events), list[Event])
    async with system.as_consumer() as tx:
        await write_batch(tx, new_id(), events)
    stranger = stranger_with(app, (await share(ann))["url"])
    for path in ("breakdown/link", "dashboard"):
        for api, titles in ((ann, {"Shown", "Hidden", "Deleted"}), (stranger, {"Shown", None})):
            answer = (await api.get(f"{SUMS}/{path}")).json()
            assert {row["label"] for row in answer.get("rows") or answer["links"]} == titles
    for api, titles in ((ann, {"Shown", "Hidden", "Deleted"}), (stranger, {None})):
        heatmap = (await api.get(f"{SUMS}/heatmap")).json()
        assert {element["title"] for element in heatmap["elements"]} == titles
