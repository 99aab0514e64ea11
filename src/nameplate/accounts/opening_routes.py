"""/account/access: everything that opens the account, in one call, for the screen that shows it all."""

from datetime import UTC, datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency

from nameplate.accounts import factor_routes, session_routes, token_routes
from nameplate.accounts.callers import SESSION
from nameplate.accounts.factor_routes import Factors
from nameplate.accounts.session_routes import Session
from nameplate.accounts.token_routes import Token
from nameplate.db import Database
from nameplate.http.caller import Caller


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """As `GET /sessions`, `GET /factors` and `GET /tokens` have it, of one moment."""

    sessions: list[Session]
    factors: Factors
    tokens: list[Token]


@get(
    "/account/access",
    operation_id="getAccess",
    summary="Everything that opens your account",
    tags=["Account"],
    security=SESSION,
)
async def get_access(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Access:
    current = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        return Access(
            sessions=await session_routes.listed(tx, caller.account_id, current, datetime.now(UTC)),
            factors=await factor_routes.listed(tx, caller.account_id),
            tokens=await token_routes.listed(tx, caller.account_id),
        )


routes = [get_access]
