"""Words from outside, made fit to be kept: short, printable, never empty."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec

LANGUAGE = re.compile(r"([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}|[0-9]{3}))?(?=$|[,;\s-])", re.IGNORECASE)
VIEWPORTS = (480, 768, 1024, 1440)
WIDEST = 32767


class Campaign(msgspec.Struct, frozen=True):
    """The UTM fields of a page's address."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None


NO_CAMPAIGN = Campaign()


def clean(text: object, most: int) -> str | None:
    """`text` without control characters and direction marks, at most `most` characters; None when nothing is left."""
    if not isinstance(text, str):
        return None
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    return text.strip()[:most].rstrip() or None


@lru_cache(maxsize=1024)
def language(accept_language: str) -> str | None:
    """'de' or 'pt-BR': the one the visitor likes best."""
    match = LANGUAGE.match(accept_language.strip())
    if match is None:
        return None
    tongue, region = match.groups()
    return f"{tongue.lower()}-{region.upper()}" if region else tongue.lower()


def campaign(url: str) -> Campaign:
    if "utm_" not in url:
        return NO_CAMPAIGN
    query = url.partition("?")[2].partition("#")[0]
    return _campaign("&".join([field for field in query.split("&") if field.startswith("utm_")]))


@lru_cache(maxsize=1024)
def _campaign(fields: str) -> Campaign:
    """Of these fields and no others: what else an address may say is not remembered."""
    try:
        pairs = parse_qsl(fields, max_num_fields=100)
    except ValueError:
        return NO_CAMPAIGN
    found = {name[4:]: clean(value, 100) for name, value in reversed(pairs)}
    return Campaign(*(found.get(name) for name in Campaign.__struct_fields__))


def viewport(width: float | None) -> int | None:
    """The class of a width in CSS px: its upper bound."""
    if width is None or width <= 0:
        return None
    for bound in VIEWPORTS:
        if width <= bound:
            return bound
    return WIDEST
