"""Jobs left behind as `doing`: by a worker that died, or by one that could not write down how they ended."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from procrastinate import App, JobContext
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

log = structlog.get_logger(__name__)

STALLED_AFTER = 30  # seconds without a heartbeat, after which another worker takes a job over
KEPT = 24 * 7  # hours that ended jobs are kept


class Underway:
    """The jobs this process does just now."""

    def __init__(self) -> None:
        self._ids: set[int | None] = set()
        # Not under way, and yet `doing` when this was last looked at: begun or ended at that moment, or lost.
        self._suspects: set[int | None] = set()

    @contextmanager
    def doing(self, job: Job) -> Iterator[None]:
        self._ids.add(job.id)
        try:
            yield
        finally:
            self._ids.discard(job.id)

    def lost(self, ours: list[Job]) -> list[Job]:
        """Those of `ours`, jobs that are `doing` in this process's name, that were not under way two times running."""
        left = [job for job in ours if job.id not in self._ids]
        lost = [job for job in left if job.id in self._suspects]
        self._suspects = {job.id for job in left}
        return lost


async def take_over(app: App, context: JobContext, underway: Underway) -> None:
    """Every minute: let what was left behind be done again. Jobs may run twice."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        log.warning("job taken over from a worker that died", job=job.task_name)
        await _again(app, job)
    ours = await manager.list_jobs_async(status=Status.DOING.value, worker_id=context.job.worker_id)
    for job in underway.lost(list(ours)):
        log.warning("job done again: how it ended was never written down", job=job.task_name)
        await _again(app, job)
    await manager.prune_stalled_workers(STALLED_AFTER)
    await manager.delete_old_jobs(nb_hours=KEPT)


async def _again(app: App, job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:  # its next turn waits already
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
