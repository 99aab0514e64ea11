"""/github/token: an owner's own token, pasted or from log-in with GitHub (accounts/oauth), and taken back."""

from datetime import UTC, datetime
from uuid import UUID

from litestar import delete, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import NotFound
from nameplate.github import queries, tokens
from nameplate.github.owners import check
from nameplate.github.owners import queries as owners
from nameplate.github.owners.queries import OwnerTokenRow
from nameplate.github.shapes import NewOwnerToken, OwnerToken
from nameplate.http.caller import Caller
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings

# Said in the description of what API tokens may not do.
SESSION: list[dict[str, list[str]]] = [{"session": []}]


@put(
    "/github/token",
    operation_id="lendGithubToken",
    summary="Lend a GitHub token",
    tags=["GitHub"],
    security=SESSION,
)
async def put_token(
    data: JSONBody[NewOwnerToken],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    limits: NamedDependency[Limits],
    audit: NamedDependency[Audit],
) -> OwnerToken:
    """It asks for your own projects and nobody else's, when this server's own limits are used up. GitHub is asked
    whose it is; it is kept encrypted."""
    caller.must_be_person()
    await limits.spend(limits.cost(limits.budgets.github_tokens, caller.account_id.bytes))
    login = await check.login_of(db, settings, caller, data.token)
    row = OwnerTokenRow(
        token_id=tokens.name(settings.secret_key, data.token),
        source="pasted",
        login=login,
        secret=tokens.seal(settings.secret_key, caller.account_id, data.token),
        added_at=datetime.now(UTC),
    )
    async with db.as_account(caller.account_id) as tx:
        await owners.put(tx, caller.account_id, row)
        found = await owner_token(tx, caller.account_id)
        assert found is not None, "put above"  # noqa: S101
        await audit.record(tx, caller.account_id, "github-token.kept", name=login)
    return found


@delete(
    "/github/token",
    operation_id="removeGithubToken",
    summary="Take your GitHub token back",
    tags=["GitHub"],
    security=SESSION,
)
async def delete_token(
    caller: NamedDependency[Caller], db: NamedDependency[Database], audit: NamedDependency[Audit]
) -> None:
    """It is forgotten here. On GitHub it goes on to exist until you revoke it there."""
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        if not await owners.remove(tx, caller.account_id):
            raise NotFound("You have lent no token.")
        await audit.record(tx, caller.account_id, "github-token.removed")


async def owner_token(tx: Tx, account_id: UUID) -> OwnerToken | None:
    """As its owner may see it."""
    row = await owners.get(tx, account_id)
    if row is None:
        return None
    budget = next(iter(await queries.get_budgets(tx, [row.token_id])), None)
    return OwnerToken(
        source=row.source,
        login=row.login,
        added_at=row.added_at,
        refused=row.refused_at is not None or (budget is not None and budget.bad != ""),
        remaining=None if budget is None else budget.remaining,
    )


routes = [put_token, delete_token]
