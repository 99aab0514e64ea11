"""Who wants a weekly mail, and which weeks are done. Another domain may ask for a new look at the clock."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class WeeklyMail:
    """Days are Mondays in the owner's time zone."""

    due_at: datetime | None
    done: date
    sent: date | None


async def get(tx: Tx, account_id: UUID) -> WeeklyMail | None:
    return await tx.one(
        WeeklyMail, "SELECT due_at, done, sent FROM weekly_mails WHERE account_id = %s", (account_id,)
    )


async def lock(tx: Tx, account_id: UUID) -> WeeklyMail | None:
    """And nobody else puts off or sends one until this transaction ends."""
    return await tx.one(
        WeeklyMail,
        "SELECT due_at, done, sent FROM weekly_mails WHERE account_id = %s FOR UPDATE",
        (account_id,),
    )


async def switch_on(tx: Tx, account_id: UUID, due_at: datetime, done: date) -> None:
    await tx.run(
        """
        INSERT INTO weekly_mails AS w (account_id, due_at, done) VALUES (%s, %s, %s)
        ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at, done = greatest(w.done, excluded.done)
        """,
        (account_id, due_at, done),
    )


async def switch_off(tx: Tx, account_id: UUID) -> None:
    await tx.run("UPDATE weekly_mails SET due_at = NULL WHERE account_id = %s", (account_id,))


async def look_again(tx: Tx, account_id: UUID, now: datetime) -> None:
    """The owner's clock is another one: the schedule finds out what that means."""
    await tx.run(
        "UPDATE weekly_mails SET due_at = %s WHERE account_id = %s AND due_at IS NOT NULL", (now, account_id)
    )


async def due(tx: Tx, now: datetime, limit: int) -> list[UUID]:
    """Across tenants, for the worker: accounts whose time has come, the longest waiting first."""
    cursor = await tx.connection.execute(
        "SELECT account_id FROM weekly_mails WHERE due_at <= %s ORDER BY due_at, account_id LIMIT %s",
        (now, limit),
    )
    return [account_id for (account_id,) in await cursor.fetchall()]


async def put_off(tx: Tx, account_id: UUID, due_at: datetime, done: date) -> None:
    await tx.run(
        "UPDATE weekly_mails SET due_at = %s, done = %s WHERE account_id = %s", (due_at, done, account_id)
    )


async def set_sent(tx: Tx, account_id: UUID, week: date | None) -> None:
    await tx.run("UPDATE weekly_mails SET sent = %s WHERE account_id = %s", (week, account_id))
