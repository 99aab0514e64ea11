"""Whose token it is that an owner pasted, and that it can do no more than it has to."""

import re

import msgspec

from nameplate.db import Database
from nameplate.errors import Invalid, Unavailable
from nameplate.github import tokens
from nameplate.github.budget.borrow import borrowed
from nameplate.github.client import Answer, ask, graphql_url, make_client
from nameplate.github.owners.queries import HINT
from nameplate.http.caller import Caller
from nameplate.settings import Settings

QUERY = "query { rateLimit { cost } viewer { login } }"
FIELD = "token"
_SHAPE = re.compile(r"[A-Za-z0-9_]{20,255}")


async def login_of(db: Database, settings: Settings, caller: Caller, token: str) -> str:
    """Asks GitHub. Raises Invalid when it does not take the token, Unavailable when it does not answer."""
    if not _SHAPE.fullmatch(token):
        raise Invalid("This is no token of GitHub's.", fields={FIELD: "Copy all of it, and nothing else."})
    names = {tokens.name(settings.secret_key, token): HINT}
    async with borrowed(db, caller.account_id, names, revive=True) as loan, make_client(settings) as client:
        body = msgspec.json.encode({"query": QUERY})
        answer = await ask(client, "POST", graphql_url(settings), token, body=body)
        judgement = loan.judge(answer)
    if judgement.kind == "refused":
        raise Invalid("GitHub does not take this token.", fields={FIELD: "GitHub does not take it."})
    login = _login(answer)
    if judgement.kind != "ok" or not login:
        raise Unavailable("GitHub is not answering; please try again in a few minutes.", retry_after=120)
    if more := sorted(scope for scope in _scopes(answer) if not _only_reads(scope)):
        raise Invalid(
            "This token may do more than read. Make one without any scope: public data is all that is read.",
            fields={FIELD: f"It has more than it needs: {', '.join(more)[:200]}."},
        )
    return login


def _login(answer: Answer) -> str:
    data = answer.body.get("data") if isinstance(answer.body, dict) else None
    viewer = data.get("viewer") if isinstance(data, dict) else None
    return str(viewer.get("login") or "") if isinstance(viewer, dict) else ""


def _scopes(answer: Answer) -> list[str]:
    """Of a classic token. GitHub does not say what a fine-grained one may do."""
    return [scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",") if scope.strip()]


def _only_reads(scope: str) -> bool:
    return scope.startswith("read:") or scope == "user:email"
