"""Repositories that are followed, put straight into the database, and lanes that keep them true."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import httpx
import psycopg

from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.github import tokens
from nameplate.github.budget import queries as budget
from nameplate.github.sync.clock import Clock
from nameplate.github.sync.lane import Lane
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.github.stand_in import GitHub, Repo


@dataclass
class Workers:
    """What a worker process gives its lanes."""

    settings: Settings
    system: SystemDatabase
    cache: Cache

    async def lane(self, client: httpx.AsyncClient, clock: Clock, poll: float = 2.0) -> Lane:
        known = tokens.known(self.settings)
        async with self.system.as_worker() as tx:
            for name, token in known.items():
                await budget.add_token(tx, name, tokens.hint(token))
        return Lane(self, client, known, clock=clock, poll=poll)


@asynccontextmanager
async def workers(settings: Settings, github_tokens: Sequence[str]) -> AsyncIterator[Workers]:
    settings = replace(settings, github_tokens=tuple(github_tokens), github_api_url="https://api.github.com")
    async with SystemDatabase(settings) as system, Cache(settings) as cache:
        yield Workers(settings, system, cache)


def follow(
    admin_url: str, names: Sequence[str], now: datetime, minutes: int = 60, *, spread: timedelta = timedelta()
) -> UUID:
    """An account whose links lead to these repositories, all due within `spread`. Returns the account."""
    account = new_id()
    handle = f"ann-{account.hex[-12:]}"
    with psycopg.connect(admin_url) as db:
        db.execute(
            "INSERT INTO accounts (account_id, email, created_at) VALUES (%s, %s, %s)",
            (account, f"{handle}@example.org", now),
        )
        db.execute(
            "INSERT INTO profiles (account_id, handle, created_at, updated_at) VALUES (%s, %s, %s, %s)",
            (account, handle, now, now),
        )
        db.execute(
            "INSERT INTO handles (skeleton, handle, account_id, changed_at) VALUES (%s, %s, %s, %s)",
            (handle, handle, account, now),
        )
        step = spread / max(len(names), 1)
        ids = [(new_id(), new_id(), name, n) for n, name in enumerate(names)]
        with db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO github_repositories (id, address, full_name, added_at, due_at, interval_minutes)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [(repo, name.lower(), name, now, now + step * n, minutes) for repo, _, name, n in ids],
            )
            cursor.executemany(
                "INSERT INTO links (account_id, id, title, url, slug, kind, position, published, created_at,"
                " updated_at, repository_id) VALUES (%s, %s, %s, %s, %s, 'project', %s, true, %s, %s, %s)",
                [
                    (account, link, name, f"https://github.com/{name}", f"p{n}", n, now, now, repo)
                    for repo, link, name, n in ids
                ],
            )
            cursor.executemany(
                "INSERT INTO github_sync_jobs (account_id, link_id, repository_id, interval_minutes, created_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                [(account, link, repo, minutes, now) for repo, link, _, _ in ids],
            )
    return account


def late_share(github: GitHub, repos: Sequence[Repo], end: datetime, minutes: int) -> tuple[int, int]:
    """How many syncs were due, and how many of them were done within the interval and a tenth."""
    limit = timedelta(minutes=minutes * 1.1)
    due = on_time = 0
    for repo in repos:
        moments = github.seen[repo.node_id]
        gaps = [after - before for before, after in pairwise(moments)]
        last = end - moments[-1] if moments else limit * 2
        gaps += [last] if last > limit else []
        due += len(gaps)
        on_time += sum(gap <= limit for gap in gaps)
    return due, on_time
