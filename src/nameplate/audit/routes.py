"""The owner reads what happened to the account."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from nameplate.audit import kinds, queries
from nameplate.audit.kinds import KINDS, Group
from nameplate.audit.queries import Entry
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import Invalid
from nameplate.http.caller import Caller

SESSION: list[dict[str, list[str]]] = [{"session": []}]
PAGE = 50
EXPORTED_AT_ONCE = 1000


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`network` is a label of ours for the network it came from; the address is not kept."""

    id: int
    at: datetime
    kind: str
    group: Group
    sentence: str
    serious: bool
    by: Literal["owner", "token", "stranger", "operator", "server"]
    device: str
    country: str
    network: str
    request_id: str


class AuditLog(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is the `before` of the page that follows; null: this is the last."""

    rows: list[AuditEntry]
    next: int | None


Kinds = Annotated[
    Group | None, QueryParameter(name="group", required=False, description="Only entries of this group")
]
From = Annotated[date | None, QueryParameter(name="from", required=False, description="First day, in UTC")]
To = Annotated[date | None, QueryParameter(name="to", required=False, description="Last day, in UTC")]


@get(
    "/audit-log",
    operation_id="getAuditLog",
    summary="What happened to your account",
    tags=["Account"],
    security=SESSION,
)
async def get_audit_log(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    group: Kinds = None,
    since: From = None,
    until: To = None,
    before: FromQuery[int | None] = None,
) -> AuditLog:
    """Log-ins, changes of what logs in, tokens, exports. Nobody can change an entry, you neither."""
    caller.must_be_person()
    first, end = _range(since, until)
    async with db.as_account(caller.account_id) as tx:
        rows = await queries.get_entries(
            tx,
            caller.account_id,
            kinds=kinds.of_group(group) if group else None,
            since=first,
            until=end,
            before=before,
            most=PAGE + 1,
        )
    more = len(rows) > PAGE
    return AuditLog(rows=[_shown(row) for row in rows[:PAGE]], next=rows[PAGE - 1].seq if more else None)


@get(
    "/audit-log.csv",
    operation_id="exportAuditLog",
    summary="What happened to your account, as CSV",
    tags=["Account"],
    security=SESSION,
    media_type="text/csv",
)
async def export_audit_log(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
    group: Kinds = None,
    since: From = None,
    until: To = None,
) -> Stream:
    """All of the range, the newest first."""
    caller.must_be_person()
    first, end = _range(since, until)
    async with db.as_account(caller.account_id) as tx:
        await audit.record(tx, caller.account_id, "data.exported", what="security log")
    return Stream(
        _csv(db, caller, kinds.of_group(group) if group else None, first, end),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="nameplate-security-{datetime.now(UTC):%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _csv(
    db: Database, caller: Caller, wanted: list[str] | None, first: datetime | None, end: datetime | None
) -> AsyncIterator[bytes]:
    fields = AuditEntry.__struct_fields__
    yield _line(list(fields))
    before: int | None = None
    while True:
        async with db.as_account(caller.account_id) as tx:
            rows = await queries.get_entries(
                tx,
                caller.account_id,
                kinds=wanted,
                since=first,
                until=end,
                before=before,
                most=EXPORTED_AT_ONCE,
            )
        if rows:
            shown = [msgspec.to_builtins(_shown(row)) for row in rows]
            yield b"".join(_line([_cell(row[name]) for name in fields]) for row in shown)
        if len(rows) < EXPORTED_AT_ONCE:
            return
        before = rows[-1].seq


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    text = str(value)
    # A spreadsheet would take it for a formula: names of tokens and user agents are typed by people.
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _shown(row: Entry) -> AuditEntry:
    known = KINDS.get(row.kind)
    actors: dict[str, Literal["owner", "token", "stranger", "operator", "server"]] = {
        "owner": "owner", "token": "token", "stranger": "stranger", "operator": "operator",
    }  # fmt: skip
    return AuditEntry(
        id=row.seq,
        at=row.at,
        kind=row.kind,
        group=known.group if known else "account",
        sentence=kinds.sentence(row.kind, row.detail, row.device),
        serious=known is not None and known.serious,
        by=actors.get(row.actor, "server"),
        device=row.device,
        country=row.country,
        network=f"{row.network[:4]}-{row.network[4:8]}" if row.network else "",
        request_id=row.request_id,
    )


def _range(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments between which the days lie. Raises Invalid when they are the wrong way round."""
    if since and until and since > until:
        raise Invalid("Correct this and send it again.", fields={"to": "This is before the first day."})
    try:
        end = datetime.combine(until + timedelta(days=1), time(), UTC) if until else None
    except OverflowError:
        end = None
    return (datetime.combine(since, time(), UTC) if since else None), end


routes = [get_audit_log, export_audit_log]
