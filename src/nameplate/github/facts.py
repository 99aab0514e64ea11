"""What is shown of a repository, whichever of GitHub's two interfaces it came from."""

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

# GitHub's own list of languages (linguist): REST does not send the colour along.
COLOURS: dict[str, str] = json.loads(Path(__file__).with_name("colours.json").read_text("utf-8"))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Empty and None mean: there is none, or it is not known."""

    node_id: str
    full_name: str
    description: str = ""
    homepage: str = ""
    language: str = ""
    language_colour: str = ""
    topics: list[str] = []
    licence: str = ""
    release: str = ""
    stars: int | None = None
    forks: int | None = None
    open_issues: int | None = None
    archived: bool = False
    fork: bool = False
    template: bool = False
    pushed_at: datetime | None = None


# What a page shows: when one of these changes, so does the page.
SHOWN = tuple(name for name in Facts.__struct_fields__ if name != "node_id")


class NotPublic(Exception):
    """The token may see it, strangers may not: so it is shown to nobody."""


class Misread(Exception):
    """GitHub answered with something else than it documents."""


def from_graphql(node: dict[str, Any]) -> Facts:
    """A `Repository` as sync/graphql.py asks for it. Raises NotPublic and Misread."""
    try:
        if node["isPrivate"] or node["visibility"] != "PUBLIC":
            raise NotPublic
        language = node["primaryLanguage"] or {}
        return Facts(
            node_id=str(node["id"]),
            full_name=str(node["nameWithOwner"]),
            description=clean(node["description"], 400),
            homepage=web_address(node["homepageUrl"]),
            language=clean(language.get("name"), 60),
            language_colour=str(language.get("color") or ""),
            topics=[clean(topic["topic"]["name"], 50) for topic in node["repositoryTopics"]["nodes"] or []],
            licence=_licence((node["licenseInfo"] or {}).get("spdxId")),
            release=clean((node["latestRelease"] or {}).get("tagName"), 80),
            stars=_number(node["stargazerCount"]),
            forks=_number(node["forkCount"]),
            open_issues=_number(node["issues"]["totalCount"]),
            archived=bool(node["isArchived"]),
            fork=bool(node["isFork"]),
            template=bool(node["isTemplate"]),
            pushed_at=_time(node["pushedAt"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misread(f"a repository without {error}") from error


def from_rest(body: dict[str, Any], release: str = "") -> Facts:
    """A `full-repository`. The latest release stays what is known: REST would cost a second request.

    REST counts pull requests among the open issues: their number is known only when it is none of either.
    """
    try:
        if body["private"] or body.get("visibility", "public") != "public":
            raise NotPublic
        language = clean(body["language"], 60)
        return Facts(
            node_id=str(body["node_id"]),
            full_name=str(body["full_name"]),
            description=clean(body["description"], 400),
            homepage=web_address(body["homepage"]),
            language=language,
            language_colour=COLOURS.get(language, ""),
            topics=[clean(topic, 50) for topic in body.get("topics") or []],
            licence=_licence((body["license"] or {}).get("spdx_id")),
            release=release,
            stars=_number(body["stargazers_count"]),
            forks=_number(body["forks_count"]),
            open_issues=0 if body["open_issues_count"] == 0 else None,
            archived=bool(body["archived"]),
            fork=bool(body["fork"]),
            template=bool(body.get("is_template")),
            pushed_at=_time(body["pushed_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misread(f"a repository without {error}") from error


def clean(text: object, most: int) -> str:
    """One line without what cannot be printed (and what PostgreSQL cannot hold)."""
    words = " ".join(str(text or "").split())
    return "".join(c for c in words if c.isprintable())[:most].strip()


def web_address(text: object) -> str:
    """The homepage when a browser can open it; people write all sorts of things there."""
    address = str(text or "").strip()
    if address and "://" not in address:
        address = "https://" + address
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return ""
    return address if good and len(address) <= 500 and address.isprintable() and " " not in address else ""


def _licence(spdx: object) -> str:
    return "" if spdx in (None, "NOASSERTION", "") else clean(spdx, 40)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < math.pow(2, 31):
        raise ValueError(f"a number, not {value!r}")
    return value


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
