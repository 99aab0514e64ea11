"""What a link in a mail proves: that its reader reads the mailbox of that address."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from nameplate.accounts.access.credentials import Credential
from nameplate.accounts.mail import queries
from nameplate.accounts.mail.queries import ProofRow
from nameplate.db import Tx
from nameplate.errors import Problem

Purpose = Literal["verify", "reset"]
LIFE: dict[Purpose, timedelta] = {"verify": timedelta(hours=24), "reset": timedelta(hours=1)}
# Mails of each kind to one account within the life of a proof: nobody's mailbox is flooded by way of us.
MOST: dict[Purpose, int] = {"verify": 6, "reset": 4}


class ProofRefused(Problem):
    """One answer for unknown, forged, expired and used proofs."""

    status = 410
    code = "proof-refused"
    title = "This link no longer works"

    def __init__(self) -> None:
        super().__init__("It was used before, or it is too old. Ask for a new mail and use its link.")


def parse(text: str) -> Credential:
    """Raises ProofRefused for what cannot be one."""
    claim = Credential.parse(text)
    if claim is None:
        raise ProofRefused
    return claim


async def check(tx: Tx, claim: Credential, purpose: Purpose, now: datetime) -> ProofRow:
    """The proof, not used up yet. Raises ProofRefused."""
    row = await queries.get_proof(tx, claim.account_id, claim.id)
    good = (
        row is not None
        and claim.opens(row.secret_hash)
        and row.purpose == purpose
        and row.used_at is None
        and row.expires_at > now
    )
    if row is None or not good:
        raise ProofRefused
    return row


async def use(tx: Tx, claim: Credential, purpose: Purpose, now: datetime) -> ProofRow:
    """As `check`, and of two who come at the same moment only one gets through."""
    row = await check(tx, claim, purpose, now)
    if not await queries.use_proof(tx, claim.account_id, claim.id, now):
        raise ProofRefused
    return row


async def make(tx: Tx, claim: Credential, purpose: Purpose, email: str, now: datetime) -> bool:
    """Keep the hash of a new proof. False when enough mails were sent to this account lately."""
    if not await may_send(tx, claim.account_id, purpose, now):
        return False
    row = ProofRow(claim.id, purpose, email, claim.secret_hash, now + LIFE[purpose], None)
    await queries.add_proof(tx, claim.account_id, row)
    return True


async def may_send(tx: Tx, account_id: UUID, purpose: Purpose, now: datetime) -> bool:
    """Whether `make` would agree."""
    return await queries.count_proofs(tx, account_id, purpose, now) < MOST[purpose]
