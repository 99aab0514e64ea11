"""Each route of the dashboard is answered with the document that begins to load what that route needs."""

import re
from pathlib import Path

import pytest

from nameplate.http.static_files import StaticFiles, default_folder


@pytest.fixture(scope="module")
def folder() -> Path:
    return default_folder(Path())


async def document(files: StaticFiles, path: str) -> str:
    said: list[dict[str, bytes]] = []

    async def send(message: dict[str, bytes]) -> None:
        said.append(message)

    found = files.find(path)
    assert found is not None
    await found.send({"type": "http", "method": "GET", "path": path, "headers": []}, send)
    return said[-1]["body"].decode()


def named(html: str) -> set[str]:
    return set(re.findall(r'(?:href|src)="(/_app/[^"]+)"', html))


async def test_a_document_names_what_its_route_loads_and_all_of_that_is_there(folder: Path) -> None:
    files = StaticFiles(folder, secure=False)
    general = named(await document(files, "/dashboard/nothing-of-ours"))
    overview = named(await document(files, "/dashboard"))
    analytics = named(await document(files, "/dashboard/analytics"))
    assert general < overview
    assert overview - analytics
    assert analytics - overview
    assert [path for path in overview | analytics if files.find(path) is None] == []


async def test_only_the_dashboard_asks_for_the_account_before_its_code_is_there(folder: Path) -> None:
    files = StaticFiles(folder, secure=False)
    early = "/_app/early.js"
    assert early in named(await document(files, "/dashboard/links"))
    for path in ("/login", "/signup", "/shared", "/docs/api", "/dashboard/nothing-of-ours"):
        assert early not in named(await document(files, path))
