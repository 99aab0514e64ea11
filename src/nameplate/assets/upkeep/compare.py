"""What the table says is in the store, and what the store has: both in the order of their keys, page by page."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nameplate.assets import keys
from nameplate.assets.upkeep import queries
from nameplate.assets.upkeep.queries import KnownRow
from nameplate.db import Tx
from nameplate.storage import Storage, Stored

# An upload puts its objects first and commits their rows then; it has ended one way or the other long before.
YOUNG = timedelta(hours=6)
PAGE = 5000


@dataclass(slots=True)
class Differences:
    """`orphans`: objects without a row. `missing`: rows without their object, or with another size of it.

    `foreign`: names in our folder that are none of our keys; nobody touches them.
    """

    objects: int = 0
    rows: int = 0
    orphans: list[Stored] = field(default_factory=list)
    missing: list[KnownRow] = field(default_factory=list)
    foreign: int = 0


async def compare(
    open_tx: Callable[[], AbstractAsyncContextManager[Tx]], storage: Storage, *, young: timedelta = YOUNG
) -> Differences:
    """Raises Unavailable when the store does not answer, and ValueError when it lists its keys in another order."""
    found = Differences()
    before = ""
    async for page in storage.list():
        stored = {entry.key: entry for entry in page}
        ours = sorted(key for key in stored if keys.SHAPE.fullmatch(key))
        found.objects += len(page)
        found.foreign += len(page) - len(ours)
        if not ours:
            continue
        if ours[0] <= before:
            raise ValueError("The store does not list its objects by name.")
        known = {row.key: row async for row in _known(open_tx, before, ours[-1])}
        found.rows += len(known)
        oldest = datetime.now(UTC) - young
        found.orphans += [stored[key] for key in ours if key not in known and stored[key].changed_at < oldest]
        found.missing += [row for row in known.values() if _lacks(row, stored.get(row.key))]
        before = ours[-1]
    async for row in _known(open_tx, before, None):
        found.rows += 1
        if _lacks(row, None):
            found.missing.append(row)
    # The store was listed before the rows were read: what came in between is not missing.
    found.missing = [row for row in found.missing if await storage.size(row.key) != row.bytes]
    return found


def _lacks(row: KnownRow, stored: Stored | None) -> bool:
    return not row.waits and (stored is None or stored.bytes != row.bytes)


async def _known(
    open_tx: Callable[[], AbstractAsyncContextManager[Tx]], after: str, until: str | None
) -> AsyncIterator[KnownRow]:
    while True:
        async with open_tx() as tx:
            rows = await queries.known_objects(tx, after, until, PAGE)
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        after = rows[-1].key
