"""Reading a page as a visitor: one statement."""

from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

import msgspec

from nameplate.db import Tx
from nameplate.page.document import PageImage, PageLink


class PageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A published page. `handle` differs from the one asked for when that is an old one, which redirects."""

    account_id: UUID
    handle: str
    display_name: str
    bio: str
    theme: str
    timezone: str
    privacy_signals: str
    count_own_visits: bool
    updated_at: datetime
    avatar: dict[str, object] | None
    background: dict[str, object] | None
    favicon: dict[str, object] | None
    links: list[dict[str, object]]

    def page_links(self) -> tuple[PageLink, ...]:
        return msgspec.convert(self.links, tuple[PageLink, ...])

    def image(self, purpose: Literal["avatar", "background", "favicon"]) -> PageImage | None:
        return msgspec.convert(getattr(self, purpose), PageImage | None)


# A deleted upload is still named where it was shown; it has no image, and undoing shows it again.
_IMAGE: LiteralString = """
                (SELECT jsonb_build_object('colour', u.colour, 'variants',
                    (SELECT jsonb_agg(
                        jsonb_build_object('key', o.key, 'width', o.width, 'height', o.height, 'type', o.type)
                        ORDER BY o.width, o.key)
                     FROM asset_objects o
                     WHERE o.account_id = u.account_id AND o.upload_id = u.id AND o.deleted_at IS NULL))
                 FROM asset_uploads u
                 WHERE u.account_id = p.account_id AND u.id = {} AND u.deleted_at IS NULL
                    AND u.state IN ('stored', 'queued'))"""
# Made of constants alone.
_PAGE: LiteralString = f"""
        SELECT p.account_id, p.handle, p.display_name, p.bio, p.theme, p.timezone, p.privacy_signals,
            p.count_own_visits, p.updated_at, {_IMAGE.format("p.avatar_id")} AS avatar,
            {_IMAGE.format("p.background_id")} AS background, {_IMAGE.format("p.favicon_id")} AS favicon,
            coalesce(
                (SELECT jsonb_agg(
                    jsonb_build_object('id', l.id, 'title', l.title, 'url', l.url, 'slug', l.slug, 'kind', l.kind,
                        'icon', l.icon, 'pinned', l.pinned,
                        'thumbnail', CASE WHEN l.thumbnail_id IS NOT NULL THEN {_IMAGE.format("l.thumbnail_id")} END,
                        'project', CASE WHEN r.id IS NOT NULL THEN jsonb_build_object(
                            'description', r.description, 'language', r.language, 'language_colour', r.language_colour,
                            'stars', r.stars, 'forks', r.forks, 'open_issues', r.open_issues, 'topics', r.topics,
                            'licence', r.licence, 'release', r.release, 'pushed_at', r.pushed_at,
                            'archived', r.archived, 'fork', r.fork, 'template', r.template,
                            'homepage', r.homepage) END)
                    ORDER BY l.pinned DESC, l.position, l.id)
                 FROM links l LEFT JOIN github_repositories r
                    ON r.id = l.repository_id AND r.synced_at IS NOT NULL AND r.gone_at IS NULL
                 WHERE l.account_id = p.account_id AND l.visible AND l.deleted_at IS NULL),
                '[]') AS links"""  # noqa: S608


async def get_page(tx: Tx, skeleton: str, handle: str) -> PageRow | None:
    """The page behind `handle`, as far as the role of `tx` may see it."""
    return await tx.one(
        PageRow,
        f"""{_PAGE}
        FROM handles h JOIN profiles p ON p.account_id = h.account_id
        WHERE h.skeleton = %s AND h.handle = %s
        """,
        (skeleton, handle),
    )


async def get_own_page(tx: Tx, account_id: UUID) -> PageRow | None:
    """The owner's page as it would look, published or not."""
    return await tx.one(
        PageRow,
        f"""{_PAGE}
        FROM profiles p WHERE p.account_id = %s
        """,
        (account_id,),
    )
