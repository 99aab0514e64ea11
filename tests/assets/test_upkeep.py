"""What becomes of pictures later: removed after a grace, replaced, purged; and both sides compared."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from nameplate import worker
from nameplate.accounts import jobs as accounts
from nameplate.app import App
from nameplate.assets import jobs
from nameplate.assets.upkeep import compare as comparing
from nameplate.assets.upkeep.compare import Differences, compare
from nameplate.commands.assets import find
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.settings import Settings
from nameplate.storage import Storage, Stored
from tests.support.api import PASSWORD, Api
from tests.support.pictures import photo


@dataclass(frozen=True)
class Services:
    system: SystemDatabase
    storage: Storage


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    async with SystemDatabase(settings) as system:
        yield Services(system, OwnObjects(settings))


class OwnObjects(Storage):
    """The bucket is shared by all tests: only what this one put, or named in `own`, is listed."""

    own: set[str]

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.own = set()

    async def list(self) -> AsyncIterator[list[Stored]]:
        async for page in super().list():
            yield [entry for entry in page if entry.key in self.own]


async def upload(
    api: Api, services: Services, number: int = 0, purpose: str = "thumbnail"
) -> dict[str, object]:
    files = {"file": ("a.jpg", photo(200 + number, 200))}
    answer = await api.http.post("/api/v1/assets", data={"purpose": purpose}, files=files)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, object] = answer.json()
    assert isinstance(services.storage, OwnObjects)
    services.storage.own |= set(keys_of(found))
    return found


def keys_of(upload: dict[str, object]) -> list[str]:
    variants = upload["variants"]
    assert isinstance(variants, list)
    return [variant["url"].rpartition("/")[2] for variant in variants]


async def there(services: Services, upload: dict[str, object]) -> set[bool]:
    return {await services.storage.size(key) is not None for key in keys_of(upload)}


def age(admin_url: str, what: str, days: float) -> None:
    with psycopg.connect(admin_url) as admin:
        admin.execute(
            f"UPDATE asset_uploads SET {what} = {what} - %s WHERE {what} IS NOT NULL", (timedelta(days=days),)
        )  # type: ignore[call-overload]


async def test_a_deleted_picture_is_removed_after_a_week_and_not_before(
    ann: Api, services: Services, admin_url: str
) -> None:
    kept, gone = await upload(ann, services, 1), await upload(ann, services, 2)
    await ann.patch("/api/v1/profile", {"display_name": "Ann"})
    await ann.delete(f"/api/v1/assets/{gone['id']}")
    age(admin_url, "deleted_at", 6.9)
    await jobs.sweep(services)
    await jobs.settle(services)
    assert await there(services, gone) == {True}
    age(admin_url, "deleted_at", 0.2)
    await jobs.sweep(services)
    assert (await ann.post(f"/api/v1/assets/{gone['id']}/restore")).status_code == 404
    await jobs.settle(services)
    assert await there(services, gone) == {False}
    assert await there(services, kept) == {True}
    with psycopg.connect(admin_url) as admin:
        assert admin.execute("SELECT count(*) FROM asset_removals").fetchone() == (0,)


async def test_a_picture_that_was_replaced_is_removed_and_one_that_is_shown_stays(
    ann: Api, services: Services, admin_url: str
) -> None:
    old, new = [await upload(ann, services, n, "avatar") for n in (1, 2)]
    assert (await ann.patch("/api/v1/profile", {"avatar_id": old["id"]})).status_code == 200
    assert (await ann.patch("/api/v1/profile", {"avatar_id": new["id"]})).status_code == 200
    await jobs.tidy(services)
    assert len((await ann.get("/api/v1/assets")).json()["uploads"]) == 2, "not at once"
    age(admin_url, "created_at", 31)
    await jobs.tidy(services)
    (left,) = (await ann.get("/api/v1/assets")).json()["uploads"]
    assert (left["id"], left["used_as"]) == (new["id"], ["avatar"])
    age(admin_url, "deleted_at", 8)
    await jobs.sweep(services)
    await jobs.settle(services)
    assert (await there(services, old), await there(services, new)) == ({False}, {True})


async def test_a_removal_waits_until_the_store_is_back(
    ann: Api, services: Services, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await upload(ann, services)
    await ann.delete(f"/api/v1/assets/{gone['id']}")
    age(admin_url, "deleted_at", 8)
    await jobs.sweep(services)

    async def away(self: Storage, keys: list[str]) -> None:
        raise Unavailable("Object storage is not answering.")

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "delete", away)
        await jobs.settle(services)
    assert await there(services, gone) == {True}
    await jobs.settle(services)
    assert await there(services, gone) == {False}


async def test_what_a_killed_process_left_half_done_and_old_refusals_are_forgotten(
    app: App, ann: Api, services: Services, admin_url: str
) -> None:
    stored = await upload(ann, services)
    await ann.http.post("/api/v1/assets", data={"purpose": "avatar"}, files={"file": ("a", b"%PDF-1.7")})
    account_id = UUID((await ann.get("/api/v1/account")).json()["id"])
    with psycopg.connect(admin_url) as admin:
        for state in ("received", "validating"):
            admin.execute(
                "INSERT INTO asset_uploads"
                " (account_id, id, purpose, state, file_name, bytes_received, digest, created_at)"
                " VALUES (%s, %s, 'avatar', %s, 'a', 1, 'x', %s)",
                (account_id, uuid4(), state, datetime.now(UTC)),
            )
    await jobs.sweep(services)
    assert len((await ann.get("/api/v1/assets")).json()["uploads"]) == 4
    age(admin_url, "created_at", 8)
    await jobs.sweep(services)
    (left,) = (await ann.get("/api/v1/assets")).json()["uploads"]
    assert left["id"] == stored["id"]


async def test_both_sides_are_compared_and_mended(
    app: App, ann: Api, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "PAGE", 4)
    whole, hurt = await upload(ann, services, 1), await upload(ann, services, 2)
    own = services.storage
    assert isinstance(own, OwnObjects)

    async def differences() -> Differences:
        return await compare(services.system.as_worker, own, young=timedelta())

    nothing = await differences()
    assert (nothing.rows, nothing.objects, nothing.orphans, nothing.missing) == (12, 12, [], [])
    lost = keys_of(hurt)
    await own.delete(lost[:1])
    await own.put(lost[1], b"shorter", "image/webp")
    stray = "A" * 24 + ".webp"
    await own.put(stray, b"nobody's", "image/webp")
    await own.put("notes.txt", b"not ours", "text/plain")
    own.own |= {stray, "notes.txt"}
    found = await differences()
    assert {row.key for row in found.missing} == set(lost[:2])
    assert [entry.key for entry in found.orphans] == [stray]
    assert found.foreign == 1
    assert (await compare(services.system.as_worker, own)).orphans == [], (
        "it may belong to an upload under way"
    )

    monkeypatch.setattr("nameplate.commands.assets.Storage", lambda _: own)
    monkeypatch.setattr(
        "nameplate.commands.assets.compare", lambda door, store: compare(door, store, young=timedelta())
    )
    await find(settings, mend=False)
    assert len((await differences()).missing) == 2, "looking changes nothing"
    await find(settings, mend=True)
    await jobs.settle(services)
    mended = await differences()
    # The object that had the wrong size belongs to nothing now, and goes with the next comparison.
    assert (mended.missing, [entry.key for entry in mended.orphans]) == ([], [lost[1]])
    assert await own.size(stray) is None
    assert await own.get("notes.txt") == b"not ours"
    assert len((await ann.get(f"/api/v1/assets/{hurt['id']}")).json()["variants"]) == 4
    assert len((await ann.get(f"/api/v1/assets/{whole['id']}")).json()["variants"]) == 6
    await own.delete(["notes.txt"])


async def test_an_upload_that_lost_everything_says_so_to_its_owner(
    ann: Api, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurt = await upload(ann, services)
    await services.storage.delete(keys_of(hurt))
    monkeypatch.setattr("nameplate.commands.assets.Storage", lambda _: services.storage)
    await find(settings, mend=True)
    (row,) = (await ann.get("/api/v1/assets")).json()["uploads"]
    assert (row["state"], row["reason"]["code"], row["variants"]) == ("rejected", "image-lost", [])
    again = await upload(ann, services)
    assert again["state"] == "stored"
    assert await there(services, again) == {True}


async def test_the_pictures_of_a_deleted_account_go_too_and_nobody_elses(
    app: App, ann: Api, ben: Api, services: Services, settings: Settings
) -> None:
    anns, bens = await upload(ann, services), await upload(ben, services)
    account_id = (await ann.get("/api/v1/account")).json()["id"]
    answer = await ann.delete("/api/v1/account", json={"password": PASSWORD})
    assert answer.status_code == 204, answer.text
    every = worker.Services(settings, services.system, app.cache, app.limits, services.storage)
    await accounts.purge(every, account_id=account_id)
    await jobs.settle(services)
    assert (await there(services, anns), await there(services, bens)) == ({False}, {True})
