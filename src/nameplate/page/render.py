"""A document becomes a page. Pure: no clock, no network, no disk; the same document gives the same bytes."""

from urllib.parse import urljoin, urlsplit

from nameplate.assets.shown import address
from nameplate.page import pictures
from nameplate.page.cards import Card, card
from nameplate.page.document import PageDocument, RenderedPage
from nameplate.page.environment import template
from nameplate.page.initials import initials, shapes
from nameplate.page.script import SCRIPT, SCRIPT_SOURCE
from nameplate.page.structured import description, json_for_script, profile_page
from nameplate.page.styles import style_for

_TEMPLATE = template("page.html")
# Cards that a phone shows without scrolling; the images of those further down wait until they are near.
ABOVE_THE_FOLD = 6


def render(
    document: PageDocument, base_url: str, *, embedded: bool = False, images: str = "", social: str = ""
) -> RenderedPage:
    """The page of `document` at `{base_url}/{handle}`; `base_url` without a trailing slash.

    `images`: the address of the CDN that serves /a/, empty for this server. `social`: that of the picture for previews.

    `embedded` is the owner's preview inside the dashboard: nothing is counted, links open elsewhere, only this
    site may frame it.
    """
    style = style_for(document.theme)
    handle = document.handle
    name = " ".join(document.display_name.split()) or handle
    bio = document.bio.strip()
    url = f"{base_url}/{handle}"
    ordered = [card(link, images) for link in sorted(document.links, key=lambda link: not link.pinned)]
    socials, cards = _places(ordered)
    same_as = [link.url for link in document.links if link.kind == "social"]
    modified = document.updated_at.isoformat() if document.updated_at else None
    portrait = urljoin(base_url, pictures.largest(document.avatar, images))
    page = profile_page(
        url=url, name=name, handle=handle, bio=bio, same_as=same_as, modified=modified,
        image=portrait if document.avatar else "",
    )  # fmt: skip
    drawn = shapes(handle)
    avatar = pictures.picture(document.avatar, images, pictures.AVATAR_SIZES)
    wall = pictures.wallpaper(document.background, images)
    more = pictures.page_style(avatar, wall, [item.picture for item in cards])
    html = _TEMPLATE.render(
        embedded=embedded,
        style=style,
        url=url,
        handle=handle,
        name=name,
        title=f"{name} (@{handle})" if name.casefold() != handle.casefold() else name,
        description=description(name, bio, [item.title for item in cards]),
        bio=bio,
        same_as=same_as,
        structured=json_for_script(page),
        initials=initials(document.display_name, handle),
        circles=(drawn.first, drawn.second),
        avatar=avatar,
        wall=wall,
        more=more,
        favicons=_favicons(document, images),
        touch_icon=pictures.largest(document.favicon or document.avatar, images),
        social=social,
        above_the_fold=ABOVE_THE_FOLD,
        socials=socials,
        cards=cards,
        script=SCRIPT,
    )
    policy = _policy(f"{style.source} {more.source}".rstrip(), images, embedded=embedded)
    return RenderedPage(html=html.encode(), csp=policy)


def _favicons(document: PageDocument, images: str) -> list[tuple[int, str]]:
    """Size and address of what a browser's tab can show."""
    found = document.favicon.variants if document.favicon else ()
    return [
        (item.width, address(item.key, images))
        for item in found
        if item.type == "image/png" and item.width < 180
    ]


def _places(ordered: list[Card]) -> tuple[list[Card], list[Card]]:
    """Icons under the name, and cards. A page of nothing but social links shows them as cards, or it looks bare."""
    socials = [item for item in ordered if item.me and not item.pinned]
    cards = [item for item in ordered if not item.me or item.pinned]
    return (socials, cards) if cards else ([], socials)


def _policy(style_source: str, images: str, *, embedded: bool) -> str:
    """Nothing is allowed but the one style, the one script, our images and our beacons."""
    cdn = urlsplit(images)
    elsewhere = f" {cdn.scheme}://{cdn.netloc}" if cdn.netloc else ""
    allowed = (
        f"default-src 'none'; style-src {style_source}; img-src 'self'{elsewhere}; "
        "base-uri 'none'; form-action 'none'"
    )
    if embedded:
        return f"{allowed}; frame-ancestors 'self'"
    return f"{allowed}; script-src {SCRIPT_SOURCE}; connect-src 'self'; frame-ancestors 'none'"
