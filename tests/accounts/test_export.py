"""Everything we hold of Ann, and nothing of Ben."""

import io
import json
import tracemalloc
import zipfile
from uuid import UUID

import psycopg
import pytest

from nameplate.accounts import export as exporting
from nameplate.accounts.export import ROWS_AT_ONCE, export
from nameplate.app import App
from tests.accounts.everything import count, fill, tenant_tables
from tests.support.api import Api


async def export_of(api: Api) -> dict[str, list[dict[str, object]]]:
    answer = await api.get("/api/v1/account/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert f"nameplate-{api.handle}-" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert "Everything this Nameplate holds" in archive.read("README.txt").decode()
        return {
            name.removesuffix(".json"): json.loads(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".json")
        }


async def test_it_holds_every_row_of_every_table_and_none_of_another_tenant(
    app: App, ann: Api, ben: Api, admin: psycopg.Connection
) -> None:
    await ann.post("/api/v1/links", {"url": "https://example.org/ann", "title": "Ann's own"})
    await ben.post("/api/v1/links", {"url": "https://example.org/ben", "title": "Ben's own"})
    await ann.post("/api/v1/tokens", {"name": "my script", "scopes": ["links:read"]})
    anns_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    bens_id = UUID((await ben.get("/api/v1/account")).json()["id"])
    fill(admin, anns_id)
    fill(admin, bens_id)
    found = await export_of(ann)
    # Days that are folded say again what visitor_days says, in a form for adding up.
    assert set(found) == set(tenant_tables(admin)) - {"day_pairs", "day_packs", "noticed_packs"}
    for table, rows in found.items():
        assert len(rows) == count(admin, table, anns_id) > 0, table
        assert {row["account_id"] for row in rows} == {str(anns_id)}, table
    assert [row["title"] for row in found["links"]] == ["Ann's own"]
    assert found["accounts"][0]["email"] == "ann-lee@example.org"


async def test_no_hash_of_a_secret_leaves_the_server(app: App, ann: Api, admin: psycopg.Connection) -> None:
    await ann.post("/api/v1/tokens", {"name": "my script", "scopes": ["links:read"]})
    fill(admin, UUID((await ann.get("/api/v1/account")).json()["id"]))
    found = await export_of(ann)
    keys = {key for rows in found.values() for row in rows for key in row}
    assert not {key for key in keys if "hash" in key or "secret" in key}
    assert "$argon2" not in json.dumps(found)


async def test_deleted_links_are_in_it(app: App, ann: Api) -> None:
    made = await ann.post("/api/v1/links", {"url": "https://example.org/old"})
    await ann.delete(f"/api/v1/links/{made.json()['id']}")
    assert [row["url"] for row in (await export_of(ann))["links"]] == ["https://example.org/old"]


async def test_many_events_come_out_once_each_and_in_little_memory(
    app: App, ann: Api, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 250)
    rows = 250 * 40 + 7
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    admin.execute(
        """
        INSERT INTO events (account_id, at, id, day, kind, city)
        SELECT %s, date_trunc('month', now()) + (i / 3) * interval '1 second', i, current_date, 'view', md5(i::text)
        FROM generate_series(1, %s) i
        """,
        (account_id, rows),
    )
    tracemalloc.start()
    pieces = [piece async for piece in export(app.db, app.storage, account_id)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    whole = b"".join(pieces)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        raw = archive.read("events.json")
    ids = [row["id"] for row in json.loads(raw)]
    assert len(ids) == len(set(ids)) == rows
    assert len(pieces) > 6
    assert peak - len(whole) < len(raw) / 4, "it is never in memory as a whole"


async def test_a_page_that_is_exactly_full_ends_well(app: App, ann: Api, admin: psycopg.Connection) -> None:
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    admin.execute(
        "INSERT INTO daily_totals SELECT %s, date '2020-01-01' + i, 1, 1, 1, 0 FROM generate_series(1, %s) i",
        (account_id, ROWS_AT_ONCE),
    )
    assert len((await export_of(ann))["daily_totals"]) == ROWS_AT_ONCE
