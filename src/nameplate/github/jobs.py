"""What the worker tidies up once in a while."""

from datetime import UTC, datetime, timedelta

import structlog

from nameplate.github.sync import queries
from nameplate.github.sync.lane import Services

log = structlog.get_logger(__name__)

# The success rate is told of a day; and of each repository its last few attempts.
ATTEMPTS_KEPT = timedelta(hours=25)
LAST_ATTEMPTS = 50
# A link that is deleted may be wanted back.
UNWANTED_KEPT = timedelta(days=30)


async def forget(services: Services) -> None:
    """Every night: old attempts, and repositories nobody links any more."""
    async with services.system.as_worker() as tx:
        gone = await queries.forget(tx, datetime.now(UTC), ATTEMPTS_KEPT, LAST_ATTEMPTS, UNWANTED_KEPT)
    log.info("repositories nobody links forgotten", number=gone)
