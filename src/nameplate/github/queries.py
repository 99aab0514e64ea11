"""Repositories as an account sees them: which of its links follow one, and what is known of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from nameplate.db import Tx
from nameplate.github.address import Address
from nameplate.ids import new_id

# Minutes between two looks at a repository.
LEAST, MOST, USUAL = 15, 7 * 24 * 60, 6 * 60
# What is younger is shown as it is when somebody else links the same repository.
YOUNG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SyncRow:
    """A link that follows a repository, and what is known of that."""

    link_id: UUID
    title: str
    repository_id: UUID
    interval_minutes: int
    own_interval: bool
    paused: bool
    asked_at: datetime | None
    full_name: str
    description: str
    homepage: str
    language: str
    language_colour: str
    topics: list[str]
    licence: str
    release: str
    stars: int | None
    forks: int | None
    open_issues: int | None
    archived: bool
    fork: bool
    template: bool
    pushed_at: datetime | None
    changed_at: datetime | None
    synced_at: datetime | None
    due_at: datetime | None
    failures: int
    misses: int
    gone_at: datetime | None
    lease_until: datetime | None
    made_up: bool


@dataclass(frozen=True, slots=True)
class AttemptRow:
    at: datetime
    outcome: str
    status: int
    cost: float
    ms: int


@dataclass(frozen=True, slots=True)
class StarsRow:
    repository_id: UUID
    day: date
    stars: int


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A token as far as anybody waits for it."""

    remaining: int | None
    budget: int | None
    reset_at: datetime | None
    not_before: datetime
    bad: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def follow(
    tx: Tx, account_id: UUID, link_id: UUID, address: Address, now: datetime, least: int
) -> None:
    """The link follows this repository from now on. Asked for at once unless what is known is young.

    `least`: no interval of this installation is shorter.
    """
    default = await get_default_interval(tx, account_id)
    minutes = max(default, least)
    repository = await _repository(tx, address, minutes, now)
    await tx.run(
        "UPDATE links SET repository_id = %s WHERE account_id = %s AND id = %s",
        (repository, account_id, link_id),
    )
    await tx.run(
        """
        INSERT INTO github_sync_jobs (account_id, link_id, repository_id, interval_minutes, created_at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (account_id, link_id) DO UPDATE SET repository_id = excluded.repository_id, closed = false
        """,
        (account_id, link_id, repository, minutes, now),
    )
    await tx.run(
        """
        UPDATE github_repositories SET due_at = %(now)s, asked = true
        WHERE id = %(id)s AND NOT made_up AND NOT asked
            AND (due_at IS NULL OR synced_at IS NULL OR synced_at < %(young)s)
        """,
        {"id": repository, "now": now, "young": now - YOUNG},
    )


async def _repository(tx: Tx, address: Address, minutes: int, now: datetime) -> UUID:
    """The row of this repository, made when nobody linked it before; kept from being merged until the commit."""
    while True:
        await tx.run(
            """
            INSERT INTO github_repositories (id, address, full_name, added_at, due_at, asked, interval_minutes)
            VALUES (%s, %s, %s, %s, %s, true, %s) ON CONFLICT (address) DO NOTHING
            """,
            (new_id(), address.key, address.full_name, now, now, minutes),
        )
        row = await tx.one(
            _Id, "SELECT id FROM github_repositories WHERE address = %s FOR KEY SHARE", (address.key,)
        )
        if row is not None:
            return row.id


async def unfollow(tx: Tx, account_id: UUID, link_id: UUID) -> None:
    """The worker notices at its next look when nobody is left who wants the repository."""
    await tx.run("DELETE FROM github_sync_jobs WHERE account_id = %s AND link_id = %s", (account_id, link_id))
    await tx.run(
        "UPDATE links SET repository_id = NULL WHERE account_id = %s AND id = %s AND repository_id IS NOT NULL",
        (account_id, link_id),
    )


async def close(tx: Tx, account_id: UUID, link_id: UUID) -> None:
    """The link is deleted, and perhaps wanted back: what was set stays."""
    await tx.run(
        "UPDATE github_sync_jobs SET closed = true WHERE account_id = %s AND link_id = %s",
        (account_id, link_id),
    )


async def get_syncs(tx: Tx, account_id: UUID, link_id: UUID | None = None) -> list[SyncRow]:
    """Every link of the account that follows a repository, or one of them, in the order of the page."""
    return await tx.all(
        SyncRow,
        """
        SELECT s.link_id, l.title, s.repository_id, s.interval_minutes, s.own_interval, s.paused, s.asked_at,
            r.full_name, r.description, r.homepage, r.language, r.language_colour, r.topics, r.licence, r.release,
            r.stars, r.forks, r.open_issues, r.archived, r.fork, r.template, r.pushed_at, r.changed_at, r.synced_at,
            r.due_at, r.failures, r.misses, r.gone_at, r.lease_until, r.made_up
        FROM github_sync_jobs s
        JOIN links l ON l.account_id = s.account_id AND l.id = s.link_id
        JOIN github_repositories r ON r.id = s.repository_id
        WHERE s.account_id = %(account)s AND l.deleted_at IS NULL AND (%(link)s::uuid IS NULL OR s.link_id = %(link)s)
        ORDER BY l.pinned DESC, l.position, l.id
        """,
        {"account": account_id, "link": link_id},
    )


async def set_interval(tx: Tx, account_id: UUID, link_id: UUID, minutes: int | None, least: int) -> None:
    """None: as the account's default."""
    wanted = max(minutes if minutes is not None else await get_default_interval(tx, account_id), least)
    await tx.run(
        "UPDATE github_sync_jobs SET interval_minutes = %s, own_interval = %s WHERE account_id = %s AND link_id = %s",
        (wanted, minutes is not None, account_id, link_id),
    )


async def set_paused(tx: Tx, account_id: UUID, link_id: UUID, paused: bool) -> None:
    await tx.run(
        "UPDATE github_sync_jobs SET paused = %s WHERE account_id = %s AND link_id = %s",
        (paused, account_id, link_id),
    )


async def get_default_interval(tx: Tx, account_id: UUID) -> int:
    value = await tx.value(
        "SELECT interval_minutes FROM github_preferences WHERE account_id = %s", (account_id,)
    )
    return USUAL if value is None else int(value)


async def set_default_interval(tx: Tx, account_id: UUID, minutes: int, least: int) -> None:
    await tx.run(
        """
        INSERT INTO github_preferences (account_id, interval_minutes) VALUES (%s, %s)
        ON CONFLICT (account_id) DO UPDATE SET interval_minutes = excluded.interval_minutes
        """,
        (account_id, minutes),
    )
    await tx.run(
        "UPDATE github_sync_jobs SET interval_minutes = %s WHERE account_id = %s AND NOT own_interval",
        (max(minutes, least), account_id),
    )


async def bring_forward(tx: Tx, account_id: UUID) -> None:
    """After an interval became shorter or a pause ended: due no later than that says."""
    await tx.run(
        """
        UPDATE github_repositories r
        SET due_at = coalesce(r.synced_at, r.added_at) + s.interval_minutes * interval '1 min'
        FROM github_sync_jobs s
        WHERE s.account_id = %s AND s.active AND r.id = s.repository_id AND NOT r.made_up
            AND (r.due_at IS NULL OR r.failures = 0 AND r.misses = 0
                 AND r.due_at > coalesce(r.synced_at, r.added_at) + s.interval_minutes * interval '1 min')
        """,
        (account_id,),
    )


async def ask_now(tx: Tx, account_id: UUID, link_id: UUID, now: datetime, pause: timedelta) -> bool:
    """Ask GitHub as soon as it may be asked. False when that was wished for a moment ago already."""
    asked = await tx.run(
        """
        UPDATE github_sync_jobs SET asked_at = %s
        WHERE account_id = %s AND link_id = %s AND (asked_at IS NULL OR asked_at <= %s)
        """,
        (now, account_id, link_id, now - pause),
    )
    if asked:
        # What failed waits for its own pause: an impatient owner does not make GitHub well.
        await tx.run(
            """
            UPDATE github_repositories r SET due_at = %(now)s, asked = true FROM github_sync_jobs s
            WHERE s.account_id = %(account)s AND s.link_id = %(link)s AND r.id = s.repository_id
                AND (r.failures = 0 OR r.due_at IS NULL OR r.due_at <= %(now)s)
            """,
            {"account": account_id, "link": link_id, "now": now},
        )
    return asked > 0


async def get_attempts(tx: Tx, repository_id: UUID, most: int) -> list[AttemptRow]:
    """Latest first."""
    return await tx.all(
        AttemptRow,
        "SELECT at, outcome, status, cost, ms FROM github_attempts WHERE repository_id = %s ORDER BY at DESC LIMIT %s",
        (repository_id, most),
    )


async def get_stars(tx: Tx, account_id: UUID, since: date) -> list[StarsRow]:
    """One row for each day of each repository the account links."""
    return await tx.all(
        StarsRow,
        """
        SELECT h.repository_id, h.day, h.stars FROM github_stars h
        WHERE h.day >= %s AND h.repository_id IN (SELECT repository_id FROM github_sync_jobs WHERE account_id = %s)
        ORDER BY h.repository_id, h.day
        """,
        (since, account_id),
    )


async def get_budgets(tx: Tx, ids: list[str]) -> list[BudgetRow]:
    return await tx.all(
        BudgetRow,
        "SELECT remaining, budget, reset_at, not_before, bad FROM github_tokens WHERE id = ANY(%s)",
        (ids,),
    )


async def get_rest(tx: Tx) -> datetime:
    """Until when nobody asks GitHub because it is ill; in the past when it is well."""
    value: datetime = await tx.value("SELECT rests_until FROM github_circuit")
    return value
