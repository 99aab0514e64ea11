"""What a batch adds to each roll-up, worked out before the database is asked to add it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

import msgspec

from nameplate.analytics.days import owners_day
from nameplate.events import Event

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
# Offsets from UTC are multiples of a quarter of an hour, so no day begins within one.
_QUARTER = 15 * 60 * 1_000_000


class Fact:
    """What a batch knows of one row of visitor_days."""

    __slots__ = ("at", "clicks", "first", "id", "views")

    def __init__(self, at: int, id_: int, first: int) -> None:
        self.at = at
        self.id = id_
        self.first = first
        """Index of its first event in the batch."""
        self.views = 0
        self.clicks = 0


class Tally:
    """The sums of one batch.

    Days are counted and times measured (in microseconds) from the year 2000, as PostgreSQL does in binary. Accounts
    and links are numbers in here: a UUID is hashed and compared in Python, a number in C.
    """

    def __init__(self, events: Sequence[Event], zones: dict[UUID, str]) -> None:
        self._events = events
        self._times: list[int] = []
        self._days: list[int] = []
        self._totals: dict[tuple[int, int], list[int]] = {}
        self._facts: dict[tuple[int, int, int], Fact] = {}
        self._links: dict[tuple[int, int, int], int] = {}
        self._who: dict[tuple[int, int, int, int], list[int]] = {}
        self.bots = False
        """Whether any view or click is a bot's."""
        names = {account.int: zone for account, zone in zones.items()}
        days: dict[tuple[str, int], int] = {}
        for index, event in enumerate(events):
            since = event.at - _EPOCH
            at = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
            quarter = (names[event.account_id.int], at // _QUARTER)
            day = days.get(quarter)
            if day is None:
                day = days[quarter] = owners_day(event.at, quarter[0]).toordinal() - _EPOCH_DAY
            self._times.append(at)
            self._days.append(day)
            if event.kind in ("view", "click"):
                self._add(index, event, at, day)

    def _add(self, index: int, event: Event, at: int, day: int) -> None:
        account, click = event.account_id.int, event.kind == "click"
        totals = self._totals.get((account, day))
        if totals is None:
            totals = self._totals[account, day] = [0, 0, 0]
        if event.bot is not None:
            totals[2] += 1
            self.bots = True
            return
        totals[click] += 1
        visitor = stand_in(event) if event.visitor is None else event.visitor
        key = (account, day, visitor)
        fact = self._facts.get(key)
        if fact is None:
            fact = self._facts[key] = Fact(at, event.id, index)
        elif (at, event.id) < (fact.at, fact.id):
            fact.at, fact.id, fact.first = at, event.id, index
        if not click:
            fact.views += 1
            return
        fact.clicks += 1
        if event.link_id is not None:
            link = event.link_id.int
            self._links[account, day, link] = self._links.get((account, day, link), 0) + 1
            who = self._who.get((account, day, link, visitor))
            if who is None:
                self._who[account, day, link, visitor] = [index, 1]
            else:
                who[1] += 1

    def totals(self) -> list[tuple[UUID, date, int, int, int]]:
        """Account, day, views, clicks, bots; in the order of the key."""
        return [
            (UUID(int=account), _a_date(day), views, clicks, bots)
            for (account, day), (views, clicks, bots) in sorted(self._totals.items())
        ]

    def links(self) -> list[tuple[UUID, date, UUID, int]]:
        """Account, day, link, clicks; in the order of the key."""
        return [
            (UUID(int=account), _a_date(day), UUID(int=link), clicks)
            for (account, day, link), clicks in sorted(self._links.items())
        ]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The events, one value for each column of the stage.

        Behind the event's own fields: the day; on the first event of each row of visitor_days that row's visitor,
        views and clicks; on one event of each row of visitor_link_days that row's visitor and clicks.
        """
        firsts = {fact.first: (key[2], fact.views, fact.clicks) for key, fact in self._facts.items()}
        who = {index: (key[3], clicks) for key, (index, clicks) in self._who.items()}
        nothing = (None, None, None)
        nobody = (None, None)
        as_tuple = msgspec.structs.astuple
        for index, event in enumerate(self._events):
            fields = as_tuple(event)
            link = fields[4]
            yield (
                fields[0].bytes,
                self._times[index],
                *fields[2:4],
                link and link.bytes,
                *fields[5:],
                self._days[index],
                *firsts.get(index, nothing),
                *who.get(index, nobody),
            )


def stand_in(event: Event) -> int:
    """Stands in for the visitor of anonymous events that look alike: always negative, which no visitor is."""
    return _hash_of(
        event.country, event.region, event.city, event.device, event.browser, event.os, event.language,
        event.referrer, event.utm_source, event.utm_medium, event.utm_campaign,
    )  # fmt: skip


@lru_cache(maxsize=16384)
def _hash_of(*dimensions: str | None) -> int:
    digest = blake2b(msgspec.msgpack.encode(dimensions), digest_size=8).digest()
    return ~(int.from_bytes(digest) >> 1)


def _a_date(day: int) -> date:
    """A day as counted here."""
    return date.fromordinal(day + _EPOCH_DAY)
