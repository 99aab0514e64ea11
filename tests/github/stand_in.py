"""GitHub as far as we talk to it, as strict as the real one, and with a notebook of everything we do wrong.

Queries are validated against GitHub's published schema; answers by REST are made from the examples of its published
description and validated against that (published.py). Limits are kept and told with the real headers. Its time is the
clock it is given, so that days pass in seconds.
"""

import asyncio
import hashlib
import json
import math
import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import httpx
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
)

from tests.github.published import example, wrong

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "web" / "node_modules" / "@octokit" / "graphql-schema" / "schema.graphql"

REPOSITORY = "/repos/{owner}/{repo}"
PERSON = "/users/{username}"


class Time(Protocol):
    def now(self) -> datetime: ...
    async def sleep(self, seconds: float) -> None: ...


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text("utf-8"), assume_valid=True, no_location=True)


@cache
def checked(text: str) -> tuple[DocumentNode, tuple[str, ...]]:
    """The query, and what GitHub's schema has against it."""
    document = parse(text, no_location=True)
    return document, tuple(error.message for error in validate(schema(), document))


@dataclass
class Repo:
    """`private`: the token may see it, the world may not."""

    number: int
    owner: str
    name: str
    description: str | None = "What it does"
    homepage: str | None = None
    language: str | None = "Rust"
    stars: int = 12
    forks: int = 3
    issues: int = 2
    topics: list[str] = field(default_factory=lambda: ["cli"])
    licence: str | None = "MIT"
    release: str | None = "v1.0.0"
    archived: bool = False
    fork: bool = False
    template: bool = False
    private: bool = False
    pushed_at: str = "2026-11-01T10:00:00Z"

    @property
    def node_id(self) -> str:
        return f"R_kgDO{self.number:08d}"

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def node(self) -> dict[str, Any]:
        """As GraphQL names things."""
        return {
            "id": self.node_id, "nameWithOwner": self.full_name, "isPrivate": self.private, "name": self.name,
            "visibility": "PRIVATE" if self.private else "PUBLIC", "description": self.description,
            "homepageUrl": self.homepage, "stargazerCount": self.stars, "forkCount": self.forks,
            "isArchived": self.archived, "isFork": self.fork, "isTemplate": self.template,
            "pushedAt": self.pushed_at, "url": f"https://github.com/{self.full_name}",
            "primaryLanguage": {"name": self.language, "color": "#dea584"} if self.language else None,
            "licenseInfo": {"spdxId": self.licence} if self.licence else None,
            "latestRelease": {"tagName": self.release} if self.release else None,
            "issues": {"totalCount": self.issues},
            "repositoryTopics": {"nodes": [{"topic": {"name": topic}} for topic in self.topics]},
        }  # fmt: skip

    def rest(self) -> dict[str, Any]:
        """A `full-repository`: GitHub's own example with this one's values."""
        body = example("full-repository-default-response")
        for other in ("parent", "source", "template_repository"):
            body.pop(other, None)
        licence = {"key": "x", "name": "x", "spdx_id": self.licence, "url": None, "node_id": "x"}
        return body | {
            "id": self.number, "node_id": self.node_id, "name": self.name, "full_name": self.full_name,
            "private": self.private, "visibility": "private" if self.private else "public",
            "description": self.description, "homepage": self.homepage, "language": self.language,
            "stargazers_count": self.stars, "forks_count": self.forks, "open_issues_count": self.issues,
            "topics": self.topics, "license": licence if self.licence else None, "archived": self.archived,
            "fork": self.fork, "is_template": self.template, "pushed_at": self.pushed_at,
        }  # fmt: skip


@dataclass
class Purse:
    """The limits of one token, or of one address without."""

    limit: int
    remaining: int
    reset: datetime
    busy: bool = False
    blocked_until: datetime | None = None
    calls: int = 0
    spent: int = 0
    recent: deque[datetime] = field(default_factory=deque)


Fault = Callable[[random.Random], str | None]


def calm(_: random.Random) -> None:
    """Nothing goes wrong."""


def stormy(share: float) -> Fault:
    """This share of calls fails, in every way there is."""
    ways = ["500", "502", "504", "none", "garbage", "timeout", "secondary", "secondary-silent", "html"]
    return lambda dice: dice.choice(ways) if dice.random() < share else None


class GitHub:
    """`violations`: what GitHub would ban us for. `seen`: when each repository was told of, by node id."""

    def __init__(self, time: Time, *, fault: Fault = calm, seed: int = 1, latency: float = 0.0) -> None:
        self.time = time
        self.fault = fault
        self.dice = random.Random(seed)
        self.latency = latency
        self.by_id: dict[str, Repo] = {}
        self.by_name: dict[str, str] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.avatar: tuple[int, str, bytes] = (404, "text/plain", b"Not Found")  # status, type, content
        self.purses: dict[str, Purse] = {}
        self.bad: dict[str, str] = {}
        self.scopes: dict[str, str] = {}
        self.logins: dict[str, str] = {}
        self.violations: list[str] = []
        self.seen: dict[str, list[datetime]] = defaultdict(list)
        self.asked: list[tuple[str, int]] = []  # path or 'graphql', repositories
        self.down = False
        self.too_heavy = 101

    # --- its world

    def add(self, owner: str, name: str, **more: Any) -> Repo:
        repo = Repo(len(self.by_id) + 1, owner, name, **more)
        self.by_id[repo.node_id] = repo
        self.by_name[repo.full_name.lower()] = repo.node_id
        return repo

    def rename(self, repo: Repo, owner: str, name: str) -> None:
        """The old name goes on leading to it until somebody else takes it."""
        repo.owner, repo.name = owner, name
        self.by_name[repo.full_name.lower()] = repo.node_id

    def delete(self, repo: Repo) -> None:
        del self.by_id[repo.node_id]
        self.by_name = {name: node for name, node in self.by_name.items() if node != repo.node_id}

    def token(self, text: str, limit: int = 5000) -> str:
        self.purses[text] = Purse(limit, limit, self.time.now() + timedelta(hours=1))
        return text

    def token_of(self, login: str, text: str, scopes: str = "") -> str:
        """A person's own. `scopes`: what a classic one may do."""
        self.logins[text], self.scopes[text] = login, scopes
        return self.token(text)

    def suspend(self, token: str, message: str = "Sorry. Your account was suspended.") -> None:
        self.bad[token] = message

    def client(self) -> httpx.AsyncClient:
        """What talks to it without a network."""
        headers = {"User-Agent": "nameplate/test"}
        return httpx.AsyncClient(transport=httpx.MockTransport(self.handle), headers=headers)

    # --- a request

    async def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/u/"):
            return self._avatar(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        purse = self._purse(token)
        self._check_headers(request)
        now = self.time.now()
        if purse.busy:
            self.violations.append("two requests of one token at once")
        if purse.blocked_until and now < purse.blocked_until:
            self.violations.append(f"asked {purse.blocked_until - now} before retry-after")
        if token in self.bad and purse.calls > 3 and self.bad[token] == "told":
            self.violations.append("asked again with a token that was refused")
        purse.busy = True
        try:
            if self.latency:
                await self.time.sleep(self.latency * self.dice.uniform(0.5, 1.5))
            else:
                await asyncio.sleep(0)
            return self._answer(request, token, purse)
        finally:
            purse.busy = False

    def _avatar(self, request: httpx.Request) -> httpx.Response:
        """Another place than the API: it counts nothing, and has no business with tokens."""
        if "authorization" in request.headers:
            self.violations.append("a token where only pictures are")
        if self.avatar[0] == 0:
            raise httpx.ConnectError("away")
        self.asked.append((request.url.raw_path.decode(), 0))
        status, kind, content = self.avatar
        return httpx.Response(status, headers={"content-type": kind}, content=content)

    def _purse(self, token: str) -> Purse:
        if token not in self.purses:
            limit = 60
            self.purses[token] = Purse(limit, limit, self.time.now() + timedelta(hours=1))
        purse = self.purses[token]
        if self.time.now() >= purse.reset:
            purse.remaining, purse.reset = purse.limit, self.time.now() + timedelta(hours=1)
        return purse

    def _check_headers(self, request: httpx.Request) -> None:
        if not request.headers.get("user-agent"):
            self.violations.append("no user agent")
        if request.headers.get("accept") != "application/vnd.github+json":
            self.violations.append("another media type than recommended")
        if request.headers.get("x-github-api-version") != "2022-11-28":
            self.violations.append("no version of the API")

    def _answer(self, request: httpx.Request, token: str, purse: Purse) -> httpx.Response:
        now = self.time.now()
        purse.calls += 1
        if self.down:
            raise httpx.ConnectError("down")
        if token and (token not in self.purses or token in self.bad):
            if self.bad.get(token) == "told":
                self.violations.append("asked again with a token that was refused")
            message = self.bad.get(token, "Bad credentials")
            self.bad[token] = "told"
            status = 403 if "suspended" in message else 401
            return self._json(status, {"message": message, "status": str(status)}, purse)
        graphql = request.url.path.endswith("/graphql")
        if purse.remaining <= 0:
            self.violations.append("a call past zero")
            return self._exhausted(graphql, purse)
        self._count_minute(purse, now, 2000 if graphql else 900)
        if fault := self.fault(self.dice):
            return self._fail(fault, graphql, purse, now)
        if not graphql:
            return self._rest(request, purse)
        answer = self._graphql(request, purse, self.logins.get(token, "operator"))
        if token in self.scopes:
            answer.headers["x-oauth-scopes"] = self.scopes[token]
        return answer

    def _count_minute(self, purse: Purse, now: datetime, most: int) -> None:
        while purse.recent and purse.recent[0] <= now - timedelta(minutes=1):
            purse.recent.popleft()
        purse.recent.append(now)
        if len(purse.recent) > most:
            self.violations.append("more points than a minute allows")

    def _spend(self, purse: Purse, points: int) -> None:
        purse.remaining -= points
        purse.spent += points

    def _exhausted(self, graphql: bool, purse: Purse) -> httpx.Response:
        if graphql:
            error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}
            return self._json(200, {"errors": [error]}, purse)
        return self._json(403, {"message": "API rate limit exceeded for 192.0.2.1."}, purse)

    def _fail(self, fault: str, graphql: bool, purse: Purse, now: datetime) -> httpx.Response:
        if fault == "none":
            raise httpx.ReadTimeout("nothing came")
        if fault in ("502", "504"):
            self._spend(purse, 1)
            return self._html(int(fault), purse)
        if fault == "timeout" and graphql:
            self._spend(purse, 1)
            text = "Something went wrong while executing your query. This may be the result of a timeout."
            return self._json(200, {"data": None, "errors": [{"message": text}]}, purse)
        if fault == "secondary":
            wait = self.dice.randint(20, 90)
            purse.blocked_until = now + timedelta(seconds=wait)
            text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            return self._json(403, {"message": text}, purse, {"retry-after": str(wait)})
        if fault == "secondary-silent":
            purse.blocked_until = now + timedelta(seconds=60)
            return self._json(429, {"message": "You have exceeded a secondary rate limit."}, purse)
        if fault == "garbage":
            self._spend(purse, 1)
            return httpx.Response(200, headers=self._headers(purse), content=b'{"data": {"nod')
        return self._html(500 if fault != "html" else 503, purse)

    # --- GraphQL

    def _graphql(self, request: httpx.Request, purse: Purse, login: str) -> httpx.Response:
        body = {"variables": {}} | json.loads(request.content)
        document, wrong = checked(body["query"])
        if wrong:
            self.violations += wrong
            return self._json(200, {"errors": [{"message": message} for message in wrong]}, purse)
        [operation] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        values = get_variable_values(schema(), operation.variable_definitions or (), body["variables"])
        if isinstance(values, list) or getattr(values, "errors", None):
            self.violations.append(f"wrong variables: {values}")
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        errors: list[dict[str, Any]] = []
        fields = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
        count = sum(node.name.value == "repository" for node in fields) + len(
            body["variables"].get("ids", ())
        )
        cost = max(1, math.ceil((1 + count) / 100 - 0.5))
        self._spend(purse, cost)
        self.asked.append(("graphql", count))
        if count > 100:
            self.violations.append("more than a hundred nodes")
        if count >= self.too_heavy:
            return self._html(502, purse)
        data: dict[str, Any] = {}
        for node in fields:
            key = node.alias.value if node.alias else node.name.value
            given = {**body["variables"], "viewer": login}
            data[key] = self._field(node, key, given, fragments, cost, errors)
        return self._json(200, {"data": data} | ({"errors": errors} if errors else {}), purse)

    def _field(
        self, node: Any, key: str, given: dict[str, Any], fragments: dict[str, Any], cost: int,
        errors: list[dict[str, Any]],
    ) -> Any:  # fmt: skip
        match node.name.value:
            case "rateLimit":
                return {"cost": cost}
            case "viewer":
                return {"login": given["viewer"]}
            case "nodes":
                found = [self.by_id.get(node_id) for node_id in given["ids"]]
                paths: list[list[Any]] = [[key, n] for n in range(len(found))]
            case "repository":
                arguments = {a.name.value: given[a.value.name.value] for a in node.arguments}
                name = f"{arguments['owner']}/{arguments['name']}".lower()
                found, paths = [self.by_id.get(self.by_name.get(name, ""))], [[key]]
            case "user" | "repositoryOwner":
                arguments = {a.name.value: given[a.value.name.value] for a in node.arguments}
                person = self.people.get(arguments["login"].lower())
                if person is None:
                    errors.append(
                        {"type": "NOT_FOUND", "path": [key], "message": "Could not resolve to a User."}
                    )
                    return None
                return self._select(node, person, fragments)
            case other:
                raise AssertionError(f"the stand-in knows no {other}")
        out: list[Any] = []
        for repo, path in zip(found, paths, strict=True):
            if repo is None:
                errors.append({"type": "NOT_FOUND", "path": path, "message": "Could not resolve to a node."})
                out.append(None)
            else:
                self.seen[repo.node_id].append(self.time.now())
                out.append(self._select(node, repo.node(), fragments))
        return out if node.name.value == "nodes" else out[0]

    def _select(self, node: Any, value: Any, fragments: dict[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._select(node, item, fragments) for item in value]
        if value is None or node.selection_set is None:
            return value
        out: dict[str, Any] = {}
        for selected in node.selection_set.selections:
            if isinstance(selected, FieldNode):
                key = selected.alias.value if selected.alias else selected.name.value
                out[key] = self._select(selected, value[selected.name.value], fragments)
            else:
                inner = (
                    fragments[selected.name.value] if isinstance(selected, FragmentSpreadNode) else selected
                )
                condition = inner.type_condition.name.value
                if value.get("__typename", condition) == condition:
                    out |= self._select(inner, value, fragments)
        return out

    # --- REST

    def _rest(self, request: httpx.Request, purse: Purse) -> httpx.Response:
        path = request.url.path.split("/")[1:]
        if path[:2] == ["api", "v3"]:
            path = path[2:]
        self._spend(purse, 1)
        self.asked.append((request.url.path, 1))
        kind, answer = self._find(request, path, purse)
        if answer.status_code != 304:
            self.violations += [
                f"the stand-in: {text}" for text in wrong(kind, answer.status_code, answer.json())
            ]
        return answer

    def _find(self, request: httpx.Request, path: list[str], purse: Purse) -> tuple[str, httpx.Response]:
        """Which part of the description it is about, and the answer."""
        match path:
            case ["repos", owner, name]:
                name = f"{owner}/{name}"
                repo = self.by_id.get(self.by_name.get(name.lower(), ""))
                if repo and repo.full_name.lower() != name.lower():
                    url = str(request.url.copy_with(path=f"/repositories/{repo.number}"))
                    body = {"message": "Moved Permanently", "url": url, "documentation_url": "..."}
                    return REPOSITORY, self._json(301, body, purse, {"location": url})
            case ["repositories", number]:
                repo = next((repo for repo in self.by_id.values() if repo.number == int(number)), None)
            case ["repos", owner, name, "releases", "latest"]:
                known = self.by_id.get(self.by_name.get(f"{owner}/{name}".lower(), ""))
                return f"{REPOSITORY}/releases/latest", self._release(known, purse)
            case ["users", login]:
                return PERSON, self._person(login, "rest", purse)
            case ["users", login, "repos"]:
                return f"{PERSON}/repos", self._person(login, "repos", purse)
            case ["users", login, "social_accounts"]:
                return f"{PERSON}/social_accounts", self._person(login, "socials", purse)
            case _:
                raise AssertionError(f"the stand-in knows no {request.url.path}")
        if repo is None or repo.private:
            return REPOSITORY, self._json(
                404, {"message": "Not Found", "documentation_url": "...", "status": "404"}, purse
            )
        content = json.dumps(repo.rest()).encode()
        etag = f'W/"{hashlib.sha256(content).hexdigest()}"'
        self.seen[repo.node_id].append(self.time.now())
        if request.headers.get("if-none-match") == etag:
            return REPOSITORY, httpx.Response(304, headers=self._headers(purse) | {"etag": etag})
        return REPOSITORY, httpx.Response(200, headers=self._headers(purse) | {"etag": etag}, content=content)

    def _release(self, repo: Repo | None, purse: Purse) -> httpx.Response:
        if repo is None or repo.release is None:
            return self._json(
                404, {"message": "Not Found", "documentation_url": "...", "status": "404"}, purse
            )
        return self._json(200, example("release") | {"tag_name": repo.release}, purse)

    def _person(self, login: str, what: str, purse: Purse) -> httpx.Response:
        person = self.people.get(login.lower())
        if person is None:
            return self._json(
                404, {"message": "Not Found", "documentation_url": "...", "status": "404"}, purse
            )
        return self._json(200, person[what], purse)

    # --- answers

    def _headers(self, purse: Purse) -> dict[str, str]:
        return {
            "x-ratelimit-limit": str(purse.limit),
            "x-ratelimit-remaining": str(max(purse.remaining, 0)),
            "x-ratelimit-reset": str(int(purse.reset.timestamp())),
            "x-ratelimit-used": str(purse.limit - max(purse.remaining, 0)),
            "date": format_datetime(self.time.now().astimezone(UTC), usegmt=True),
        }

    def _json(
        self, status: int, body: Any, purse: Purse, more: dict[str, str] | None = None
    ) -> httpx.Response:
        return httpx.Response(status, headers=self._headers(purse) | (more or {}), json=body)

    def _html(self, status: int, purse: Purse) -> httpx.Response:
        return httpx.Response(status, headers={"content-type": "text/html"}, content=b"<html>Unicorn!</html>")
