"""How many events happen on which day: growth, weekdays, holidays, launches and a day in the news."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from nameplate.demo import page
from nameplate.demo.agents import ERA_DAYS
from nameplate.demo.sources import Mood

SLICE = 40_000  # events at most in one slice
# Of a day's visitors in each hour where they are: slow mornings, two peaks, evenings on the sofa.
HOURS = (
    2.2, 1.3, 0.8, 0.6, 0.6, 0.9, 1.9, 3.5, 5.4, 7.3, 8.1, 7.8, 6.5, 6.7, 7.4, 7.3, 6.7, 5.7, 4.8, 4.5, 4.7, 4.9,
    4.3, 3.2,
)  # fmt: skip
_WEEKDAYS = (1.12, 1.18, 1.16, 1.1, 0.94, 0.62, 0.66)

# What happened: at which share of the demo's time, the mood it brings, how many times more visitors came on that day
# and those after.
_HAPPENINGS: tuple[tuple[float, Mood, tuple[float, ...]], ...] = (
    (0.28, Mood.LAUNCH, (2.6, 2.0, 1.5, 1.3)),
    (0.62, Mood.NEWS, (13.0, 6.0, 2.6, 1.7, 1.4, 1.2)),
    (0.81, Mood.TALK, (2.4, 1.9, 1.4)),
    (0.93, Mood.LAUNCH, (3.6, 2.4, 1.7, 1.3)),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the owner's days; the last one only until now."""

    date: date
    start: datetime
    seconds: float
    """From midnight to its end."""
    mood: Mood
    era: int
    share: float
    """Of the demo's time that had passed at noon."""
    quota: int
    """Events."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What is made in one go: `quota` events of visitors that belong to no other slice."""

    serial: int
    day: Day
    quota: int


@dataclass(frozen=True, slots=True)
class Plan:
    events: int
    until: datetime
    days: tuple[Day, ...]
    slices: tuple[Slice, ...]


def make_plan(
    random: Random, *, events: int, days: int, until: datetime, timezone: str = page.TIMEZONE
) -> Plan:
    """Exactly `events` events on the owner's last `days` days, of which the last one ends at `until` (aware)."""
    zone = ZoneInfo(timezone)
    last = until.astimezone(zone).date()
    dates = [last - timedelta(days=n) for n in range(days, -1, -1)]
    # Midnights are 23 to 25 hours apart, which only UTC can tell: aware times of one zone subtract by the wall clock.
    midnights = [datetime.combine(day, time(), zone).astimezone(UTC) for day in dates]
    ends = [*midnights[1:], until.astimezone(UTC)]
    parts = [
        (d, a, b) for d, a, b in zip(dates, midnights, ends, strict=True) if b - a >= timedelta(minutes=1)
    ]
    parts = parts[-days:]
    moods = _moods(len(parts))
    weights = [
        _weight(random, day, number / max(1, len(parts) - 1)) * moods[number][1] * _elapsed(b - a)
        for number, (day, a, b) in enumerate(parts)
    ]
    quotas = _split(events, weights)
    made = tuple(
        Day(
            date=day,
            start=a,
            seconds=(b - a).total_seconds(),
            mood=moods[number][0],
            era=int((until - a).days // ERA_DAYS),
            share=number / max(1, len(parts) - 1),
            quota=quotas[number],
        )
        for number, (day, a, b) in enumerate(parts)
    )
    return Plan(events, until, made, tuple(_slices(made)))


def _moods(days: int) -> list[tuple[Mood, float]]:
    moods = [(Mood.ORDINARY, 1.0)] * days
    if days < 14:
        return moods
    for share, mood, factors in _HAPPENINGS:
        start = int(share * (days - 1))
        for number, factor in enumerate(factors):
            if start + number < days:
                moods[start + number] = (mood, factor)
    return moods


def _weight(random: Random, day: date, share: float) -> float:
    growth = 0.55 + 1.1 / (1 + math.exp(-6 * (share - 0.55)))
    holidays = 0.55 if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2) else 1.0
    summer = 0.8 if day.month == 8 else 1.0
    return growth * holidays * summer * _WEEKDAYS[day.weekday()] * math.exp(random.gauss(0, 0.11))


def _elapsed(length: timedelta) -> float:
    """How much of a day's traffic falls between midnight and `length` later."""
    hours = length.total_seconds() / 3600
    if hours >= 22.5:
        return 1.0
    quarters = [HOURS[int(n / 4)] / 4 for n in range(max(1, round(hours * 4)))]
    return sum(quarters) / sum(HOURS)


def _split(total: int, weights: list[float]) -> list[int]:
    """`total` in whole numbers in proportion to `weights`, by largest remainder."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts


def _slices(days: tuple[Day, ...]) -> list[Slice]:
    slices: list[Slice] = []
    for day in days:
        count = -(-day.quota // SLICE)
        for quota in _split(day.quota, [1.0] * count) if count else ():
            slices.append(Slice(len(slices), day, quota))
    return slices


def chunks(plan: Plan, most: int) -> list[list[Slice]]:
    """The slices in order, in groups of at most `most` events (or of one slice)."""
    found: list[list[Slice]] = []
    size = 0
    for piece in plan.slices:
        if not found or size + piece.quota > most:
            found.append([])
            size = 0
        found[-1].append(piece)
        size += piece.quota
    return found
