"""An installation whose GitHub is not github.com."""

from dataclasses import replace

import pytest

from nameplate.github import address
from nameplate.settings import Settings
from tests.support.api import running_app, sign_up

ENTERPRISE = "https://ghe.example.org/api/v3"


@pytest.mark.parametrize(
    ("api", "host"),
    [
        ("https://api.github.com", "github.com"),
        (ENTERPRISE, "ghe.example.org"),
        ("https://ghe.example.org:8443/api/v3/", "ghe.example.org:8443"),
        ("https://api.acme.ghe.com", "acme.ghe.com"),
        ("http://127.0.0.1:4000", "github.com"),
    ],
)
def test_the_address_of_the_api_says_where_the_repositories_are(api: str, host: str) -> None:
    assert address.host(api) == host
    found = address.parse(f"https://{host}/acme/tool/issues", host)
    assert found is not None
    assert found.url == f"https://{host}/acme/tool"
    assert address.parse(f"https://not-{host}/acme/tool", host) is None


async def test_projects_are_what_that_github_knows_and_nothing_else(settings: Settings) -> None:
    async with running_app(replace(settings, github_api_url=ENTERPRISE)) as app:
        ann = await sign_up(app, "ann-lee")
        link = (await ann.post("/api/v1/links", {"url": "git@ghe.example.org:acme/tool.git"})).json()
        assert (link["kind"], link["url"], link["title"]) == (
            "project",
            "https://ghe.example.org/acme/tool",
            "tool",
        )
        assert (await ann.get(f"/api/v1/links/{link['id']}/sync")).json()["state"] == "syncing"
        other = (await ann.post("/api/v1/links", {"url": "https://github.com/acme/tool"})).json()
        assert other["kind"] != "project"
        assert (await ann.get(f"/api/v1/links/{other['id']}/sync")).status_code == 404
