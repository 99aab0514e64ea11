"""The limits of all requests: the exact one of the API and of events, and the generous one of pages."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import structlog
from valkey.asyncio import Valkey

from nameplate.errors import Problem, TooMany
from nameplate.http.caller import Caller
from nameplate.http.client_ip import client_ip, contains, header, network_of
from nameplate.http.problems import send_problem
from nameplate.http.rate_limit_budgets import (
    Budget,
    Budgets,
    Verdict,
    hashed,
    keyed,
    policy,
    refusal,
    state,
)
from nameplate.http.rate_limit_flood import Flood
from nameplate.http.rate_limit_permit import Refused, put_permit
from nameplate.http.rate_limit_tally import Tally, limited
from nameplate.http.rate_limit_windows import Windows
from nameplate.http.security_headers import complete
from nameplate.settings import Settings

log = structlog.get_logger(__name__)

EVENTS = frozenset({"/e", "/e.gif"})
READING = frozenset({"GET", "HEAD"})
KNOWN_FOR = 600.0  # seconds
MOST_KNOWN = 20_000

RefusePage = Callable[[Problem, Any, Any], Awaitable[None]]
_Known = tuple[float, UUID, UUID | None]


@dataclass(frozen=True, slots=True)
class Cost:
    """One request of what `key` stands for."""

    budget: Budget
    key: bytes


class Limits:
    """Every budget of an installation. What routes with a stricter one ask."""

    def __init__(self, settings: Settings, valkey: Valkey, *, counts: bool = True) -> None:
        self.budgets = Budgets.of(settings)
        self.windows = Windows(valkey, processes=settings.processes, counts=counts)
        self._allowed = settings.rate_limit_allow
        self._trusted = settings.trusted_proxies
        secret = hashlib.sha256(b"rate limits:" + settings.secret_key.encode()).digest()
        self._keyed = keyed(secret)

    async def __aenter__(self) -> Self:
        await self.windows.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.windows.__aexit__()

    def address(self, scope: Any) -> bytes | None:
        """What an address counts as: IPv4 itself, IPv6 its /64. None when its network is not limited."""
        address = client_ip(scope, self._trusted)
        if address is None:
            return b""
        if self._allowed and contains(self._allowed, address):
            return None
        return network_of(address)

    def key(self, *parts: bytes) -> bytes:
        """What a budget is kept under. Keyed with the secret: nothing of `parts` can be found out from it."""
        return hashed(self._keyed, *parts)

    def record(self, address: bytes) -> bytes:
        """What an address is called in records: another one tomorrow."""
        return hashed(keyed(self.windows.daily_key[:64]), address)[:8]

    async def spend(self, *costs: Cost, detail: str = "") -> None:
        """One of each budget, or none at all. Raises TooMany, which names the one that takes longest."""
        taken = await asyncio.gather(*(self.windows.take(cost.key, cost.budget) for cost in costs))
        refused = [(cost, verdict) for cost, verdict in zip(costs, taken, strict=True) if not verdict.allowed]
        if not refused:
            return
        await self.give_back(*(cost for cost, verdict in zip(costs, taken, strict=True) if verdict.allowed))
        cost, verdict = max(refused, key=lambda pair: pair[1].wait)
        limited.labels(cost.budget.name).inc()
        raise refusal(cost.budget, verdict, detail)

    async def give_back(self, *costs: Cost) -> None:
        """What was spent on something that is not to be limited."""
        for cost in costs:
            await self.windows.give_back(cost.key, cost.budget)

    async def first_in_a_while(self, *parts: bytes) -> bool:
        """Whether this is the first of its kind in ten minutes: for telling of refusals."""
        return (await self.windows.take(self.key(b"told", *parts), self.budgets.told)).allowed

    async def spend_export(self, account_id: UUID) -> None:
        """Before an account, or its single events, are read whole. Raises TooMany."""
        await self.spend(self.cost(self.budgets.exports, account_id.bytes))

    def cost(self, budget: Budget, *parts: bytes) -> Cost:
        """One of `budget` for `parts`."""
        return Cost(budget, self.key(*parts))


class RateLimit:
    """ASGI application around all others. `areas`: first path segments of the API that records may name. `events`
    answers EVENTS."""

    def __init__(
        self,
        app: Any,
        limits: Limits,
        tally: Tally,
        *,
        settings: Settings,
        refuse_page: RefusePage,
        areas: frozenset[str],
        events: Any,
    ) -> None:
        self._app = app
        self._events = events
        self._limits = limits
        self._tally = tally
        self._refuse_page = refuse_page
        self._areas = areas
        self._secure = settings.secure
        self._address_budget = limits.budgets.address
        self._user_budget = limits.budgets.user
        self._policies = {
            budget.name: policy(budget) for budget in (self._address_budget, self._user_budget) if budget
        }
        self._known: dict[bytes, _Known] = {}
        self._flood = Flood(settings)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        path: str = scope["path"]
        answer: Awaitable[None]
        if path in EVENTS:
            answer = self._event(scope, receive, send)
        elif path.startswith("/api/") or path == "/api" or scope["method"] not in READING:
            answer = self._call(self._area(path), scope, receive, send)
        elif (wait := self._flood.wait(scope)) and self._limits.address(scope) is not None:
            answer = self._refuse_flood(wait, scope, send)
        else:
            answer = self._app(scope, receive, send)
        return answer

    async def _event(self, scope: Any, receive: Any, send: Any) -> None:
        """What is further in sees to it that nothing comes of a request before its permit is granted."""
        address = self._limits.address(scope)
        if address is None:
            self._tally.count("events")
            await self._events(scope, receive, send)
            return
        budget = self._address_budget
        permit = self._limits.windows.ask(self._limits.key(address), budget)
        try:
            if permit.verdict is not None or scope["method"] != "POST":
                await permit.granted()
            put_permit(scope, permit)
            await self._events(scope, receive, send)
        except Refused as refused:
            self._tally.count("events", address=self._limits.record(address), refused=True)
            await self._refuse(refusal(budget, refused.verdict), budget, scope, send)
        else:
            self._tally.count("events")

    async def _call(self, area: str, scope: Any, receive: Any, send: Any) -> None:
        address = self._limits.address(scope)
        name = _credential(scope)
        known = self._who(name)
        account_id, token_id = known or (None, None)
        budget, verdict = self._address_budget, None
        if address is not None:
            key = self._limits.key(address)
            if self._user_budget and account_id:
                budget, key = self._user_budget, self._limits.key(account_id.bytes)
            verdict = await self._limits.windows.take(key, budget)
            if not verdict.allowed:
                self._tally.count(
                    area,
                    account_id=account_id,
                    token_id=token_id,
                    address=self._limits.record(address),
                    refused=True,
                )
                await self._refuse(refusal(budget, verdict), budget, scope, send)
                return
        try:
            await self._app(scope, receive, send if verdict is None else self._told(budget, verdict, send))
        finally:
            caller = scope.get("state", {}).get("caller")
            if isinstance(caller, Caller):
                self._learn(name, caller)
                self._tally.count(
                    area,
                    account_id=caller.account_id,
                    token_id=caller.token_id,
                    address=self._limits.record(address or b""),
                )
            else:
                self._tally.count(area)

    def _area(self, path: str) -> str:
        """What records call it: a word of ours, whatever was typed."""
        segments = path.split("/", 4)
        found = segments[3] if segments[:3] == ["", "api", "v1"] and len(segments) > 3 else ""
        return found if found in self._areas else "other"

    def _who(self, name: bytes) -> tuple[UUID, UUID | None] | None:
        """Whose a credential was when it was last proven here. Good enough to choose a budget, for nothing else."""
        known = self._known.get(name) if name else None
        if known is None or known[0] < time.monotonic():
            return None
        return known[1:]

    def _learn(self, name: bytes, caller: Caller) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = (time.monotonic() + KNOWN_FOR, caller.account_id, caller.token_id)

    def _told(self, budget: Budget, verdict: Verdict, send: Any) -> Any:
        """`send` that says what is left."""
        fields = [
            (b"ratelimit-policy", self._policies[budget.name]),
            (b"ratelimit", state(budget, verdict)),
        ]

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                # A stricter budget spoke for itself.
                if not any(name.lower() == b"ratelimit" for name, _ in headers):
                    message = {**message, "headers": [*headers, *fields]}
            await send(message)

        return told

    async def _refuse_flood(self, wait: float, scope: Any, send: Any) -> None:
        address = self._limits.address(scope) or b""
        self._tally.count("pages", address=self._limits.record(address), refused=True)
        budget = self._flood.budget
        problem = refusal(budget, Verdict(False, 0, wait), "Wait {wait}, then open it again.")
        await self._refuse(problem, budget, scope, send, page=True)

    async def _refuse(
        self, problem: TooMany, budget: Budget, scope: Any, send: Any, *, page: bool = False
    ) -> None:
        limited.labels(budget.name).inc()

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": complete(message["headers"], secure=self._secure)}
            await send(message)

        readable = scope["method"] in READING and "text/html" in header(scope, b"accept")
        answer = self._refuse_page if page or readable else send_problem
        await answer(problem, scope, guarded)


def _credential(scope: Any) -> bytes:
    """What stands for the cookie or token of a request; empty without one."""
    text = header(scope, b"authorization") or header(scope, b"cookie")
    return hashlib.sha256(text.encode()).digest() if text else b""
