"""/healthz, /readyz, /api/v1/status, /metrics: how this process is, and how it stands with what it asks of others."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import prometheus_client
import structlog
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from nameplate import outside
from nameplate.cache import Cache
from nameplate.db import Database
from nameplate.errors import NotFound, Unavailable
from nameplate.http.client_ip import client_ip, header
from nameplate.http.rate_limit import Limits
from nameplate.leaving import Leaving
from nameplate.reports import Report, read_reports
from nameplate.settings import Settings
from nameplate.storage import Storage

log = structlog.get_logger(__name__)
loop_lag = Histogram(
    "nameplate_event_loop_lag_seconds",
    "How late the event loop was to a timer",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0),
)
WATCH_EVERY = 5.0  # seconds


class EngineState(msgspec.Struct, frozen=True):
    ok: bool
    detail: str = ""
    breaker: outside.Breaker = "closed"
    """`open`: it is not asked for the moment. `half-open`: one call finds out."""
    since: datetime | None = None
    """When `breaker` became what it is, or opened first."""
    answered_at: datetime | None = None


class Readiness(msgspec.Struct, frozen=True):
    """Pages that were read before are served while engines are away: `ready` is about everything else."""

    ready: bool
    leaving: bool
    """Whether this process is about to end: nothing new should be sent to it."""
    engines: dict[str, EngineState]
    limits: Literal["shared", "alone"]
    """Who counts requests: all processes together, or this one by itself because Valkey does not answer."""


class Status(msgspec.Struct, frozen=True):
    """What the dashboard tells people about."""

    services: dict[str, Report]


class Watch:
    """Looks at the engines now and then, so that somebody knows of an outage before he needs what is away."""

    def __init__(self, db: Database, cache: Cache, storage: Storage) -> None:
        self._engines: dict[str, Database | Cache | Storage] = {
            "postgresql": db, "valkey": cache, "s3": storage,
        }  # fmt: skip
        self._cache = cache
        self._told: dict[str, Report] = {}

    async def look(self) -> dict[str, str]:
        """What is wrong with each engine; '' when nothing is."""
        found = await asyncio.gather(*(_look(name, engine.ping) for name, engine in self._engines.items()))
        return dict(zip(self._engines, found, strict=True))

    async def keep_looking(self) -> None:
        """For the life of a process."""
        while True:
            try:
                await self.look()
                self._told = await read_reports(self._cache.client)
            except Exception:
                log.exception("engines not looked at")
            await asyncio.sleep(WATCH_EVERY)

    def reports(self) -> dict[str, Report]:
        """Of this process, and what workers told of what only they ask. Asks nobody."""
        own = {name: Report.of(outside.service(name)) for name in self._engines}
        return {**self._told, **own}


async def _look(name: str, check: Callable[[], Awaitable[None]]) -> str:
    service = outside.service(name)
    try:
        await check()
    except Unavailable as error:
        if service.state == "well":  # whoever noticed it first knows better what it was
            service.fails(error.__cause__ or error)
            service.rests()
        return error.detail
    service.answers()
    return ""


@get("/healthz", media_type=MediaType.TEXT, include_in_schema=False)
async def healthz() -> str:
    return "alive\n"


@get("/readyz", include_in_schema=False)
async def readyz(
    watch: NamedDependency[Watch],
    limits: NamedDependency[Limits],
    leaving: NamedDependency[Leaving],
    exclude: FromQuery[str] = "",
) -> Response[Readiness]:
    """`?exclude=engines`: whether this process is to be asked at all. That is what a load balancer wants to know: with
    an engine away, no other process would do better."""
    wrong = {} if exclude == "engines" else await watch.look()
    engines = {name: _state(outside.service(name), detail) for name, detail in wrong.items()}
    counted: Literal["shared", "alone"] = "alone" if limits.windows.alone else "shared"
    ready = not leaving.on and not any(wrong.values())
    return Response(
        Readiness(ready, leaving.on, engines, counted),
        status_code=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def _state(service: outside.Service, detail: str) -> EngineState:
    told = f"{detail} {service.error}".strip() if detail else ""
    return EngineState(not detail, told, outside.BREAKER[service.state], service.since, service.answered_at)


@get(
    "/status",
    operation_id="getStatus",
    summary="What is away just now",
    tags=["Installation"],
    security=[],
)
async def get_status(watch: NamedDependency[Watch]) -> Response[Status]:
    """How it stands with the database, the cache, object storage, GitHub and the mail server. Costs nothing: it was
    found out before you ask, at most some seconds ago. What nobody has asked yet is not told."""
    return Response(Status(watch.reports()), headers={"Cache-Control": "no-store"})


@get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[bytes]:
    """For this machine only: a proxy that forgets to close the path does not open it."""
    address = client_ip(request.scope, settings.trusted_proxies)
    forwarded = header(request.scope, b"x-forwarded-for") or header(request.scope, b"forwarded")
    if address is None or not address.is_loopback or forwarded:
        raise NotFound("Metrics are answered to this machine only.")
    return Response(await asyncio.to_thread(_metrics), media_type="text/plain; version=0.0.4")


def _metrics() -> bytes:
    """Of every process that has the same folder: the web processes and, with `nameplate up`, the worker."""
    registry = prometheus_client.REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for file in Path(folder).glob("gauge_live*.db"):
            pid = int(file.stem.rpartition("_")[2])
            if not Path(f"/proc/{pid}").exists():
                mark_process_dead(pid)  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return prometheus_client.generate_latest(registry)


async def measure_loop_lag() -> None:
    """Runs for the life of a process: how late is a timer of 50 ms?"""
    while True:
        due = time.perf_counter() + 0.05
        await asyncio.sleep(0.05)
        loop_lag.observe(max(0.0, time.perf_counter() - due))


routes = [healthz, readyz, metrics]
api_routes = [get_status]
