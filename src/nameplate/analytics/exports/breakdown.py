"""The values of one dimension as CSV or Parquet."""

import csv
import io
import re

from arro3.core import DataType

from nameplate.analytics.dimensions import Dimension
from nameplate.analytics.exports import parquet
from nameplate.analytics.exports.schema import schema_of
from nameplate.analytics.shapes import Row

# As in the export of events: a spreadsheet would take these for the beginning of a formula.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
COLUMNS = ("value", "label", "views", "visitors", "clicks")


def lines(dimension: Dimension, rows: list[Row]) -> bytes:
    """A header and a line for each of `rows`. Links have their clicks per view as well."""
    linked = dimension is Dimension.LINK
    file = io.StringIO()
    writer = csv.writer(file)  # lines end with \r\n: otherwise a \r within a text would not be quoted
    writer.writerow([*COLUMNS, *["click_rate"] * linked])
    for row in rows:
        counts: list[object] = [row.views, row.visitors, row.clicks]
        if linked:
            counts.append(row.click_rate or "")
        writer.writerow([_text(row.value), _text(row.label), *counts])
    return file.getvalue().encode()


def table(dimension: Dimension, rows: list[Row]) -> bytes:
    """The same as Parquet: texts as they are, null for what is not known. Call it in a thread."""
    types = {"value": DataType.string(), "label": DataType.string()}
    types |= dict.fromkeys(("views", "visitors", "clicks"), DataType.int64())
    if dimension is Dimension.LINK:
        types["click_rate"] = DataType.float64()
    schema = schema_of(types, required=frozenset({"views", "visitors", "clicks"}))
    columns = {name: [getattr(row, name) for row in rows] for name in types}
    return parquet.whole(schema, columns)


def _text(value: str | None) -> str:
    if value is None:
        return ""
    return "'" + value if _FORMULA.match(value) else value
