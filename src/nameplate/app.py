"""The web process: every route, middleware and limit, from the outside in.

RateLimit           at most NAMEPLATE_RATE_LIMIT requests a minute and address to the API and of events
  Front             GET /{handle}, GET /{handle}/{slug}, GET /a/{key}, POST /e, the dashboard: before any framework
    SecurityHeaders on whatever comes from further in
      SameOrigin    refuses writes that another site sends
        Litestar    /api/v1/*, /preview, /healthz, /readyz, /metrics
"""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import Scope

from nameplate import openapi
from nameplate.accounts import routes as accounts
from nameplate.accounts.attempts import provide_attempts
from nameplate.accounts.callers import provide_caller
from nameplate.analytics import annotation_routes as annotations
from nameplate.analytics import export_routes as exports
from nameplate.analytics import heat_routes as heat
from nameplate.analytics import live_routes as live
from nameplate.analytics import routes as analytics
from nameplate.analytics import weekly_routes as weekly
from nameplate.analytics.collect import Collector
from nameplate.analytics.exports.events import Exports
from nameplate.analytics.live.feeds import Feeds
from nameplate.assets import routes as assets
from nameplate.assets.serving import Assets
from nameplate.assets.uploads import Uploader
from nameplate.audit import routes as audit
from nameplate.audit.record import Audits, provide_audit
from nameplate.audit.refusals import Refusals
from nameplate.cache import Cache
from nameplate.config_routes import routes as config
from nameplate.db import Database
from nameplate.front import Front
from nameplate.github import routes as github
from nameplate.health import Watch, measure_loop_lag
from nameplate.health import api_routes as status
from nameplate.health import routes as health
from nameplate.http import csp_reports
from nameplate.http.bodies import Bodies
from nameplate.http.problems import HANDLERS
from nameplate.http.rate_limit import Limits, RateLimit
from nameplate.http.rate_limit_tally import Tally
from nameplate.http.same_origin import SameOrigin
from nameplate.http.security_headers import SecurityHeaders
from nameplate.http.static_files import default_folder, static_files
from nameplate.isolation import guard
from nameplate.leaving import Leaving
from nameplate.limits import routes as limits
from nameplate.links import routes as links
from nameplate.logs import set_up_logs
from nameplate.page.cache import PageCache
from nameplate.page.preview import routes as preview
from nameplate.page.routes import PageRoutes
from nameplate.page.site import send_problem_page
from nameplate.page.social.answer import SocialAnswers
from nameplate.page.social.studio import Studio
from nameplate.profiles import routes as profiles
from nameplate.settings import Settings
from nameplate.storage import Storage
from nameplate.tasks import ended, when_told_to_stop

log = structlog.get_logger(__name__)

# Of one API request. Uploads have a limit of their own (assets/receive.py).
MOST_BODY = 1024 * 1024


# What handlers ask for by name, besides what is found out about the request itself.
RESOURCES = (
    "settings",
    "db",
    "cache",
    "storage",
    "pages",
    "exports",
    "audits",
    "limits",
    "live",
    "uploader",
    "leaving",
    "watch",
)


@functools.cache
def build_api() -> Litestar:
    """The framework's part, the same for every App of a process: making it takes longer than all the rest."""
    api = Router(
        "/api/v1",
        route_handlers=[
            *config,
            *csp_reports.routes,
            *accounts.routes,
            *audit.routes,
            *profiles.routes,
            *links.routes,
            *assets.routes,
            *github.routes,
            *analytics.routes,
            *heat.routes,
            *live.routes,
            *annotations.routes,
            *exports.routes,
            *limits.routes,
            *weekly.routes,
            *status,
        ],
    )
    app = Litestar(
        [api, *preview, *health],
        dependencies={
            **{name: Provide(_giver(name), sync_to_thread=False) for name in RESOURCES},
            "caller": Provide(provide_caller),
            "attempts": Provide(provide_attempts, sync_to_thread=False),
            "audit": Provide(provide_audit, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        openapi_config=openapi.CONFIG,
        request_max_body_size=MOST_BODY,
        debug=False,
        logging_config=None,
    )
    openapi.complete(app)
    return app


def areas(api: Litestar) -> frozenset[str]:
    """What comes behind /api/v1/ in the paths there are."""
    paths = (route.path.split("/") for route in api.routes)
    return frozenset(path[3] for path in paths if path[:3] == ["", "api", "v1"] and len(path) > 3)


def _giver(name: str) -> Any:
    def give(scope: Scope) -> Any:
        return scope["nameplate"][name]  # type: ignore[typeddict-item]

    return give


class WithResources:
    """ASGI wrapper that says of each request whose it is: which App's database, cache and so on."""

    def __init__(self, app: Any, resources: dict[str, Any]) -> None:
        self._app = app
        self._resources = resources

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["nameplate"] = self._resources
        await self._app(scope, receive, send)


class App:
    """The ASGI application. Opens what it needs when the server starts it and closes it in reverse order."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db = Database(settings)
        self.refusals = Refusals(self.db, settings.secret_key)
        self.db.on_refusal(self.refusals)
        self.cache = Cache(settings)
        self.storage = Storage(settings)
        self.assets = Assets(settings, self.storage, self.db)
        self.limits = Limits(settings, self.cache.client)
        self.tally = Tally(self.cache.client)
        self.pages = PageCache(
            self.db,
            self.cache,
            base_url=settings.base_url,
            secure=settings.secure,
            sign_up=settings.sign_up,
            max_age=settings.shared_max_age,
            images=settings.asset_base_url,
        )
        self.collector = Collector(settings, self.db, self.cache.client, self.pages)
        self.audits = Audits(settings, self.collector.geo.country)
        self.live = Feeds(self.db)
        self.uploader = Uploader(settings, self.db, self.storage)
        self.watch = Watch(self.db, self.cache, self.storage)
        self.leaving = Leaving()
        self.leaving.when(self.live.stop)
        self.started: Callable[[], None] = lambda: None
        self.studio = Studio(self.assets.body, self.assets.disk)
        self.bodies = Bodies()
        self.api = build_api()
        resources = {
            "settings": settings,
            "db": self.db,
            "cache": self.cache,
            "storage": self.storage,
            "pages": self.pages,
            "exports": Exports(self.db),
            "audits": self.audits,
            "limits": self.limits,
            "live": self.live,
            "uploader": self.uploader,
            "leaving": self.leaving,
            "watch": self.watch,
        }
        api = WithResources(self.api, resources)
        inner = SecurityHeaders(SameOrigin(api, base_url=settings.base_url), secure=settings.secure)
        front = Front(
            inner,
            pages=PageRoutes(
                self.pages,
                self.collector.click,
                SocialAnswers(
                    self.studio,
                    base_url=settings.base_url,
                    images=settings.asset_base_url,
                    secure=settings.secure,
                ),
                base_url=settings.base_url,
                secure=settings.secure,
                sign_up=settings.sign_up,
            ),
            collector=self.collector,
            assets=self.assets,
            files=static_files(
                default_folder(settings.web_dir), secure=settings.secure, images=settings.asset_base_url
            ),
            settings=settings,
        )
        self.front = RateLimit(
            front,
            self.limits,
            self.tally,
            settings=settings,
            refuse_page=send_problem_page,
            areas=areas(self.api),
            events=front.events,
        )
        self._life: contextlib.AbstractAsyncContextManager[None] | None = None

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        # No coroutine of its own, here and further in: each costs the hot paths as much as a look-up.
        if scope["type"] == "lifespan":
            return self._lifespan(receive, send)
        going = self.leaving.ending(send) if self.leaving.on else send
        return self.front(scope, *self.bodies.timed(scope, receive, going))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The application with its connections open."""
        async with self.db, self.cache, self.limits, self.tally, self.collector, self.assets:
            lag = asyncio.create_task(measure_loop_lag())
            guarding = asyncio.create_task(guard.watch(self.db, self.refusals.record))
            watching = asyncio.create_task(self.watch.keep_looking())
            self.pages.start()
            when_told_to_stop(self.live.stop)
            try:
                yield
            finally:
                lag.cancel()
                guarding.cancel()
                await ended(watching)
                await self.refusals.settle()
                await self.live.close()
                await self.studio.close()
                await self.uploader.decoder.close()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._life = self.running()
                await self._life.__aenter__()
                await send({"type": "lifespan.startup.complete"})
                self.started()
            else:
                if self._life is not None:
                    await self._life.__aexit__(None, None, None)
                await send({"type": "lifespan.shutdown.complete"})
                return


def create_app(settings: Settings | None = None) -> App:
    """What the server calls in each web process."""
    settings = settings or Settings.load(os.environ)
    set_up_logs(settings)
    return App(settings)


__all__ = ["App", "build_api", "create_app"]
