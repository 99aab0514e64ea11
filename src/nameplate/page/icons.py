"""Brand icons (simple-icons, CC0) and the glyphs of our kinds of links. `tools/make_icons.mjs` writes the data."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec


class Icon(msgspec.Struct, frozen=True):
    """One shape on a 24 by 24 grid. `stroke`: a line to draw, else a surface to fill."""

    title: str
    path: str
    stroke: bool
    hosts: tuple[str, ...]


ICONS: dict[str, Icon] = msgspec.json.decode(
    Path(__file__).with_name("icons.json").read_bytes(), type=dict[str, Icon]
)

_BY_HOST = {host: name for name, icon in ICONS.items() for host in icon.hosts}


def icon_for(name: str, kind: str) -> str:
    """The icon to draw: the one chosen, else the glyph of the link's kind."""
    return name if name in ICONS else kind


def guess(url: str) -> str:
    """The brand an address belongs to, or an empty string.

    A host counts with all of its subdomains, the longest entry wins, and an entry may name a first path segment
    (`github.com/sponsors`). `/@name` on a host nobody knows is how Mastodon and its relatives write a profile.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        return "email"
    if parts.scheme not in ("http", "https") or not host:
        return ""
    segments = [segment for segment in parts.path.split("/") if segment]
    if segments and (brand := _BY_HOST.get(f"{host.removeprefix('www.')}/{segments[0]}")):
        return brand
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if brand := _BY_HOST.get(".".join(labels[start:])):
            return brand
    if segments and segments[-1].lower() in ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml"):
        return "rss"
    if len(segments) == 1 and segments[0].startswith("@") and len(segments[0]) > 1:
        return "mastodon"
    return ""
