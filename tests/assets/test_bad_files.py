"""Every file that is not just a picture is refused in words, written down, and leaves nothing behind."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nameplate.app import App
from nameplate.assets.purposes import SHAPES
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.assets.conftest import Decode
from tests.support import pictures
from tests.support.api import Api, running_app


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with running_app(replace(settings, rate_limit_uploads=10_000)) as app:
        yield app


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of what goes into the store."""
    seen: list[str] = []
    put = Storage.put

    async def watched(
        self: Storage, key: str, data: bytes, media_type: str, patience: float | None = None
    ) -> None:
        seen.append(key)
        await put(self, key, data, media_type, patience)

    monkeypatch.setattr(Storage, "put", watched)
    return seen


async def upload(api: Api, data: bytes, purpose: str = "avatar", name: str = "me.jpg") -> httpx.Response:
    return await api.http.post(
        "/api/v1/assets", data={"purpose": purpose}, files={"file": (name, data, "image/jpeg")}
    )


def bad() -> Iterator[tuple[str, str, bytes]]:
    for name, data in pictures.not_pictures():
        yield name, "unsupported-image", data
    for name, data in pictures.hiding():
        yield name, "image-hides-something", data
    yield from pictures.bombs()
    for name, data in pictures.truncated():
        yield name, "", data


async def test_every_bad_file_is_refused_in_words_and_leaves_nothing(
    app: App, ann: Api, admin_url: str, puts: list[str]
) -> None:
    refused: dict[str, str] = {}
    for name, code, data in bad():
        answer = await upload(ann, data)
        assert answer.status_code in (415, 422), (name, answer.status_code, answer.text)
        problem = answer.json()
        assert not code or problem["code"] == code, (name, problem)
        assert len(problem["detail"]) > 20, problem
        assert problem["detail"].endswith((".", ").")), problem
        assert "vips" not in answer.text.lower(), "what a library says is not for people"
        refused[problem["code"]] = name
    assert set(refused) == {
        "unsupported-image", "image-hides-something", "image-too-large", "image-too-many-frames", "image-broken"
    }  # fmt: skip
    assert puts == []
    count = len(list(bad()))
    assert count > 120
    with psycopg.connect(admin_url) as admin:
        states = admin.execute("SELECT state, count(*) FROM asset_uploads GROUP BY state").fetchall()
        assert states == [("rejected", count)]
        assert admin.execute("SELECT count(*) FROM asset_objects").fetchone() == (0,)
        entries = "SELECT count(*) FROM security_audit_log WHERE kind = 'upload.refused'"
        assert admin.execute(entries).fetchone() == (count,)
    assert (await upload(ann, pictures.photo(300, 300))).status_code == 201, "the positive control"
    assert len(puts) == 9


async def test_the_owner_sees_what_was_refused_and_why(ann: Api) -> None:
    await upload(ann, b"%PDF-1.7", name="C:\\fakepath\\../holiday\u202egpj.jpg")
    (row,) = (await ann.get("/api/v1/assets")).json()["uploads"]
    assert row["state"] == "rejected"
    assert row["reason"]["code"] == "unsupported-image"
    assert "a PDF document" in row["reason"]["detail"]
    assert row["file_name"] == "holidaygpj.jpg"
    (entry,) = [
        e for e in (await ann.get("/api/v1/audit-log")).json()["rows"] if e["kind"] == "upload.refused"
    ]
    assert entry["sentence"] == "An upload was refused: not a picture we can take."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"--b\r\n", 400),
        (b"nonsense", 400),
        (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n', 400),
        (b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nposter\r\n--b--\r\n', 400),
        (b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\navatar\r\n--b--\r\n', 400),
        (b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\navatar\r\n--b\r\n'
         b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--b--\r\n', 400),
        (b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\navatar\r\n--b\r\n'
         b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nxxxx', 400),
    ],
)  # fmt: skip
async def test_a_form_that_is_none_is_refused(ann: Api, body: bytes, status: int) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await ann.http.post("/api/v1/assets", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert (await ann.get("/api/v1/assets")).json()["uploads"] == []


async def test_json_is_no_form(ann: Api) -> None:
    assert (await ann.post("/api/v1/assets", {"purpose": "avatar"})).status_code == 415


async def test_a_file_over_the_limit_is_refused_while_it_comes(ann: Api) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\navatar\r\n--b\r\n'
        yield b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(30):
            sent += 1
            yield bytes(1_000_000)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await ann.http.post("/api/v1/assets", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "10 MB" in answer.json()["detail"]
    whole = await upload(ann, pictures.photo(300, 300) + bytes(11_000_000))
    assert whole.status_code == 413
    kinds = [e["kind"] for e in (await ann.get("/api/v1/audit-log")).json()["rows"]]
    assert kinds.count("upload.refused") == 2


async def test_quotas_hold_and_say_what_to_do(settings: Settings) -> None:
    from tests.support.api import sign_up

    async with running_app(replace(settings, asset_quota_count=2, rate_limit_uploads=5)) as app:
        ann = await sign_up(app, "ann-lee")
        kept = [(await upload(ann, pictures.photo(200 + n, 200), "favicon")).json() for n in range(2)]
        full = await upload(ann, pictures.photo(250, 200), "favicon")
        assert (full.status_code, full.json()["code"]) == (409, "quota-reached")
        assert "Delete some" in full.json()["detail"]
        quota = (await ann.get("/api/v1/assets")).json()["quota"]
        assert (quota["count"], quota["count_most"]) == (2, 2)
        await ann.delete(f"/api/v1/assets/{kept[0]['id']}")
        assert (await upload(ann, pictures.photo(250, 200), "favicon")).status_code == 201
        assert (await ann.post(f"/api/v1/assets/{kept[0]['id']}/restore")).status_code == 409
        assert (await upload(ann, pictures.photo(251, 200), "favicon")).status_code == 409
        often = await upload(ann, pictures.photo(252, 200), "favicon")
        assert often.status_code == 429
        assert "retry-after" in often.headers


SEEDS = [data for _, data in [*pictures.good(), *pictures.talkative()] if len(data) < 20_000]


@given(
    data=st.sampled_from(SEEDS),
    places=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 255), st.integers(0, 40)), min_size=1, max_size=12
    ),
)
@hypothesis_settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
async def test_whatever_is_done_to_a_picture_it_is_refused_or_made_anew(
    decode: Decode, data: bytes, places: list[tuple[float, int, int]]
) -> None:
    mutated = bytearray(data)
    for share, value, more in places:
        at = int(share * (len(mutated) - 1))
        if more > 36:
            del mutated[at : at + more]
        else:
            mutated[at : at + more // 6 + 1] = bytes([value]) * (more // 6 + 1)
    result = await decode(bytes(mutated) or b"\0")
    if not result.refused:
        assert 1 <= len(result.pictures) <= len(SHAPES["favicon"].sizes)
        assert all(picture.data.startswith(b"\x89PNG") for picture in result.pictures)
