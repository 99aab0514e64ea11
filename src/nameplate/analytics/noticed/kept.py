"""How far back taps and web vitals can be asked for with filters: as far as there are raw events."""

from datetime import date, timedelta
from uuid import UUID

from nameplate.analytics.answers import Asked
from nameplate.analytics.noticed import queries
from nameplate.analytics.retention import queries as retention
from nameplate.db import Tx
from nameplate.errors import Invalid

MOST = 2_000_000
"""Views and clicks of a range that filters are answered for from the raw events: a second or two."""


async def complete_from(tx: Tx, account_id: UUID, asked: Asked) -> date | None:
    """The first day all events of which are still there, when that is after the first one asked for and something
    was counted before; else None. Raises Invalid when there are too many events to read."""
    months = await retention.months(tx)
    # The owner's first day of a month may have begun in the month before.
    first = months[0] + timedelta(days=1) if months else None
    late = (
        first is not None
        and first > asked.first
        and await queries.counted(tx, account_id, asked.first, min(first - timedelta(days=1), asked.last)) > 0
    )
    begin = first if late and first is not None else asked.first
    if await queries.counted(tx, account_id, begin, asked.last) > MOST:
        raise Invalid(
            "There is too much in this range to filter it here: choose fewer days, or take the filters away.",
            fields={"from": f"Filters are answered for up to {MOST:,} views and clicks."},
        )
    return first if late else None
