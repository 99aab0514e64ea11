"""What the worker does for projects besides asking for them. A job is a hint, the rows decide."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from nameplate import jobs
from nameplate.accounts import queries as accounts
from nameplate.db import SystemDatabase
from nameplate.errors import Unavailable
from nameplate.github.gone import queries as gone
from nameplate.github.owners import queries as owners
from nameplate.github.tidy import queries as tidy
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

# The success rate is told of a day; and of each repository its last few attempts.
ATTEMPTS_KEPT = timedelta(hours=25)
LAST_ATTEMPTS = 50
# A link that is deleted may be wanted back.
UNWANTED_KEPT = timedelta(days=30)
# A repository that comes and goes is told of once in so long.
SILENCE = timedelta(days=30)


class Services(Protocol):
    """What these jobs need of the worker."""

    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...
    async def send_letter(
        self, to: str, *, subject: str, paragraphs: tuple[str, ...], button: tuple[str, str]
    ) -> bool: ...


async def forget(services: Services) -> None:
    """Every night: old attempts, repositories nobody links any more, budgets of tokens nobody lends any more."""
    async with services.system.as_worker() as tx:
        number = await tidy.forget(tx, datetime.now(UTC), ATTEMPTS_KEPT, LAST_ATTEMPTS, UNWANTED_KEPT)
        await owners.forget(tx)
    log.info("repositories nobody links forgotten", number=number)


async def tell_gone(services: Services, *, repository_id: str) -> None:
    """GitHub was asked often enough to believe it: a mail for each owner who links it."""
    async with services.system.as_worker() as tx:
        for account_id in await gone.followers(tx, UUID(repository_id)):
            await jobs.defer(tx, "github.send_gone", account_id=account_id, repository_id=repository_id)


async def send_gone(services: Services, *, account_id: str, repository_id: str) -> None:
    """Marked before it is sent: killed in between, there is no mail, never two. The dashboard says it anyway."""
    account, repository, now = UUID(account_id), UUID(repository_id), datetime.now(UTC)
    async with services.system.as_worker_for(account) as tx:
        rows = await gone.lock(tx, account, repository)
        told = [row.told_gone_at for row in rows if row.told_gone_at is not None]
        email = await accounts.own_verified_email(tx, account)
        if email is None or not rows or (told and max(told) > now - SILENCE):
            return
        await gone.set_told(tx, account, repository, now)
    full_name = rows[0].full_name
    try:
        await services.send_letter(
            email,
            subject=f"{full_name} is no longer on GitHub",
            paragraphs=(
                f"GitHub does not know the repository {full_name} any more: it was deleted, or made private. "
                f"Your page goes on showing “{rows[0].title}” as a plain link.",
                "Mend the address of the link, or delete it. If the repository comes back, its card does too.",
            ),
            button=("Look at your links", f"{services.settings.base_url}/dashboard/links"),
        )
    except Unavailable:
        # It was not taken: this job is tried again.
        async with services.system.as_worker_for(account) as tx:
            await gone.set_told(tx, account, repository, max(told, default=None))
        raise


async def send_token_refused(services: Services, *, account_id: str) -> None:
    """Once for each token: it is marked as refused in the transaction that adds this job."""
    async with services.system.as_worker_for(UUID(account_id)) as tx:
        token = await owners.get(tx, UUID(account_id))
        email = await accounts.own_verified_email(tx, UUID(account_id))
    if email is None or token is None or token.refused_at is None:
        return
    await services.send_letter(
        email,
        subject="Your GitHub token is not used any more",
        paragraphs=(
            f"The token that {token.login} lent to keep your projects current does not work any more: it was revoked, "
            "it expired, or this server has another key now.",
            "Your projects are kept current without it, as far as this server's own limits allow.",
        ),
        button=("Give another one", f"{services.settings.base_url}/dashboard/account"),
    )
