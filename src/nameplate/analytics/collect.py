"""POST /e, the pixel, and clicks: from a request to durable events, without a question to the database.

The address of the visitor is looked at here and goes no further: into the visitor's hash and into a place.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
from prometheus_client import Counter
from valkey.asyncio import Valkey

from nameplate.analytics import agents, referrers, text
from nameplate.analytics.beacons import Beacon, decode, read_body, refuse_other_sites
from nameplate.analytics.days import owners_day
from nameplate.analytics.direct import DirectWriter
from nameplate.analytics.geo import NOWHERE, Geo
from nameplate.analytics.visitor import VisitorKeys, now, visitor_hash
from nameplate.db import Database
from nameplate.errors import Invalid, NotFound, Problem
from nameplate.events import Event, EventStream
from nameplate.http.client_ip import Address, client_ip
from nameplate.http.problems import send_problem
from nameplate.page_facts import PageFacts, Resolve
from nameplate.settings import Settings
from nameplate.tasks import ended

received = Counter("nameplate_events_received_total", "Events by what became of them", ["outcome"])
_taken, _left, _wrong = (received.labels(outcome) for outcome in ("taken", "left out", "refused"))

_NO_BODY = {"type": "http.response.body", "body": b""}
_DONE = {"type": "http.response.start", "status": 204, "headers": [(b"cache-control", b"no-store")]}
_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
_PIXEL = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"image/gif"),
        (b"content-length", str(len(_GIF)).encode()),
        (b"cache-control", b"no-store"),
    ],
}
_SESSION_COOKIES = ("nameplate_session=", "__Host-nameplate_session=")
_MICROSECOND = timedelta(microseconds=1)
_HANDLE = re.compile(r"[a-z0-9-]+")


class Request:
    """What one request says about who sends it. Lives as long as the request; has no repr to leak from."""

    __slots__ = ("address", "agent", "anonymous", "at", "bot", "headers", "own_hosts", "user_agent")

    def __init__(self, scope: Any, headers: dict[bytes, bytes], collector: "Collector") -> None:
        self.headers = headers
        self.address: Address | None = client_ip(scope, collector.trusted)
        self.user_agent = headers.get(b"user-agent", b"").decode("latin-1")[: agents.MOST]
        self.agent = agents.describe(self.user_agent)
        self.bot = "prefetch" if agents.is_prefetch(headers) else self.agent.bot
        self.anonymous = headers.get(b"dnt") == b"1" or headers.get(b"sec-gpc") == b"1"
        self.own_hosts = collector.own_hosts(headers.get(b"host", b""))
        self.at = collector.clock()

    def is_owner(self, facts: PageFacts) -> bool:
        """Whether the browser is logged in as the page's owner.

        The cookie is not proven here: who forges one leaves nobody but himself out.
        """
        cookies = self.headers.get(b"cookie", b"").decode("latin-1")
        if "nameplate_session=" not in cookies:
            return False
        mine = facts.account_id.hex
        parts = (part.strip() for part in cookies.split(";"))
        return any(part.startswith(name + mine) for part in parts for name in _SESSION_COOKIES)


class Collector:
    """One for each web process. An ASGI application for POST /e; never gives its doors away."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        valkey: Valkey,
        resolve: Resolve,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.trusted = settings.trusted_proxies
        self.clock = clock
        self._resolve = resolve
        self._host = urlsplit(settings.base_url).netloc
        self._hosts: dict[bytes, frozenset[str]] = {}
        self.geo = Geo(settings.geoip_db)
        self._keys = VisitorKeys(db, clock)
        self._direct = DirectWriter(settings)
        self._stream = EventStream(valkey, self._direct.write)
        self._refreshing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._refreshing = asyncio.create_task(self._keys.keep_fresh())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stream.close()
        await self._direct.close()
        if self._refreshing is not None:
            await ended(self._refreshing)
        self.geo.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """POST /e: 204 once the events are durable."""
        try:
            if scope["method"] != "POST":
                problem = Problem("Send events with POST.", headers={"Allow": "POST"})
                problem.status, problem.code, problem.title = (
                    405,
                    "method-not-allowed",
                    "Not with this method",
                )
                raise problem
            headers = dict(scope["headers"])
            refuse_other_sites(headers, self._host)
            await self._beacons(decode(await read_body(headers, receive)), Request(scope, headers, self))
        except Problem as problem:
            _wrong.inc()
            await send_problem(problem, scope, send)
        else:
            await send(_DONE)
            await send(_NO_BODY)

    async def pixel(self, scope: Any, send: Any) -> None:
        """GET /e.gif?h=handle: a view by a browser without JavaScript."""
        try:
            headers = dict(scope["headers"])
            refuse_other_sites(headers, self._host)
            handle = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("h", [""])[0]
            if not handle:
                raise Invalid("Say whose page it is: /e.gif?h=handle", fields={"h": "Missing."})
            if scope["method"] == "GET":
                page = headers.get(b"referer", b"").decode("latin-1")
                await self._beacons([Beacon(t="view", h=handle, u=page)], Request(scope, headers, self))
        except Problem as problem:
            _wrong.inc()
            await send_problem(problem, scope, send)
        else:
            await send(_PIXEL)
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else _GIF})

    async def click(self, scope: Any, facts: PageFacts, link_id: UUID) -> None:
        """Count a click on a short link. Returns once it is durable; raises Unavailable when no store takes it."""
        request = Request(scope, dict(scope["headers"]), self)
        came_from = request.headers.get(b"referer", b"").decode("latin-1")
        if event := self._event(request, facts, "click", came_from, came_from, request.at, link_id=link_id):
            await self._store([event])

    async def _beacons(self, beacons: Sequence[Beacon], request: Request) -> None:
        events = []
        at = request.at
        for beacon in beacons:
            facts = await self._resolve(beacon.h) if _HANDLE.fullmatch(beacon.h) else None
            if facts is None:
                raise NotFound("There is no such page.", fields={"h": "No page has this handle."})
            if beacon.l is not None and beacon.l not in facts.link_ids:
                raise Invalid("That link is not on the page.", fields={"l": "Not a link of this page."})
            if event := self._from_beacon(request, facts, beacon, at):
                events.append(event)
            at += _MICROSECOND  # in the order in which they were sent
        if events:
            await self._store(events)

    async def _store(self, events: list[Event]) -> None:
        await self._stream.add(events)
        _taken.inc(len(events))

    def _from_beacon(self, request: Request, facts: PageFacts, beacon: Beacon, at: datetime) -> Event | None:
        if beacon.t == "view":
            return self._event(request, facts, "view", beacon.u, beacon.r, at, width=beacon.vw)
        if request.anonymous:
            # Not asked to be counted, and not needed to count the view.
            _left.inc()
            return None
        event = self._event(request, facts, beacon.t, "", "", at, width=beacon.vw, link_id=beacon.l)
        if event is None:
            return None
        if beacon.t == "tap":
            return msgspec.structs.replace(event, **beacon.tap())
        return msgspec.structs.replace(
            event,
            link_id=None,
            ttfb=beacon.ttfb,
            fcp=beacon.fcp,
            lcp=beacon.lcp,
            inp=beacon.inp,
            cls=beacon.cls,
            connection=beacon.ct or None,
        )

    def _event(
        self,
        request: Request,
        facts: PageFacts,
        kind: Any,
        url: str,
        referrer: str,
        at: datetime,
        *,
        width: float | None = None,
        link_id: UUID | None = None,
    ) -> Event | None:
        """None when the owner, or the visitor, does not want it counted."""
        unwanted = request.anonymous and facts.privacy_signals == "ignore-visit"
        if unwanted or (not facts.count_own_visits and request.is_owner(facts)):
            _left.inc()
            return None
        source, path = referrers.source(referrer[:1000], request.own_hosts) if referrer else (None, None)
        utm = text.campaign(url)
        if request.anonymous:
            return Event(
                account_id=facts.account_id,
                at=at,
                kind=kind,
                link_id=link_id,
                referrer=source,
                utm_source=utm.source,
                utm_medium=utm.medium,
                utm_campaign=utm.campaign,
                utm_term=utm.term,
                utm_content=utm.content,
                bot=request.bot,
            )
        agent, address = request.agent, request.address
        place = NOWHERE if address is None else self.geo.place(address)
        return Event(
            account_id=facts.account_id,
            at=at,
            kind=kind,
            link_id=link_id,
            visitor=None if address is None else self._visitor(facts, address, request.user_agent, at),
            country=place.country,
            region=place.region,
            city=place.city,
            device=agent.device,
            browser=agent.browser,
            browser_version=agent.browser_version,
            os=agent.os,
            os_version=agent.os_version,
            language=text.language(request.headers.get(b"accept-language", b"").decode("latin-1")),
            referrer=source,
            referrer_path=path,
            utm_source=utm.source,
            utm_medium=utm.medium,
            utm_campaign=utm.campaign,
            utm_term=utm.term,
            utm_content=utm.content,
            viewport=text.viewport(width),
            bot=request.bot,
        )

    def _visitor(self, facts: PageFacts, address: Address, user_agent: str, at: datetime) -> int:
        key = self._keys.key(facts.timezone, owners_day(at, facts.timezone))
        return visitor_hash(key, facts.account_id, address, user_agent.encode("latin-1"))

    def own_hosts(self, host: bytes) -> frozenset[str]:
        """Names under which this page is reached: the configured one, and the one this request used."""
        found = self._hosts.get(host)
        if found is None:
            names = {
                urlsplit(f"//{name}").hostname
                for name in (self._host, host.decode("latin-1"))
                if _is_host(name)
            }
            found = frozenset(name for name in names if name)
            if len(self._hosts) < 1000:
                self._hosts[host] = found
        return found


def _is_host(name: str) -> bool:
    try:
        return bool(urlsplit(f"//{name}").hostname)
    except ValueError:
        return False
