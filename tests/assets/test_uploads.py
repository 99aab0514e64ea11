"""POST /assets: what becomes of a good file, and what is said of it afterwards."""

from tests.support.api import Api
from tests.support.pictures import photo


async def test_a_photo_becomes_every_size_in_every_format(ann: Api) -> None:
    answer = await ann.http.post(
        "/api/v1/assets", data={"purpose": "avatar"}, files={"file": ("me.jpg", photo(800, 600))}
    )
    assert answer.status_code == 201, answer.text
    upload = answer.json()
    assert upload["state"] == "stored"
