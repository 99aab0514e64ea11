"""Putting work off: a job commits or rolls back with the data it is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector

from nameplate.db import Tx

# Never opened in a web process: jobs are added on the transaction of whoever adds them.
_app = App(connector=PsycopgConnector())


async def defer(
    tx: Tx,
    task: str,
    *,
    account_id: UUID | None = None,
    once: str | None = None,
    at: datetime | None = None,
    **args: Any,
) -> None:
    """Add a job to `tx`.

    Args must be JSON values and never hold a secret, an e-mail address or an IP address: jobs are kept and logged.
    """
    if account_id is not None:
        args["account_id"] = str(account_id)
    await _app.configure_task(
        task, allow_unknown=True, connection=tx.connection, queueing_lock=once, schedule_at=at
    ).defer_async(**args)
