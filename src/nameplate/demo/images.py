"""The demo's pictures, drawn for it, on the same way into the store as everybody's."""

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

from nameplate.assets.purposes import Purpose
from nameplate.assets.receive import Received, scratch
from nameplate.assets.uploads import Uploader
from nameplate.audit.record import Audit, Origin
from nameplate.db import Database
from nameplate.demo import page
from nameplate.errors import Problem
from nameplate.links import queries as links
from nameplate.profiles import queries as profiles
from nameplate.settings import Settings
from nameplate.storage import Storage

log = structlog.get_logger(__name__)
_FOLDER = Path(__file__).parent / "pictures"
THUMBNAILS = ("tidewatch", "pgscope", "logleaf", "talk")  # slugs of links, and names of files


async def show(settings: Settings, db: Database, handle: str, now: datetime) -> None:
    """Upload them and put them on the page; again is as good as once. Without a store the page has none."""
    if not settings.s3_endpoint:
        return
    owner = page.account_id(handle)
    uploader = Uploader(settings, db, Storage(settings))
    try:
        avatar = await _upload(uploader, owner, "avatar", "avatar")
        thumbnails = {name: await _upload(uploader, owner, "thumbnail", name) for name in THUMBNAILS}
    except Problem as problem:
        log.warning("the demo has no pictures", reason=problem.detail)
        return
    finally:
        await uploader.decoder.close()
    async with db.as_account(owner) as tx:
        profile = await profiles.lock_profile(tx, owner)
        if profile is not None and profile.avatar_id is None:
            await profiles.update_profile(tx, replace(profile, avatar_id=avatar), now)
        for link in await links.get_links(tx, owner):
            if link.slug in thumbnails and link.thumbnail_id is None:
                await links.update_link(tx, owner, replace(link, thumbnail_id=thumbnails[link.slug]), now)


async def _upload(uploader: Uploader, owner: UUID, purpose: Purpose, name: str) -> UUID:
    data = (_FOLDER / f"{name}.webp").read_bytes()
    async with scratch(uploader.folder) as file:
        file.write(data)
        file.seek(0)
        received = Received(file, purpose, f"{name}.webp", len(data), hashlib.sha256(data))
        outcome = await uploader.take(owner, received, Audit(uploader.settings.secret_key, Origin()))
    return outcome.id
