"""Changing what an account logs in with, and closing it."""

from datetime import UTC, datetime
from uuid import UUID

from nameplate import jobs
from nameplate.accounts import emails, passwords, queries
from nameplate.accounts.access import queries as access
from nameplate.accounts.mail import proofs
from nameplate.accounts.mail import queries as mail
from nameplate.accounts.passwords import Passwords
from nameplate.accounts.queries import AccountRow
from nameplate.accounts.shares import queries as shares
from nameplate.accounts.sign_up import NO_EMAIL
from nameplate.audit import queries as log
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Changed, Conflict, Invalid
from nameplate.profiles import queries as profiles


async def check_password(hasher: Passwords, account: AccountRow, password: str, field: str) -> None:
    """Raises Invalid unless it is the account's. An account that only logs in with GitHub has none to give."""
    if account.password_hash is not None and not await hasher.verify(account.password_hash, password):
        raise Invalid("Type the password you log in with.", fields={field: "This is not your password."})


def checked_email(text: str) -> str:
    """Raises Invalid."""
    email = emails.normalise(text)
    if email is None:
        raise Invalid("Correct this and send it again.", fields={"email": NO_EMAIL})
    return email


async def change_email(tx: Tx, account: AccountRow, email: str, now: datetime, audit: Audit) -> bool:
    """The new address counts once it is confirmed; until then the one confirmed before goes on working. False when
    it is the same.

    The same happens whether or not somebody else has the new address.
    """
    if email == account.email:
        return False
    await audit.record(tx, account.account_id, "email.changed")
    await queries.drop_unverified_claims(tx, account.account_id)
    await mail.void_proofs(tx, account.account_id, now)
    if await queries.own_verified_email(tx, account.account_id) == email:
        await queries.set_email(tx, account.account_id, email, now)
        return True
    await queries.add_claim(tx, account.account_id, email, now)
    await queries.set_email(tx, account.account_id, email, None)
    await jobs.defer(tx, "accounts.send_verification", account_id=account.account_id)
    await jobs.defer(tx, "accounts.send_notice", account_id=account.account_id, what="email-changed")
    return True


async def change_password(
    tx: Tx, account: AccountRow, password_hash: str, now: datetime, audit: Audit
) -> bool:
    """Mails on their way are worth nothing any more; the caller sees to it that other sessions are neither.

    Raises Changed when the password was changed by somebody else in the meantime.
    """
    if not await queries.set_password_hash(tx, account.account_id, account.password_hash, password_hash):
        raise Changed("Your password was changed elsewhere just now. Log in again.")
    await mail.void_proofs(tx, account.account_id, now)
    await jobs.defer(tx, "accounts.send_notice", account_id=account.account_id, what="password-changed")
    await audit.record(tx, account.account_id, "password.changed")
    return True


async def reset_password(db: Database, hasher: Passwords, audit: Audit, proof: str, password: str) -> None:
    """Raises ProofRefused, and Invalid for a password that cannot be one (which does not use up the proof)."""
    claim = proofs.parse(proof)
    now = datetime.now(UTC)
    async with db.as_account(claim.account_id) as tx:
        await proofs.check(tx, claim, "reset", now)
        account = await queries.get_account(tx, claim.account_id)
    if account is None:
        raise proofs.ProofRefused
    refusal = await passwords.check(password, email=account.email, handle=account.handle)
    if refusal:
        raise Invalid("Correct this and send it again.", fields={"password": refusal})
    password_hash = await hasher.hash(password)
    async with db.as_account(claim.account_id) as tx:
        row = await proofs.use(tx, claim, "reset", now)
        if not await queries.set_password_hash(tx, account.account_id, account.password_hash, password_hash):
            raise Changed(
                "The password was changed elsewhere just now. Ask for a new mail if it was not you."
            )
        await mail.void_proofs(tx, account.account_id, now)
        await access.end_other_sessions(tx, account.account_id, None)
        # Whoever read the mail reads the mailbox: that confirms the address as well.
        if row.email == account.email and not await queries.is_verified_elsewhere(
            tx, account.account_id, row.email
        ):
            await queries.verify_claim(tx, account.account_id, row.email, now)
        await jobs.defer(tx, "accounts.send_notice", account_id=account.account_id, what="password-changed")
        await audit.record(tx, account.account_id, "password.reset")


async def verify_email(db: Database, audit: Audit, proof: str) -> str:
    """The address that is confirmed now. Raises ProofRefused, and Conflict when another account was first."""
    claim = proofs.parse(proof)
    now = datetime.now(UTC)
    async with db.as_account(claim.account_id) as tx:
        row = await proofs.use(tx, claim, "verify", now)
        account = await queries.get_account(tx, claim.account_id)
        if account is None or account.email != row.email:
            raise proofs.ProofRefused
        if not await queries.verify_claim(tx, account.account_id, row.email, now):
            detail = (
                "This address was confirmed for another account. Log in to that one, or use another address."
            )
            raise Conflict(detail)
        await audit.record(tx, account.account_id, "email.confirmed")
    return row.email


async def close(db: Database, account_id: UUID, audit: Audit) -> list[str]:
    """The account is gone for everybody at once; the purge job removes what is left. Returns the freed handles."""
    now = datetime.now(UTC)
    async with db.as_account(account_id) as tx:
        await profiles.publish_links(tx, account_id, False)
        await shares.revoke_all(tx, account_id)
        freed = await queries.close_account(tx, account_id, now)
        await jobs.defer(tx, "accounts.purge", account_id=account_id)
        await audit.record(tx, account_id, "account.closed")
        await log.close_chain(tx, account_id, now)
    await audit.record_for_operator(db, "account.deleted", by="owner")
    return freed
