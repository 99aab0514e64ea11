"""What every change of second factors brings along."""

from dataclasses import dataclass
from datetime import datetime

from litestar.datastructures import Cookie

from nameplate import jobs
from nameplate.accounts.access import sessions
from nameplate.accounts.factors import queries, recovery
from nameplate.accounts.factors.queries import Present
from nameplate.audit.record import Audit
from nameplate.db import Tx
from nameplate.http.caller import Caller
from nameplate.settings import Settings


@dataclass(frozen=True, slots=True)
class Owner:
    """What every handler that changes factors needs."""

    caller: Caller
    settings: Settings
    audit: Audit


async def first_codes(tx: Tx, owner: Owner, before: Present, now: datetime) -> list[str]:
    """Recovery codes with the first factor; later there are some already."""
    if before.recovery_codes:
        return []
    codes = await recovery.renew(tx, owner.settings.secret_key, owner.caller.account_id, now)
    await owner.audit.record(tx, owner.caller.account_id, "recovery-codes.made")
    return codes


async def changed(tx: Tx, owner: Owner, before: Present) -> Cookie:
    """What every change of factors brings along: a new secret for this session, whose cookie is returned, and a mail.

    Switched on, two-step log-in ends the sessions that began without it; switched off, its recovery codes go.
    """
    account_id = owner.caller.account_id
    after = await queries.present(tx, account_id)
    session = await sessions.rotate(tx, owner.caller)
    if after.two_step and not before.two_step:
        await sessions.end_others(tx, session)
    if not after.two_step:
        await queries.remove_codes(tx, account_id)
    await jobs.defer(tx, "accounts.send_notice", account_id=account_id, what="factors-changed")
    return sessions.cookie(owner.settings, session)
