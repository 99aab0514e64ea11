"""What is kept in memory for one handle: the page, its short links and what counting needs to know."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nameplate.http.encoded import Encoded, redirect
from nameplate.page.document import PageDocument
from nameplate.page.initials import favicon_svg
from nameplate.page.qr import qr_svg
from nameplate.page.queries import PageRow
from nameplate.page.render import render
from nameplate.page.site import not_found_page
from nameplate.page_facts import PageFacts

# Asked again each time, answered with 304: a change is seen at once and costs a returning visitor no page.
REVALIDATE = "public, no-cache"
SMALL_FILES = "public, max-age=3600, stale-while-revalidate=86400"
SVG_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@dataclass(slots=True)
class Entry:
    """`moved` is the start message of a redirect when the handle is an old one. Without facts: no such page."""

    page: Encoded
    facts: PageFacts | None
    targets: dict[str, tuple[UUID, dict[str, Any]]]
    files: dict[str, Encoded]
    moved_to: str
    size: int
    fresh_until: float = 0.0
    changed: bool = False
    used: bool = False


def document(row: PageRow, *, theme: str = "") -> PageDocument:
    """What a row shows; `theme` instead of its own tries one on."""
    return PageDocument(
        account_id=row.account_id,
        handle=row.handle,
        display_name=row.display_name,
        bio=row.bio,
        theme=theme or row.theme,
        updated_at=row.updated_at,
        links=row.page_links(),
    )


def make_entry(row: PageRow, handle: str, *, base_url: str, secure: bool) -> Entry:
    """Everything that can be asked below `/{handle}`."""
    if row.handle != handle:
        missing = make_missing(secure=secure, sign_up=False)
        missing.moved_to = row.handle
        return missing
    rendered = render(document(row), base_url=base_url)
    page = Encoded(
        rendered.html,
        content_type="text/html; charset=utf-8",
        csp=rendered.csp,
        cache_control=REVALIDATE,
        secure=secure,
    )
    links = row.page_links()
    targets = {
        # Never kept by a browser: each visit of the short link is a click.
        link.slug: (link.id, redirect(link.url, status=302, cache_control=b"no-store", secure=secure))
        for link in links
    }
    files = {
        "qr.svg": qr_svg(f"{base_url}/{handle}"),
        "favicon.svg": favicon_svg(row.display_name, handle, row.theme),
    }
    encoded = {
        name: Encoded(
            body, content_type="image/svg+xml", csp=SVG_CSP, cache_control=SMALL_FILES, secure=secure
        )
        for name, body in files.items()
    }
    facts = PageFacts(
        account_id=row.account_id,
        timezone=row.timezone,
        link_ids=frozenset(link.id for link in links),
        privacy_signals=row.privacy_signals,
        count_own_visits=row.count_own_visits,
    )
    size = page.size + sum(file.size for file in encoded.values()) + 1200 * len(links)
    return Entry(page, facts, targets, encoded, "", size)


def make_missing(*, secure: bool, sign_up: bool) -> Entry:
    return Entry(not_found_page(secure=secure, sign_up=sign_up), None, {}, {}, "", 400)
