"""Everything we hold of an account, as a zip that is made while it is sent: memory stays bounded."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from nameplate.accounts.everything import queries
from nameplate.accounts.everything.queries import Page, Table
from nameplate.assets.uses import queries as pictures
from nameplate.db import Database
from nameplate.errors import Unavailable
from nameplate.storage import Storage

ROWS_AT_ONCE = 2000
_FOLDED = {"day_pairs", "day_packs", "noticed_packs"}

_README = """Everything this Nameplate holds of your account, read on {at}.

Each file is a table of the database: a JSON array with one object for each row. Left out are only the hashes of your
password, sessions, tokens and codes, which are of no use to anybody,
and the sealed secret of an authenticator app; and day_pairs, day_packs and noticed_packs, which say what visitor_days
and events say in a form that is quick to add up. Among others:

accounts.json, email_claims.json, handles.json, oauth_identities.json    who you are here
profiles.json, links.json                                                your page, deleted links too
asset_uploads.json, asset_objects.json, pictures/                        your pictures, as they are shown
sessions.json, api_tokens.json, mail_proofs.json                         what is logged in, and mails sent to you
security_audit_log.json, audit_chains.json                               what happened to your account
passkeys.json, totp_factors.json, recovery_codes.json                    your second factors
events.json                                                              every view, click and tap, as it came
daily_totals.json, daily_links.json                                      what the dashboard counts
visitor_days.json, visitor_link_days.json                                what distinct visitors are counted from

A visitor is a number that no one can trace back to a person: the key it was made with is destroyed within two days.
"""


class _Sink:
    """A file for zipfile that can only be written; what was written is taken away in pieces."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `take` hands over all there is."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


async def export(db: Database, storage: Storage, account_id: UUID) -> AsyncIterator[bytes]:
    """The zip, piece by piece. Each page of rows is read in a transaction of its own: a slow reader holds none open."""
    sink = _Sink()
    now = datetime.now(UTC)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:  # type: ignore[call-overload]
        archive.writestr(_entry("README.txt", now), _README.format(at=now.isoformat(timespec="seconds")))
        async with db.as_account(account_id) as tx:
            tables = await queries.tables(tx)
        for table in tables:
            if table.name in _FOLDED:
                continue
            with archive.open(_entry(f"{table.name}.json", now), "w", force_zip64=True) as file:
                before = b"["
                async for page in _pages(db, account_id, table):
                    if page.rows:
                        rows = before + b",".join(b"\n" + row.encode() for row in page.rows)
                        before = b","
                        await asyncio.to_thread(file.write, rows)
                    if piece := sink.take():
                        yield piece
                file.write(b"[]\n" if before == b"[" else b"\n]\n")
        async for _ in _pictures(archive, db, storage, account_id, now):
            if piece := sink.take():
                yield piece
    yield sink.take()


async def _pictures(
    archive: zipfile.ZipFile, db: Database, storage: Storage, account_id: UUID, now: datetime
) -> AsyncIterator[str]:
    """Write every variant of every picture, one after the other; yields the name of each."""
    async with db.as_account(account_id) as tx:
        keys = await pictures.keys_of(tx, account_id)
    lost: list[str] = []
    for key in keys:
        try:
            async with db.as_account(account_id) as tx:
                data = await pictures.get_pending(tx, key)
            data = data or await storage.get(key)
        except Unavailable:
            data = None
        if data is None:
            lost.append(key)
            continue
        entry = _entry(f"pictures/{key}", now)
        entry.compress_type = zipfile.ZIP_STORED  # nothing is left to compress
        await asyncio.to_thread(archive.writestr, entry, data)
        yield key
    if lost:
        text = "The object storage did not give these when the export was made. Export again later.\n"
        archive.writestr(_entry("pictures/MISSING.txt", now), text + "\n".join(lost) + "\n")


async def _pages(db: Database, account_id: UUID, table: Table) -> AsyncIterator[Page]:
    after: list[str] | None = None
    while True:
        async with db.as_account(account_id) as tx:
            page = await queries.read_page(tx, account_id, table, after, ROWS_AT_ONCE)
        yield page
        after = page.last
        if after is None:
            return


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
