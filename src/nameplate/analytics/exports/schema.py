"""What is in a file, column by column."""

from collections.abc import Mapping

from arro3.core import DataType, Field, Schema

COMPRESSION = "zstd(1)"
# Texts of which the same come again and again.
TEXT = DataType.dictionary(DataType.int32(), DataType.string())

_REAL = DataType.float32()
EVENTS: dict[str, DataType] = {
    "at": DataType.timestamp("us", tz="UTC"),
    "day": DataType.date32(),
    "kind": TEXT,
    "visitor": DataType.int64(),
    "bot": TEXT,
    "link_id": TEXT,
    "link_title": TEXT,
    "country": TEXT,
    "region": TEXT,
    "city": TEXT,
    "device": TEXT,
    "browser": TEXT,
    "browser_version": TEXT,
    "os": TEXT,
    "os_version": TEXT,
    "language": TEXT,
    "referrer": TEXT,
    "referrer_path": TEXT,
    "utm_source": TEXT,
    "utm_medium": TEXT,
    "utm_campaign": TEXT,
    "utm_term": TEXT,
    "utm_content": TEXT,
    "connection": TEXT,
    "viewport": DataType.int16(),
    "element": TEXT,
    "tap_x": _REAL,
    "tap_y": _REAL,
    "ms": DataType.int32(),
    "position": DataType.int16(),
    "ttfb": _REAL,
    "fcp": _REAL,
    "lcp": _REAL,
    "inp": _REAL,
    "cls": _REAL,
}
REQUIRED = frozenset({"at", "day", "kind"})
DISTINCT = ("at", "visitor")
"""Columns in which hardly anything comes twice: a dictionary would only cost."""


def schema_of(columns: Mapping[str, DataType], *, required: frozenset[str] = frozenset()) -> Schema:
    return Schema([Field(name, type_, nullable=name not in required) for name, type_ in columns.items()])
