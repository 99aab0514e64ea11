"""What people do on the page during one day, as ready-made sequences that visitors are dealt."""

import math
from dataclasses import dataclass
from random import Random

from nameplate.demo.people import Temper

TEMPLATES = 1024  # of each temper; a power of two
NO_LINKS = ("avatar", "name", "handle", "bio", "header", "footer", "qr", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One event. Times are for a near visitor with a quick device: `Person.distance` and `pace` come on top."""

    kind: str
    after: float
    """Seconds since the first event of the day."""
    click: int | None = None
    """Which click of the day this belongs to; None: not on a link."""
    x: float | None = None
    """Within the element, 0.06 to 0.94: each visitor hits a little beside it."""
    y: float | None = None
    ms: int | None = None
    """Since the page was shown."""
    element: str | None = None
    """What was hit that is no link."""
    ttfb: float | None = None
    fcp: float | None = None
    lcp: float | None = None
    inp: float | None = None
    cls: float | None = None


Visit = list[Step]


def templates(random: Random, temper: Temper) -> list[Visit]:
    """Each begins at 0 seconds and is in order of time."""
    if temper is Temper.BOT:
        return [_bot(random) for _ in range(TEMPLATES)]
    return [_day(random, temper) for _ in range(TEMPLATES)]


def _bot(random: Random) -> Visit:
    if random.random() < 0.35:
        return [Step("view", 0.0)]
    # A crawler follows every short link it finds; a link preview the one it was sent.
    clicks = random.choice((1, 1, 1, 2, 4))
    return [Step("click", number * random.uniform(0.5, 4), number) for number in range(clicks)]


def _day(random: Random, temper: Temper) -> Visit:
    """One day of one visitor: most come once, some come back after minutes or hours."""
    steps: Visit = []
    start, clicks = 0.0, 0
    for visit in range(random.choices((1, 2, 3, 4), (860, 105, 27, 8))[0]):
        if visit:
            start = steps[-1].after + random.choice((random.uniform(60, 1500), random.uniform(2400, 14000)))
        made, clicks = _visit(random, temper, start, clicks)
        steps += made
    return steps


def _visit(random: Random, temper: Temper, start: float, first_click: int) -> tuple[Visit, int]:
    steps = [Step("view", start)]
    scripted = temper in (Temper.DESKTOP, Temper.TOUCH)
    now = start + random.lognormvariate(1.6, 0.7)
    clicks = random.choices((0, 1, 2, 3, 4), (620, 270, 75, 25, 10))[0]
    for click in range(first_click, first_click + clicks):
        # A tap is noticed by the page, the click that follows by the server.
        if scripted and random.random() < (0.99 if temper is Temper.TOUCH else 0.95):
            x, y = _spot(random, temper)
            steps.append(Step("tap", now, click, x, y, round((now - start) * 1000)))
        steps.append(Step("click", now + 0.05, click))
        now += random.lognormvariate(2.3, 0.9)
    if scripted and random.random() < 0.055:
        # On nothing: the picture, the name, an empty place.
        x, y = random.uniform(0.06, 0.94), 0.06 + 0.88 * random.betavariate(1.3, 4)
        element = random.choices(NO_LINKS, (34, 14, 6, 12, 5, 6, 3, 20))[0]
        steps.append(Step("tap", now, None, round(x, 3), round(y, 3), round((now - start) * 1000), element))
    if scripted and random.random() < 0.9:
        steps.append(_vitals(random, temper, max(now, start + 2), tapped=len(steps) > 1))
    return sorted(steps, key=lambda step: step.after), first_click + clicks


def _spot(random: Random, temper: Temper) -> tuple[float, float]:
    """Where a card is hit: thumbs towards the right, mice at the beginning of the title."""
    mean, spread = (0.6, 0.19) if temper is Temper.TOUCH else (0.34, 0.15)
    x = min(0.94, max(0.06, random.gauss(mean, spread)))
    return round(x, 3), round(min(0.92, max(0.08, random.gauss(0.52, 0.17))), 3)


def _vitals(random: Random, temper: Temper, now: float, *, tapped: bool) -> Step:
    ttfb = 28 * math.exp(random.gauss(0, 0.4))
    fcp = ttfb + 190 * math.exp(random.gauss(0, 0.35))
    lcp = fcp + (0 if random.random() < 0.6 else 140 * math.exp(random.gauss(0, 0.6)))
    inp = 34 * math.exp(random.gauss(0, 0.5)) if tapped else None
    cls = 0.0 if random.random() < 0.8 else round(min(0.4, random.expovariate(1 / 0.03)), 4)
    return Step("vitals", now, ttfb=ttfb, fcp=fcp, lcp=lcp, inp=inp, cls=cls)
