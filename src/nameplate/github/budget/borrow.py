"""A token for one request that a person waits for: taken from the same budget, under the same rules as the worker's."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from nameplate.db import Database, Tx
from nameplate.errors import Unavailable
from nameplate.github.budget import queries
from nameplate.github.budget.queries import TokenRow
from nameplate.github.client import Answer
from nameplate.github.sync.limits import Judgement, judge
from nameplate.ids import new_id

# Looks for a token that is in use, a quarter of a second apart.
PATIENCE = 20
LEASE = timedelta(seconds=60)


@dataclass(slots=True)
class Loan:
    token: TokenRow
    last: Judgement | None = None

    def judge(self, answer: Answer) -> Judgement:
        """What the answer means. The last one is what becomes known of the token."""
        self.last = judge(answer, datetime.now(UTC), self.token.failures)
        return self.last


@asynccontextmanager
async def borrowed(
    db: Database, account_id: UUID, names: Mapping[str, str], *, revive: bool = False
) -> AsyncIterator[Loan]:
    """One of the tokens that the database knows by `names`, whose values are their hints.

    `revive`: also one that GitHub refused before. Raises Unavailable when none is free.
    """
    by = new_id()
    async with db.as_account(account_id) as tx:
        for name, hint in names.items():
            await queries.add_token(tx, name, hint)
        if revive:
            await queries.revive(tx, list(names))
    loan = Loan(await _take(db, account_id, list(names), by))
    try:
        yield loan
    finally:
        async with db.as_account(account_id) as tx:
            await _put_back(tx, loan, by)


async def _take(db: Database, account_id: UUID, names: list[str], by: UUID) -> TokenRow:
    for _ in range(PATIENCE):
        now = datetime.now(UTC)
        async with db.as_account(account_id) as tx:
            token = await queries.take_token(tx, names, by, now, now + LEASE)
        if token is not None:
            return token
        await asyncio.sleep(0.25)
    raise Unavailable("GitHub cannot be asked right now; please try again in a few minutes.", retry_after=120)


async def _put_back(tx: Tx, loan: Loan, by: UUID) -> None:
    token, judgement = loan.token, loan.last
    if judgement is None:
        await queries.give_back(tx, token.id, by)
        return
    now = datetime.now(UTC)
    await queries.put_token(
        tx, token.id, by,
        remaining=judgement.remaining, budget=judgement.budget, reset_at=judgement.reset_at,
        not_before=judgement.not_before or now, bad=judgement.detail if judgement.kind == "refused" else "",
        failures=0 if judgement.kind == "ok" else token.failures + 1, batch=token.batch, spent=1,
    )  # fmt: skip
