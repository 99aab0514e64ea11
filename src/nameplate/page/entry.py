"""What is kept in memory for one handle: the page, its short links and what counting needs to know."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from nameplate.http.encoded import Encoded, redirect
from nameplate.page import cdn, readme_cards
from nameplate.page.cards import card, second_line
from nameplate.page.document import PageDocument, ProjectFacts
from nameplate.page.initials import favicon_svg
from nameplate.page.qr import qr_svg
from nameplate.page.queries import PageRow
from nameplate.page.render import render
from nameplate.page.site import not_found_page
from nameplate.page.social.card import Card, card_of
from nameplate.page_facts import PageFacts

SMALL_FILES = "public, max-age=3600, stale-while-revalidate=86400"
# GitHub's image proxy keeps what it may for as long as it may; asked again with its ETag it costs nothing.
CARDS = "public, max-age=300, stale-while-revalidate=3600"
# Bytes of memory for a row with what is made of it, and for each link, measured (tests/page/test_memory.py).
_ROW, _LINK = 12_000, 1900
SVG_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@dataclass(slots=True)
class Entry:
    """`moved_to` is another handle when this one is an old one. Without facts: no such page. `row`: what all of it was
    made of. `size`: the memory it holds, in bytes, within a tenth; `grew` is told of each change to it.

    Nothing in it leads back to it: one that is let go is gone at once, and not when garbage is looked for.
    """

    page: Encoded
    facts: PageFacts | None
    targets: dict[str, tuple[UUID, dict[str, Any]]]
    files: dict[str, Encoded]
    moved_to: str
    size: int
    social: Card | None = None
    row: PageRow | None = None
    card_maker: Callable[["Entry", str, str], Encoded | None] = lambda entry, name, theme: None
    grew: Callable[["Entry", int], None] = lambda entry, size: None
    fresh_until: float = 0.0
    changed: bool = False
    used: bool = False

    def make_card(self, name: str, theme: str) -> Encoded | None:
        """What few ask for: the QR code or a card for a README. None when there is none of that name."""
        return self.card_maker(self, name, theme)

    def keep_card(self, name: str, made: Encoded) -> None:
        """Under a name with a question mark."""
        self.files[name] = made
        self._grow(made.size)

    def forget_cards(self) -> None:
        """What was made because somebody asked for it."""
        for name in [name for name in self.files if "?" in name]:
            self._grow(-self.files.pop(name).size)

    def _grow(self, size: int) -> None:
        self.size += size
        self.grew(self, size)


def document(row: PageRow, *, theme: str = "") -> PageDocument:
    """What a row shows; `theme` instead of its own tries one on."""
    return PageDocument(
        account_id=row.account_id,
        handle=row.handle,
        display_name=row.display_name,
        bio=row.bio,
        theme=theme or row.theme,
        updated_at=row.updated_at,
        avatar=row.image("avatar"),
        background=row.image("background"),
        favicon=row.image("favicon"),
        links=row.page_links(),
    )


def make_entry(
    row: PageRow, handle: str, *, base_url: str, secure: bool, max_age: int = 0, images: str = ""
) -> Entry:
    """Everything that can be asked below `/{handle}`. `max_age`: seconds a cache in front may keep a page. `images`:
    the address of the CDN that serves /a/, if any."""
    if row.handle != handle:
        missing = make_missing(secure=secure, sign_up=False)
        missing.moved_to = row.handle
        return missing
    shown = document(row)
    social = card_of(shown, base_url)
    picture = f"{base_url}/{handle}/{social.file}"
    rendered = render(shown, base_url=base_url, images=images, social=picture)
    page = Encoded(
        rendered.html,
        content_type="text/html; charset=utf-8",
        csp=rendered.csp,
        cache_control=cdn.cache_control(max_age),
        secure=secure,
        headers=cdn.page_headers(handle, max_age),
    )
    links = row.page_links()
    targets = {
        # Never kept by a browser: each visit of the short link is a click.
        link.slug: (link.id, redirect(link.url, status=302, cache_control=b"no-store", secure=secure))
        for link in links
    }
    tags = cdn.tags(handle, max_age)
    encoded = {
        "favicon.svg": _small(favicon_svg(row.display_name, handle, row.theme), secure=secure, tags=tags)
    }
    facts = PageFacts(
        account_id=row.account_id,
        timezone=row.timezone,
        link_ids=frozenset(link.id for link in links),
        privacy_signals=row.privacy_signals,
        count_own_visits=row.count_own_visits,
    )
    size = page.size + sum(file.size for file in encoded.values()) + _ROW + _LINK * len(links)
    maker = partial(_card, row, base_url=base_url, secure=secure, tags=tags)
    return Entry(page, facts, targets, encoded, "", size, social, row, maker)


def _card(
    row: PageRow, entry: Entry, name: str, theme: str, *, base_url: str, secure: bool, tags: cdn.Headers
) -> Encoded | None:
    """`qr.svg`, `card.svg` or `cards/{slug}.svg`; made once, then it is one of the entry's files."""
    if theme not in readme_cards.THEMES or name == "qr.svg":
        theme = ""
    key = f"{name}?{theme}"
    if made := entry.files.get(key):
        return made
    if name == "qr.svg":  # costs as much as the page
        made = _small(qr_svg(f"{base_url}/{row.handle}"), secure=secure, tags=tags)
        entry.keep_card(key, made)
        return made
    links = row.page_links()
    if name == "card.svg":
        cards = [card(link) for link in links if link.kind != "social"]
        address = f"{base_url.partition('://')[2]}/{row.handle}"
        body = readme_cards.page_card(
            row.display_name.strip() or row.handle, row.handle, row.bio, cards, address, theme
        )
    else:
        slug = name.removeprefix("cards/").removesuffix(".svg")
        link = next((link for link in links if link.slug == slug and name == f"cards/{slug}.svg"), None)
        if link is None:
            return None
        body = readme_cards.project_card(link, link.project or ProjectFacts(), second_line(link), theme)
    made = Encoded(
        body, content_type="image/svg+xml", csp=readme_cards.POLICIES[theme], cache_control=CARDS, secure=secure,
        headers=((b"cross-origin-resource-policy", b"cross-origin"), *tags),
    )  # fmt: skip
    entry.keep_card(key, made)
    return made


def _small(body: bytes, *, secure: bool, tags: cdn.Headers) -> Encoded:
    return Encoded(
        body,
        content_type="image/svg+xml",
        csp=SVG_CSP,
        cache_control=SMALL_FILES,
        secure=secure,
        headers=tags,
    )


def make_missing(*, secure: bool, sign_up: bool) -> Entry:
    return Entry(not_found_page(secure=secure, sign_up=sign_up), None, {}, {}, "", 400)
