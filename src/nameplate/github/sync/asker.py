"""Whose token asks GitHub next.

The operator's first: their batches are full. Then an owner's, for repositories that this owner links and no others.
Without the operator's and for nobody's account in particular: by REST, sixty times an hour.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx
from nameplate.github import tokens
from nameplate.github.budget import queries as budget
from nameplate.github.budget.queries import TokenRow
from nameplate.github.owners import queries as owners
from nameplate.github.sync.limits import RESERVE
from nameplate.github.tokens import ANONYMOUS

# Of an owner's hour this much stays his: other programs of his live on it.
OWNERS_RESERVE = 0.5


@dataclass(frozen=True, slots=True)
class Asker:
    """`owner`: whose token it is, and whose repositories it asks for; None: the operator's, for anybody's.

    `secret` None: it is sealed with a secret key this installation has no more.
    """

    token: TokenRow
    secret: str | None
    owner: UUID | None = None

    @property
    def anonymous(self) -> bool:
        return self.token.id == ANONYMOUS

    @property
    def low(self) -> bool:
        """Whether what is left is for people who wait."""
        share = OWNERS_RESERVE if self.owner else RESERVE
        left = self.token.remaining
        return left is not None and left <= int((self.token.budget or 60) * share)

    @property
    def empty(self) -> bool:
        return self.token.remaining is not None and self.token.remaining <= 1


async def askers(
    tx: Tx, secret_key: str, known: Mapping[str, str], by: UUID, now: datetime, until: datetime
) -> AsyncIterator[Asker]:
    """Those that may ask now, best first; each is leased to `by` when it is given. `known`: the operator's tokens."""
    own = [name for name in known if name != ANONYMOUS]
    if own and (token := await budget.take_token(tx, own, by, now, until)):
        yield Asker(token, known[token.id])
    if taken := await owners.take(tx, by, now, until, OWNERS_RESERVE):
        token = TokenRow(taken.id, taken.remaining, taken.budget, taken.reset_at, taken.failures, taken.batch)
        yield Asker(token, tokens.unseal(secret_key, taken.account_id, taken.secret), taken.account_id)
    if ANONYMOUS in known and (token := await budget.take_token(tx, [ANONYMOUS], by, now, until)):
        yield Asker(token, "")
