"""Ann's page, as the tests of this folder render it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nameplate.page.document import Kind, PageDocument, PageLink, ProjectFacts

BASE = "https://links.example"
TIDEPOOL = ProjectFacts(
    description="A tiny time-series database.",
    language="Rust",
    language_colour="#dea584",
    stars=4812,
    forks=203,
    homepage="https://tidepool.example",
)


def link(number: int, title: str, url: str, kind: Kind = "website", **more: Any) -> PageLink:
    """A link whose id and slug are told by its number."""
    return PageLink(id=UUID(int=number), title=title, url=url, slug=f"to-{number}", kind=kind, **more)


TWELVE = (
    link(1, "GitHub", "https://github.com/ann", "social", icon="github"),
    link(2, "Mastodon", "https://fosstodon.org/@ann", "social", icon="mastodon"),
    link(3, "Bluesky", "https://bsky.app/profile/ann.example", "social", icon="bluesky"),
    link(4, "LinkedIn", "https://www.linkedin.com/in/ann", "social", icon="linkedin"),
    link(5, "tidepool", "https://github.com/ann/tidepool", "project", icon="github", project=TIDEPOOL),
    link(6, "dotfiles", "https://github.com/ann/dotfiles.git", "project", icon="github"),
    link(7, "Writing", "https://www.ann.example/blog"),
    link(8, "My book", "https://ann.example/book", pinned=True),
    link(9, "A talk", "https://www.youtube.com/watch?v=1", icon="youtube"),
    link(10, "CV", "https://ann.example/ann.pdf", "file"),
    link(11, "Models", "https://huggingface.co/ann", icon="huggingface"),
    link(12, "Say hello", "mailto:ann@secret.example", "email"),
)


def page_of(**changes: Any) -> PageDocument:
    """Ann's page with `changes`."""
    fields: dict[str, Any] = {
        "account_id": UUID(int=99),
        "handle": "ann",
        "display_name": "Ann Lindqvist",
        "bio": "Database engineer in Gothenburg.\nI make slow queries fast.",
        "theme": "paper",
        "updated_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
        "links": TWELVE,
    }
    return PageDocument(**(fields | changes))
