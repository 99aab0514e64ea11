"""Who logs in. The work done, and so the time taken, does not depend on whether the account exists."""

from uuid import UUID

from nameplate.accounts import emails, queries
from nameplate.accounts.passwords import Passwords
from nameplate.audit.queries import OPERATOR
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import NotSignedIn
from nameplate.ids import new_id
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles

# How many accounts are tried: an address may be claimed by several that have not confirmed it.
CANDIDATES = 2


class WrongCredentials(NotSignedIn):
    """One answer for an unknown login and for a wrong password."""

    code = "wrong-credentials"
    title = "This login and password do not belong together"

    def __init__(self) -> None:
        super().__init__("Check both, or ask for a new password by e-mail.")


async def find_account(db: Database, passwords: Passwords, audit: Audit, login: str, password: str) -> UUID:
    """The account that `login` (an e-mail address or a handle) and `password` open. Raises WrongCredentials.

    Every attempt costs one look-up, CANDIDATES reads and CANDIDATES verifications: strangers fill the places that
    nobody takes, and all are verified even when the first one fits. Attempts are to be counted and slowed down by
    the caller, before this.
    """
    found = await candidates(db, login)
    tried = [*found, *(new_id() for _ in range(CANDIDATES - len(found)))]
    hashes = []
    for account_id in tried:
        async with db.as_account(account_id) as tx:
            hashes.append(await queries.get_password_hash(tx, account_id))
    fits = [await passwords.verify(password_hash, password) for password_hash in hashes]
    opened = [account_id for account_id, fit in zip(tried, fits, strict=True) if fit]
    if not opened:
        # One entry either way, whoever was meant: in the account's log, or in the operator's.
        meant, reason = (found[0], "password") if found else (OPERATOR, "unknown")
        async with db.as_account(meant) as tx:
            await audit.record(tx, meant, "session.refused", by="stranger", reason=reason)
        raise WrongCredentials
    before = hashes[tried.index(opened[0])]
    if before is not None and passwords.outdated(before):
        after = await passwords.hash(password)
        async with db.as_account(opened[0]) as tx:
            await queries.set_password_hash(tx, opened[0], before, after)
    return opened[0]


async def candidates(db: Database, login: str) -> list[UUID]:
    """At most CANDIDATES accounts: who has confirmed the address, then who claimed it last; or the handle's."""
    by_address = "@" in login.strip().removeprefix("@")
    email = (emails.normalise(login) if by_address else None) or ""
    handle = handles.normalise(login)
    # What can be neither is looked up as well, as the empty text that nobody has.
    skeleton = handles.skeleton(handle) if handles.check(handle) is None else ""
    async with db.as_claimant(email) as tx:
        if by_address:
            return [row.account_id for row in await queries.claims(tx, email, CANDIDATES)]
        row = await profiles.handle_by_skeleton(tx, skeleton)
        return [row.account_id] if row else []
