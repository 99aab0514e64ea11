"""The small tables the events are drawn from, made once for each fill and put on each connection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from nameplate.analytics.counting.tally import stand_in
from nameplate.db import Tx
from nameplate.demo import page, queries
from nameplate.demo.clock import STEPS, moments, offset_hours
from nameplate.demo.people import Person, Temper, agents, pool
from nameplate.demo.plan import Plan
from nameplate.demo.sources import Mood, Origin, origins, shares
from nameplate.demo.visits import TEMPLATES, Visit, templates
from nameplate.events import Event

BUCKETS = 1024  # of origins
NO_ORIGIN = 4096  # the bucket of programs, which say nothing about where they come from
LINK_BUCKETS = 256

Table = list[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Tables:
    """By the name of their table (queries.TABLES), ready for COPY."""

    rows: dict[str, bytes]
    links: dict[tuple[str, ...], int]
    """Number of each set of links a day can have; see `link_set`."""
    longest: float
    """Seconds that the longest visit of all lasts."""

    async def put(self, tx: Tx) -> None:
        """Make the tables on this connection, if it lacks them."""
        if await queries.has_tables(tx):
            return
        for name, columns in queries.TABLES:
            await queries.make_table(tx, name, columns, self.rows[name])


def link_set(share: float, mood: Mood) -> tuple[dict[str, float], tuple[str, ...]]:
    """How clicks fall on links by then, and a name for it."""
    pulls = page.pulls(share, news=mood is Mood.NEWS)
    return pulls, (*pulls, mood.name if mood is Mood.NEWS else "")


def make_tables(random: Random, account: UUID, plan: Plan) -> Tables:
    """The order of draws from `random` is part of what a seed means."""
    described = agents(max(day.era for day in plan.days) + 1)
    people = [pool(random, described[0], developers=developers) for developers in (False, True)]
    visits = {temper: templates(random, temper) for temper in Temper}
    zones = sorted({person.place.timezone for group in people for person in group})
    numbers = {zone: number for number, zone in enumerate(zones)}
    sets: dict[tuple[str, ...], int] = {}
    pulls: list[dict[str, float]] = []
    for day in plan.days:
        found, name = link_set(day.share, day.mood)
        if name not in sets:
            sets[name] = len(pulls)
            pulls.append(found)
    rows: dict[str, Table] = {
        "demo_people": [
            _person(slot, p, numbers) for slot, p in enumerate(p for group in people for p in group)
        ],
        "demo_agents": [
            (era, n, a.device, a.browser, a.browser_version, a.os, a.os_version, a.bot)
            for era, listed in enumerate(described)
            for n, a in enumerate(listed)
        ],
        "demo_origins": list(_origins(account, plan.until)),
        "demo_visits": [
            (_template(temper, n), len(visit), visit[-1].after)
            for temper, made in visits.items()
            for n, visit in enumerate(made)
        ],
        "demo_steps": [
            row for temper, made in visits.items() for n, v in enumerate(made) for row in _steps(temper, n, v)
        ],
        "demo_moments": [
            (numbers[zone] * STEPS + n, share)
            for zone in zones
            for n, share in enumerate(moments(offset_hours(zone, page.TIMEZONE, plan.until)))
        ],
        "demo_links": list(_links(account, pulls)),
    }
    copied = {name: queries.copy_text(table) for name, table in rows.items()}
    return Tables(copied, sets, max(visit[-1].after for made in visits.values() for visit in made))


def _person(slot: int, p: Person, zones: dict[str, int]) -> Sequence[Any]:
    return (
        slot, p.agent, int(p.temper), zones[p.place.timezone], p.place.country, p.place.region, p.place.city,
        p.language, p.viewport, p.connection, p.distance, p.pace,
    )  # fmt: skip


def _template(temper: Temper, number: int) -> int:
    return int(temper) * TEMPLATES + number


def _steps(temper: Temper, number: int, visit: Visit) -> Iterator[Sequence[Any]]:
    for seq, s in enumerate(visit, 1):
        yield (
            _template(temper, number), seq, s.kind, s.after, s.click, s.x, s.y, s.ms, s.element, s.ttfb, s.fcp,
            s.lcp, s.inp, s.cls,
        )  # fmt: skip


def _spread(weights: Sequence[float], buckets: int) -> list[int]:
    """Indices of `weights`, repeated in proportion to them: one for each bucket."""
    edges, passed = [], 0.0
    for weight in weights:
        passed += weight
        edges.append(passed)
    found, index = [], 0
    for bucket in range(buckets):
        while edges[index] <= (bucket + 0.5) / buckets * passed:
            index += 1
        found.append(index)
    return found


def _origins(account: UUID, at: datetime) -> Iterator[Sequence[Any]]:
    listed = origins()
    for mood in Mood:
        for bucket, index in enumerate(_spread(shares(mood), BUCKETS)):
            yield (int(mood) * BUCKETS + bucket, *_origin(listed[index], account, at))
        # Programs neither have a referrer nor follow links with a campaign in them.
        yield (int(mood) * BUCKETS + NO_ORIGIN, *(None,) * 9)


def _origin(origin: Origin, account: UUID, at: datetime) -> Sequence[Any]:
    utm = origin.campaign
    # The rows of visitor_days of anonymous people who came this way. A click comes from our own page: no referrer.
    anonymous = [
        stand_in(
            Event(
                account_id=account, at=at, kind="view", referrer=referrer, utm_source=utm.source, utm_medium=utm.medium,
                utm_campaign=utm.campaign,
            )
        )
        for referrer in (origin.referrer, None)
    ]  # fmt: skip
    return (
        origin.referrer,
        origin.path,
        utm.source,
        utm.medium,
        utm.campaign,
        utm.term,
        utm.content,
        *anonymous,
    )


def _links(account: UUID, pulls: list[dict[str, float]]) -> Iterator[Sequence[Any]]:
    ids = {link.slug: link.id(account) for link in page.LINKS}
    icons = {"github", "mastodon", "bluesky", "linkedin"}
    pinned = {link.slug for link in page.LINKS if link.pinned}
    for number, by_slug in enumerate(pulls):
        slugs = list(by_slug)
        # On the page, icons of profiles elsewhere come first, then what is pinned.
        shown = sorted(slugs, key=lambda slug: (slug not in icons, slug not in pinned))
        for bucket, index in enumerate(_spread([by_slug[slug] for slug in slugs], LINK_BUCKETS)):
            yield (number * LINK_BUCKETS + bucket, ids[slugs[index]], shown.index(slugs[index]) + 1)
