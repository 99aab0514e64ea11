"""How often somebody may try: to log in, to sign up, to have a mail sent.

Who tries to guess is slowed down more and more, by account and by address. Strangers cannot lock an owner out: a
browser that has logged in to the account before has budgets of its own, which they cannot use up.
"""

from contextlib import suppress
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from nameplate.accounts.access import known
from nameplate.accounts.log_in import candidates
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import TooMany, Unavailable
from nameplate.http.rate_limit import Cost, Limits
from nameplate.settings import Settings

_LOG_IN = (
    "Somebody tried too often to log in here. Wait {wait}, use a browser in which you have logged in before,"
    " or choose a new password by e-mail."
)
_RESET = "Mails were sent to this address already; use the newest, and look into the spam folder too."


class Attempts:
    """Of one request. Every method raises TooMany."""

    def __init__(
        self, request: Request[Any, Any, Any], limits: Limits, db: Database, settings: Settings, audit: Audit
    ) -> None:
        self._cookies = request.cookies
        self._limits = limits
        self._db = db
        self._settings = settings
        self._audit = audit
        # An allow-listed network is still no place to guess passwords from.
        self._address = limits.address(request.scope) or b""
        self._spent: list[Cost] = []

    async def log_in(self, login: str) -> None:
        """Before the password is looked at, so that many at once do not get more."""
        budgets, cost = self._limits.budgets, self._limits.cost
        account = _spelling(login)
        if await self._is_known(login):
            spent = [cost(budgets.log_in_known, account)]
        else:
            spent = [
                cost(budgets.log_in_address, self._address),
                *(cost(budget, account, self._address) for budget in budgets.log_in_pair),
                *(cost(budget, account) for budget in budgets.log_in_account),
            ]
        await self._spend(*spent, detail=_LOG_IN)
        self._spent = spent

    async def succeeded(self) -> None:
        """Who knows the password was not guessing."""
        await self._limits.give_back(*self._spent)

    async def sign_up(self) -> None:
        """Before an account is made."""
        await self._spend(self._limits.cost(self._limits.budgets.sign_up, self._address))

    async def reset(self, email: str) -> None:
        """Before a mail is asked for, whether or not anybody has the address."""
        budgets, cost = self._limits.budgets, self._limits.cost
        target = _spelling(email)
        if await self._is_known(email):
            await self._spend(cost(budgets.reset_known, target), detail=_RESET)
        else:
            await self._spend(
                cost(budgets.reset_address, self._address),
                *(cost(budget, target) for budget in budgets.reset_target),
                detail=_RESET,
            )

    async def _spend(self, *costs: Cost, detail: str = "") -> None:
        try:
            await self._limits.spend(*costs, detail=detail)
        except TooMany:
            await self._write_down(costs[0].budget.name)
            raise

    async def _write_down(self, budget: str) -> None:
        """In the operator's chain, at times: a flood of refusals must not become a flood of entries."""
        if not await self._limits.first_in_a_while(budget.encode(), self._address):
            return
        # Which budget tells what was tried; whose account was meant is nobody's but its owner's to know.
        with suppress(Unavailable):
            await self._audit.record_for_operator(self._db, "limit.hit", budget=budget)

    async def _is_known(self, login: str) -> bool:
        """Whether this browser has been logged in to the account that is meant."""
        if not known.any_known(self._cookies, self._settings):
            return False
        return any(
            known.knows(self._cookies, self._settings, account_id)
            for account_id in await candidates(self._db, login)
        )


def _spelling(login: str) -> bytes:
    """By what was typed, not by account: a budget that is used up tells nobody which handle has which address."""
    return login.strip().removeprefix("@").casefold().encode()


def provide_attempts(
    request: Request[Any, Any, Any],
    limits: NamedDependency[Limits],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Attempts:
    return Attempts(request, limits, db, settings, audit)
