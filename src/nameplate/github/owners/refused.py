"""GitHub does not take an owner's token any more: he is told, once."""

from datetime import datetime
from uuid import UUID

from nameplate import jobs
from nameplate.audit.record import Audit, Origin
from nameplate.db import Tx
from nameplate.github.owners import queries


async def tell(tx: Tx, secret_key: str, account_id: UUID, token_id: str, now: datetime) -> None:
    """The last of a transaction: it acts for that account from here on."""
    if await queries.set_refused(tx, account_id, token_id, now):
        await jobs.defer(tx, "github.send_token_refused", account_id=account_id)
        await Audit(secret_key, Origin()).record(tx, account_id, "github-token.refused", by="server")
