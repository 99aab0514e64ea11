"""How it stands with a project link, as its owner is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from nameplate.github.queries import BudgetRow, SyncRow

State = Literal["fresh", "syncing", "waiting", "not-found", "paused"]
# What is due is not waited for as long as nobody could notice.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """`until`: when GitHub may be asked again; only of `waiting`."""

    state: State
    until: datetime | None = None


def asked_from(
    budgets: Sequence[BudgetRow], rests_until: datetime, now: datetime, reserve: float
) -> datetime | None:
    """From when GitHub may be asked. None: never, every token is refused."""
    good = [_usable_from(row, now, reserve) for row in budgets if not row.bad]
    if budgets and not good:
        return None
    return max(min(good, default=now), rests_until)


def _usable_from(row: BudgetRow, now: datetime, reserve: float) -> datetime:
    low = row.remaining is not None and row.remaining <= int((row.budget or 0) * reserve)
    return (
        max(row.not_before, row.reset_at) if low and row.reset_at and row.reset_at > now else row.not_before
    )


def standing(row: SyncRow, asked: datetime | None, now: datetime) -> Standing:
    """`asked`: see `asked_from`."""
    if row.paused:
        return Standing("paused")
    if row.gone_at is not None:
        return Standing("not-found")
    if row.lease_until is not None and row.lease_until > now:
        return Standing("syncing")
    if row.failures and row.due_at is not None:
        return Standing("waiting", max(row.due_at, asked or row.due_at))
    overdue = row.due_at is not None and row.due_at <= now
    if overdue or row.synced_at is None:
        if asked is None:
            return Standing("waiting")
        if asked > now + GRACE:
            return Standing("waiting", asked)
        return Standing("syncing")
    return Standing("fresh")
