"""A job that was begun is done, whatever happens to its worker or to the line to the database."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from nameplate import worker
from nameplate.cache import Cache
from nameplate.db import SystemDatabase
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage


@pytest.fixture
def admin(admin_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(admin_url, autocommit=True, options="-c search_path=public,jobs") as connection:
        yield connection


@pytest.fixture
async def jobs(settings: Settings) -> AsyncIterator[App]:
    """Every job, and nobody who does them yet."""
    async with (
        SystemDatabase(settings) as system,
        Cache(settings) as cache,
        Limits(settings, cache.client, counts=False) as limits,
    ):
        app = worker.build(settings, worker.Services(settings, system, cache, limits, Storage(settings)))
        async with app.open_async():
            yield app


@pytest.fixture
async def at_work(jobs: App) -> AsyncIterator[App]:
    task = asyncio.create_task(
        jobs.run_worker_async(
            concurrency=4, fetch_job_polling_interval=0.1, install_signal_handlers=False, listen_notify=False
        )
    )
    yield jobs
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def begun(admin: psycopg.Connection, task: str, worker_id: int | None, lock: str | None = None) -> int:
    """The id of a job that is `doing`."""
    row = admin.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, worker_id, queueing_lock)"
        """ VALUES ('default', %s, 'doing', '{"timestamp": 0}', %s, %s) RETURNING id""",
        (task, worker_id, lock),
    ).fetchone()
    assert row is not None
    return int(row[0])


def dead_worker(admin: psycopg.Connection) -> int:
    row = admin.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
    ).fetchone()
    assert row is not None
    return int(row[0])


async def look(app: App) -> None:
    """What is done every minute."""
    with suppress(AlreadyEnqueued):
        await app.configure_task("jobs.retry_stalled").defer_async(timestamp=0)


async def do_what_is_due(app: App) -> None:
    await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)


def status(admin: psycopg.Connection, job: int) -> Any:
    row = admin.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", (job,)).fetchone()
    assert row is not None
    return row[0]


async def test_a_job_of_a_worker_that_died_is_done_by_another(jobs: App, admin: psycopg.Connection) -> None:
    job = begun(admin, "assets.sweep", dead_worker(admin))
    await look(jobs)
    await do_what_is_due(jobs)
    assert status(admin, job) == "succeeded"


async def test_a_job_whose_next_turn_waits_already_keeps_no_other_from_being_taken_over(
    jobs: App, admin: psycopg.Connection
) -> None:
    dead = dead_worker(admin)
    scheduled = begun(admin, "assets.sweep", dead, lock="assets.sweep")
    other = begun(admin, "accounts.clean_up", dead)
    admin.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, queueing_lock, scheduled_at)"
        """ VALUES ('default', 'assets.sweep', 'todo', '{"timestamp": 0}', 'assets.sweep', now() + interval '1 hour')"""
    )
    await look(jobs)
    await do_what_is_due(jobs)
    assert (status(admin, scheduled), status(admin, other)) == ("failed", "succeeded")


async def test_a_job_whose_end_could_not_be_written_down_is_done_again(
    at_work: App, admin: psycopg.Connection
) -> None:
    """The worker lives, so that nobody else takes it over."""
    admin.execute(
        """
        ALTER FUNCTION procrastinate_finish_job_v1 RENAME TO away;
        CREATE SEQUENCE jobs.refusals;  -- counts what is rolled back, too
        GRANT USAGE ON SEQUENCE jobs.refusals TO PUBLIC;
        CREATE FUNCTION jobs.procrastinate_finish_job_v1(bigint, jobs.procrastinate_job_status, boolean) RETURNS void
        LANGUAGE plpgsql AS $$ BEGIN
            PERFORM nextval('jobs.refusals') FROM jobs.procrastinate_jobs WHERE id = $1 AND queue_name = 'ours';
            RAISE 'not now';
        END $$
        """
    )
    job = await at_work.configure_task("assets.sweep", queue="ours").defer_async(timestamp=0)
    deadline = time.monotonic() + 20
    while not refused(admin):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    assert status(admin, job) == "doing"
    admin.execute("DROP FUNCTION jobs.procrastinate_finish_job_v1")
    admin.execute("ALTER FUNCTION away RENAME TO procrastinate_finish_job_v1")
    while status(admin, job) != "succeeded":
        assert time.monotonic() < deadline
        await look(at_work)
        await asyncio.sleep(0.2)


def refused(admin: psycopg.Connection) -> bool:
    row = admin.execute("SELECT is_called FROM jobs.refusals").fetchone()
    return row is not None and bool(row[0])
