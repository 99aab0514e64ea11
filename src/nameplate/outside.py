"""What a process asks of others, and how that goes: PostgreSQL, Valkey, S3, GitHub, the mail server.

Whoever asks says how it went. /readyz, /api/v1/status and the metrics tell it on: which of them answers, since when,
and what is wrong in words that hold no address, no name and no secret.
"""

import errno
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from prometheus_client import Counter, Gauge

from nameplate.errors import Unavailable

State = Literal["well", "trying", "resting"]
Breaker = Literal["closed", "half-open", "open"]
BREAKER: dict[State, Breaker] = {"well": "closed", "trying": "half-open", "resting": "open"}

resting = Gauge(
    "nameplate_outside_resting",
    "1 while calls to this service are refused at once",
    ["service"],
    multiprocess_mode="livemax",
)
failed = Counter("nameplate_outside_failures_total", "Failed calls to this service", ["service"])


@dataclass(slots=True)
class Service:
    """How it stands with one of them, as this process knows it."""

    name: str
    state: State = "well"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When `state` began."""
    error: str = ""
    """What was wrong last, while it is not well."""
    answered_at: datetime | None = None
    """When it last was well, as far as anybody looked."""

    def answers(self) -> None:
        """It did what it was asked to."""
        self.answered_at = datetime.now(UTC)
        if self.state != "well":
            self._become("well", self.answered_at)
            resting.labels(self.name).set(0)
            self.error = ""

    def fails(self, error: BaseException | str) -> None:
        """One call failed. Whether it is left alone now is another matter: see `rests`."""
        failed.labels(self.name).inc()
        self.error = in_words(error)

    def rests(self) -> None:
        """From now on it is not asked."""
        self._become("resting", datetime.now(UTC))
        resting.labels(self.name).set(1)

    def tries(self) -> None:
        """One call finds out whether it is well again."""
        self._become("trying", self.since)

    def _become(self, state: State, since: datetime) -> None:
        if self.state != state and not {self.state, state} <= {"trying", "resting"}:
            self.since = since
        self.state = state


_services: dict[str, Service] = {}


def service(name: str) -> Service:
    """The one of that name; made when it is first asked for."""
    if name not in _services:
        _services[name] = Service(name)
        resting.labels(name).set(0)
    return _services[name]


def services() -> list[Service]:
    """Those that this process asks anything of."""
    return list(_services.values())


def in_words(error: BaseException | str) -> str:
    """What an operator can do something with. Never the error's own words: they may hold addresses and names."""
    if isinstance(error, Unavailable):
        return error.detail
    chain: list[BaseException] = []
    link = error if isinstance(error, BaseException) else None
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    text = " ".join(f"{type(one).__name__} {one}" for one in chain).lower() or str(error).lower()
    numbers = {getattr(one, "errno", None) for one in chain}
    for marks, words in _WORDS:
        if any(mark in text for mark in marks if isinstance(mark, str)) or numbers & set(marks):
            return words
    name = error if isinstance(error, str) else type(error).__name__
    return f"It answers with an error ({name[:40]})."


_WORDS: tuple[tuple[tuple[str | int, ...], str], ...] = (
    ((errno.ENOSPC, errno.EDQUOT, "no space left", "disk full", "misconf"), "Its disk is full."),
    ((errno.ECONNREFUSED, "refused"), "It refuses connections."),
    (("timeout", "timed out", "not answer in time"), "It does not answer in time."),
    (
        (errno.ECONNRESET, errno.EPIPE, "reset", "closed", "terminating", "disconnected", "incompleteread"),
        "It ends connections.",
    ),
    (("too many",), "It takes no more connections."),
    (("starting up", "shutting down", "loading"), "It is starting or stopping."),
    (("resolve", "getaddrinfo", "not found"), "Its name was not found."),
    (("unreachable", "connecterror"), "It cannot be reached."),
    (("remoteprotocolerror", "readerror", "writeerror"), "It ends connections."),
)
