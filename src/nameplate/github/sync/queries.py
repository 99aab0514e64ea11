"""The queue of repositories, as workers share it. Time is always given: the tests live through days in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nameplate.db import Tx
from nameplate.github.tidy import queries as tidy


@dataclass(frozen=True, slots=True)
class DueRow:
    """A repository that is being asked for."""

    id: UUID
    address: str
    full_name: str
    node_id: str | None
    etag: str
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
    release_for: datetime | None
    """The push after which the release was asked for."""
    synced_at: datetime | None
    due_at: datetime | None
    asked: bool
    interval_minutes: int
    failures: int
    misses: int
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    node_id: str


@dataclass(frozen=True, slots=True)
class _Follower:
    account_id: UUID


@dataclass(frozen=True, slots=True)
class _Handle:
    handle: str


# --- the queue


async def spread(tx: Tx, now: datetime, over: timedelta) -> int:
    """After an outage everything is overdue: not all of it at once."""
    return await tx.run(
        "UPDATE github_repositories SET due_at = %(now)s + random() * %(over)s"
        " WHERE due_at <= %(now)s AND NOT asked AND (lease_until IS NULL OR lease_until <= %(now)s)",
        {"now": now, "over": over},
    )


async def next_due(tx: Tx, now: datetime) -> datetime | None:
    """When there is something to do that nobody is doing; in the past when there is now."""
    value: datetime | None = await tx.value(
        "SELECT min(due_at) FROM github_repositories WHERE NOT made_up AND (lease_until IS NULL OR lease_until <= %s)",
        (now,),
    )
    return value


async def claim(
    tx: Tx, by: UUID, now: datetime, until: datetime, most: int, early: float, *, asked_only: bool,
    owner: UUID | None = None,
) -> list[DueRow]:  # fmt: skip
    """Up to `most` repositories, ours until then. Nothing when none is due; a batch that is begun is filled with what
    is due within `early` of its interval. Either all have a node id or none has. `owner`: only what he links."""
    return await tx.all(
        DueRow,
        """
        WITH head AS (
            SELECT r.node_id IS NULL AS unknown FROM github_repositories r
            WHERE r.due_at <= %(now)s AND NOT r.made_up AND (r.asked OR NOT %(asked_only)s)
                AND (r.lease_until IS NULL OR r.lease_until <= %(now)s)
                AND (%(owner)s::uuid IS NULL OR EXISTS (SELECT FROM github_sync_jobs s
                    WHERE s.repository_id = r.id AND s.account_id = %(owner)s AND s.active))
            ORDER BY r.asked DESC, r.due_at LIMIT 1
        ), batch AS (
            SELECT r.id FROM github_repositories r, head
            WHERE (r.node_id IS NULL) = head.unknown AND NOT r.made_up AND (r.asked OR NOT %(asked_only)s)
                AND (%(owner)s::uuid IS NULL OR EXISTS (SELECT FROM github_sync_jobs s
                    WHERE s.repository_id = r.id AND s.account_id = %(owner)s AND s.active))
                AND (r.lease_until IS NULL OR r.lease_until <= %(now)s)
                AND r.due_at <= %(now)s + CASE WHEN r.failures = 0 AND r.misses = 0
                    THEN r.interval_minutes * %(early)s * interval '1 min' ELSE interval '0' END
            ORDER BY r.asked DESC, r.due_at LIMIT %(most)s FOR UPDATE OF r SKIP LOCKED
        )
        UPDATE github_repositories r SET lease_until = %(until)s, lease_by = %(by)s FROM batch WHERE r.id = batch.id
        RETURNING r.id, r.address, r.full_name, r.node_id, r.etag, r.description, r.homepage, r.language,
            r.language_colour, r.topics, r.licence, r.release, r.stars, r.forks, r.open_issues, r.archived, r.fork,
            r.template, r.pushed_at, r.release_for, r.synced_at, r.due_at, r.asked, r.interval_minutes, r.failures,
            r.misses, r.gone_at
        """,
        {
            "by": by,
            "now": now,
            "until": until,
            "most": most,
            "early": early,
            "asked_only": asked_only,
            "owner": owner,
        },
    )


async def put_facts(tx: Tx, by: UUID, rows: list[dict[str, Any]], now: datetime) -> None:
    """Repositories GitHub told us of: what they are now, and due again at `jitter` of their interval after they were
    due now: what was late keeps its turn, or every hold-up would gather more of them at one moment."""
    await tx.run(
        """
        UPDATE github_repositories r SET address = n.address, full_name = n.full_name, node_id = n.node_id,
            etag = n.etag, description = n.description, homepage = n.homepage, language = n.language,
            language_colour = n.language_colour, topics = n.topics, licence = n.licence, release = n.release,
            stars = n.stars, forks = n.forks, open_issues = n.open_issues, archived = n.archived, fork = n.fork,
            template = n.template, pushed_at = n.pushed_at, release_for = n.release_for,
            changed_at = CASE WHEN n.changed THEN %(now)s ELSE r.changed_at END,
            synced_at = %(now)s, failures = 0, misses = 0, gone_at = NULL, asked = false,
            lease_until = NULL, lease_by = NULL,
            interval_minutes = coalesce(w.minutes, r.interval_minutes),
            due_at = CASE
                WHEN r.due_at BETWEEN %(now)s - w.minutes * interval '30 s' AND %(now)s + w.minutes * interval '6 s'
                THEN r.due_at ELSE %(now)s END + w.minutes * n.jitter * interval '1 min'
        FROM jsonb_to_recordset(%(rows)s) AS n (id uuid, address text, full_name text, node_id text, etag text,
                description text, homepage text, language text, language_colour text, topics text[], licence text,
                release text, stars int, forks int, open_issues int, archived bool, fork bool, template bool,
                pushed_at timestamptz, release_for timestamptz, changed bool, jitter float8),
            LATERAL (SELECT min(s.interval_minutes) AS minutes FROM github_sync_jobs s
                WHERE s.repository_id = n.id AND s.active) AS w
        WHERE r.id = n.id AND r.lease_by = %(by)s
        """,
        {"rows": Jsonb(rows), "by": by, "now": now},
    )


async def put_misses(tx: Tx, by: UUID, rows: list[dict[str, Any]], now: datetime) -> None:
    """Repositories GitHub does not show to everybody."""
    await tx.run(
        """
        UPDATE github_repositories r SET misses = n.misses, failures = 0, asked = false, etag = '',
            node_id = CASE WHEN n.forget_node THEN NULL ELSE r.node_id END,
            gone_at = CASE WHEN n.gone THEN coalesce(r.gone_at, %(now)s) END,
            lease_until = NULL, lease_by = NULL,
            due_at = CASE WHEN EXISTS (SELECT FROM github_sync_jobs s WHERE s.repository_id = r.id AND s.active)
                THEN %(now)s + n.wait * interval '1 s' END
        FROM jsonb_to_recordset(%(rows)s) AS n (id uuid, misses int, gone bool, forget_node bool, wait float8)
        WHERE r.id = n.id AND r.lease_by = %(by)s
        """,
        {"rows": Jsonb(rows), "by": by, "now": now},
    )


async def put_failures(tx: Tx, by: UUID, rows: list[dict[str, Any]], now: datetime) -> None:
    """Not the repository's fault; asked again after `wait` seconds. `counts`: whether its pauses grow."""
    await tx.run(
        """
        UPDATE github_repositories r SET failures = r.failures + n.counts, lease_until = NULL, lease_by = NULL,
            due_at = CASE WHEN n.counts = 0 THEN r.due_at ELSE %(now)s + n.wait * interval '1 s' END
        FROM jsonb_to_recordset(%(rows)s) AS n (id uuid, counts int, wait float8)
        WHERE r.id = n.id AND r.lease_by = %(by)s
        """,
        {"rows": Jsonb(rows), "by": by, "now": now},
    )


async def add_attempts(tx: Tx, rows: list[dict[str, Any]], now: datetime) -> None:
    await tx.run(
        """
        INSERT INTO github_attempts (repository_id, at, outcome, status, cost, ms)
        SELECT n.id, %s, n.outcome, n.status, n.cost, n.ms
        FROM jsonb_to_recordset(%s) AS n (id uuid, outcome text, status int, cost real, ms int)
        WHERE EXISTS (SELECT FROM github_repositories r WHERE r.id = n.id)
        ON CONFLICT (repository_id, at) DO NOTHING
        """,
        (now, Jsonb(rows)),
    )


async def add_stars(tx: Tx, rows: list[dict[str, Any]], day: date) -> None:
    """The last look of a day is what is kept of it."""
    await tx.run(
        """
        INSERT INTO github_stars (repository_id, day, stars)
        SELECT n.id, %s, n.stars FROM jsonb_to_recordset(%s) AS n (id uuid, stars int)
        WHERE n.stars IS NOT NULL AND EXISTS (SELECT FROM github_repositories r WHERE r.id = n.id)
        ON CONFLICT (repository_id, day) DO UPDATE SET stars = excluded.stars WHERE github_stars.stars <> excluded.stars
        """,
        (day, Jsonb(rows)),
    )


async def handles_showing(tx: Tx, ids: Sequence[UUID]) -> list[str]:
    """Whose pages show one of these repositories."""
    rows = await tx.all(
        _Handle,
        """
        SELECT DISTINCT h.handle FROM github_sync_jobs s JOIN handles h ON h.account_id = s.account_id AND h.current
        WHERE s.repository_id = ANY(%s)
        """,
        (list(ids),),
    )
    return [row.handle for row in rows]


# --- renames


async def owners_of_nodes(tx: Tx, nodes: Sequence[str]) -> dict[str, UUID]:
    """Which rows stand for these node ids."""
    rows = await tx.all(
        _Known, "SELECT id, node_id FROM github_repositories WHERE node_id = ANY(%s)", (list(nodes),)
    )
    return {row.node_id: row.id for row in rows}


async def free_address(tx: Tx, address: str, keep: UUID) -> None:
    """GitHub gave this name to another repository: the row that had it waits under its id for its own news."""
    await tx.run(
        "UPDATE github_repositories SET address = '~' || id::text WHERE address = %s AND id <> %s",
        (address, keep),
    )


async def merge(tx: Tx, double: UUID, into: UUID) -> None:
    """Two names turned out to be one repository: whoever followed `double` follows `into`."""
    await tx.run("SELECT FROM github_repositories WHERE id = %s FOR UPDATE", (double,))
    followers = await tx.all(
        _Follower, "SELECT DISTINCT account_id FROM github_sync_jobs WHERE repository_id = %s", (double,)
    )
    for follower in followers:
        # Other tenants' rows are changed only from within their tenant.
        await tx.run("SELECT enter_account(%s)", (follower.account_id,))
        await tx.run(
            "UPDATE links SET repository_id = %s WHERE account_id = %s AND repository_id = %s",
            (into, follower.account_id, double),
        )
        await tx.run(
            "UPDATE github_sync_jobs SET repository_id = %s WHERE account_id = %s AND repository_id = %s",
            (into, follower.account_id, double),
        )
    await tidy.remove(tx, [double])
