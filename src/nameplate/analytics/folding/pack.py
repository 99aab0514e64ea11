"""The facts of one day as columns of small numbers, and any question with filters answered from them.

Visitors who look alike are one row. A column holds numbers that stand for the values listed with it; columns are
compressed one by one, so that only those are read that a question is about. Nothing in here can name a visitor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from nameplate.analytics.dimensions import NUMBER, Dimension

Numbers = NDArray[Any]
Sums = tuple[Numbers, Numbers, Numbers]
"""Views, visitors, clicks."""

SUMS = 0  # the part with the sums of each row
LINKS = NUMBER[Dimension.LINK]


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers and the values they stand for."""

    values: list[str]
    codes: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Links:
    """Who clicked which link: a row for each row of the pack and link. Views are those of visitors who clicked it."""

    links: Column
    rows: NDArray[Any]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Pack:
    """`columns` by the number of their dimension; those that nobody asked for are missing. `links` likewise."""

    columns: Mapping[int, Column]
    sums: Sums
    links: Links | None


@dataclass(frozen=True, slots=True)
class Table:
    """The facts of a day before they are folded: a row for each visitor, `words` by place in FACTS; and a row for each
    visitor and link he clicked. A negative visitor is nobody in particular."""

    visitors: Numbers
    views: Numbers
    clicks: Numbers
    words: Sequence[Sequence[str]]
    clicked_by: Numbers
    clicked: Sequence[str]
    times: Numbers


def make(table: Table) -> Pack:
    columns = [column(words) for words in table.words]
    # Alike rows beside each other, the column with fewest values first: that is what compression lives on.
    order = np.lexsort([one.codes for one in sorted(columns, key=lambda one: -len(one.values))])
    changes = [np.diff(one.codes[order], prepend=-1) != 0 for one in columns]
    starts = np.flatnonzero(np.any(changes, axis=0))
    row_of = np.empty(len(order), dtype=np.int64)
    row_of[order] = np.searchsorted(starts, np.arange(len(order)), side="right") - 1
    people = (table.visitors >= 0).astype(np.int64)
    views, visitors, clicks = (
        np.add.reduceat(numbers[order], starts) for numbers in (table.views, people, table.clicks)
    )
    return Pack(
        {at: Column(one.values, one.codes[order][starts]) for at, one in enumerate(columns, 1)},
        (views, visitors, clicks),
        _links(table, row_of),
    )


def _links(table: Table, row_of: Numbers) -> Links:
    """Of anonymous visitors nobody knows who clicked what."""
    links = column(table.clicked)
    by_visitor = np.argsort(table.visitors)
    facts = by_visitor[np.searchsorted(table.visitors, table.clicked_by, sorter=by_visitor)]
    cells, place = np.unique(row_of[facts] * len(links.values) + links.codes, return_inverse=True)
    people = (table.clicked_by >= 0).astype(np.int64)
    views, visitors, clicks = (
        np.bincount(place, weights=numbers, minlength=len(cells)).astype(np.int64)
        for numbers in (table.views[facts] * people, people, table.times)
    )
    size = max(len(links.values), 1)
    return Links(Column(links.values, cells % size), cells // size, (views, visitors, clicks))


def column(values: Sequence[str]) -> Column:
    codes = {value: code for code, value in enumerate(sorted(set(values)))}
    return Column(list(codes), np.fromiter(map(codes.__getitem__, values), dtype=np.int64, count=len(values)))


Stored = tuple[list[str], list[tuple[int, bytes]]]
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Stored)


def dump(pack: Pack) -> dict[int, bytes]:
    """The parts as they are stored."""
    parts = {number: dump_part(one.values, one.codes) for number, one in pack.columns.items()}
    parts[SUMS] = dump_part([], *pack.sums)
    if pack.links is not None:
        parts[LINKS] = dump_part(
            pack.links.links.values, pack.links.links.codes, pack.links.rows, *pack.links.sums
        )
    return parts


def load(parts: Mapping[int, bytes]) -> Pack:
    """Of some of the parts; SUMS must be among them."""
    columns = {}
    links = None
    sums: Sums | None = None
    for number, data in parts.items():
        values, arrays = load_part(data)
        if number == SUMS:
            sums = (arrays[0], arrays[1], arrays[2])
        elif number == LINKS:
            links = Links(Column(values, arrays[0]), arrays[1], (arrays[2], arrays[3], arrays[4]))
        else:
            columns[number] = Column(values, arrays[0])
    if sums is None:
        raise LookupError("A pack without its sums.")
    return Pack(columns, sums, links)


def dump_part(values: list[str], *arrays: NDArray[Any]) -> bytes:
    """Words, and arrays of numbers that are not negative."""
    small = [array.astype(f"<u{_size(array)}") for array in arrays]
    stored = (values, [(array.itemsize, array.tobytes()) for array in small])
    return zstandard.compress(_encoder.encode(stored), 3)


def load_part(data: bytes) -> tuple[list[str], list[NDArray[Any]]]:
    values, arrays = _decoder.decode(zstandard.decompress(data))
    return values, [np.frombuffer(raw, dtype=f"<u{size}") for size, raw in arrays]


def _size(array: NDArray[Any]) -> int:
    most = int(array.max(initial=0))
    return next(size for size in (1, 2, 4, 8) if most < 1 << (8 * size))


def ask(
    pack: Pack, filters: Mapping[int, str], dimensions: Iterable[int]
) -> "dict[int, dict[str, list[int]]]":
    """Views, visitors and clicks of each value of `dimensions` among those of whom all `filters` (number of a
    dimension to value) are true. Under 0: of all of them, as the value "".

    A filter by link: visitors who clicked it, their views, and its clicks. Links as a dimension have no views.
    """
    link = filters.get(LINKS)
    matches = _matches(pack, filters)
    rows, sums = _of_link(pack, link) if link is not None else (np.arange(len(pack.sums[0])), pack.sums)
    chosen = matches[rows]
    rows = rows[chosen]
    # Floats, because that is what bincount adds up: exact up to 2**53, which the sums of a day stay far below.
    views, visitors, clicks = (numbers[chosen].astype(np.float64) for numbers in sums)
    sums = views, visitors, clicks
    found = {0: {"": [int(numbers.sum()) for numbers in sums]}}
    for number in dimensions:
        if number != LINKS:
            one = pack.columns[number]
            found[number] = group(one, one.codes[rows], sums)
        elif link is not None:
            _, *theirs = found[0][""]
            found[number] = {link: [0, *theirs]} if any(theirs) else {}
        elif pack.links is not None:
            by = matches[pack.links.rows]
            nothing, visitors_, clicks_ = (numbers[by] for numbers in pack.links.sums)
            found[number] = group(
                pack.links.links, pack.links.links.codes[by], (np.zeros_like(nothing), visitors_, clicks_)
            )
    return found


def _matches(pack: Pack, filters: Mapping[int, str]) -> Numbers:
    """Of each row whether all filters but that by link are true of it."""
    matches = np.ones(len(pack.sums[0]), dtype=bool)
    for number, value in filters.items():
        if number != LINKS:
            one = pack.columns[number]
            matches &= one.codes == _code(one, value)
    return matches


def _of_link(pack: Pack, link: str) -> tuple[Numbers, Sums]:
    """The rows of those who clicked it, and their sums."""
    if pack.links is None:
        return np.arange(len(pack.sums[0])), pack.sums
    wanted = pack.links.links.codes == _code(pack.links.links, link)
    views, visitors, clicks = (numbers[wanted] for numbers in pack.links.sums)
    return pack.links.rows[wanted], (views, visitors, clicks)


def _code(one: Column, value: str | None) -> int:
    try:
        return one.values.index(value or "")
    except ValueError:
        return -1


def group(values: Column, codes: NDArray[Any], sums: Sums) -> dict[str, list[int]]:
    """Sums by value; those of zero are left out. `codes` need not be those of the column."""
    size = len(values.values)
    added = [np.bincount(codes, weights=weights, minlength=size) for weights in sums]
    there = np.flatnonzero(added[0] + added[1] + added[2])
    listed = [weights[there].astype(np.int64).tolist() for weights in added]
    return {values.values[at]: list(row) for at, *row in zip(there.tolist(), *listed, strict=True)}
