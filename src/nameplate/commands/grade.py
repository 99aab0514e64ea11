"""`nameplate grade URL`: what MDN's HTTP Observatory would give every kind of answer of a running Nameplate."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
from rich.console import Console
from rich.table import Table

from nameplate.errors import StartError
from nameplate.http.observatory import Graded, grade

LEAST = 125


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of answer and a request that brings it about, whatever the database holds."""

    name: str
    method: str = "GET"
    path: str = "/"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


_JSON = {"Content-Type": "application/json"}
KINDS = (
    Kind("landing page"),
    Kind("dashboard", path="/login"),
    Kind("file", path="/robots.txt"),
    Kind("security.txt", path="/.well-known/security.txt"),
    Kind("health", path="/healthz"),
    Kind("readiness", path="/readyz"),
    Kind("API", path="/api/v1/config"),
    Kind("API description", path="/api/v1/openapi.json"),
    Kind("redirect", path="/Some-Body/blog"),
    Kind("no such page", path="/nobody-is-called-that"),
    Kind("no such file", path="/no/such/file"),
    Kind("no such address of the API", path="/api/v1/nothing"),
    Kind("body that is not JSON", "POST", "/api/v1/sessions", b"{", _JSON),
    Kind("fields that are wrong", "POST", "/api/v1/sessions", b"{}", _JSON),
    Kind("not logged in", path="/api/v1/account"),
    Kind("from another site", "POST", "/api/v1/sessions", b"{}", {**_JSON, "Sec-Fetch-Site": "cross-site"}),
    Kind("wrong method", "POST", "/"),
    Kind("wrong method of the API", "PUT", "/api/v1/config"),
    Kind("body that is too large", "POST", "/api/v1/sessions", b" " * 1_100_000, _JSON),
    Kind("events that are too large", "POST", "/e", b" " * 20_000),
)


def grade_kinds(client: httpx.Client, kinds: Sequence[Kind] = KINDS) -> list[tuple[Kind, int, Graded]]:
    """Every kind with its status and grade, and what `304` has to say about the first."""
    rows = []
    for kind in kinds:
        answer = client.request(kind.method, kind.path, content=kind.body, headers=kind.headers)
        rows.append((kind, answer.status_code, graded(answer)))
        if kind is kinds[0] and "etag" in answer.headers:
            again = client.get(kind.path, headers={"If-None-Match": answer.headers["etag"]})
            rows.append((Kind(f"{kind.name} again"), again.status_code, graded(again)))
    return rows


def graded(answer: httpx.Response) -> Graded:
    page = "text/html" in answer.headers.get("content-type", "")
    return grade(str(answer.url), answer.headers.multi_items(), answer.text if page else "")


def grade_installation(url: str, pages: Sequence[str], *, insecure: bool) -> None:
    """Print the grades; ends the program with exit code 1 when one is below 125 points."""
    kinds = (*KINDS, *(Kind("page", path="/" + page.lstrip("/")) for page in pages))
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("answer", "request", "status", "grade", "points", ""):
        table.add_column(heading, overflow="fold")
    try:
        with httpx.Client(base_url=url, verify=not insecure, timeout=20, follow_redirects=False) as client:
            rows = grade_kinds(client, kinds)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StartError(f"{url} does not answer ({type(error).__name__}: {error}).") from error
    for kind, status, result in rows:
        lost = "; ".join(f"{points} {why}" for points, why in result.parts if points < 0)
        color = "green" if result.score >= LEAST else "red"
        table.add_row(
            kind.name, f"{kind.method} {kind.path}", str(status), f"[{color}]{result.letter}[/]",
            str(result.score), lost,
        )  # fmt: skip
    console.print(table)
    low = sum(result.score < LEAST for _, _, result in rows)
    console.print(
        f"\n{low} below {LEAST} points." if low else f"\nAll {len(rows)} are A+ with {LEAST} points or more."
    )
    sys.exit(1 if low else 0)
