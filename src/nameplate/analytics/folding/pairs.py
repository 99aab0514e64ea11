"""What a day says about those of whom one thing is true: the sums of every value of every other dimension."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from nameplate.analytics.folding.pack import LINKS, Column, Pack, Sums

Others = dict[int, tuple[list[str], list[int], list[int], list[int]]]
"""By dimension: values, and for each its views, visitors and clicks."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Others)


@dataclass(frozen=True, slots=True)
class Pair:
    """Of one value (as a filter) and day. `others` as `load` reads it."""

    dimension: int
    value: str
    views: int
    visitors: int
    clicks: int
    others: bytes


@dataclass(slots=True)
class _Side:
    """A dimension as a filter: rows of facts, or of clicks, with their sums."""

    column: Column
    rows: NDArray[Any]
    sums: Sums


def load(others: bytes) -> Others:
    return _decoder.decode(others)


def make(pack: Pack) -> Iterator[Pair]:
    """A pair for every value of every dimension, links included. `pack` must be whole."""
    every = np.arange(len(pack.sums[0]))
    for number, column in pack.columns.items():
        yield from _pairs(pack, number, _Side(column, every, pack.sums))
    links = pack.links
    if links is not None:
        yield from _pairs(pack, LINKS, _Side(links.links, links.rows, links.sums), codes=links.links.codes)


def _pairs(pack: Pack, number: int, side: _Side, codes: NDArray[Any] | None = None) -> Iterator[Pair]:
    values = side.column.values
    own = (side.column.codes if codes is None else codes).astype(np.int64)
    added = [np.bincount(own, weights=weights, minlength=len(values)) for weights in side.sums]
    totals = [column.astype(np.int64).tolist() for column in added]
    others: list[Others] = [{} for _ in values]
    for other, column in pack.columns.items():
        if other != number:
            _split(others, other, column, own, column.codes[side.rows], side.sums)
    links = pack.links
    if links is not None and number != LINKS:
        nothing, visitors, clicks = links.sums
        _split(
            others,
            LINKS,
            links.links,
            own[links.rows],
            links.links.codes,
            (np.zeros_like(nothing), visitors, clicks),
        )
    for at, value in enumerate(values):
        yield Pair(number, value, totals[0][at], totals[1][at], totals[2][at], _encoder.encode(others[at]))


def _split(
    into: list[Others], number: int, column: Column, own: NDArray[Any], codes: NDArray[Any], sums: Sums
) -> None:
    """Add the sums of each value of `column` to that entry of `into` whose number is in `own`."""
    size = len(column.values)
    if not len(own):
        return
    cells, inverse = np.unique(own * size + codes, return_inverse=True)
    added = [np.bincount(inverse, weights=weights).astype(np.int64).tolist() for weights in sums]
    mine = cells // size
    values = [column.values[code] for code in (cells % size).tolist()]
    starts = np.flatnonzero(np.diff(mine, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(values)], strict=True):
        into[mine[start]][number] = (values[start:end], *(weights[start:end] for weights in added))
