"""Every number under any filters is what a plain look at the raw events gives, whatever was folded when."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nameplate.analytics.answers import Asked, find
from nameplate.analytics.batch import write_batch
from nameplate.analytics.dimensions import FACTS, Dimension
from nameplate.analytics.filtered import queries as filtered
from nameplate.analytics.folding.fold import fold
from nameplate.db import Database, SystemDatabase
from nameplate.events import Event
from nameplate.ids import new_id
from nameplate.settings import Settings
from tests.analytics.truth import ATTRIBUTED, DIMENSIONS, assert_exact, clear
from tests.cast import Person

START = datetime(2026, 3, 27, 20, tzinfo=UTC)
DAYS = [date(2026, 3, 27) + timedelta(days=number) for number in range(4)]
LINKS = [new_id() for _ in range(2)]
WORDS: dict[str, list[str | None]] = {
    "country": [None, "DE", "BR"],
    "region": [None, "Bavaria"],
    "city": [None, "Munich"],
    "device": ["phone", "desktop"],
    "browser": ["Firefox", "Chrome"],
    "os": ["Linux", None],
    "language": ["de", None],
    "referrer": [None, "GitHub", "X"],
    "utm_source": [None, "news"],
    "utm_medium": [None, "email"],
    "utm_campaign": [None, "2.0"],
}

events = st.fixed_dictionaries(
    {
        "minutes": st.integers(0, 60 * 60),
        "kind": st.sampled_from(["view", "view", "click", "click"]),
        "visitor": st.sampled_from([None, 1, 2, 3, 4]),
        "link_id": st.sampled_from([None, *LINKS]),
        "bot": st.sampled_from([None, None, None, None, "crawler"]),
        **{name: st.sampled_from(words) for name, words in WORDS.items()},
    }
)


@dataclass(frozen=True)
class Step:
    what: Literal["write", "twice", "together", "fold", "fold today", "lost fold", "lost fold today"]
    number: int


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(
            [
                "write",
                "write",
                "write",
                "twice",
                "together",
                "fold",
                "fold today",
                "fold today",
                "lost fold",
                "lost fold today",
            ]
        ),
        st.integers(0, 5),
    ),
    max_size=14,
)
filters = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(list(WORDS)), st.integers(0, 2), max_size=4),
        st.sampled_from([None, None, *LINKS]),
        st.integers(0, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


async def test_filtered_numbers_equal_the_raw_events(settings: Settings, ann: Person, admin_url: str) -> None:
    """Runs the property in a thread of its own: hypothesis wants a plain function."""
    await asyncio.to_thread(_property(settings, ann.account_id, admin_url))


class World:
    """Whoever counts and folds for Ann."""

    def __init__(self, system: SystemDatabase, account_id: UUID, batches: list[list[Event]]) -> None:
        self.system = system
        self.account_id = account_id
        self.batches = [(new_id(), batch) for batch in batches]

    async def write(self, number: int) -> None:
        batch, events = self.batches[number % len(self.batches)]
        async with self.system.as_consumer() as tx:
            await write_batch(tx, batch, events)

    async def fold(self, day: date, *, lasts: bool) -> None:
        enter = partial(self.system.as_worker_for, self.account_id)
        await fold(enter, self.account_id, day, lasts=lasts)

    async def fold_while_counting(self, day: date, number: int, *, lasts: bool) -> None:
        """Something is counted while the day is being folded, perhaps twice: what was made of it must not be believed,
        or known to be without it."""
        await asyncio.gather(
            self.fold(day, lasts=lasts),
            self.write(number),
            self.fold(day, lasts=True),
            self.write(number + 1),
        )

    async def happen(self, step: Step) -> None:
        day = DAYS[step.number % len(DAYS)]
        match step.what:
            case "write":
                await self.write(step.number)
            case "twice":
                await self.write(step.number)
                await self.write(step.number)
            case "together":
                await asyncio.gather(*(self.write(step.number + more) for more in range(3)))
            case "fold" | "fold today":
                await self.fold(day, lasts=step.what == "fold today")
            case "lost fold" | "lost fold today":
                await self.fold_while_counting(day, step.number, lasts=step.what == "lost fold today")


def _property(config: Settings, account_id: UUID, admin_url: str) -> Any:
    async def run(plan: list[list[dict[str, Any]]], happenings: list[Step], questions: list[Any]) -> None:
        admin = await psycopg.AsyncConnection.connect(admin_url, autocommit=True)
        async with admin, SystemDatabase(config) as system, Database(config) as db:
            await admin.execute("UPDATE profiles SET timezone = 'Asia/Kolkata'")
            await clear(admin)
            world = World(system, account_id, [[_event(account_id, e) for e in batch] for batch in plan])
            for step in happenings:
                await world.happen(step)
            for number in range(len(plan)):
                await world.write(number)
            for day in DAYS[:1]:
                await world.fold(day, lasts=False)
            await assert_exact(admin)
            people = await _rows(admin, f"SELECT * FROM ({ATTRIBUTED}) AS a")
            bots = await _rows(
                admin,
                f"SELECT account_id, day, at, kind, visitor, link_id, {DIMENSIONS}, false AS first, bot FROM events"
                " WHERE bot IS NOT NULL",
            )
            for words, link, start, with_bots in questions:
                chosen = {
                    Dimension(name): WORDS[name][at % len(WORDS[name])] or "" for name, at in words.items()
                }
                if link is not None:
                    chosen[Dimension.LINK] = str(link)
                asked = Asked(DAYS[start], DAYS[-1], chosen, with_bots)
                async with db.as_account(account_id) as tx:
                    await _compare(tx, account_id, asked, bots if with_bots else people)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(events, min_size=1, max_size=12), min_size=1, max_size=6), steps, filters)
    def check(plan: list[list[dict[str, Any]]], happenings: list[Step], questions: list[Any]) -> None:
        asyncio.run(run(plan, happenings, questions))

    return check


def _event(account_id: UUID, planned: dict[str, Any]) -> Event:
    fields = {**planned, "at": START + timedelta(minutes=planned["minutes"])}
    del fields["minutes"]
    if fields["kind"] == "view":
        fields["link_id"] = None
    return Event(account_id=account_id, **fields)


async def _rows(admin: psycopg.AsyncConnection[Any], sql: str) -> list[dict[str, Any]]:
    cursor = await admin.execute(sql)  # type: ignore[arg-type]
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


def _chosen(rows: Iterable[dict[str, Any]], asked: Asked) -> list[tuple[dict[str, Any], list[int]]]:
    """Raw events that the filters leave, with what each adds to views, visitors and clicks."""
    rows = [row for row in rows if asked.first <= row["day"] <= asked.last]
    link = asked.filters.get(Dimension.LINK)
    clickers = {
        (row["day"], row["visitor"]) for row in rows if str(row["link_id"]) == link and row["kind"] == "click"
    }
    found = []
    for row in rows:
        if any(
            (row[at.value] or "") != value for at, value in asked.filters.items() if at is not Dimension.LINK
        ):
            continue
        on_link = row["kind"] == "click" and (link is None or str(row["link_id"]) == link)
        theirs = link is None or (
            row["visitor"] is not None and not asked.bots and (row["day"], row["visitor"]) in clickers
        )
        if on_link or theirs:
            found.append(
                (row, [int(row["kind"] == "view" and theirs), int(row["first"] and theirs), int(on_link)])
            )
    return found


async def _compare(tx: Any, account_id: UUID, asked: Asked, rows: list[dict[str, Any]]) -> None:
    dimensions = [*FACTS, Dimension.LINK]
    found = await find(tx, account_id, asked, dimensions)
    chosen = _chosen(rows, asked)
    days: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    quarters: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    values: dict[Dimension, dict[str, list[int]]] = {at: defaultdict(lambda: [0, 0, 0]) for at in dimensions}
    who: dict[str, set[Any]] = defaultdict(set)
    for row, counts in chosen:
        _add(days[row["day"]], counts)
        _add(quarters[row["at"].replace(minute=row["at"].minute // 15 * 15)], counts)
        for at in FACTS:
            _add(values[at][row[at.value] or ""], counts)
        if counts[2] and row["link_id"] is not None:
            _add(values[Dimension.LINK][str(row["link_id"])], [0, 0, 1])
            if row["visitor"] is not None and not asked.bots:
                who[str(row["link_id"])].add((row["day"], row["visitor"]))
    for link, visitors in who.items():
        values[Dimension.LINK][link][1] = len(visitors)
    assert _there(found.days) == _there(days)
    for at in dimensions:
        assert _there(found.values[at]) == _there(values[at]), at
    assert _there((await find(tx, account_id, asked, ())).days) == _there(days)
    by_quarter = await filtered.quarters(
        tx, account_id, asked.first, asked.last, asked.filters, bots=asked.bots
    )
    assert _there({q.at: [q.views, q.visitors, q.clicks] for q in by_quarter}) == _there(quarters)


def _add(into: list[int], counts: list[int]) -> None:
    for at, count in enumerate(counts):
        into[at] += count


def _there(found: dict[Any, list[int]]) -> dict[Any, list[int]]:
    return {key: list(counts) for key, counts in found.items() if any(counts)}
