"""What machines read on a page: the schema.org `ProfilePage` and the description for search and previews."""

from typing import Any

import msgspec

# In a script element `<` could end it; the others are escaped so that no parser has to be trusted.
_UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def json_for_script(value: Any) -> str:
    """JSON that cannot leave the `<script>` it stands in."""
    return msgspec.json.encode(value).decode().translate(_UNSAFE)


def profile_page(
    *, url: str, name: str, handle: str, bio: str, same_as: list[str], modified: str | None, image: str = ""
) -> dict[str, Any]:
    """schema.org's `ProfilePage` as search engines ask for it (`mainEntity` with a name is required)."""
    person: dict[str, Any] = {"@type": "Person", "name": name, "alternateName": handle, "url": url}
    if bio:
        person["description"] = bio
    if image:
        person["image"] = image
    if same_as:
        person["sameAs"] = same_as
    page = {"@context": "https://schema.org", "@type": "ProfilePage", "url": url, "mainEntity": person}
    return page if modified is None else {**page, "dateModified": modified}


def description(name: str, bio: str, titles: list[str]) -> str:
    """One line of at most 160 characters: the bio, else what the page offers."""
    text = " ".join(bio.split())
    if not text:
        text = f"Links by {name}" + (f": {', '.join(titles[:5])}" if titles else "") + "."
    if len(text) <= 160:
        return text
    cut = text[:159]
    return (cut.rsplit(" ", 1)[0] if " " in cut[100:] else cut).rstrip(" ,.;:") + "…"
