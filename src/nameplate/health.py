"""/healthz, /readyz and /metrics."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
import prometheus_client
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from nameplate.cache import Cache
from nameplate.db import Database
from nameplate.errors import NotFound, Unavailable
from nameplate.http.client_ip import client_ip, header
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage

loop_lag = Histogram(
    "nameplate_event_loop_lag_seconds",
    "How late the event loop was to a timer",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0),
)


class EngineState(msgspec.Struct, frozen=True):
    ok: bool
    detail: str = ""


class Readiness(msgspec.Struct, frozen=True):
    """Pages that were read before are served while engines are away: `ready` is about everything else."""

    ready: bool
    engines: dict[str, EngineState]
    limits: Literal["shared", "alone"]
    """Who counts requests: all processes together, or this one by itself because Valkey does not answer."""


@get("/healthz", media_type=MediaType.TEXT, include_in_schema=False)
async def healthz() -> str:
    return "alive\n"


@get("/readyz", include_in_schema=False)
async def readyz(
    db: NamedDependency[Database],
    cache: NamedDependency[Cache],
    storage: NamedDependency[Storage],
    limits: NamedDependency[Limits],
) -> Response[Readiness]:
    checks = {"postgresql": db.ping, "valkey": cache.ping, "s3": storage.ping}
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    engines = dict(zip(checks, states, strict=True))
    ready = all(state.ok for state in states)
    counted: Literal["shared", "alone"] = "alone" if limits.windows.alone else "shared"
    return Response(
        Readiness(ready, engines, counted),
        status_code=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


async def _state(check: Callable[[], Awaitable[None]]) -> EngineState:
    try:
        await check()
    except Unavailable as error:
        return EngineState(False, error.detail)
    return EngineState(True)


@get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[bytes]:
    """For this machine only: a proxy that forgets to close the path does not open it."""
    address = client_ip(request.scope, settings.trusted_proxies)
    forwarded = header(request.scope, b"x-forwarded-for") or header(request.scope, b"forwarded")
    if address is None or not address.is_loopback or forwarded:
        raise NotFound("Metrics are answered to this machine only.")
    registry = prometheus_client.REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(prometheus_client.generate_latest(registry), media_type="text/plain; version=0.0.4")


async def measure_loop_lag() -> None:
    """Runs for the life of a process: how late is a timer of 50 ms?"""
    while True:
        due = time.perf_counter() + 0.05
        await asyncio.sleep(0.05)
        loop_lag.observe(max(0.0, time.perf_counter() - due))


routes = [healthz, readyz, metrics]
