"""`nameplate github`: how keeping projects true goes, for the operator."""

import asyncio
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from nameplate.commands.listen import require
from nameplate.db import SystemDatabase
from nameplate.github import tokens
from nameplate.github.totals import queries
from nameplate.github.totals.queries import TokenTotalsRow, TotalsRow
from nameplate.settings import Settings

DAY = timedelta(days=1)


def github(settings: Settings, *, revive: bool) -> int:
    """Prints the totals. 1 when less than 95 % of a day's syncs succeeded or every token is refused."""
    require(settings, "secret_key", "database_url")
    return asyncio.run(_github(settings, revive=revive))


async def _github(settings: Settings, *, revive: bool) -> int:
    now = datetime.now(UTC)
    console = Console()
    async with SystemDatabase(settings) as system, system.as_worker() as tx:
        if revive:
            console.print(f"Tokens tried again: {await queries.revive(tx)}")
        totals = await queries.get_totals(tx, now, DAY)
        rows = await queries.get_tokens(tx)
        rests_until = await queries.get_rest(tx)
    known = tokens.known(settings)
    console.print(_totals(totals, now))
    console.print(_tokens([row for row in rows if row.id in known], now))
    if rests_until > now:
        console.print(f"GitHub does not answer; asked again at {rests_until:%H:%M:%S} UTC.")
    good = totals.attempts == 0 or totals.good / totals.attempts >= 0.95
    refused = [row for row in rows if row.id in known and row.bad]
    if refused:
        console.print("GitHub refuses tokens: replace them, or run this with --revive once they work again.")
    return 0 if good and len(refused) < max(len(known), 1) else 1


def _totals(totals: TotalsRow, now: datetime) -> Table:
    table = Table(show_header=False, box=None)
    rate = f"{totals.good / totals.attempts:.1%}" if totals.attempts else "nothing was asked yet"
    age = int((now - totals.oldest).total_seconds()) if totals.oldest else 0
    table.add_row("Repositories", f"{totals.repositories} ({totals.never} new, {totals.gone} not found)")
    table.add_row("Success, 24 hours", f"{rate} of {totals.attempts}")
    table.add_row("Points, 24 hours", f"{totals.points:.0f}")
    table.add_row("Overdue", f"{totals.overdue}, the oldest for {age} s" if totals.overdue else "none")
    if totals.lent:
        table.add_row("Tokens of owners", f"{totals.lent} ({totals.lent_refused} refused)")
    return table


def _tokens(rows: list[TokenTotalsRow], now: datetime) -> Table:
    table = Table("Token", "Left", "Resets", "State", box=None)
    for row in rows:
        left = "unknown" if row.remaining is None else f"{row.remaining} of {row.budget}"
        reset = f"{row.reset_at:%H:%M} UTC" if row.reset_at and row.reset_at > now else ""
        waits = f"waits until {row.not_before:%H:%M:%S}" if row.not_before > now else "good"
        table.add_row(row.hint, left, reset, f"refused: {row.bad}" if row.bad else waits)
    return table
