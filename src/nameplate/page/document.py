"""What a public page shows, and what comes out when it is rendered. No I/O, no knowledge of tables."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["website", "social", "project", "email", "file"]


class ProjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a repository. Anything may be missing: the page shows what is there."""

    description: str = ""
    language: str = ""
    language_colour: str = ""  # "#3178c6", as GitHub's linguist gives it; anything else is ignored
    stars: int | None = None
    forks: int | None = None
    open_issues: int | None = None
    topics: tuple[str, ...] = ()
    licence: str = ""  # SPDX id
    release: str = ""  # tag of the latest one
    pushed_at: datetime | None = None
    archived: bool = False
    fork: bool = False
    template: bool = False
    homepage: str = ""  # http(s) address of the "live" button


class PageVariant(msgspec.Struct, frozen=True, kw_only=True):
    """One size and type of an image; `key` is its name below /a/."""

    key: str
    width: int
    height: int
    type: str


class PageImage(msgspec.Struct, frozen=True, kw_only=True):
    """An image in every size and type there is, the smallest first. `colour`: its mean, as `#rrggbb`."""

    colour: str
    variants: tuple[PageVariant, ...]


class PageLink(msgspec.Struct, frozen=True, kw_only=True):
    """One visible link. Hidden and deleted links never get into a document."""

    id: UUID
    title: str
    url: str
    slug: str
    kind: Kind
    icon: str = ""  # id in `icons.json`; empty or unknown: the glyph of the kind
    pinned: bool = False
    thumbnail: PageImage | None = None  # in place of the icon
    project: ProjectFacts | None = None


class PageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on one page. `links` in the order to show; pinned ones are moved to the front."""

    account_id: UUID
    handle: str
    display_name: str = ""  # empty: the handle stands in
    bio: str = ""
    theme: str = "paper"  # unknown ids (a theme that was retired) fall back to the default
    updated_at: datetime | None = None
    avatar: PageImage | None = None
    background: PageImage | None = None
    favicon: PageImage | None = None
    links: tuple[PageLink, ...] = ()


class RenderedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page ready to be sent: UTF-8 HTML and the full value of its `Content-Security-Policy` header."""

    html: bytes
    csp: str
