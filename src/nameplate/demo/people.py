"""Who comes: persons with a place, a language, a browser and a temper that fit together."""

import math
from dataclasses import dataclass
from enum import IntEnum
from random import Random

from nameplate.analytics.agents import Agent
from nameplate.analytics.text import viewport
from nameplate.demo.agents import BOTS, PEOPLE, describe_in_era
from nameplate.demo.geography import PLACES, Place, language

POOL = 8192  # persons in each pool; a power of two
BOT_SHARE = 0.07
NO_SCRIPT_SHARE = 0.012
# Of people with each browser: Firefox and Brave users ask not to be tracked more often.
_ANONYMOUS_SHARE = {"Firefox": 0.17, "Safari": 0.03, "Chrome": 0.035}

# Milliseconds to the owner's server beyond those of a neighbour, by where the visitor is.
_FAR = {
    "AU": 290, "NZ": 310, "JP": 240, "KR": 250, "TW": 250, "SG": 190, "ID": 220, "IN": 170, "US": 110, "CA": 105,
    "MX": 150, "BR": 180, "AR": 210, "ZA": 170, "KE": 160, "NG": 120, "IL": 70, "TR": 60,
}  # fmt: skip


class Temper(IntEnum):
    """How somebody behaves; each has visits of its own kind (see visits.py)."""

    DESKTOP = 0
    TOUCH = 1
    NO_SCRIPT = 2
    ANONYMOUS = 3
    BOT = 4


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a pool. `agent` counts through PEOPLE and then BOTS."""

    agent: int
    temper: Temper
    place: Place
    language: str | None
    viewport: int | None
    connection: str | None
    distance: float
    """ms"""
    pace: float
    """How many times longer than usual everything takes on this device and line."""


def agents(eras: int) -> list[list[Agent]]:
    """By era and number of the agent."""
    templates = [source.template for source in PEOPLE] + [template for template, _ in BOTS]
    return [[describe_in_era(template, era) for template in templates] for era in range(eras)]


def pool(random: Random, newest: list[Agent], *, developers: bool) -> list[Person]:
    """People of an ordinary day, or readers of developers' news: more of them in the USA and on Linux.

    `newest` are the agents of era 0.
    """
    boost = {"US": 1.9, "GB": 1.3, "CA": 1.4, "DE": 1.2, "PT": 0.3} if developers else {}
    places = random.choices(PLACES, [place.share * boost.get(place.country, 1) for place in PLACES], k=POOL)
    shares = [source.developers if developers else source.share for source in PEOPLE]
    numbers = random.choices(range(len(PEOPLE)), shares, k=POOL)
    programs = random.choices(range(len(BOTS)), [share for _, share in BOTS], k=POOL)
    return [
        _bot(random, len(PEOPLE) + program)
        if random.random() < BOT_SHARE
        else _person(random, place, number, newest[number])
        for place, number, program in zip(places, numbers, programs, strict=True)
    ]


# Crawlers live in a few data centres.
_CENTRES = [
    p for p in PLACES if p.city in {"Ashburn", "San Francisco", "Frankfurt am Main", "Dublin", "Seattle"}
]


def _bot(random: Random, agent: int) -> Person:
    place = random.choice(_CENTRES)
    return Person(agent, Temper.BOT, place, None, None, None, _FAR.get(place.country, 20), 1.0)


def _person(random: Random, place: Place, number: int, agent: Agent) -> Person:
    source = PEOPLE[number]
    temper = Temper.TOUCH if agent.device in ("phone", "tablet") else Temper.DESKTOP
    draw = random.random()
    anonymous = _ANONYMOUS_SHARE.get(agent.browser or "", 0.03)
    if draw < anonymous:
        temper = Temper.ANONYMOUS
    elif draw < anonymous + NO_SCRIPT_SHARE:
        temper = Temper.NO_SCRIPT
    pace = math.exp(random.gauss(0.0, 0.35)) * (1.55 if agent.device == "phone" else 1.0)
    connection = None
    if source.chromium:
        slow = 0.09 if agent.device == "phone" else 0.02
        connection = random.choices(["4g", "3g", "2g"], [1 - slow, slow, slow / 12])[0]
        pace *= {"4g": 1.0, "3g": 2.3, "2g": 5.0}[connection]
    return Person(
        agent=number,
        temper=temper,
        place=place,
        language=language(random, place.country),
        viewport=viewport(random.choice(source.viewports)),
        connection=connection,
        distance=_FAR.get(place.country, 20) + random.expovariate(1 / 12),
        pace=pace,
    )
