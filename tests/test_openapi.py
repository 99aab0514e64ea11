"""The API's description is true: what it promises is what the server does, also when asked nonsense."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nameplate import openapi
from nameplate.app import App
from tests.support.api import PASSWORD
from tests.support.programs import Program

COMMITTED = Path(__file__).parents[1] / "web" / "openapi.json"
# Goes on until one side ends it; its own tests are in tests/analytics.
ENDLESS = "/analytics/live/stream"
# These end the session or the account that the test works with; their own tests are in tests/accounts.
LEAVES = ("/sessions", "/account", "/accounts", "/password-resets", "/oauth", "/github/people")


def test_the_committed_description_is_the_servers(app: App) -> None:
    assert COMMITTED.read_text("utf-8") == openapi.dump(app.api.openapi_schema), (
        "run `make api`, or: python -m nameplate.openapi > web/openapi.json and npm run api in web/"
    )


def test_every_operation_has_a_name_a_summary_and_says_how_it_fails() -> None:
    document = msgspec.json.decode(COMMITTED.read_bytes())
    assert document["openapi"].startswith("3.1")
    operations = [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "patch", "delete"}
    ]
    assert len(operations) > 25
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)
    for path, method, operation in operations:
        assert operation["summary"], (method, path)
        assert "application/problem+json" in operation["responses"]["default"]["content"], (method, path)
        assert any(code < "400" for code in operation["responses"]), (method, path)


@pytest.fixture(scope="module")
def description() -> Any:
    return schemathesis.openapi.from_dict(msgspec.json.decode(COMMITTED.read_bytes()))


def _operations() -> Iterator[tuple[str, str]]:
    for path, item in msgspec.json.decode(COMMITTED.read_bytes())["paths"].items():
        if not path.removeprefix("/api/v1").startswith((*LEAVES, ENDLESS)):
            yield from (
                (method.upper(), path)
                for method in item
                if method in {"get", "put", "post", "patch", "delete"}
            )


@pytest.mark.timeout(180)
def test_no_input_makes_an_answer_the_description_does_not_know(description: Any, server: Program) -> None:
    """Generated requests, valid and invalid, as Ann in her own account."""
    with httpx.Client(base_url=server.url, trust_env=False) as ann:
        body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
        assert ann.post("/api/v1/accounts", json=body).status_code == 201
        cookies = dict(ann.cookies)
    asked = 0
    for method, path in _operations():
        operation = description[path][method]

        @hypothesis_settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(
                base_url=server.url,
                cookies=cookies,
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ],
            )

        ask()
    assert asked > 100
