"""An upload's way: received, validating, then stored, queued or rejected."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
from prometheus_client import Counter

from nameplate.assets import keeping, queries, refusals
from nameplate.assets.decoder.client import Decoder
from nameplate.assets.decoder.messages import Limits, Result
from nameplate.assets.queries import UploadRow
from nameplate.assets.receive import Received, scratch
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, NotFound, Problem
from nameplate.ids import new_id
from nameplate.settings import Settings
from nameplate.storage import Storage

log = structlog.get_logger(__name__)
ended = Counter("nameplate_uploads_total", "Uploads, by how they ended", ["outcome"])


class QuotaReached(Conflict):
    code = "quota-reached"
    title = "There is no more room for pictures"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`made`: False when the same content was kept already."""

    id: UUID
    made: bool


class Uploader:
    """Of one process: its decoders and where uploads lie while they are looked at."""

    def __init__(self, settings: Settings, db: Database, storage: Storage) -> None:
        self.settings = settings
        self.folder: Path = settings.data_dir / "uploads"
        self.most = settings.upload_megabytes * 1_000_000
        self.decoder = Decoder(Limits(pixels=settings.upload_megapixels * 1_000_000))
        self._db = db
        self._storage = storage

    async def take(self, account_id: UUID, received: Received, audit: Audit) -> Outcome:
        """Look at it and keep what becomes of it. Raises Problem with the reason when nothing does."""
        upload = _row(received)
        async with self._db.as_account(account_id) as tx:
            if same := await self._same(tx, account_id, received):
                return Outcome(same, made=False)
            self.check_quota(await queries.used(tx, account_id))
            await queries.add_upload(tx, account_id, upload, received.digest)
        try:
            result = await self._look(account_id, upload, received)
            if not result.refused:
                kept = await keeping.keep(self.settings, self._storage, account_id, upload.id, result)
                return await self._finish(account_id, upload, received, result, kept)
        except BaseException:
            await self._forget(account_id, upload.id)
            raise
        raise await self.refuse(account_id, upload.id, result, audit)

    async def refuse(self, account_id: UUID, upload_id: UUID, result: Result, audit: Audit) -> Problem:
        """Write down why; what to raise."""
        code = refusals.known(result.refused)
        detail = refusals.sentence(code, result.detail, self.decoder.limits)
        ended.labels(code).inc()
        log.info("upload refused", code=code, said=result.detail, account_id=str(account_id))
        async with self._db.as_account(account_id) as tx:
            await queries.reject(tx, account_id, upload_id, code, detail, result.kind)
            await audit.record(tx, account_id, "upload.refused", reason=code)
        return refusals.problem(code, detail)

    async def _same(self, tx: Tx, account_id: UUID, received: Received) -> UUID | None:
        """The upload of the same content and purpose; brought back when it was deleted."""
        assert received.purpose is not None  # noqa: S101
        if not await queries.lock_uploads(tx, account_id):
            raise NotFound
        same = await queries.find_same(tx, account_id, received.purpose, received.digest)
        if same is not None:
            await queries.set_deleted(tx, account_id, same, None)
        return same

    def check_quota(self, used: queries.UsedRow) -> None:
        most, count = self.settings.asset_quota_megabytes, self.settings.asset_quota_count
        if used.count >= count:
            raise QuotaReached(f"You keep {used.count} pictures, as many as you may. Delete some first.")
        if used.bytes >= most * 1_000_000:
            raise QuotaReached(f"Your pictures take the {most} MB you have. Delete some first.")

    async def _look(self, account_id: UUID, upload: UploadRow, received: Received) -> Result:
        async def begun() -> None:
            async with self._db.as_account(account_id) as tx:
                await queries.validating(tx, account_id, upload.id)

        async with scratch(self.folder) as file:
            return await self.decoder.decode(received.file, file, upload.purpose, begun)

    async def _forget(self, account_id: UUID, upload_id: UUID) -> None:
        """Nothing was found out about it, and whoever sent it was told so, or left."""
        async with self._db.as_account(account_id) as tx:
            await queries.remove_unfinished(tx, account_id, upload_id)

    async def _finish(
        self, account_id: UUID, upload: UploadRow, received: Received, result: Result, kept: keeping.Kept
    ) -> Outcome:
        done = replace(
            upload,
            state="queued" if kept.pending else "stored",
            width=result.width,
            height=result.height,
            colour=result.colour,
            blur=result.blur,
        )
        async with self._db.as_account(account_id) as tx:
            if same := await self._same(tx, account_id, received):
                # The same file in two requests at once: the objects of this one are orphans, and swept as such.
                await queries.remove_unfinished(tx, account_id, upload.id)
                return Outcome(same, made=False)
            await keeping.reserve(tx, self.settings, account_id, kept)
            await queries.finish(tx, account_id, done, result.kind, datetime.now(UTC))
            for row in kept.objects:
                await queries.add_object(tx, account_id, row, kept.pending.get(row.key))
        ended.labels(done.state).inc()
        return Outcome(upload.id, made=True)


def _row(received: Received) -> UploadRow:
    assert received.purpose is not None  # noqa: S101
    return UploadRow(
        id=new_id(),
        purpose=received.purpose,
        state="received",
        reason="",
        reason_detail="",
        file_name=received.name,
        bytes_received=received.size,
        width=0,
        height=0,
        colour="",
        blur="",
        created_at=datetime.now(UTC),
        deleted_at=None,
    )
