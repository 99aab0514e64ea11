"""API tokens: made and revoked on the dashboard only."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.accounts import prove
from nameplate.accounts.access import queries, tokens
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.access.queries import TokenRow
from nameplate.accounts.callers import SESSION
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, Invalid, NotFound
from nameplate.http.caller import Caller

Scope = Literal[
    "profile:read",
    "profile:write",
    "links:read",
    "links:write",
    "assets:read",
    "assets:write",
    "analytics:read",
    "analytics:write",
    "account:read",
]


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """Without `expires_in_days` it works until it is revoked."""

    name: str
    scopes: list[Scope]
    expires_in_days: Annotated[int, msgspec.Meta(ge=1, le=tokens.LONGEST_LIFE.days)] | None = None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """`used_at` is true to the hour."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class MadeToken(Token, frozen=True, kw_only=True):
    """`token` is shown this once."""

    token: str


class Tokens(msgspec.Struct, frozen=True):
    rows: list[Token]


@get("/tokens", operation_id="getTokens", summary="Your API tokens", tags=["Tokens"], security=SESSION)
async def get_tokens(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Tokens:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        return Tokens(await listed(tx, caller.account_id))


@post("/tokens", operation_id="createToken", summary="Make an API token", tags=["Tokens"], security=SESSION)
async def create_token(
    data: JSONBody[NewToken],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
) -> Response[MadeToken]:
    caller.must_be_person()
    name = " ".join(data.name.split())
    wrong: dict[str, str] = {}
    if not 1 <= len(name) <= 80 or not name.isprintable():
        wrong["name"] = "Give it a name of 1 to 80 characters, such as what uses it."
    if not data.scopes:
        wrong["scopes"] = "Choose at least one thing that the token may do."
    if wrong:
        raise Invalid("Correct these and send it again.", fields=wrong)
    credential = Credential.new(caller.account_id)
    now = datetime.now(UTC)
    expires_at = None if data.expires_in_days is None else now + timedelta(days=data.expires_in_days)
    scopes = sorted(set(map(str, data.scopes)))
    row = TokenRow(credential.id, credential.secret_hash, name, scopes, now, expires_at, None)
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        if await queries.count_tokens(tx, caller.account_id) >= tokens.MOST_TOKENS:
            raise Conflict(f"You have {tokens.MOST_TOKENS} tokens already. Revoke one first.")
        await queries.add_token(tx, caller.account_id, row)
        await audit.record(tx, caller.account_id, "token.made", name=name)
    made = MadeToken(
        id=row.id,
        name=name,
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
        used_at=None,
        token=tokens.write(credential),
    )
    return Response(made, status_code=201)


@delete(
    "/tokens/{token_id:uuid}",
    operation_id="revokeToken",
    summary="Revoke an API token",
    tags=["Tokens"],
    security=SESSION,
)
async def revoke_token(
    token_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
) -> None:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        name = await queries.revoke_token(tx, caller.account_id, token_id)
        if name is None:
            raise NotFound("You have no such token; perhaps it was revoked already.")
        await audit.record(tx, caller.account_id, "token.revoked", name=name)


async def listed(tx: Tx, account_id: UUID) -> list[Token]:
    return [
        Token(
            id=row.id,
            name=row.name,
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )
        for row in await queries.get_tokens(tx, account_id)
    ]


routes = [get_tokens, create_token, revoke_token]
