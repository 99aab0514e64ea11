"""GET /analytics/vitals: how fast the page is for those who visit it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from nameplate.analytics.answers import Asked
from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.filtered.queries import Filters
from nameplate.analytics.noticed import answers as noticed
from nameplate.analytics.vitals import queries
from nameplate.analytics.vitals.queries import LESS_THAN_ONE, STEP, Bar, DayPoint
from nameplate.db import Tx

Rating = Literal["good", "needs-work", "poor"]
SUMMARY_DAYS = 28
RATINGS: tuple[Rating, ...] = ("good", "needs-work", "poor")
# Good up to, poor above; in ms, cls without unit. The same stand in queries.count.
LIMITS: dict[str, tuple[float, float]] = {
    "lcp": (2500, 4000),
    "inp": (200, 500),
    "cls": (0.1, 0.25),
    "fcp": (1800, 3000),
    "ttfb": (800, 1800),
}


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    metric: str
    """`lcp`, `inp`, `cls`, `fcp` or `ttfb`."""
    p75: float | None
    """What three of four visits stay within; in ms, cls without unit. Within 2.5 %. null: never measured."""
    rating: Rating | None
    """Of `p75`, exactly."""
    samples: int
    good: int
    needs_work: int
    poor: int
    good_up_to: float
    poor_above: float


class DeviceVitals(msgspec.Struct, frozen=True, kw_only=True):
    device: str | None
    """null: not known."""
    metrics: list[Metric]


class DayVitals(msgspec.Struct, frozen=True, kw_only=True):
    """The 75th percentile of each metric on one day."""

    at: date
    samples: int
    """Visits that measured something."""
    lcp: float | None = None
    inp: float | None = None
    cls: float | None = None
    fcp: float | None = None
    ttfb: float | None = None


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    device: str | None
    """What `metrics` and `rows` are narrowed to."""
    metrics: list[Metric]
    devices: list[DeviceVitals]
    """Most measured first."""
    rows: list[DayVitals]
    """Every day of the range."""
    complete_from: date | None
    """With other filters than the device, and for bots: the first day from which everything is known, when raw events
    were dropped that nobody had added up yet. What was measured before is not in these numbers. null: every day of the
    range is."""


class Core(msgspec.Struct, frozen=True, kw_only=True):
    metric: str
    p75: float | None
    """As in /analytics/vitals."""
    rating: Rating | None
    samples: int


class VitalsSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Of the last days of a range, 28 at most, as in the Chrome UX Report; on all devices."""

    from_: date = msgspec.field(name="from")
    to: date
    metrics: list[Core]


async def vitals(tx: Tx, account_id: UUID, asked: Asked) -> Vitals:
    """A visitor's device is part of what tells visitors apart: the roll-up knows it, and no other dimension."""
    device = asked.filters.get(Dimension.DEVICE)
    others: Filters = {at: value for at, value in asked.filters.items() if at is not Dimension.DEVICE}
    since = None
    if others or asked.bots:
        days = await noticed.days(tx, account_id, asked)
        since = days.complete_from
        found = await noticed.histogram(tx, account_id, days, others, device, bots=asked.bots)
        bars = [
            Bar(bar.device, bar.metric, bar.rating, bar.bucket, bar.samples)
            for bar in found
            if bar.day is None
        ]
        points = [
            DayPoint(bar.day, bar.metric, bar.rating, bar.bucket, bar.samples)
            for bar in found
            if bar.day is not None
        ]
    else:
        bars = await queries.histogram(tx, account_id, asked.first, asked.last)
        points = await queries.days(tx, account_id, asked.first, asked.last, device)
    by_device: dict[str, list[Bar]] = {}
    for bar in bars:
        by_device.setdefault(bar.device, []).append(bar)
    devices = [
        DeviceVitals(device=name or None, metrics=_metrics(found)) for name, found in by_device.items()
    ]
    return Vitals(
        from_=asked.first,
        to=asked.last,
        device=device,
        metrics=_metrics(bars if device is None else by_device.get(device, [])),
        devices=sorted(devices, key=lambda row: -max(metric.samples for metric in row.metrics)),
        rows=_days(asked.first, asked.last, points),
        complete_from=since,
    )


async def summary(tx: Tx, account_id: UUID, first: date, last: date) -> VitalsSummary:
    """The days are limited because a histogram costs more the longer the range, whatever else the screen shows."""
    first = max(first, last - timedelta(days=SUMMARY_DAYS - 1))
    found = _metrics(await queries.histogram_of_all(tx, account_id, first, last))
    return VitalsSummary(
        from_=first,
        to=last,
        metrics=[
            Core(metric=row.metric, p75=row.p75, rating=row.rating, samples=row.samples) for row in found
        ],
    )


def value_of(metric: str, rating: int, bucket: int) -> float:
    """The middle of a bar of the histogram, on the right side of the limits of its rating."""
    good, poor = LIMITS[metric]
    scale, digits = (10_000, 4) if metric == "cls" else (1, 1)
    value = 0.0 if bucket == LESS_THAN_ONE else STEP ** (bucket - 1.5) / scale
    lowest, highest = ((0.0, good), (good, poor), (poor, value))[rating]
    return round(min(max(value, lowest), max(highest, lowest)), digits)


def _metrics(bars: Iterable[Bar]) -> list[Metric]:
    histograms: dict[str, dict[tuple[int, int], int]] = {metric: {} for metric in LIMITS}
    for bar in bars:
        histogram = histograms[bar.metric]
        place = (bar.rating, bar.bucket)
        histogram[place] = histogram.get(place, 0) + bar.samples
    return [_metric(metric, histogram) for metric, histogram in histograms.items()]


def _metric(metric: str, histogram: dict[tuple[int, int], int]) -> Metric:
    shares = [0, 0, 0]
    for (rating, _), samples in histogram.items():
        shares[rating] += samples
    total, passed, p75, at = sum(shares), 0, None, None
    for place in sorted(histogram):
        passed += histogram[place]
        if passed * 4 >= total * 3:
            p75, at = value_of(metric, *place), RATINGS[place[0]]
            break
    good_up_to, poor_above = LIMITS[metric]
    return Metric(
        metric=metric,
        p75=p75,
        rating=at,
        samples=total,
        good=shares[0],
        needs_work=shares[1],
        poor=shares[2],
        good_up_to=good_up_to,
        poor_above=poor_above,
    )


def _days(first: date, last: date, points: list[queries.DayPoint]) -> list[DayVitals]:
    found: dict[date, dict[str, float]] = {}
    samples: dict[date, int] = {}
    for point in points:
        found.setdefault(point.day, {})[point.metric] = value_of(point.metric, point.rating, point.bucket)
        samples[point.day] = max(samples.get(point.day, 0), point.samples)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [DayVitals(at=day, samples=samples.get(day, 0), **found.get(day, {})) for day in days]
