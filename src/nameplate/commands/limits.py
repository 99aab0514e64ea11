"""`nameplate limits`: who was limited, how often, and whether limits hurt people who use this installation."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from rich.console import Console
from rich.table import Table

from nameplate.commands.folder import load_settings
from nameplate.commands.listen import require
from nameplate.db import SystemDatabase
from nameplate.errors import StartError, Unavailable
from nameplate.limits import queries
from nameplate.limits.queries import AreaRow, LimitedRow, TotalRow
from nameplate.settings import Settings

MOST = 20
_NONE = TotalRow(0, 0, 0)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`accounts.people` and `strangers.people`: accounts and addresses that were limited."""

    hours: int
    limit: int
    accounts: TotalRow
    strangers: TotalRow
    limited_share: float
    """Of all requests."""
    share_of_accounts: float
    """Of the limited requests, those of people who were logged in: these are the ones that limits hurt."""
    areas: list[AreaRow]
    most_limited: list[LimitedRow]


def limits(environ: Mapping[str, str], *, hours: int, as_json: bool) -> None:
    """Print the report. Raises StartError when the database does not answer."""
    settings = load_settings(environ)
    require(settings, "secret_key", "database_url")
    try:
        report = asyncio.run(read(settings, hours))
    except Unavailable as error:
        raise StartError(f"{error.detail} Is Nameplate running?") from error
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        show(report, Console(highlight=False))


async def read(settings: Settings, hours: int) -> Report:
    start = datetime.now(UTC) - timedelta(hours=hours)
    async with SystemDatabase(settings) as system, system.as_consumer() as tx:
        accounts = await queries.account_total(tx, start) or _NONE
        strangers = await queries.stranger_total(tx, start) or _NONE
        areas = await queries.limited_areas(tx, start)
        most_limited = await queries.most_limited(tx, start, MOST)
    limited = accounts.limited + strangers.limited
    every = limited + accounts.allowed + strangers.allowed
    return Report(
        hours=hours,
        limit=settings.rate_limit,
        accounts=accounts,
        strangers=strangers,
        limited_share=limited / every if every else 0.0,
        share_of_accounts=accounts.limited / limited if limited else 0.0,
        areas=areas,
        most_limited=most_limited,
    )


def show(report: Report, console: Console) -> None:
    """As tables for people."""
    total = _table("", "requests", "limited", "who was limited")
    for name, row, unit in (
        ("with an account", report.accounts, "accounts"),
        ("without", report.strangers, "addresses"),
    ):
        total.add_row(name, f"{row.allowed + row.limited:,}", f"{row.limited:,}", f"{row.people:,} {unit}")
    console.print(
        f"The last {report.hours} hours; {report.limit} requests a minute and address are allowed.\n"
    )
    console.print(total)
    console.print(f"\n{_verdict(report)}\n")
    if report.areas:
        areas = _table("part", "requests", "limited")
        for area in report.areas[:MOST]:
            areas.add_row(area.area, f"{area.allowed + area.limited:,}", f"{area.limited:,}")
        console.print(areas)
    if report.most_limited:
        console.print()
        people = _table("most limited", "", "part", "limited", "in minutes")
        for who in report.most_limited:
            people.add_row(who.who, who.name, who.area, f"{who.limited:,}", f"{who.minutes:,}")
        console.print(people)


def _verdict(report: Report) -> str:
    if report.accounts.limited + report.strangers.limited == 0:
        return "[green]✓[/] Nobody was limited."
    if report.accounts.limited == 0:
        return (
            f"[green]✓[/] {report.limited_share:.1%} of all requests were limited, none of people logged in."
        )
    return (
        f"[yellow]![/] {report.share_of_accounts:.1%} of the limited requests were of people logged in. If they are"
        " legitimate, raise\n  NAMEPLATE_RATE_LIMIT, give each account its own budget with NAMEPLATE_RATE_LIMIT_USER,"
        "\n  or name their network in NAMEPLATE_RATE_LIMIT_ALLOW."
    )


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in headings:
        right = heading in ("requests", "limited", "in minutes")
        table.add_column(heading, justify="right" if right else "left")
    return table
