"""The worker process: every job, every schedule and the consumer of events, in one table."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from psycopg import OperationalError

from nameplate.accounts import jobs as accounts
from nameplate.accounts.mail import post
from nameplate.accounts.mail.texts import Letter
from nameplate.analytics import jobs as analytics
from nameplate.analytics.consume import consume
from nameplate.analytics.folding import jobs as folding
from nameplate.analytics.noticed import jobs as noticed
from nameplate.analytics.retention import jobs as retention
from nameplate.analytics.weekly import jobs as weekly
from nameplate.assets import jobs as assets
from nameplate.audit import jobs as audit
from nameplate.cache import Cache
from nameplate.db import WORKER, SystemDatabase, role_url
from nameplate.errors import Unavailable
from nameplate.github import jobs as github
from nameplate.github.sync.run import keep_true
from nameplate.http.rate_limit import Limits
from nameplate.limits import jobs as limits
from nameplate.logs import set_up_logs
from nameplate.page.purge import keep_purged
from nameplate.reports import keep_reporting
from nameplate.settings import Settings
from nameplate.stalled import Underway, take_over
from nameplate.storage import Storage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What jobs get. Routes never see it: it reaches across tenants."""

    settings: Settings
    system: SystemDatabase
    cache: Cache
    limits: Limits
    storage: Storage

    async def send_mail(
        self, to: str, *, subject: str, text: str, html: str, headers: Mapping[str, str]
    ) -> bool:
        """For domains other than accounts. False when it is refused for good; raises Unavailable."""
        message = post.put_together(self.settings, to, subject=subject, text=text, html=html, headers=headers)
        return await post.hand_over(self.settings, message)

    async def send_letter(
        self, to: str, *, subject: str, paragraphs: tuple[str, ...], button: tuple[str, str]
    ) -> bool:
        """As `send_mail`, in the words and the look of every letter. `button`: a label and an address."""
        return await post.send(self.settings, to, Letter(subject, paragraphs, button))


Job = Callable[..., Coroutine[Any, Any, None]]

# Name -> function, called as function(services..., **args). `attempts` with growing pauses, then it is kept as failed.
JOBS: dict[str, tuple[Job, int]] = {
    "accounts.send_verification": (accounts.send_verification, 8),
    "accounts.send_reset": (accounts.send_reset, 8),
    "accounts.send_notice": (accounts.send_notice, 8),
    "accounts.send_new_device": (accounts.send_new_device, 8),
    "accounts.purge": (accounts.purge, 20),
    "analytics.send_week": (weekly.send_week, 8),
    "github.tell_gone": (github.tell_gone, 8),
    "github.send_gone": (github.send_gone, 8),
    "github.send_token_refused": (github.send_token_refused, 8),
}

# Name -> (cron in UTC, seconds last where there are six, function). Each runs once, however many workers there are.
SCHEDULES: dict[str, tuple[str, Job]] = {
    "accounts.clean_up": ("17 3 * * *", accounts.clean_up),
    "audit.drop_old_entries": ("41 3 * * *", audit.drop_old_entries),
    "assets.settle": ("* * * * * */15", assets.settle),
    "assets.sweep": ("27 * * * *", assets.sweep),
    "assets.tidy": ("11 4 * * *", assets.tidy),
    "limits.keep_usage": ("* * * * *", limits.keep_usage),
    "limits.forget_usage": ("37 3 * * *", limits.forget_usage),
    "analytics.make_partitions": ("7 1 * * *", analytics.make_partitions),
    "analytics.forget_batches": ("27 2 * * *", analytics.forget_batches),
    "analytics.drop_old_events": ("47 2 * * *", retention.drop_old_events),
    "analytics.fold_days": ("*/5 * * * *", folding.fold_days),
    "analytics.fold_growing_days": ("* * * * *", folding.fold_growing_days),
    "analytics.fold_noticed": ("2-59/5 * * * *", noticed.fold_noticed),
    "analytics.put_off_weekly_mails": ("*/5 * * * *", weekly.put_off_mails),
    "github.forget": ("37 3 * * *", github.forget),
    "analytics.destroy_visitor_keys": ("*/10 * * * *", analytics.destroy_visitor_keys),
}


def build(settings: Settings, services: Services) -> App:
    """The Procrastinate application with every task of the tables above."""
    connector = PsycopgConnector(
        conninfo=role_url(settings, WORKER),
        min_size=1,
        max_size=4,
        kwargs={"options": "-c search_path=jobs,public", "connect_timeout": 3},
    )
    app, underway = App(connector=connector), Underway()
    for name, (job, attempts) in JOBS.items():
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=3)
        app.task(name=name, retry=retry, pass_context=True)(_bound(job, services, underway))
    for name, (cron, job) in SCHEDULES.items():
        task = app.task(name=name, queueing_lock=name, pass_context=True)(_scheduled(job, services, underway))
        app.periodic(cron=cron)(task)
    name = "jobs.retry_stalled"
    task = app.task(name=name, queueing_lock=name, pass_context=True)(_taking_over(app, underway))
    app.periodic(cron="* * * * *")(task)
    return app


def _bound(job: Job, services: Services, underway: Underway) -> Job:
    async def run(context: JobContext, **args: Any) -> None:
        with underway.doing(context.job):
            await job(services, **args)

    return run


def _scheduled(job: Job, services: Services, underway: Underway) -> Job:
    async def run(context: JobContext, timestamp: int) -> None:
        with underway.doing(context.job):
            await job(services)

    return run


def _taking_over(app: App, underway: Underway) -> Job:
    async def run(context: JobContext, timestamp: int) -> None:
        with underway.doing(context.job):
            await take_over(app, context, underway)

    return run


async def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; jobs under way get a few seconds to finish."""
    set_up_logs(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with (
        SystemDatabase(settings) as system,
        Cache(settings) as cache,
        Limits(settings, cache.client, counts=False) as budgets,
    ):
        services = Services(settings, system, cache, budgets, Storage(settings))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(consume(settings, system, cache.client, stop))
            tasks.create_task(keep_true(services, stop))
            tasks.create_task(keep_purged(settings, cache, stop))
            tasks.create_task(_work(settings, services, stop))
            reporting = tasks.create_task(keep_reporting(cache.client))
            await stop.wait()
            reporting.cancel()


async def _work(settings: Settings, services: Services, stop: asyncio.Event) -> None:
    """Jobs, through any outage of the database."""
    while not stop.is_set():
        app = build(settings, services)
        try:
            async with app.open_async():
                worker = asyncio.create_task(
                    app.run_worker_async(
                        concurrency=4, install_signal_handlers=False, shutdown_graceful_timeout=5
                    )
                )
                stopped = asyncio.create_task(stop.wait())
                await asyncio.wait({worker, stopped}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=stop.is_set())
        except (OperationalError, Unavailable, OSError) as error:
            log.warning("jobs wait for the database", error=type(error).__name__)
            await _pause(stop, 2)
        except Exception as error:
            log.error("job runner failed; starting it again", exc_info=error)
            await _pause(stop, 2)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
