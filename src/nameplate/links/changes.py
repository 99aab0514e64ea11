"""What an owner may write into a link, and what is guessed when he does not."""

from dataclasses import replace
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from nameplate.errors import Invalid
from nameplate.github import address
from nameplate.links import slugs, urls
from nameplate.links.queries import LinkRow
from nameplate.page import icons

Kind = Literal["website", "social", "project", "email", "file"]


class LinkFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing stays as it is, or is guessed from the url when the link is new."""

    title: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    icon: str | UnsetType = UNSET
    visible: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    thumbnail_id: UUID | UnsetType | None = UNSET
    """An upload of yours with the purpose thumbnail, shown in place of the icon; null: none."""


class NewLink(LinkFields, frozen=True, kw_only=True):
    """Only `url` is needed: the rest is guessed from it."""

    url: str


def changed(before: LinkRow, data: LinkFields, taken: set[str], github: str = address.PUBLIC) -> LinkRow:
    """The link with the changes in it and the gaps of a new one filled. Raises Invalid with each wrong field.

    `github`: the host whose repositories are projects.
    """
    wrong: dict[str, str] = {}
    link = before
    if data.url is not UNSET:
        try:
            link = replace(link, url=urls.clean(data.url, github))
        except ValueError as error:
            wrong["url"] = str(error)
    if data.icon is not UNSET:
        if data.icon and data.icon not in icons.ICONS:
            wrong["icon"] = "Choose an icon of the set, or none."
        link = replace(link, icon=data.icon)
    elif not before.url and "url" not in wrong:
        link = replace(link, icon=icons.guess(link.url))
    if data.kind is not UNSET:
        link = replace(link, kind=data.kind)
    elif "url" not in wrong and (not before.url or _is_mail(before.url) != _is_mail(link.url)):
        link = replace(link, kind=urls.guess_kind(link.url, link.icon, github))
    if "url" not in wrong and (link.kind == "email") != _is_mail(link.url):
        wrong["kind"] = "The kind e-mail goes with an e-mail address, and only with one."
    title = _title(data, link, github)
    if not title or len(title) > 120:
        wrong["title"] = "Use 1 to 120 characters."
    elif any(ord(c) < 32 or ord(c) == 127 for c in title):
        wrong["title"] = "Leave out line breaks and control characters."
    slug = before.slug
    if data.slug is not UNSET and data.slug:
        slug = data.slug.strip().lower()
        if problem := slugs.check(slug):
            wrong["slug"] = problem
        elif slug in taken:
            wrong["slug"] = "Another link of yours has this short address."
    elif not slug:
        slug = slugs.from_title(title, taken)
    if wrong:
        raise Invalid("Correct these and send it again.", fields=wrong)
    return replace(
        link,
        title=title,
        slug=slug,
        visible=link.visible if data.visible is UNSET else data.visible,
        pinned=link.pinned if data.pinned is UNSET else data.pinned,
        thumbnail_id=link.thumbnail_id if data.thumbnail_id is UNSET else data.thumbnail_id,
    )


def _title(data: LinkFields, link: LinkRow, github: str) -> str:
    if data.title is not UNSET and (data.title.strip() or link.title):
        return data.title.strip()
    return link.title or urls.guess_title(
        link.url, icons.ICONS[link.icon].title if link.icon in icons.ICONS else "", github
    )


def _is_mail(url: str) -> bool:
    return url.startswith("mailto:")
