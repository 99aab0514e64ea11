"""One lane: takes a token and what is due, asks GitHub once, writes down what it said, and begins again.

Lanes of any number of workers share tokens, queue and circuit breaker through PostgreSQL. A token is used by one lane
at a time, so GitHub never sees two requests of it at once; what a killed worker had taken is free again when its lease
ends.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import httpx
import structlog
from prometheus_client import Counter, Gauge

from nameplate import outside
from nameplate.cache import Cache
from nameplate.db import SystemDatabase, Tx
from nameplate.errors import Unavailable
from nameplate.github.budget import queries as budget
from nameplate.github.client import Answer, ask, graphql_url
from nameplate.github.facts import Misread
from nameplate.github.owners import refused
from nameplate.github.sync import graphql, queries, rest
from nameplate.github.sync.asker import Asker, askers
from nameplate.github.sync.clock import Clock
from nameplate.github.sync.limits import Judgement, judge
from nameplate.github.sync.outcomes import EARLY, pause
from nameplate.github.sync.queries import DueRow
from nameplate.github.sync.record import Result, record
from nameplate.ids import new_id
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
synced = Counter("nameplate_github_syncs_total", "Repositories asked for", ["outcome"])
# Every lane of every worker sees the same queue and the same budgets: what was seen last counts.
late = Gauge(
    "nameplate_github_queue_age_seconds",
    "How long the most overdue repository has been waiting",
    multiprocess_mode="mostrecent",
)
left = Gauge(
    "nameplate_github_budget_remaining",
    "Points or requests left this hour",
    ["token"],
    multiprocess_mode="mostrecent",
)

BATCH = 100
# Failures in a row, of all workers, after which GitHub is left alone.
FAILURES = 5
# After an outage everything is overdue; it is asked for over this time.
SPREAD = timedelta(minutes=5)


class Services(Protocol):
    """What a lane needs of the worker."""

    @property
    def settings(self) -> Settings: ...
    @property
    def system(self) -> SystemDatabase: ...
    @property
    def cache(self) -> Cache: ...


@dataclass(frozen=True, slots=True)
class Work:
    """What this lane has taken."""

    asker: Asker
    rows: list[DueRow]
    now: datetime


class Lane:
    """`poll`: seconds between two looks while nothing is due. `lease`: after it a killed worker's work is free."""

    def __init__(
        self,
        services: Services,
        client: httpx.AsyncClient,
        tokens: Mapping[str, str],
        *,
        clock: Clock | None = None,
        poll: float = 1.0,
        lease: timedelta = timedelta(seconds=90),
    ) -> None:
        self._services = services
        self._client = client
        self._tokens = tokens
        self._clock = clock or Clock()
        self._poll = poll
        self._lease = lease
        self._by = new_id()

    async def run(self) -> None:
        """For ever, through any outage of the database."""
        while True:
            try:
                wait = await self.step()
            except Unavailable:
                wait = self._poll
            except Exception as error:
                # Its lease ends; the repositories come up again.
                log.error("a sync failed", exc_info=error)
                wait = self._poll
            await self._clock.sleep(wait)

    async def step(self) -> float:
        """Ask GitHub once, if that is due. Seconds until there may be something to do again."""
        work = await self._take()
        if not isinstance(work, Work):
            return work
        answer, result = await self._ask(work)
        await self._record(work, answer, result)
        return 0.0

    async def _take(self) -> Work | float:
        now = self._clock.now()
        until = now + self._lease
        async with self._services.system.as_worker() as tx:
            due = await queries.next_due(tx, now)
            late.set(max((now - due).total_seconds(), 0.0) if due else 0.0)
            if due is None or due > now:
                return self._until(due, now)
            circuit = await budget.get_circuit(tx)
            if circuit.failures >= FAILURES:
                outside.service("github").rests()
            if circuit.rests_until > now:
                return self._until(circuit.rests_until, now)
            probing = circuit.failures >= FAILURES
            if probing and not await budget.probe(tx, now, now + pause(0)):
                return self._poll
            return await self._find(tx, now, until, probing)

    async def _find(self, tx: Tx, now: datetime, until: datetime, probing: bool) -> Work | float:
        """The first token for which there is something to ask."""
        free = await budget.next_token(tx, list(self._tokens))
        secret_key = self._services.settings.secret_key
        async for asker in askers(tx, secret_key, self._tokens, self._by, now, until):
            if asker.secret is None and asker.owner is not None:
                await budget.give_back(tx, asker.token.id, self._by)
                await refused.tell(tx, secret_key, asker.owner, asker.token.id, now)
                return 0.0
            if rows := await self._claim(tx, asker, now, until, probing):
                return Work(asker, rows, now)
            await budget.give_back(tx, asker.token.id, self._by)
            free = asker.token.reset_at if asker.token.remaining is not None else None
        return self._until(free, now)

    async def _claim(
        self, tx: Tx, asker: Asker, now: datetime, until: datetime, probing: bool
    ) -> list[DueRow]:
        if asker.empty:
            return []
        most = 1 if asker.anonymous else min(asker.token.batch, 10) if probing else asker.token.batch
        early = 0.0 if asker.anonymous else EARLY
        return await queries.claim(
            tx, self._by, now, until, most, early, asked_only=asker.low, owner=asker.owner
        )

    async def _ask(self, work: Work) -> tuple[Answer, Result]:
        """Outside of any transaction."""
        settings, token = self._services.settings, work.asker.token
        if work.asker.anonymous:
            return await rest.ask_for(self._client, settings, work.rows[0], token, self._clock)
        body = graphql.question(work.rows)
        answer = await ask(self._client, "POST", graphql_url(settings), work.asker.secret or "", body=body)
        judgement = judge(answer, self._clock.now(), token.failures)
        if judgement.kind != "ok":
            return answer, Result(judgement)
        try:
            found, cost = graphql.read(answer, work.rows)
        except Misread as error:
            # It took GitHub too long, or it lost its words: less at once may do.
            return answer, Result(replace(judgement, kind="ill", heavy=True, detail=str(error)), spent=1)
        return answer, Result(judgement, found, spent=cost)

    async def _record(self, work: Work, answer: Answer, result: Result) -> None:
        now = self._clock.now()
        judgement = result.judgement
        async with self._services.system.as_worker() as tx:
            await self._put_token(tx, work, result, now)
            outcomes, changed = await record(tx, self._by, work.rows, answer, result, now)
            if judgement.kind == "ill":
                await self._ill(tx, now, judgement)
            else:
                outside.service("github").answers()
                circuit = await budget.get_circuit(tx)
                if circuit.failures:
                    await budget.is_well(tx)
                if circuit.failures >= FAILURES:
                    number = await queries.spread(tx, now, SPREAD)
                    log.info("GitHub answers again", overdue=number)
            handles = await queries.handles_showing(tx, changed) if changed else []
            if judgement.kind == "refused" and (owner := work.asker.owner):
                secret_key = self._services.settings.secret_key
                await refused.tell(tx, secret_key, owner, work.asker.token.id, now)
        for outcome in outcomes:
            synced.labels(outcome).inc()
        for handle in handles:
            await self._services.cache.publish_page_changed(handle)

    async def _put_token(self, tx: Tx, work: Work, result: Result, now: datetime) -> None:
        token, judgement = work.asker.token, result.judgement
        batch, failures, not_before = token.batch, token.failures, now
        if judgement.kind == "ok":
            batch, failures = min(BATCH, batch + 25), 0
            if judgement.remaining is not None and judgement.remaining <= 0 and judgement.reset_at:
                not_before = judgement.reset_at + timedelta(seconds=random.uniform(1, 4))  # noqa: S311
            if judgement.not_before:
                not_before = max(not_before, judgement.not_before)
        else:
            if judgement.heavy:
                batch = max(batch // 2, 5)
            if judgement.not_before:
                not_before, failures = judgement.not_before, failures + 1
            else:
                # Whether GitHub is ill the circuit breaker finds out; the token rests a little.
                not_before = now + timedelta(seconds=random.uniform(2, 4))  # noqa: S311
        if judgement.kind == "refused":
            log.error("GitHub refuses a token; it is taken out", token=token.id, reason=judgement.detail)
        # Owners' tokens are too many for a figure each.
        if judgement.remaining is not None and work.asker.owner is None:
            left.labels(token.id).set(judgement.remaining)
        await budget.put_token(
            tx, token.id, self._by,
            remaining=judgement.remaining, budget=judgement.budget, reset_at=judgement.reset_at,
            not_before=not_before, bad=judgement.detail if judgement.kind == "refused" else "",
            failures=failures, batch=batch, spent=result.spent,
        )  # fmt: skip

    async def _ill(self, tx: Tx, now: datetime, judgement: Judgement) -> None:
        outside.service("github").fails(judgement.detail)
        failures = await budget.is_ill(tx)
        log.warning("GitHub did not answer as it should", reason=judgement.detail, in_a_row=failures)
        if failures >= FAILURES:
            await budget.rest(tx, now + pause(failures - FAILURES))

    def _until(self, moment: datetime | None, now: datetime) -> float:
        """Not longer than `poll`: a link may be added meanwhile."""
        if moment is None:
            return self._poll
        return min(max((moment - now).total_seconds(), 0.05), self._poll)
