"""What owners are told by mail: once, and only when it is certain."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from nameplate import worker
from nameplate.accounts.mail import post
from nameplate.breaker import Breaker
from nameplate.http.rate_limit import Limits
from nameplate.settings import Settings
from nameplate.storage import Storage
from tests.accounts.stand_ins import Mailbox
from tests.github.scene import follow
from tests.github.test_owner_tokens import ANNS, at_work, lend
from tests.github.test_sync import START, Scene


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    monkeypatch.setattr(post, "_breaker", Breaker("smtp", failures=5, pause=0.01))
    box = Mailbox()
    controller = box.start()
    yield box
    controller.stop()


@pytest.fixture
async def scene(settings: Settings, admin_url: str, mailbox: Mailbox) -> AsyncIterator[Scene]:
    async with at_work(replace(settings, smtp_url=mailbox.url), admin_url, []) as scene:
        yield scene


async def do_jobs(scene: Scene) -> None:
    works = scene.works
    async with Limits(works.settings, works.cache.client, counts=False) as limits:
        services = worker.Services(works.settings, works.system, works.cache, limits, Storage(works.settings))
        app = worker.build(works.settings, services)
        async with app.open_async():
            await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)


def confirm_addresses(scene: Scene) -> None:
    """As if everybody had followed the link in the first mail."""
    with psycopg.connect(scene.admin_url) as db:
        db.execute(
            "INSERT INTO email_claims (email, account_id, claimed_at, verified)"
            " SELECT email, account_id, created_at, true FROM accounts"
        )
        db.execute("UPDATE accounts SET email_verified_at = now()")


async def test_everybody_who_links_a_repository_is_told_once_that_it_is_gone(
    scene: Scene, mailbox: Mailbox
) -> None:
    tool = scene.github.add("acme", "tool")
    follow(scene.admin_url, ["acme/tool"], START)
    with psycopg.connect(scene.admin_url) as db:
        [repository] = db.execute("SELECT id FROM github_repositories").fetchall()
    ben = follow(scene.admin_url, ["acme/other"], START)
    with psycopg.connect(scene.admin_url) as db:
        for table in ("links", "github_sync_jobs"):
            db.execute(f"UPDATE {table} SET repository_id = %s WHERE account_id = %s", (repository[0], ben))  # type: ignore[arg-type]
        db.execute("DELETE FROM github_repositories WHERE address = 'acme/other'")
    confirm_addresses(scene)
    await scene.look()
    scene.github.delete(tool)
    for wait in (1, 1):
        await scene.look(timedelta(hours=wait))
        await do_jobs(scene)
    assert mailbox.take() == [], "not before it is certain"
    await scene.look(timedelta(hours=2))
    await do_jobs(scene)
    mails = mailbox.take()
    assert len({mail.to for mail in mails}) == len(mails) == 2
    assert "acme/tool is no longer on GitHub" in mails[0].subject
    assert "/dashboard/links" in mails[0].text
    # It comes back and goes again: that is told of after a month at the earliest.
    back = scene.github.add("acme", "tool")
    await scene.look(timedelta(hours=30))
    assert scene.rows()[0]["gone_at"] is None
    scene.github.delete(back)
    for wait in (1, 1, 2):
        await scene.look(timedelta(hours=wait))
        await do_jobs(scene)
    assert scene.rows()[0]["gone_at"] is not None
    assert mailbox.take() == []


async def test_ann_is_mailed_when_github_refuses_her_token(scene: Scene, mailbox: Mailbox) -> None:
    ann = follow(scene.admin_url, [scene.github.add("ann", "tool").full_name], START)
    confirm_addresses(scene)
    await lend(scene, ann, ANNS)
    scene.github.suspend(ANNS, "Bad credentials")
    await scene.look()
    await do_jobs(scene)
    [mail] = mailbox.take()
    assert "GitHub token is not used any more" in mail.subject
    assert ANNS not in mail.text + mail.html
