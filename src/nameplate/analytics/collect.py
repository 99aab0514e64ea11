"""POST /e, the pixel, and clicks: from a request to durable events, without a question to the database.

The address of the visitor is looked at here and goes no further: into the visitor's hash and into a place.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from prometheus_client import Counter
from valkey.asyncio import Valkey

from nameplate.analytics import referrers, text
from nameplate.analytics.beacons import Beacon, decode, read_body, refuse_other_sites
from nameplate.analytics.days import owners_day
from nameplate.analytics.direct import DirectWriter
from nameplate.analytics.geo import NOWHERE, Geo
from nameplate.analytics.sender import Sender
from nameplate.analytics.visitor import VisitorKeys, now, visitor_hash
from nameplate.db import Database
from nameplate.errors import Invalid, NotFound
from nameplate.events import Event, EventStream
from nameplate.http.client_ip import Address
from nameplate.http.rate_limit_permit import Permit, permit_of
from nameplate.http.security_headers import headers_for
from nameplate.page_facts import PageFacts, Pages
from nameplate.settings import Settings
from nameplate.tasks import ended

left_out = Counter(
    "nameplate_events_left_out_total", "Events their sender or the page's owner wants not counted"
)

_NO_STORE = (b"cache-control", b"no-store")
_NO_BODY = {"type": "http.response.body", "body": b""}
_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
_MICROSECOND = timedelta(microseconds=1)


class Collector:
    """One for each web process. Its answers are complete, and made once; what is wrong is raised as a Problem."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        valkey: Valkey,
        pages: Pages,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._trusted = settings.trusted_proxies
        self._clock = clock
        self._pages = pages
        self._host = urlsplit(settings.base_url).netloc
        self._hosts: dict[bytes, frozenset[str]] = {}
        self.geo = Geo(settings.geoip_db)
        self._keys = VisitorKeys(db, clock)
        self._direct = DirectWriter(settings, db.pulse)
        self._stream = EventStream(valkey, self._direct.write)
        self._refreshing: asyncio.Task[None] | None = None
        always = [_NO_STORE, *headers_for(secure=settings.secure)]
        gif = [(b"content-type", b"image/gif"), (b"content-length", str(len(_GIF)).encode())]
        self._done = {"type": "http.response.start", "status": 204, "headers": always}
        self._pixel = {"type": "http.response.start", "status": 200, "headers": [*gif, *always]}

    async def __aenter__(self) -> Self:
        self._refreshing = asyncio.create_task(self._keys.keep_fresh())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stream.close()
        await self._direct.close()
        if self._refreshing is not None:
            await ended(self._refreshing)
        self.geo.close()

    async def beacon(self, scope: Any, receive: Any, send: Any) -> None:
        """POST /e: 204 once the events are durable."""
        headers = dict(scope["headers"])
        refuse_other_sites(headers, self._host)
        beacons = decode(await read_body(headers, receive))
        await self._count(beacons, Sender(scope, headers, self._trusted), permit_of(scope))
        await send(self._done)
        await send(_NO_BODY)

    async def pixel(self, scope: Any, send: Any) -> None:
        """GET /e.gif?h=handle: a view by a browser without JavaScript."""
        headers = dict(scope["headers"])
        refuse_other_sites(headers, self._host)
        handle = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("h", [""])[0]
        if not handle:
            raise Invalid("Say whose page it is: /e.gif?h=handle", fields={"h": "Missing."})
        if scope["method"] == "GET":
            sender = Sender(scope, headers, self._trusted)
            view = Beacon(t="view", h=handle, u=sender.text(b"referer"))
            await self._count([view], sender, permit_of(scope))
        await send(self._pixel)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else _GIF})

    async def click(self, scope: Any, facts: PageFacts, link_id: UUID) -> None:
        """Count a click on a short link. Returns once it is durable; raises Unavailable when no store takes it."""
        sender = Sender(scope, dict(scope["headers"]), self._trusted)
        if not self._wanted(sender, facts):
            left_out.inc()
            return
        at, came_from = self._clock(), sender.text(b"referer")
        who, whence = self._who(sender, facts, at), self._whence(sender, came_from, came_from)
        event = Event(account_id=facts.account_id, at=at, kind="click", link_id=link_id, **who, **whence)
        await self._stream.add([event])

    async def _count(self, beacons: Sequence[Beacon], sender: Sender, permit: Permit) -> None:
        """All of them or, when one is wrong, none. Raises Refused."""
        events: list[Event] = []
        at = self._clock()
        known: PageFacts | None = None
        who: dict[str, Any] = {}
        for beacon in beacons:
            facts = self._pages.known(beacon.h) or await self._pages.facts(beacon.h)
            if facts is None:
                raise NotFound("There is no such page.", fields={"h": "No page has this handle."})
            if beacon.l is not None and beacon.l not in facts.link_ids:
                raise Invalid("That link is not on the page.", fields={"l": "Not a link of this page."})
            # Of an anonymous visitor a view is counted; the rest is not needed for that.
            if not self._wanted(sender, facts) or (sender.anonymous and beacon.t != "view"):
                left_out.inc()
                continue
            if facts is not known:  # nearly always one page
                known, who = facts, self._who(sender, facts, at)
            what = beacon.said() if beacon.t != "view" else self._whence(sender, beacon.u, beacon.r)
            if not sender.anonymous:
                what["viewport"] = text.viewport(beacon.vw)
            events.append(Event(account_id=facts.account_id, at=at, kind=beacon.t, **who, **what))
            at += _MICROSECOND  # in the order in which they were sent
        if not events:
            await permit.granted()
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        permit.open(partial(self._stream.put, events, kept), kept)
        await kept

    def _wanted(self, sender: Sender, facts: PageFacts) -> bool:
        """Whether the page's owner wants this counted."""
        if sender.anonymous and facts.privacy_signals == "ignore-visit":
            return False
        return facts.count_own_visits or not sender.is_owner(facts)

    def _who(self, sender: Sender, facts: PageFacts, at: datetime) -> dict[str, Any]:
        """The fields of an event that its sender's request tells, whatever happened."""
        if sender.anonymous:
            return {"bot": sender.bot}
        agent, address = sender.agent, sender.address
        place = NOWHERE if address is None else self.geo.place(address)
        return {
            "visitor": None if address is None else self._visitor(facts, address, sender.user_agent, at),
            "country": place.country,
            "region": place.region,
            "city": place.city,
            "device": agent.device,
            "browser": agent.browser,
            "browser_version": agent.browser_version,
            "os": agent.os,
            "os_version": agent.os_version,
            "language": text.language(sender.text(b"accept-language")),
            "bot": sender.bot,
        }

    def _whence(self, sender: Sender, url: str, referrer: str) -> dict[str, Any]:
        """The fields of a view or click that tell where its visitor comes from."""
        found: dict[str, Any] = {}
        if referrer:
            own_hosts = self._own_hosts(sender.headers.get(b"host", b""))
            found["referrer"], path = referrers.source(referrer[:1000], own_hosts)
            if not sender.anonymous:
                found["referrer_path"] = path
        utm = text.campaign(url)
        if utm is not text.NO_CAMPAIGN:
            found["utm_source"] = utm.source
            found["utm_medium"] = utm.medium
            found["utm_campaign"] = utm.campaign
            found["utm_term"] = utm.term
            found["utm_content"] = utm.content
        return found

    def _visitor(self, facts: PageFacts, address: Address, user_agent: bytes, at: datetime) -> int:
        key = self._keys.key(facts.timezone, owners_day(at, facts.timezone))
        return visitor_hash(key, facts.account_id, address, user_agent)

    def _own_hosts(self, host: bytes) -> frozenset[str]:
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
