"""How a batch gets into the database and is counted once. What is counted from it: counting.rollups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from psycopg.types.string import BytesBinaryDumper

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class Zone:
    account_id: UUID
    timezone: str


@dataclass(frozen=True, slots=True)
class Offset:
    generation: str
    last_id: str


@dataclass(frozen=True, slots=True)
class BatchId:
    batch_id: UUID


async def claim_batches(tx: Tx, ids: Iterable[UUID], remember: timedelta) -> set[UUID]:
    """Those of `ids` that nobody counted yet. Waits for a transaction that is counting one of them just now."""
    rows = await tx.all(
        BatchId,
        """
        INSERT INTO counted_batches (batch_id, forget_at)
        SELECT id, now() + %s FROM unnest(%s::uuid[]) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING batch_id
        """,
        (remember, sorted(ids)),
    )
    return {row.batch_id for row in rows}


async def time_zones(tx: Tx, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """The zones of those accounts that still exist."""
    rows = await tx.all(
        Zone, "SELECT account_id, timezone FROM profiles WHERE account_id = ANY(%s)", (list(accounts),)
    )
    return {row.account_id: row.timezone for row in rows}


# The columns of the stage and their types as psycopg should write them, not as the table has them: in binary COPY a
# uuid is 16 bytes, a timestamp the microseconds and a date the days since 2000, and plain integers are written without
# any Python code. First the fields of Event in their order, then what Tally.rows() adds.
STAGE: dict[LiteralString, str] = {
    "account_id": "bytea",
    "at": "int8",
    "kind": "text",
    "id": "int8",
    "link_id": "bytea",
    "visitor": "int8",
    "country": "text",
    "region": "text",
    "city": "text",
    "device": "text",
    "browser": "text",
    "browser_version": "text",
    "os": "text",
    "os_version": "text",
    "language": "text",
    "referrer": "text",
    "referrer_path": "text",
    "utm_source": "text",
    "utm_medium": "text",
    "utm_campaign": "text",
    "utm_term": "text",
    "utm_content": "text",
    "viewport": "int2",
    "tap_x": "float4",
    "tap_y": "float4",
    "ttfb": "float4",
    "fcp": "float4",
    "lcp": "float4",
    "inp": "float4",
    "cls": "float4",
    "connection": "text",
    "bot": "text",
    "element": "text",
    "ms": "int4",
    "position": "int2",
    "day": "int4",
    "row_visitor": "int8",
    "row_views": "int4",
    "row_clicks": "int4",
    "row_link_visitor": "int8",
    "row_link_clicks": "int4",
}

_COPY: LiteralString = "COPY stage (" + ", ".join(STAGE) + ") FROM STDIN (FORMAT BINARY)"


async def stage(tx: Tx, rows: Iterable[Sequence[object]]) -> None:
    """Put the batch where the statements below find it.

    A temporary table, because PostgreSQL refuses COPY FROM into a table under row-level security. First in it is what
    the statements below choose rows by.
    """
    await tx.run(
        """
        CREATE TEMPORARY TABLE IF NOT EXISTS stage (
            account_id uuid, at timestamptz, id bigint, day date, kind text, bot text, viewport smallint, link_id uuid,
            row_visitor bigint, row_views integer, row_clicks integer, row_link_visitor bigint, row_link_clicks integer,
            visitor bigint, country text, region text, city text, device text, browser text, os text, language text,
            referrer text, utm_source text, utm_medium text, utm_campaign text, browser_version text, os_version text,
            referrer_path text, utm_term text, utm_content text, tap_x real, tap_y real, ttfb real, fcp real, lcp real,
            inp real, cls real, connection text, element text, ms integer, position smallint
        ) ON COMMIT DELETE ROWS
        """
    )
    async with tx.connection.cursor() as cursor:
        # In place of the one for DB-API's Binary, which is not compiled.
        cursor.adapters.register_dumper(bytes, BytesBinaryDumper)
        async with cursor.copy(_COPY) as copy:
            copy.set_types(list(STAGE.values()))
            for row in rows:
                await copy.write_row(row)


async def insert_events(tx: Tx) -> int:
    return await tx.run(
        """
        INSERT INTO events (
            account_id, at, kind, id, link_id, visitor, country, region, city, device, browser, browser_version,
            os, os_version, language, referrer, referrer_path, utm_source, utm_medium, utm_campaign, utm_term,
            utm_content, viewport, tap_x, tap_y, ttfb, fcp, lcp, inp, cls, connection, bot, element, ms, position, day
        )
        SELECT
            account_id, at, kind, id, link_id, visitor, country, region, city, device, browser, browser_version,
            os, os_version, language, referrer, referrer_path, utm_source, utm_medium, utm_campaign, utm_term,
            utm_content, viewport, tap_x, tap_y, ttfb, fcp, lcp, inp, cls, connection, bot, element, ms, position, day
        FROM stage
        """
    )


async def lock_offset(tx: Tx, stream: str) -> Offset | None:
    """Where the stream is read up to, locked until the end of `tx`; None while another consumer works on it."""
    await tx.run(
        "INSERT INTO stream_offsets (stream, generation, last_id) VALUES (%s, '', '0-0') ON CONFLICT DO NOTHING",
        (stream,),
    )
    return await tx.one(
        Offset,
        "SELECT generation, last_id FROM stream_offsets WHERE stream = %s FOR UPDATE SKIP LOCKED",
        (stream,),
    )


async def move_offset(tx: Tx, stream: str, generation: str, last_id: str) -> None:
    await tx.run(
        "UPDATE stream_offsets SET generation = %s, last_id = %s WHERE stream = %s",
        (generation, last_id, stream),
    )


async def read_offset(tx: Tx, stream: str) -> Offset | None:
    return await tx.one(Offset, "SELECT generation, last_id FROM stream_offsets WHERE stream = %s", (stream,))
