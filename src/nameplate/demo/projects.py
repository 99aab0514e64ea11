"""The demo's repositories: made up here, marked as that, and never asked for.

Their stars grow most when the demo was in the news, so that the cards tell the same story as the numbers.
"""

import math
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from psycopg.types.json import Jsonb

from nameplate.db import Database, SystemDatabase, Tx
from nameplate.demo import page
from nameplate.github.sync import queries as sync

LOOKS = 20
DAYS = 90


@dataclass(frozen=True, slots=True)
class Repository:
    """`stars` on the last day, of which `lately` came within DAYS. `hours` between two looks."""

    slug: str
    description: str
    language: str
    colour: str
    topics: tuple[str, ...]
    licence: str
    release: str
    stars: int
    lately: int
    forks: int
    issues: int
    hours: int = 6
    homepage: str = ""
    paused: bool = False

    @property
    def full_name(self) -> str:
        return f"junovale-example/{self.slug}"

    @property
    def id(self) -> UUID:
        return uuid5(page.account_id(page.HANDLE), f"repository {self.slug}")


REPOSITORIES = (
    Repository("tidewatch", "A tide clock for your terminal: predictions for 4,000 harbours, offline.", "Rust",
               "#dea584", ("cli", "tui", "tides"), "MIT", "v2.3.0", 4_812, 640, 187, 23, hours=1,
               homepage="https://tidewatch.junovale.example"),
    Repository("pgscope", "Query plans you can read: EXPLAIN as a map of where the time went.", "TypeScript",
               "#3178c6", ("postgresql", "explain", "performance"), "Apache-2.0", "v1.8.2", 1_937, 152, 96, 41),
    Repository("logleaf", "A log reader that fits in your head.", "Go", "#00ADD8", ("logs", "cli"), "MIT", "v0.9.1",
               683, 118, 21, 8),
    Repository("dotfiles", "Mine. Take what you like.", "Shell", "#89e051", (), "Unlicense", "", 74, 6, 9, 0,
               hours=24, paused=True),
)  # fmt: skip


async def write(system: SystemDatabase, db: Database, handle: str, until: datetime) -> None:
    """The repositories as they were at `until`, and the links that follow them. Done twice, nothing changes."""
    async with system.as_worker() as tx:
        for repository in REPOSITORIES:
            await _put(tx, repository, until)
            for day, stars in history(repository, until.date()):
                await sync.add_stars(tx, [{"id": str(repository.id), "stars": stars}], day)
            for at, attempt in attempts(repository, until):
                await sync.add_attempts(tx, [attempt], at)
    account = page.account_id(handle)
    async with db.as_account(account) as tx:
        for repository in REPOSITORIES:
            await _follow(tx, account, repository, until)


def history(repository: Repository, last: date) -> list[tuple[date, int]]:
    """Stars at the end of each day, never fewer than the day before."""
    random = Random(repository.slug)  # noqa: S311
    gained = [random.expovariate(1) + 6 * math.exp(-((day - DAYS * 0.72) ** 2) / 18) for day in range(DAYS)]
    found, passed = [], 0.0
    for day, more in enumerate(gained):
        passed += more
        stars = repository.stars - repository.lately + round(repository.lately * passed / sum(gained))
        found.append((last - timedelta(days=DAYS - 1 - day), stars))
    return found


def attempts(repository: Repository, until: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    """The last looks, latest first: some without news, one while GitHub had a bad moment."""
    random = Random(f"{repository.slug} looks")  # noqa: S311
    found: list[tuple[datetime, dict[str, Any]]] = []
    for look in range(LOOKS):
        failed = look == 7
        outcome = "failed" if failed else "updated" if look == 0 or random.random() < 0.4 else "unchanged"
        attempt = {
            "id": str(repository.id), "outcome": outcome, "status": 502 if failed else 200, "cost": 0.25,
            "ms": 10_140 if failed else random.randint(280, 900),
        }  # fmt: skip
        found.append(
            (until - timedelta(hours=repository.hours * look, seconds=random.randint(20, 400)), attempt)
        )
    return found


async def _put(tx: Tx, repository: Repository, until: datetime) -> None:
    """Whatever is known by this name stays as it is."""
    row = asdict(repository) | {
        "id": str(repository.id),
        "full_name": repository.full_name,
        "pushed_at": (until - timedelta(days=2, hours=repository.hours)).isoformat(),
        "looked_at": attempts(repository, until)[0][0].isoformat(),
    }
    await tx.run(
        """
        INSERT INTO github_repositories (id, address, full_name, description, homepage, language, language_colour,
            topics, licence, release, stars, forks, open_issues, pushed_at, added_at, changed_at, synced_at,
            interval_minutes, made_up)
        SELECT n.id, lower(n.full_name), n.full_name, n.description, n.homepage, n.language, n.colour, n.topics,
            n.licence, n.release, n.stars, n.forks, n.issues, n.pushed_at, n.looked_at, n.looked_at, n.looked_at,
            n.hours * 60, true
        FROM jsonb_to_record(%s) AS n (id uuid, full_name text, description text, homepage text, language text,
            colour text, topics text[], licence text, release text, stars int, forks int, issues int,
            pushed_at timestamptz, looked_at timestamptz, hours int)
        ON CONFLICT (address) DO NOTHING
        """,
        (Jsonb(row),),
    )


async def _follow(tx: Tx, account: UUID, repository: Repository, now: datetime) -> None:
    link = next(link for link in page.LINKS if link.slug == repository.slug)
    params = {
        "account": account, "link": link.id(account), "repository": repository.id, "now": now,
        "minutes": repository.hours * 60, "own": repository.hours != 6, "paused": repository.paused,
    }  # fmt: skip
    await tx.run(
        """
        UPDATE links SET repository_id = %(repository)s WHERE account_id = %(account)s AND id = %(link)s
            AND EXISTS (SELECT FROM github_repositories WHERE id = %(repository)s AND made_up)
        """,
        params,
    )
    await tx.run(
        """
        INSERT INTO github_sync_jobs (account_id, link_id, repository_id, interval_minutes, own_interval, paused,
            created_at)
        SELECT %(account)s, %(link)s, id, %(minutes)s, %(own)s, %(paused)s, %(now)s FROM github_repositories
        WHERE id = %(repository)s AND made_up
        ON CONFLICT (account_id, link_id) DO NOTHING
        """,
        params,
    )
