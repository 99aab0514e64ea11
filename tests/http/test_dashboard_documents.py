"""Each route of the dashboard is answered with the document that begins to load what that route needs."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from nameplate.http.static_files import StaticFiles, content_security_policy, default_folder


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
    return set(re.findall(r"""["'](/_app/[^"']+)["']""", html))


async def test_a_document_names_what_its_route_loads_and_all_of_that_is_there(folder: Path) -> None:
    files = StaticFiles(folder, secure=False)
    general = named(await document(files, "/login"))
    overview = named(await document(files, "/dashboard"))
    analytics = named(await document(files, "/dashboard/analytics"))
    assert general & overview & analytics
    assert overview - analytics
    assert analytics - overview
    assert [path for path in overview | analytics if files.find(path) is None] == []


async def test_only_the_dashboard_asks_for_the_account_before_its_code_is_there(folder: Path) -> None:
    files = StaticFiles(folder, secure=False)
    early = "globalThis.nameplateEarly"
    assert early in await document(files, "/dashboard/links")
    for path in ("/login", "/signup", "/shared", "/docs/api"):
        assert early not in await document(files, path)


async def test_the_document_of_the_overview_comes_with_its_first_view_and_waits_for_nothing(
    folder: Path,
) -> None:
    html = await document(StaticFiles(folder, secure=False), "/dashboard")
    assert "<h1>Overview</h1>" in html
    assert 'href="/dashboard/links"' in html
    assert "<script src" not in html
    styles = re.findall(r"<link[^>]* rel=\"stylesheet\"[^>]*>", html)
    assert styles
    assert [style for style in styles if " disabled " not in style] == []
    # What is loaded is loaded after the first paint.
    assert 'rel="modulepreload"' not in html


async def test_the_policy_of_a_document_allows_its_own_style_and_no_other(folder: Path) -> None:
    html = await document(StaticFiles(folder, secure=False), "/dashboard")
    style = re.search(r"<style[^>]*>(.*?)</style>", html, re.S)
    assert style is not None
    hash_ = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = content_security_policy(html.encode())
    assert f"style-src 'self' 'sha256-{hash_}';" in policy
    assert "unsafe" not in policy


def test_what_is_no_route_of_the_dashboard_is_not_there(folder: Path) -> None:
    files = StaticFiles(folder, secure=False)
    assert files.find("/dashboard/") is files.find("/dashboard")
    for path in ("/dashboard/nothing-of-ours", "/login/again", "/docs"):
        assert files.find(path) is None
