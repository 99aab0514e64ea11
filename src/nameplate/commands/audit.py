"""`nameplate audit verify`: walk every chain of the security log."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from nameplate.audit import queries
from nameplate.audit.chain import chain_key
from nameplate.audit.queries import OPERATOR
from nameplate.audit.verify import Verdict, verify_chain
from nameplate.commands.folder import load_settings
from nameplate.commands.listen import require
from nameplate.db import SystemDatabase
from nameplate.settings import Settings


def verify(environ: Mapping[str, str]) -> int:
    """The exit code: 1 when a chain is broken. Raises SettingsError."""
    settings = load_settings(environ)
    require(settings, "secret_key", "database_url")
    console = Console(highlight=False)
    verdicts = asyncio.run(verify_all(settings, console))
    broken = [verdict for verdict in verdicts if verdict.broken]
    entries = sum(verdict.entries for verdict in verdicts)
    if not broken:
        console.print(f"{entries:,} entries in {len(verdicts):,} chains: nothing was changed or removed.")
        return 0
    table = Table("account", "entry", "what", title="Broken chains")
    for verdict in broken:
        who = "operator" if verdict.account_id == OPERATOR else str(verdict.account_id)
        table.add_row(who, str(verdict.seq), verdict.broken)
    console.print(table)
    first = broken[0]
    console.print(
        f"First: entry {first.seq} of {first.account_id}: {first.broken}. Compare with a backup; whoever did this"
        " could write to the database, but did not know the secret key.",
        soft_wrap=True,
    )
    return 1


async def verify_all(settings: Settings, console: Console) -> list[Verdict]:
    """Every chain, and every account that should have one."""
    key = chain_key(settings.secret_key)
    verdicts: list[Verdict] = []
    async with SystemDatabase(settings) as system:
        async with system.as_worker() as tx:
            chained = await queries.chained_accounts(tx)
        async with system.as_consumer() as tx:
            living = await queries.accounts_with_a_page(tx)
        accounts = sorted({*chained, *living})
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
            bar = bars.add_task("Verifying", total=len(accounts))
            for account_id in accounts:
                verdicts.append(await _verdict(system, key, account_id))
                bars.advance(bar)
    return verdicts


async def _verdict(system: SystemDatabase, key: bytes, account_id: UUID) -> Verdict:
    async with system.as_worker_for(account_id) as tx:
        verdict = await verify_chain(tx, key, account_id)
    if verdict.broken:
        # Retention may have moved the beginning while we read: what is truly broken stays so.
        async with system.as_worker_for(account_id) as tx:
            verdict = await verify_chain(tx, key, account_id)
    return verdict
