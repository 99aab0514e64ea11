"""Profiles and handles."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.db import Tx


@dataclass(frozen=True, slots=True)
class HandleRow:
    handle: str
    account_id: UUID
    current: bool


@dataclass(frozen=True, slots=True)
class ProfileRow:
    account_id: UUID
    handle: str
    display_name: str
    bio: str
    theme: str
    timezone: str
    published: bool
    count_own_visits: bool
    privacy_signals: str
    version: int
    links_version: int
    created_at: datetime
    updated_at: datetime
    avatar_id: UUID | None
    background_id: UUID | None
    favicon_id: UUID | None


async def handle_by_skeleton(tx: Tx, skeleton: str) -> HandleRow | None:
    return await tx.one(
        HandleRow, "SELECT handle, account_id, current FROM handles WHERE skeleton = %s", (skeleton,)
    )


async def take_handle(tx: Tx, account_id: UUID, handle: str, skeleton: str, now: datetime) -> bool:
    """Make `handle` the account's current one; its old ones stay and redirect.

    False when another account has it. One that this account had before, or that looks like one, is taken back.
    """
    # Not ON CONFLICT DO UPDATE: for another tenant's row that is an error of row-level security, not "no row".
    taken = await tx.run(
        """
        INSERT INTO handles (skeleton, handle, account_id, current, changed_at) VALUES (%s, %s, %s, true, %s)
        ON CONFLICT (skeleton) DO NOTHING
        """,
        (skeleton, handle, account_id, now),
    ) or await tx.run(
        "UPDATE handles SET handle = %s, current = true, changed_at = %s WHERE skeleton = %s AND account_id = %s",
        (handle, now, skeleton, account_id),
    )
    if taken:
        await tx.run(
            "UPDATE handles SET current = false WHERE account_id = %s AND skeleton <> %s AND current",
            (account_id, skeleton),
        )
    return taken == 1


async def count_handles(tx: Tx, account_id: UUID) -> int:
    return int(await tx.value("SELECT count(*) FROM handles WHERE account_id = %s", (account_id,)))


async def create_profile(tx: Tx, account_id: UUID, handle: str, display_name: str, now: datetime) -> None:
    await tx.run(
        """
        INSERT INTO profiles (account_id, handle, display_name, created_at, updated_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (account_id, handle, display_name, now, now),
    )


async def get_profile(tx: Tx, account_id: UUID) -> ProfileRow | None:
    return await tx.one(ProfileRow, "SELECT * FROM profiles WHERE account_id = %s", (account_id,))


async def lock_profile(tx: Tx, account_id: UUID) -> ProfileRow | None:
    """The profile, and nobody else changes it or its list of links until this transaction ends."""
    return await tx.one(ProfileRow, "SELECT * FROM profiles WHERE account_id = %s FOR UPDATE", (account_id,))


async def update_profile(tx: Tx, profile: ProfileRow, now: datetime) -> int:
    """Write every editable field; returns the new version."""
    return int(
        await tx.value(
            """
            UPDATE profiles SET handle = %s, display_name = %s, bio = %s, theme = %s, timezone = %s, published = %s,
                count_own_visits = %s, privacy_signals = %s, avatar_id = %s, background_id = %s, favicon_id = %s,
                version = version + 1, updated_at = %s
            WHERE account_id = %s RETURNING version
            """,
            (
                profile.handle,
                profile.display_name,
                profile.bio,
                profile.theme,
                profile.timezone,
                profile.published,
                profile.count_own_visits,
                profile.privacy_signals,
                profile.avatar_id,
                profile.background_id,
                profile.favicon_id,
                now,
                profile.account_id,
            ),
        )
    )


async def publish_links(tx: Tx, account_id: UUID, published: bool) -> None:
    """Links repeat the profile's switch, because a visitor's policy looks at the row alone."""
    await tx.run(
        "UPDATE links SET published = %s WHERE account_id = %s AND published <> %s",
        (published, account_id, published),
    )
