"""What the worker does for accounts. Arguments hold ids only: a job is a hint, the rows decide."""

from datetime import UTC, datetime
from typing import Literal, Protocol
from uuid import UUID

import structlog

from nameplate import jobs
from nameplate.accounts import queries
from nameplate.accounts.access import queries as access
from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.everything import queries as everything
from nameplate.accounts.factors import queries as factors
from nameplate.accounts.mail import post, proofs, texts
from nameplate.accounts.mail import queries as mail
from nameplate.accounts.mail.texts import Letter
from nameplate.accounts.queries import AccountRow
from nameplate.assets.upkeep import queries as pictures
from nameplate.audit import queries as log_of
from nameplate.db import SystemDatabase
from nameplate.errors import TooMany, Unavailable
from nameplate.http.rate_limit import Cost, Limits
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

# Rows removed in one transaction: long enough to be quick, short enough to keep nobody waiting.
CHUNK = 5000
# Closed accounts taken up again in one night.
MOST_PURGES = 1000


class Services(Protocol):
    """What these jobs need of the worker."""

    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...
    @property
    def limits(self) -> Limits: ...


async def send_verification(services: Services, *, account_id: str) -> None:
    """Ask whoever reads the account's mailbox to confirm. To an address that is somebody else's, say that instead."""
    async with services.system.as_worker_for(UUID(account_id)) as tx:
        account = await queries.get_account(tx, UUID(account_id))
        if account is None or account.email_verified_at is not None:
            return
        taken = await queries.is_verified_elsewhere(tx, account.account_id, account.email)
    # Any number of accounts may claim an address: its owner must not be flooded by way of us.
    cost = await _may_write(services, account.email)
    if cost is None:
        return
    if taken:
        letter = texts.address_taken(services.settings.base_url, account.handle)
        await post.send(services.settings, account.email, letter)
        return
    try:
        await _send_proof(services, account, account.email, "verify")
    except Unavailable:
        await services.limits.give_back(cost)
        raise


async def send_reset(services: Services, *, account_id: str) -> None:
    """A link for a new password, to the address that is confirmed, or to the one that was given last.

    Most of these jobs find nobody: asking for an unknown address adds one as well.
    """
    async with services.system.as_worker_for(UUID(account_id)) as tx:
        account = await queries.get_account(tx, UUID(account_id))
        if account is None:
            return
        email = await queries.own_verified_email(tx, account.account_id)
        if email is None and await queries.is_verified_elsewhere(tx, account.account_id, account.email):
            return
    await _send_proof(services, account, email or account.email, "reset")


async def send_notice(
    services: Services,
    *,
    account_id: str,
    what: Literal["password-changed", "email-changed", "factors-changed"],
) -> None:
    """Tell the owner of an account what was done to it, where the doer cannot keep it from being read."""
    async with services.system.as_worker_for(UUID(account_id)) as tx:
        account = await queries.get_account(tx, UUID(account_id))
        email = await queries.own_verified_email(tx, UUID(account_id))
    if account is None or email is None:
        return
    write = {
        "password-changed": texts.password_changed,
        "email-changed": texts.email_changed,
        "factors-changed": texts.factors_changed,
    }[what]
    await post.send(services.settings, email, write(services.settings.base_url, account.handle))


async def send_new_device(services: Services, *, account_id: str, entry: int) -> None:
    """Tell the owner of a log-in by a browser that is new to this account; `entry` of its log says which."""
    async with services.system.as_worker_for(UUID(account_id)) as tx:
        account = await queries.get_account(tx, UUID(account_id))
        email = await queries.own_verified_email(tx, UUID(account_id))
        started = await log_of.get_entry(tx, UUID(account_id), entry)
    if account is None or email is None or started is None:
        return
    letter = texts.new_device(
        services.settings.base_url, account.handle, started.device, started.country, started.at
    )
    await post.send(services.settings, email, letter)


async def _may_write(services: Services, email: str) -> Cost | None:
    """What one more mail to this mailbox costs, whatever account asks for it; None when it is one too many."""
    cost = services.limits.cost(services.limits.budgets.mails, email.encode())
    try:
        await services.limits.spend(cost)
    except TooMany:
        log.info("enough mails to one address for today")
        return None
    return cost


async def _send_proof(services: Services, account: AccountRow, email: str, purpose: proofs.Purpose) -> None:
    # Made here and not in the request: neither the queue nor a web process ever holds the secret.
    proof = Credential.new(account.account_id)
    async with services.system.as_worker_for(account.account_id) as tx:
        if not await proofs.make(tx, proof, purpose, email, datetime.now(UTC)):
            log.info(
                "enough mails to this account for now", purpose=purpose, account_id=str(account.account_id)
            )
            return
    write = {"verify": texts.verification, "reset": texts.reset}[purpose]
    letter: Letter = write(services.settings.base_url, account.handle, proof.write("."))
    try:
        await post.send(services.settings, email, letter)
    except Unavailable:
        # This job is tried again with a proof of its own; the lost one must not count as a mail.
        async with services.system.as_worker_for(account.account_id) as tx:
            await mail.remove_proof(tx, account.account_id, proof.id)
        raise


async def purge(services: Services, *, account_id: str) -> None:
    """Remove every row of a closed account, in chunks. Killed at any point, it goes on where it was."""
    account = UUID(account_id)
    async with services.system.as_worker_for(account) as tx:
        closed = await queries.is_closed(tx, account)
        found = await everything.tables(tx)
    if closed is None:
        return
    if not closed:
        log.error("purge of an account that is not closed was refused", account_id=account_id)
        return
    async with services.system.as_worker_for(account) as tx:
        # Their rows go now, the objects themselves within a minute, or as soon as the store is back.
        await pictures.give_up_objects(tx, account, datetime.now(UTC))
    # The profile first: events of accounts without one are not counted any more. The account itself last: as long
    # as it is there, clean_up begins a lost purge again.
    order = {"profiles": -1, "accounts": 1}
    for table in sorted(found, key=lambda table: order.get(table.name, 0)):
        while True:
            async with services.system.as_worker_for(account) as tx:
                removed = await everything.remove_page(tx, account, table, CHUNK)
            if removed < CHUNK:
                break
    log.info("account purged", account_id=account_id)


async def clean_up(services: Services) -> None:
    """Once a day: what has expired, and purges that got lost."""
    async with services.system.as_worker() as tx:
        ended = await access.forget_expired_sessions(tx)
        forgotten = await mail.forget_expired_proofs(tx) + await factors.forget_expired(tx)
        closed = await queries.closed_accounts(tx, MOST_PURGES)
    for account in closed:
        async with services.system.as_worker() as tx:
            await jobs.defer(tx, "accounts.purge", account_id=account)
    log.info("accounts cleaned up", sessions=ended, proofs=forgotten, purges=len(closed))
