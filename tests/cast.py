"""Ann owns, Ben is another tenant, Vic is a visitor: put straight into the database, for tests below the API."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from nameplate.db import Database
from nameplate.ids import new_id
from nameplate.links import queries as links
from nameplate.links.queries import LinkRow
from nameplate.profiles import handles
from nameplate.profiles import queries as profiles


@dataclass(frozen=True)
class Person:
    account_id: UUID
    handle: str
    visible_link: UUID
    hidden_link: UUID


async def add_person(db: Database, handle: str, *, published: bool = True) -> Person:
    """An account with a profile, a visible link `blog` and a hidden link `draft`."""
    now = datetime.now(UTC)
    person = Person(new_id(), handle, new_id(), new_id())
    async with db.as_account(person.account_id) as tx:
        await tx.run(
            "INSERT INTO accounts (account_id, email, created_at) VALUES (%s, %s, %s)",
            (person.account_id, f"{handle}@example.org", now),
        )
        await tx.run(
            "INSERT INTO email_claims (email, account_id, claimed_at) VALUES (%s, %s, %s)",
            (f"{handle}@example.org", person.account_id, now),
        )
        assert await profiles.take_handle(tx, person.account_id, handle, handles.skeleton(handle), now)
        await profiles.create_profile(tx, person.account_id, handle, handle.title(), now)
        for position, (link_id, slug, visible) in enumerate(
            [(person.visible_link, "blog", True), (person.hidden_link, "draft", False)]
        ):
            row = LinkRow(
                link_id, slug.title(), f"https://{handle}.example/{slug}", slug, "website", "", visible, False,
                position, 1, now, now,
            )  # fmt: skip
            await links.add_link(tx, person.account_id, row, True)
        if not published:
            await tx.run("UPDATE profiles SET published = false WHERE account_id = %s", (person.account_id,))
            await profiles.publish_links(tx, person.account_id, False)
    return person
