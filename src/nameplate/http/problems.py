"""Errors as RFC 9457 problem details."""

from typing import Any
from uuid import uuid4

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from psycopg import errors as pg

from nameplate.errors import Invalid, IsolationRefused, Problem, Unavailable

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


class ProblemDetails(msgspec.Struct, omit_defaults=True):
    """What went wrong and what to do about it (RFC 9457)."""

    title: str
    status: int
    code: str
    """A stable name for programs, such as `not-found`."""
    detail: str = ""
    fields: dict[str, str] = {}
    """What is wrong with each input field."""
    request_id: str = ""
    """Quote it when you report the problem."""
    methods: list[str] = []
    """With `prove-it-again`: in which ways."""


# What the framework raises on its own, in words a person understands.
_WORDS = {
    400: ("bad-request", "The request was not understood"),
    401: ("not-signed-in", "Please log in"),
    403: ("forbidden", "This is not allowed"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "This is too large"),
    415: ("unsupported-media-type", "Send JSON"),
    429: ("too-many-requests", "Too many requests"),
}


def request_id(scope: Any) -> str:
    """The id of this request: made once, in the answer's header, in its logs and in its problem."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = uuid4().hex[:16]
    return str(state["request_id"])


def details(problem: Problem, scope: Any) -> ProblemDetails:
    return ProblemDetails(
        title=problem.title,
        status=problem.status,
        code=str(problem.extra.get("code", problem.code)),
        detail=problem.detail,
        fields=problem.fields,
        request_id=request_id(scope),
        methods=list(problem.extra.get("methods", [])),
    )


async def send_problem(problem: Problem, scope: Any, send: Any) -> None:
    """Answer with a problem from outside the framework."""
    body = msgspec.json.encode(details(problem, scope))
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _answer(problem: Problem, request: Request[Any, Any, Any]) -> Response[ProblemDetails]:
    return Response(
        details(problem, request.scope),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def on_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[ProblemDetails]:
    return _answer(problem, request)


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[ProblemDetails]:
    """The framework's own refusals: no such route, wrong method, unreadable or invalid body."""
    problem: Problem
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        fields = {str(item.get("key", "body")): str(item.get("message", "")) for item in error.extra}
        problem = Invalid("Correct these and send it again.", fields=fields)
    else:
        code, title = _WORDS.get(error.status_code, ("error", "This did not work"))
        problem = Problem(error.detail if 400 <= error.status_code < 500 else "")
        problem.status, problem.code, problem.title = error.status_code, code, title
        problem.headers = dict(error.headers or {})
    return _answer(problem, request)


def problem_of(error: Exception, scope: Any) -> Problem:
    """What `error` is to a caller. What nobody expected is logged under the request's id."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, pg.InsufficientPrivilege):
        return IsolationRefused()
    if isinstance(error, RecursionError) and "deserializing" in str(error):
        return Problem("The body is nested too deeply.")
    log.error("unhandled error", request_id=request_id(scope), exc_info=error)
    problem = Problem("It was logged under the request id; please report it.")
    problem.status, problem.code, problem.title = 500, "internal-error", "Something broke on our side"
    return problem


def on_error(request: Request[Any, Any, Any], error: Exception) -> Response[ProblemDetails]:
    return _answer(problem_of(error, request.scope), request)


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    HTTPException: on_http_exception,
    pg.InsufficientPrivilege: on_error,
    Unavailable: on_problem,
    Exception: on_error,
}

# Bodies that are not JSON at all.
HANDLERS[msgspec.DecodeError] = lambda request, error: on_problem(
    request, Problem("The body is not valid JSON.")
)
