"""`nameplate account`: what only the operator can do for somebody."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from rich.console import Console
from rich.prompt import Confirm

from nameplate import jobs
from nameplate.accounts.access import queries as access
from nameplate.accounts.factors import queries as factors
from nameplate.audit.record import Audit, Origin
from nameplate.commands.folder import load_settings
from nameplate.commands.listen import require
from nameplate.db import Database
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles
from nameplate.settings import Settings


def reset_factors(environ: Mapping[str, str], handle: str, *, yes: bool) -> int:
    """The exit code. Raises SettingsError."""
    settings = load_settings(environ)
    require(settings, "secret_key", "database_url")
    console = Console(highlight=False)
    wanted = handles.normalise(handle)
    account_id = asyncio.run(_find(settings, wanted))
    if account_id is None:
        console.print(f"Nobody has the handle {wanted}.", markup=False)
        return 1
    question = (
        f"Remove every passkey, authenticator app and recovery code of {wanted}, and log it out everywhere?"
    )
    if not yes and not Confirm.ask(question, console=console, default=False):
        console.print("Nothing was changed.")
        return 1
    removed = asyncio.run(_reset(settings, account_id))
    console.print(f"Removed {removed} second factors of {wanted}. It is in its security log.", markup=False)
    return 0


async def _find(settings: Settings, handle: str) -> UUID | None:
    async with Database(settings) as db, db.as_claimant("") as tx:
        row = await profiles.handle_by_skeleton(tx, handles.skeleton(handle))
    return row.account_id if row else None


async def _reset(settings: Settings, account_id: UUID) -> int:
    async with Database(settings) as db:
        async with db.as_account(account_id) as tx:
            removed = await factors.remove_factors(tx, account_id)
            await access.end_other_sessions(tx, account_id, None)
            await jobs.defer(tx, "accounts.send_notice", account_id=account_id, what="factors-changed")
            audit = Audit(settings.secret_key, Origin())
            await audit.record(tx, account_id, "factors.reset", by="operator")
        await audit.record_for_operator(db, "operator.acted", by="operator", command="account reset-factors")
    return removed
