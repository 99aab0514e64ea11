"""What one link says on the page: its icon, its second line, and the facts of a repository."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec

from nameplate.page.document import PageLink, ProjectFacts
from nameplate.page.icons import icon_for
from nameplate.page.pictures import THUMBNAIL_SIZES, Picture, picture

MOST_TOPICS = 4
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A small figure of a project. `label` is what a screen reader adds to it."""

    text: str
    label: str = ""
    icon: str = ""
    colour: str = ""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A link as the template shows it."""

    id: str
    slug: str
    title: str
    icon: str
    pinned: bool
    me: bool  # rel="me": the same person elsewhere
    line: str = ""
    facts: list[Fact]
    live: str = ""
    picture: Picture | None = None  # in place of the icon


def card(link: PageLink, images: str = "") -> Card:
    """The card of `link`; `images`: the address of the CDN, if any.

    E-mail addresses are never shown: the short link leads to them, harvesters get nothing.
    """
    facts = link.project if link.kind == "project" else None
    return Card(
        id=str(link.id),
        slug=link.slug,
        title=link.title,
        icon=icon_for(link.icon, link.kind),
        pinned=link.pinned,
        me=link.kind == "social",
        picture=picture(link.thumbnail, images, THUMBNAIL_SIZES),
        line=(facts.description if facts else "") or second_line(link),
        facts=project_facts(facts) if facts else [],
        live=facts.homepage if facts and facts.homepage.startswith(("https://", "http://")) else "",
    )


def second_line(link: PageLink) -> str:
    """Where the link leads, in a few letters: a host, `owner/repo`, the type of a file."""
    if link.kind == "email":
        return "Write an e-mail"
    try:
        parts = urlsplit(link.url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    segments = [segment for segment in parts.path.split("/") if segment]
    if link.kind == "project" and len(segments) >= 2:
        return f"{segments[0]}/{segments[1].removesuffix('.git')}"
    suffix = PurePosixPath(parts.path).suffix[1:]
    if link.kind == "file" and suffix.isascii() and suffix.isalnum() and len(suffix) <= 5:
        return f"{suffix.upper()} · {host}"
    return host


def project_facts(facts: ProjectFacts) -> list[Fact]:
    """What is known, from what tells most to what tells least."""
    out = []
    if facts.language:
        colour = facts.language_colour if _COLOUR.fullmatch(facts.language_colour) else ""
        out.append(Fact(text=facts.language, colour=colour))
    if facts.stars:
        out.append(Fact(text=short_number(facts.stars), label="stars", icon="star"))
    if facts.forks:
        out.append(Fact(text=short_number(facts.forks), label="forks", icon="fork"))
    if facts.open_issues:
        word = "issue" if facts.open_issues == 1 else "issues"
        out.append(Fact(text=f"{short_number(facts.open_issues)} open {word}"))
    out += [Fact(text=facts.release)] if facts.release else []
    out += [Fact(text=facts.licence, label="licence")] if facts.licence else []
    states = (("Archived", facts.archived), ("Fork", facts.fork), ("Template", facts.template))
    out += [Fact(text=word) for word, applies in states if applies]
    if facts.pushed_at and not facts.archived:
        out.append(Fact(text=f"Updated {facts.pushed_at:%b %Y}"))
    if facts.topics:
        out.append(Fact(text=" ".join(f"#{topic}" for topic in facts.topics[:MOST_TOPICS])))
    return out


def short_number(number: int) -> str:
    """999, 1.2k, 48k, 1.3M: rounded down, as nobody minds having more than it says."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= unit:
            tenths = number * 10 // unit
            return (
                f"{tenths // 10}{letter}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10}{letter}"
            )
    return str(number)
