"""HTML as a browser reads it, with every mistake a browser would forgive counted as a failure."""

import base64
import hashlib
import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from nameplate.page.document import RenderedPage


def read(page: RenderedPage) -> Element:
    """The tree of a page that has no parse error."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page.html.decode())
    assert parser.errors == []
    assert isinstance(tree, Element)
    return tree


def text(element: Element | None) -> str:
    """All text within, white space folded."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def attributes(tree: Element, tag: str, name: str) -> list[str]:
    return [value for element in tree.iter(tag) if (value := element.get(name)) is not None]


def sources(page: RenderedPage, tree: Element, tag: str, directive: str) -> tuple[list[str], list[str]]:
    """What the policy allows for `directive`, and what the inline elements `tag` of the page hash to."""
    found = re.search(rf"(?:^|; ){directive} ([^;]+)", page.csp)
    inline: list[Any] = [e for e in tree.iter(tag) if e.get("type") != "application/ld+json"]
    hashed = [base64.b64encode(hashlib.sha256("".join(e.itertext()).encode()).digest()) for e in inline]
    return found[1].split() if found else [], [f"'sha256-{digest.decode()}'" for digest in hashed]
