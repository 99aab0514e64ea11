"""The numbers of the week by mail: at most once for each week and account, wherever a worker is killed."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

import structlog

from nameplate import jobs
from nameplate.accounts import queries as accounts
from nameplate.analytics.days import zone
from nameplate.analytics.queries import time_zone
from nameplate.analytics.visitor import now
from nameplate.analytics.weekly import letter, mondays, queries, unsubscribe
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
AT_ONCE = 500  # accounts listed in one go


class Services(Protocol):
    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...
    async def send_mail(
        self, to: str, *, subject: str, text: str, html: str, headers: Mapping[str, str]
    ) -> bool: ...


async def put_off_mails(services: Services) -> None:
    """A job for each account whose Monday has come. Without a mail server the week passes without."""
    listed = [UUID(int=0)] * AT_ONCE
    while len(listed) == AT_ONCE:
        async with services.system.as_worker() as tx:
            listed = await queries.due(tx, now(), AT_ONCE)
        for account_id in listed:
            await _put_off(services, account_id)


async def _put_off(services: Services, account_id: UUID) -> None:
    """The job is there exactly when its week is marked as done. Of several weeks missed only the last is told."""
    async with services.system.as_worker_for(account_id) as tx:
        mail = await queries.lock(tx, account_id)
        if mail is None or mail.due_at is None or mail.due_at > now():
            return
        here = zone(await time_zone(tx, account_id) or "UTC")
        week = mondays.last(now(), here)
        # Who moved may find Monday not come yet, or come twice.
        if week > mail.done and services.settings.smtp_url:
            await jobs.defer(tx, "analytics.send_week", account_id=account_id, week=week.isoformat())
        await queries.put_off(tx, account_id, mondays.following(now(), here), max(week, mail.done))


async def send_week(services: Services, *, account_id: str, week: str) -> None:
    """`week`: the Monday after it. Marked before it is sent: killed in between, this week has no mail, never two."""
    account, monday = UUID(account_id), date.fromisoformat(week)
    async with services.system.as_worker_for(account) as tx:
        mail = await queries.lock(tx, account)
        if mail is None or mail.due_at is None or (mail.sent is not None and mail.sent >= monday):
            return
        email = await accounts.own_verified_email(tx, account)
        told = await letter.week_of(tx, account, monday) if email is not None else None
        if email is None or told is None:
            return
        await queries.set_sent(tx, account, monday)
    base_url = services.settings.base_url
    token = unsubscribe.token(services.settings, account)
    try:
        await services.send_mail(
            email,
            subject=letter.subject(told),
            text=letter.as_text(told, base_url, token),
            html=letter.as_html(told, base_url, token),
            headers={
                "List-Unsubscribe": f"<{base_url}/api/v1/analytics/weekly-mail/off/{token}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "List-Id": f"Your numbers of the week <weekly.{letter.host(base_url)}>",
            },
        )
    except Unavailable:
        # It was not taken: this job is tried again.
        async with services.system.as_worker_for(account) as tx:
            await queries.set_sent(tx, account, mail.sent)
        raise
