"""The months there are raw events of."""

from datetime import date

from nameplate.db import Tx


async def months(tx: Tx) -> list[date]:
    """First days, the oldest first."""
    cursor = await tx.connection.execute(
        """
        SELECT to_date(right(c.relname, 6), 'YYYYMM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'events'::regclass AND c.relname ~ '^events_[0-9]{6}$' ORDER BY 1
        """
    )
    return [month for (month,) in await cursor.fetchall()]


async def drop_month(tx: Tx, month: date) -> bool:
    """False: it was gone already."""
    return bool(await tx.value("SELECT drop_events_partition(%s)", (month,)))
