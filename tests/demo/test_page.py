"""The demo's page is one that its owner could have made, and its clicks are about that page."""

import re
from typing import Any

import psycopg

from nameplate.db import Database
from nameplate.demo import images, page, projects
from nameplate.demo.api import Options, fill
from nameplate.links import queries as links
from nameplate.page.queries import get_page
from nameplate.profiles import handles
from nameplate.settings import Settings
from tests.demo.conftest import NOW, quiet


def test_the_handle_is_one_that_anybody_could_have() -> None:
    assert handles.check(page.HANDLE) is None


def test_nobody_real_owns_the_addresses() -> None:
    for link in page.LINKS:
        assert ".example" in link.url or re.search("juno-?vale", link.url), link.url


async def test_the_page_shows_a_dozen_links_of_every_kind(no_valkey: Settings) -> None:
    await fill(no_valkey, Options(events=500, days=30), quiet, now=NOW)
    account = page.account_id(page.HANDLE)
    async with Database(no_valkey) as db:
        async with db.as_visitor() as tx:
            shown = await links.get_links(tx, account)
        async with db.as_account(account) as tx:
            kept = await links.get_links(tx, account)
    assert len(shown) >= 12
    assert {link.kind for link in shown} == {"website", "social", "project", "email", "file"}
    assert len([link for link in shown if link.kind == "project"]) == 4
    # What has a name worth reading is a card, not one of a row of icons.
    assert [link.slug for link in shown if link.kind == "social"] == [
        "github",
        "mastodon",
        "bluesky",
        "linkedin",
    ]
    assert [link.slug for link in shown if link.pinned] == ["tidewatch"]
    assert {link.icon for link in shown} > {"github", "mastodon", "bluesky", "linkedin", "youtube", "rss"}
    assert [link.slug for link in kept if not link.visible] == ["office-hours"]


async def test_the_page_has_a_face_and_pictures_of_what_it_leads_to(settings: Settings) -> None:
    await fill(settings, Options(events=500, days=30), quiet, now=NOW)
    async with Database(settings) as db, db.as_visitor() as tx:
        row = await get_page(tx, handles.skeleton(page.HANDLE), page.HANDLE)
    assert row is not None
    avatar = row.image("avatar")
    assert avatar is not None
    assert len(avatar.variants) == 9
    pictured = {link.slug for link in row.page_links() if link.thumbnail}
    assert pictured == set(images.THUMBNAILS)


def test_the_history_of_a_deleted_link_ends_with_it(filled: psycopg.Connection[Any]) -> None:
    row = filled.execute(
        """
        SELECT l.deleted_at IS NOT NULL, count(e) > 50, min(e.at) >= l.created_at - interval '1 day',
            max(e.at) < l.deleted_at + interval '1 day'
        FROM links l JOIN events e ON e.link_id = l.id WHERE l.slug = 'databeach' GROUP BY l.deleted_at, l.created_at
        """
    ).fetchone()
    assert row == (True, True, True, True)


def test_links_further_up_are_clicked_more(filled: psycopg.Connection[Any]) -> None:
    clicks = [
        row[0]
        for row in filled.execute(
            """
            SELECT sum(clicks) FROM daily_links d JOIN links l ON l.id = d.link_id
            WHERE l.visible AND l.deleted_at IS NULL GROUP BY l.position, l.pinned ORDER BY l.pinned DESC, l.position
            """
        )
    ]
    assert clicks[0] == max(clicks)
    assert sum(clicks[:4]) > 2 * sum(clicks[-4:])
    assert min(clicks) > 20


def test_a_tap_and_the_click_it_became_are_on_the_same_link(filled: psycopg.Connection[Any]) -> None:
    row = filled.execute(
        """
        SELECT count(*) > 1000, count(*) FILTER (WHERE NOT EXISTS (
            SELECT FROM events c WHERE c.account_id = t.account_id AND c.visitor = t.visitor AND c.link_id = t.link_id
                AND c.kind = 'click' AND c.at BETWEEN t.at AND t.at + interval '2 seconds'))
        FROM events t WHERE kind = 'tap' AND link_id IS NOT NULL
        """
    ).fetchone()
    assert row is not None
    # The last visitor of a day may be cut off between the two.
    assert row[0]
    assert row[1] < 180


def test_every_project_of_the_page_has_a_card_with_a_history(filled: psycopg.Connection[Any]) -> None:
    rows = filled.execute(
        "SELECT l.slug, r.stars, r.made_up, r.due_at,"
        " (SELECT count(*) FROM github_stars h WHERE h.repository_id = r.id),"
        " (SELECT max(stars) FROM github_stars h WHERE h.repository_id = r.id),"
        " (SELECT count(*) FROM github_attempts a WHERE a.repository_id = r.id)"
        " FROM links l JOIN github_repositories r ON r.id = l.repository_id"
    ).fetchall()
    found = {slug: rest for slug, *rest in rows}
    assert set(found) == {
        link.slug for link in page.LINKS if "github.com/" in link.url and link.slug != "github"
    }
    for repository in projects.REPOSITORIES:
        assert found[repository.slug] == [
            repository.stars, True, None, projects.DAYS, repository.stars, projects.LOOKS
        ]  # fmt: skip
