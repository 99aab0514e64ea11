"""Slugs: `/{handle}/{slug}` is the short link."""

import re
import secrets
import unicodedata
from collections.abc import Collection

MOST = 60
_SHAPE = re.compile(r"[a-z0-9](?:-?[a-z0-9])*\Z")
# Addresses below a handle that are ours.
RESERVED = frozenset({"cards", "card", "feed", "qr", "stats", "vcard"})


def check(slug: str) -> str | None:
    """Why `slug` cannot be used, as a sentence; None when it can."""
    if not slug or len(slug) > MOST or not _SHAPE.match(slug):
        return f"Use 1 to {MOST} lower-case letters, digits and single hyphens."
    if slug in RESERVED:
        return "This word is reserved."
    return None


def from_title(title: str, taken: Collection[str]) -> str:
    """A free slug that resembles `title`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: MOST - 8].strip("-")
    if not base or base in RESERVED:
        base = f"{base}-link".strip("-")
    if base not in taken:
        return base
    for number in range(2, 100):
        if (slug := f"{base}-{number}") not in taken:
            return slug
    return f"{base}-{secrets.token_hex(3)}"
