"""GET /analytics/heatmap: where people tapped, by size of screen."""

from datetime import date
from uuid import UUID

import msgspec

from nameplate.analytics.answers import Asked
from nameplate.analytics.noticed import answers as noticed
from nameplate.analytics.noticed.folds.queries import titles
from nameplate.analytics.noticed.pack import Taps
from nameplate.analytics.taps import queries
from nameplate.analytics.taps.queries import COLUMNS, LINK, NO_LINK, ROWS, ROWS_OF_PAGE, Viewport
from nameplate.analytics.taps.queries import Cell as Tapped
from nameplate.db import Tx

# Parts of the page that lead somewhere although they are no link of the owner's.
WORKING = frozenset({"live", "home", "qr", "skip"})


class ViewportSums(msgspec.Struct, frozen=True, kw_only=True):
    class_: int = msgspec.field(name="class")
    """Upper bound of the width in CSS px: 480, 768, 1024, 1440, 32767; 0: not known."""
    views: int
    taps: int
    dead: int
    """Taps on nothing that does anything. They are in `taps` as well."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    x: int
    """From the left, from 0."""
    y: int
    """From the top, from 0."""
    taps: int


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """Something on the page, divided into cells of equal size."""

    link_id: UUID | None
    """null: no link of the owner's."""
    element: str
    """Part of the page, such as `avatar`, `bio` or `live` (a project's live button, with its link's id). Empty: the
    link itself, or without a link the background."""
    title: str | None
    """Of the link, also of a deleted one. null for strangers with a link to the statistics."""
    dead: bool
    """Tapping it does nothing."""
    rows: int
    taps: int
    cells: list[Cell]
    """Those with taps, from the top left."""


class DeadClicks(msgspec.Struct, frozen=True, kw_only=True):
    element: str
    taps: int


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    viewport: int | None
    """The size of screen that `taps`, `elements` and `dead` are about: the one asked for, else the one with most taps.
    null: there are no taps."""
    columns: int
    viewports: list[ViewportSums]
    taps: int
    elements: list[Element]
    """Most taps first."""
    dead: list[DeadClicks]
    """Most taps first."""
    complete_from: date | None
    """With filters or bots: the first day from which everything is known, when raw events were dropped that nobody had
    added up yet. What was tapped before is not in these numbers. null: every day of the range is."""


async def heatmap(tx: Tx, account_id: UUID, asked: Asked, viewport: int | None) -> Heatmap:
    since, cells = None, []
    if asked.filters or asked.bots:
        days = await noticed.days(tx, account_id, asked)
        since = days.complete_from
        spots, views = await noticed.spots(tx, account_id, days, asked.filters, bots=asked.bots)
        sums = _sums(spots, views)
        viewport = _busiest(sums) if viewport is None else viewport
        chosen = [spot for spot in spots if spot.viewport == viewport]
        names = await titles(tx, account_id, {spot.link_id for spot in chosen})
        cells = [
            Tapped(spot.link_id, spot.element, names.get(spot.link_id), spot.cell, spot.taps)
            for spot in chosen
        ]
    else:
        sums = await queries.viewports(tx, account_id, asked.first, asked.last)
        viewport = _busiest(sums) if viewport is None else viewport
        if viewport is not None:
            cells = await queries.cells(tx, account_id, asked.first, asked.last, viewport)
    found: dict[tuple[UUID, str], list[Tapped]] = {}
    for cell in cells:
        found.setdefault((cell.link_id, cell.element), []).append(cell)
    elements = sorted((_element(cells) for cells in found.values()), key=lambda element: -element.taps)
    return Heatmap(
        from_=asked.first,
        to=asked.last,
        viewport=viewport,
        columns=COLUMNS,
        viewports=[
            ViewportSums(class_=row.viewport, views=row.views, taps=row.taps, dead=row.dead) for row in sums
        ],
        taps=sum(element.taps for element in elements),
        elements=elements,
        dead=[DeadClicks(element=one.element, taps=one.taps) for one in elements if one.dead],
        complete_from=since,
    )


def _busiest(sums: list[Viewport]) -> int | None:
    most = max(sums, key=lambda row: (row.taps, row.views), default=None)
    return most.viewport if most is not None and most.taps else None


def _sums(spots: list[Taps], views: dict[int, int]) -> list[Viewport]:
    """As day_viewports has them."""
    found = {size: [number, 0, 0] for size, number in views.items()}
    for spot in spots:
        sums = found.setdefault(spot.viewport, [0, 0, 0])
        sums[1] += spot.taps
        if spot.link_id == NO_LINK and spot.element not in WORKING:
            sums[2] += spot.taps
    return [Viewport(viewport, *sums) for viewport, sums in sorted(found.items())]


def _element(cells: list[Tapped]) -> Element:
    first = cells[0]
    linked = first.link_id != NO_LINK
    element = "" if first.element == LINK else first.element
    return Element(
        link_id=first.link_id if linked else None,
        element=element,
        title=first.title,
        dead=not linked and element not in WORKING,
        rows=ROWS if linked or element else ROWS_OF_PAGE,
        taps=sum(cell.taps for cell in cells),
        cells=[Cell(x=cell.cell % COLUMNS, y=cell.cell // COLUMNS, taps=cell.taps) for cell in cells],
    )


def without_titles(answer: Heatmap) -> Heatmap:
    """For strangers: some of the links may be hidden."""
    elements = [msgspec.structs.replace(element, title=None) for element in answer.elements]
    return msgspec.structs.replace(answer, elements=elements)
