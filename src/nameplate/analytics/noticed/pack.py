"""What the page noticed on one day, by who it was of, as columns of small numbers: made once, asked with any filters.

A look is everything questions may be about: eleven dimensions, why it was a bot, and the links clicked that day. The
others are rows that name a look: taps by element and cell, views by size of screen, and each visit's web vitals.
Nothing in here can name a visitor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from nameplate.analytics.dimensions import FACTS, NUMBER, Dimension
from nameplate.analytics.filtered.queries import Filters
from nameplate.analytics.filtered.table import SEPARATOR, numbers
from nameplate.analytics.folding.pack import column, dump_part, load_part
from nameplate.analytics.noticed.folds.queries import Noticed
from nameplate.analytics.noticed.queries import Measured

LINKS, BOT, TAPS, VIEWS, VITALS = 12, 13, 20, 21, 22
"""Parts besides the dimensions by their numbers."""
PLACE: dict[Dimension, int] = {**NUMBER, Dimension.BOT: BOT}
RECORD = "\x1e"  # in no word we keep: they are printable
METRICS = ("lcp", "inp", "cls", "fcp", "ttfb")
CELLS = 1024  # more than any element has
BARS = 2048  # more than ratings times 512
RATING = 512

Parts = Mapping[int, bytes]
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Taps:
    viewport: int
    link_id: UUID
    element: str
    cell: int
    taps: int


@dataclass(frozen=True, slots=True)
class Bar:
    """Of a histogram of the whole range; with a day: the bar that holds its 75th percentile, and that day's samples."""

    day: date | None
    device: str
    metric: str
    rating: int
    bucket: int
    samples: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """Of one day, as columns: for each visit the number of its device, and its bar of each metric; 0: not measured."""

    day: date
    devices: list[str]
    codes: Numbers
    bars: Sequence[Numbers]


def make(noticed: Noticed) -> dict[int, bytes]:
    looks = column(noticed.looks.split(RECORD)) if noticed.looks is not None else column([])
    words = [look.split(SEPARATOR) for look in looks.values]
    # Looks end with the bot and the links.
    order = [*range(len(FACTS)), BOT - 2, LINKS]
    parts = {}
    for part, place in zip((*range(1, len(FACTS) + 1), BOT, LINKS), order, strict=True):
        values = column([look[place] for look in words])
        parts[part] = dump_part(values.values, values.codes)
    kinds, viewports = numbers(noticed.kinds), numbers(noticed.viewports)
    rows = np.asarray(looks.codes)
    parts[TAPS] = _taps(noticed, rows, viewports, kinds == 1)
    views, times = np.unique(np.stack([rows, viewports])[:, kinds == 0], axis=1, return_counts=True)
    parts[VIEWS] = dump_part([], *views, times)
    parts[VITALS] = _vitals(noticed, rows, kinds == 2)
    return parts


def _taps(noticed: Noticed, rows: Numbers, viewports: Numbers, are: Numbers) -> bytes:
    spots = column(noticed.spots.split(RECORD) if len(rows) else [])
    each = np.stack([rows, viewports, spots.codes, numbers(noticed.cells)])[:, are]
    found, times = np.unique(each, axis=1, return_counts=True)
    return dump_part(spots.values, *found, times)


def _vitals(noticed: Noticed, rows: Numbers, are: Numbers) -> bytes:
    devices = column(noticed.devices.split(RECORD) if len(rows) else [])
    # 0: not measured.
    bars = [numbers(getattr(noticed, metric)) + 1 for metric in METRICS]
    each = np.stack([rows, devices.codes, *bars])[:, are]
    return dump_part(devices.values, *each[:, np.argsort(each[0], kind="stable")])


def needed(filters: Filters, *what: int) -> set[int]:
    """The parts a question has to read."""
    return {BOT, *what, *(PLACE[dimension] for dimension in filters)}


def _meant(parts: Parts, filters: Filters, *, bots: bool) -> Numbers:
    """Of each look whether the question is about it."""
    values, (codes,) = load_part(parts[BOT])
    person = np.array([value == "" for value in values], dtype=bool)
    meant: Numbers = person[codes] != bots
    for dimension, wanted in filters.items():
        values, (codes,) = load_part(parts[PLACE[dimension]])
        if dimension is Dimension.LINK:
            fits = np.array([wanted in value.split(",") for value in values], dtype=bool)
        else:
            fits = np.array([value == wanted for value in values], dtype=bool)
        meant &= fits[codes]
    return meant


def spots(days: Iterable[Parts], filters: Filters, *, bots: bool) -> tuple[list[Taps], dict[int, int]]:
    """All taps, and the views by size of screen."""
    sizes: dict[int, int] = {}
    places: dict[str, int] = {}
    views: dict[int, int] = {}
    keys, times = [], []
    for parts in days:
        meant = _meant(parts, filters, bots=bots)
        _, (rows, viewports, counts) = load_part(parts[VIEWS])
        chosen = meant[rows]
        sums = np.bincount(viewports[chosen], weights=counts[chosen]).astype(np.int64)
        for size in np.flatnonzero(sums).tolist():
            views[size] = views.get(size, 0) + int(sums[size])
        values, (rows, viewports, codes, cells, counts) = load_part(parts[TAPS])
        chosen = meant[rows]
        if not chosen.any():
            continue
        here = np.array([places.setdefault(value, len(places)) for value in values], dtype=np.int64)
        distinct, place = np.unique(viewports[chosen], return_inverse=True)
        size_of = np.array([sizes.setdefault(size, len(sizes)) for size in distinct.tolist()], dtype=np.int64)
        keys.append((here[codes[chosen]] * 16 + size_of[place]) * CELLS + cells[chosen])
        times.append(counts[chosen])
    if not keys:
        return [], views
    total = np.bincount(np.concatenate(keys), weights=np.concatenate(times)).astype(np.int64)
    size_names, names = list(sizes), [_spot(name) for name in places]
    found = []
    for key in np.flatnonzero(total).tolist():
        link_id, element = names[key // CELLS // 16]
        found.append(Taps(size_names[key // CELLS % 16], link_id, element, key % CELLS, int(total[key])))
    return found, views


def _spot(name: str) -> tuple[UUID, str]:
    link_id, _, element = name.partition(" ")
    return UUID(link_id), element


def vitals(day: date, parts: Parts, filters: Filters, *, bots: bool) -> Vitals:
    """Of those whom the question is about."""
    meant = _meant(parts, filters, bots=bots)
    devices, (rows, codes, *bars) = load_part(parts[VITALS])
    chosen = meant[rows]
    return Vitals(day, devices, codes[chosen], [each[chosen] for each in bars])


def measured(found: Measured) -> Vitals:
    devices = column(found.devices.split(RECORD))
    return Vitals(
        found.day, devices.values, devices.codes, [numbers(getattr(found, metric)) + 1 for metric in METRICS]
    )


def histogram(days: Iterable[Vitals], device: str | None) -> list[Bar]:
    """Of each device and metric; and of each day and metric on `device` (of all, when None) where the percentile is."""
    sums: dict[str, Numbers] = {}
    found: list[Bar] = []
    for one in days:
        size = max(len(one.devices), 1) * BARS
        codes = one.codes.astype(np.int64) * BARS
        for metric, bars in zip(METRICS, one.bars, strict=True):
            counted = np.bincount(codes + bars, minlength=size).reshape(-1, BARS)
            counted[:, 0] = 0  # not measured
            of_day = counted.sum(axis=0) if device is None else _of(counted, one.devices, device)
            if total := int(of_day.sum()):
                place = int(np.searchsorted(np.cumsum(of_day) * 4, total * 3)) - 1
                found.append(Bar(one.day, "", metric, place // RATING, place % RATING, total))
            for number, name in enumerate(one.devices):
                key = f"{metric} {name}"
                sums[key] = sums[key] + counted[number] if key in sums else counted[number]
    for key, counted in sums.items():
        metric, _, name = key.partition(" ")
        for place in np.flatnonzero(counted).tolist():
            bar = place - 1
            found.append(Bar(None, name, metric, bar // RATING, bar % RATING, int(counted[place])))
    return found


def _of(counted: Numbers, devices: list[str], device: str) -> Numbers:
    return counted[devices.index(device)] if device in devices else np.zeros(BARS, dtype=np.int64)
