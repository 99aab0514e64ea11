"""Who may call what, taken from the API's description: a route added later is asked the same questions."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

from nameplate import openapi
from nameplate.app import App
from nameplate.http.caller import SCOPES
from tests.accounts.everything import fill, tenant_tables
from tests.support.api import Api, browser


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    spec: dict[str, Any]
    document: dict[str, Any]

    @property
    def public(self) -> bool:
        return self.spec.get("security") == []

    @property
    def for_people(self) -> bool:
        return self.spec.get("security") == [{"session": []}]

    @property
    def for_shares(self) -> bool:
        """For links to statistics: tests/accounts/test_shares.py asks what these open."""
        return self.spec.get("security") == [{"share": []}]

    @property
    def ids(self) -> list[str]:
        """Names of parameters in the path that are an object's id."""
        return [
            p["name"]
            for p in self.spec.get("parameters", [])
            if p["in"] == "path" and p["name"].endswith("_id")
        ]

    def url(self, **values: object) -> str:
        url = self.path
        for parameter in self.spec.get("parameters", []):
            if parameter["in"] == "path":
                sample = values.get(parameter["name"], self.sample(parameter["schema"]))
                url = url.replace("{" + parameter["name"] + "}", str(sample))
        needed = [p for p in self.spec.get("parameters", []) if p["in"] == "query" and p.get("required")]
        query = "&".join(f"{p['name']}={self.sample(p['schema'])}" for p in needed)
        return f"{url}?{query}" if query else url

    def body(self) -> Any:
        content = self.spec.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else self.sample(content["schema"])

    def sample(self, schema: dict[str, Any]) -> Any:
        """The smallest value of `schema`."""
        if "$ref" in schema:
            return self.sample(self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return self.sample(schema[union][0])
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return {name: self.sample(schema["properties"][name]) for name in schema.get("required", [])}
        if kind == "array":
            return [self.sample(schema["items"])] * schema.get("minItems", 0)
        if kind == "string":
            formats = {"uuid": str(UUID(int=1)), "date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z"}
            return formats.get(schema.get("format", ""), "example.org"[: schema.get("maxLength", 99)])
        return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(str(kind))


def operations(app: App) -> Iterator[Operation]:
    document = msgspec.json.decode(openapi.dump(app.api.openapi_schema))
    for path, item in document["paths"].items():
        for method, spec in item.items():
            if method in {"get", "put", "post", "patch", "delete"}:
                yield Operation(method.upper(), path, spec, document)


# Answers for as long as one listens; tests/analytics/test_live_server.py asks who may.
ENDLESS = "/api/v1/analytics/live/stream"


# Read by a program that is about to write: the answer is asked of GitHub, which allows few questions.
READ_TO_WRITE = "/api/v1/github/people/{login}"


async def ask(api: Api, operation: Operation, token: str = "", **ids: object) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await api.http.request(
        operation.method, operation.url(**ids), json=operation.body(), headers=headers, timeout=20
    )
    return answer.status_code


async def make_token(api: Api, scopes: set[str]) -> str:
    answer = await api.post(
        "/api/v1/tokens", {"name": "a token", "scopes": sorted(scopes), "expires_in_days": 1}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def test_nobody_gets_401_from_all_that_is_not_public(app: App) -> None:
    stranger = browser(app)
    closed = [operation for operation in operations(app) if not operation.public]
    assert len(closed) > 40
    answers = {(o.method, o.path): await ask(stranger, o) for o in closed}
    assert {key: status for key, status in answers.items() if status != 401} == {}


async def test_a_token_does_what_its_scopes_say_and_never_what_is_for_people(app: App, ann: Api) -> None:
    reading = await make_token(ann, {scope for scope in SCOPES if scope.endswith(":read")})
    writing = await make_token(ann, {scope for scope in SCOPES if scope.endswith(":write")})
    everything = await make_token(ann, set(SCOPES))
    program = browser(app)
    wrong: list[tuple[str, str, str, int]] = []
    asked = {"read": 0, "write": 0, "people": 0}
    for operation in operations(app):
        if operation.public or operation.path == ENDLESS:
            continue
        name = (operation.method, operation.path)
        if operation.for_people or operation.for_shares:
            asked["people"] += 1
            if (status := await ask(program, operation, everything)) != 403:
                wrong.append((*name, "a token does what is not for tokens", status))
        elif operation.method == "GET" and operation.path != READ_TO_WRITE:
            asked["read"] += 1
            if (status := await ask(program, operation, writing)) != 403:
                wrong.append((*name, "a token that may write reads", status))
            if (status := await ask(program, operation, reading)) in (401, 403):
                wrong.append((*name, "a token that may read does not", status))
        else:
            asked["write"] += 1
            if (status := await ask(program, operation, reading)) != 403:
                wrong.append((*name, "a token that may read writes", status))
            if (status := await ask(program, operation, writing)) in (401, 403):
                wrong.append((*name, "a token that may write does not", status))
    assert wrong == []
    assert asked["read"] > 10
    assert asked["write"] > 5
    assert asked["people"] > 10


class Objects:
    """Ids of objects of one account: `link_id` is the id of a row in `links`."""

    def __init__(self, admin_url: str, handle: str) -> None:
        self._admin = psycopg.connect(admin_url, autocommit=True)
        found = self._admin.execute("SELECT account_id FROM handles WHERE handle = %s", (handle,)).fetchone()
        assert found is not None
        (self._account_id,) = found
        fill(self._admin, self._account_id)
        self._tables = tenant_tables(self._admin)

    def find(self, name: str) -> UUID | None:
        plural = name.removesuffix("_id") + "s"
        several = [table for table in self._tables if table.endswith(f"_{plural}")]
        [table] = [plural] if plural in self._tables else several
        asked = sql.SQL("SELECT id FROM {} WHERE account_id = %s").format(sql.Identifier(table))
        row = self._admin.execute(asked, (self._account_id,)).fetchone()
        return row and row[0]

    def close(self) -> None:
        self._admin.close()


async def test_what_is_bens_is_not_there_for_ann(app: App, ann: Api, ben: Api, admin_url: str) -> None:
    # A link of the kind that has most to ask about: a project, which has a state on GitHub.
    made = await ben.post("/api/v1/links", {"url": "https://github.com/ben-ray/project", "title": "Project"})
    assert made.status_code == 201, made.text
    with closing(Objects(admin_url, ben.handle)) as bens:
        with_ids = [operation for operation in operations(app) if operation.ids]
        assert len(with_ids) >= 6
        ids = {name: bens.find(name) for operation in with_ids for name in operation.ids}
        assert None not in ids.values()
        token = await make_token(ann, set(SCOPES))
        for operation in with_ids:
            assert await ask(ann, operation, **ids) == 404, (operation.method, operation.path)
            if not operation.for_people:
                status = await ask(browser(app), operation, token, **ids)
                assert status == 404, (operation.method, operation.path)
        # The positive control: to Ben all of it is there. What brings something back comes after what takes it away,
        # and his session, which he needs for the rest, goes last.
        order = ["GET", "PATCH", "PUT", "DELETE", "POST"]
        for operation in sorted(
            with_ids, key=lambda o: ("session_id" in o.ids, order.index(o.method), o.path)
        ):
            now = {name: bens.find(name) or ids[name] for name in operation.ids}
            status = await ask(ben, operation, **now)
            assert status not in (401, 403, 404), (operation.method, operation.path, status)


async def test_an_id_cannot_be_guessed_from_the_one_before(ann: Api) -> None:
    made = []
    for number in range(8):
        answer = await ann.post("/api/v1/links", {"url": f"https://{number}.example", "title": "x"})
        made.append(UUID(answer.json()["id"]))
    # Version 7: what comes after the time is 74 random bits.
    tails = [identifier.int & ((1 << 62) - 1) for identifier in made]
    steps = {after - before for before, after in pairwise(tails)}
    assert len(steps) == 7
    assert all(abs(step) > 1 << 32 for step in steps)
