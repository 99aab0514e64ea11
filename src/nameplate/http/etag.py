"""Versions as entity tags, so that two open tabs do not overwrite each other silently (RFC 9110, 8.8.3 and 13.1.1)."""

from typing import Annotated

from litestar.params import HeaderParameter

from nameplate.errors import Changed

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", description="The ETag you read before.")]


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def check_if_match(if_match: str | None, version: int) -> None:
    """Raises Changed when the writer had another version before him. Without If-Match the write goes on."""
    if not if_match or if_match.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
    if etag(version) not in tags:
        raise Changed(
            "Somebody, perhaps you in another tab, changed this since you opened it. Load it again first."
        )
