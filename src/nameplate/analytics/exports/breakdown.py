"""The values of one dimension as CSV."""

import csv
import io
import re

from nameplate.analytics.dimensions import Dimension
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


def _text(value: str | None) -> str:
    if value is None:
        return ""
    return "'" + value if _FORMULA.match(value) else value
