"""`nameplate assets verify`: compare the table of pictures with the object storage."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from nameplate.assets.upkeep import queries
from nameplate.assets.upkeep.compare import Differences, compare
from nameplate.commands.folder import load_settings
from nameplate.commands.listen import require
from nameplate.db import SystemDatabase
from nameplate.errors import StartError, Unavailable
from nameplate.settings import Settings
from nameplate.storage import Storage

MOST_SHOWN = 20


def verify(environ: Mapping[str, str], *, mend: bool) -> int:
    """The exit code: 1 when pictures are missing and were not mended. Raises SettingsError, StartError."""
    settings = load_settings(environ)
    require(settings, "secret_key", "database_url", "s3_endpoint")
    console = Console(highlight=False)
    try:
        found = asyncio.run(find(settings, mend=mend))
    except Unavailable as error:
        raise StartError(f"{error.detail} Is Nameplate running?") from error
    except ValueError as error:
        raise StartError(str(error)) from error
    show(found, console, mend=mend)
    return 1 if found.missing and not mend else 0


async def find(settings: Settings, *, mend: bool) -> Differences:
    """The differences there are; with `mend` they are gone afterwards, as far as anybody can."""
    async with SystemDatabase(settings) as system:
        storage = Storage(settings)
        found = await compare(system.as_worker, storage)
        if not mend:
            return found
        async with system.as_worker() as tx:
            await queries.ask_removal(tx, [entry.key for entry in found.orphans], datetime.now(UTC))
        for row in found.missing:
            async with system.as_worker_for(row.account_id) as tx:
                await queries.lose_object(tx, row.account_id, row.upload_id, row.key)
    return found


def show(found: Differences, console: Console, *, mend: bool) -> None:
    console.print(f"{found.rows:,} variants in the table, {found.objects:,} objects in the store.")
    if found.foreign:
        console.print(f"{found.foreign:,} objects in our folder are none of ours; they are left alone.")
    if found.orphans:
        size = sum(entry.bytes for entry in found.orphans) / 1e6
        what = "will be removed within a minute" if mend else "run with --mend, or wait for the daily job"
        console.print(f"{len(found.orphans):,} objects ({size:.1f} MB) belong to nothing: {what}.")
    if found.missing:
        table = Table("account", "object", "bytes", title="Missing or of another size")
        for row in found.missing[:MOST_SHOWN]:
            table.add_row(str(row.account_id), row.key, f"{row.bytes:,}")
        console.print(table)
        console.print(
            "They were taken from the pages; their owners see it and can upload them again."
            if mend
            else f"{len(found.missing):,} in all. Bring the bucket back from a backup, or run with --mend to take them"
            " from the pages.",
            soft_wrap=True,
        )
    if not found.orphans and not found.missing:
        console.print("Nothing is missing and nothing is left over.")
