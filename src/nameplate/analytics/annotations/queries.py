"""What the owner wrote beside the numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class AnnotationRow:
    id: UUID
    day: date
    text: str


async def get_annotations(tx: Tx, account_id: UUID, first: date, last: date) -> list[AnnotationRow]:
    """Of the days, both included, in their order."""
    return await tx.all(
        AnnotationRow,
        """
        SELECT id, day, text FROM annotations
        WHERE account_id = %s AND day BETWEEN %s AND %s ORDER BY day, created_at, id
        """,
        (account_id, first, last),
    )


async def count_annotations(tx: Tx, account_id: UUID) -> int:
    return int(await tx.value("SELECT count(*) FROM annotations WHERE account_id = %s", (account_id,)))


async def add_annotation(tx: Tx, account_id: UUID, row: AnnotationRow, now: datetime) -> None:
    await tx.run(
        "INSERT INTO annotations (account_id, id, day, text, created_at) VALUES (%s, %s, %s, %s, %s)",
        (account_id, row.id, row.day, row.text, now),
    )


async def change_annotation(
    tx: Tx, account_id: UUID, annotation_id: UUID, day: date | None, text: str | None
) -> AnnotationRow | None:
    """As it is afterwards; None leaves a field as it is. None as answer: there is no such annotation."""
    return await tx.one(
        AnnotationRow,
        """
        UPDATE annotations SET day = coalesce(%s, day), text = coalesce(%s, text)
        WHERE account_id = %s AND id = %s RETURNING id, day, text
        """,
        (day, text, account_id, annotation_id),
    )


async def delete_annotation(tx: Tx, account_id: UUID, annotation_id: UUID) -> int:
    """Annotations deleted: 0 or 1."""
    return await tx.run(
        "DELETE FROM annotations WHERE account_id = %s AND id = %s", (account_id, annotation_id)
    )
