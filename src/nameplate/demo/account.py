"""The demo's account, profile and links, written as the web role with the same statements as everybody's."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import UNSET

from nameplate.accounts import queries as accounts
from nameplate.assets.uses import queries as uses
from nameplate.db import Database, Tx
from nameplate.demo import page
from nameplate.links import queries as links
from nameplate.links.changes import NewLink, changed
from nameplate.links.queries import LinkRow
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles


@dataclass(frozen=True, slots=True)
class Found:
    """What is behind a handle. `created_at` None: no account (any more), or not the demo's."""

    owner: UUID | None
    created_at: datetime | None


def email(handle: str) -> str:
    return f"{handle}@{page.EMAIL_HOST}"


async def find(db: Database, handle: str) -> Found:
    account = page.account_id(handle)
    async with db.as_visitor() as tx:
        taken = await profiles.handle_by_skeleton(tx, handles.skeleton(handle))
    async with db.as_account(account) as tx:
        # Also one that its owner closed and that the worker has not removed yet.
        closed = await accounts.is_closed(tx, account)
        row = await accounts.get_account(tx, account)
    owner = taken.account_id if taken else (account if closed is not None else None)
    return Found(owner, row.created_at if row else None)


async def write_page(
    db: Database, handle: str, password_hash: str, *, since: datetime, until: datetime
) -> bool:
    """The account with its page, not published yet, as if made at `since`. False when somebody took the handle."""
    account = page.account_id(handle)
    async with db.as_account(account) as tx:
        await accounts.add_account(tx, account, email(handle), password_hash, since)
        if not await profiles.take_handle(tx, account, handle, handles.skeleton(handle), since):
            return False
        if await accounts.add_claim(tx, account, email(handle), since, verified=True):
            await accounts.set_email(tx, account, email(handle), since)
        await profiles.create_profile(tx, account, handle, page.DISPLAY_NAME, since)
        profile = await profiles.get_profile(tx, account)
        assert profile is not None  # noqa: S101
        written = replace(profile, bio=page.BIO, theme=page.THEME, timezone=page.TIMEZONE, published=False)
        await profiles.update_profile(tx, written, until)
        await _write_links(tx, account, since, until)
    return True


async def _write_links(tx: Tx, account: UUID, since: datetime, until: datetime) -> None:
    length: timedelta = until - since
    taken: set[str] = set()
    for position, link in enumerate(page.LINKS, 1):
        born = since + length * link.since
        gone = since + length * link.until
        empty = LinkRow(link.id(account), "", "", "", "", "", True, False, position, 1, born, born)
        wanted = NewLink(
            url=link.url,
            title=link.title,
            slug=link.slug,
            kind=UNSET if link.kind is None else link.kind,
            icon=UNSET if link.icon is None else link.icon,
            visible=link.until == 1.0 or link.deleted,
            pinned=link.pinned,
        )
        row = replace(changed(empty, wanted, taken), updated_at=gone if link.until < 1.0 else born)
        taken.add(row.slug)
        await links.add_link(tx, account, row, published=False)
        if link.deleted:
            await links.close_link(tx, account, row.id, gone)


async def publish(db: Database, handle: str, now: datetime) -> None:
    """Show the page: its numbers are complete."""
    account = page.account_id(handle)
    async with db.as_account(account) as tx:
        profile = await profiles.lock_profile(tx, account)
        if profile is not None and not profile.published:
            await profiles.update_profile(tx, replace(profile, published=True), now)
            await profiles.publish_links(tx, account, True)
            await uses.publish(tx, account, True)


async def set_password(db: Database, handle: str, password_hash: str) -> None:
    account = page.account_id(handle)
    async with db.as_account(account) as tx:
        before = await accounts.get_password_hash(tx, account)
        await accounts.set_password_hash(tx, account, before, password_hash)


async def anybody(db: Database) -> bool:
    """Whether this installation holds any account: each has a handle."""
    async with db.as_visitor() as tx:
        return bool(await tx.value("SELECT EXISTS (SELECT FROM handles)"))
