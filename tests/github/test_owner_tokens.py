"""Ann lends her own GitHub token: it asks for her projects and nobody else's, and nobody ever reads it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nameplate.app import App
from nameplate.github import tokens
from nameplate.github.owners import queries as owners
from nameplate.github.owners.queries import OwnerTokenRow
from nameplate.github.sync.clock import Clock
from nameplate.settings import Settings
from tests.github.published import wrong
from tests.github.scene import follow, late_share, workers
from tests.github.served import served
from tests.github.stand_in import REPOSITORY, GitHub, Repo, stormy
from tests.github.test_sync import START, HandClock, Scene
from tests.github.virtual import VirtualClock
from tests.support.api import Api, running_app

ANNS, OPERATORS = "ghp_" + "n" * 36, "ghp_" + "o" * 36
PATH = "/api/v1/github/token"


@pytest.fixture
def github() -> Iterator[GitHub]:
    github = GitHub(Clock())
    yield github
    assert github.violations == []


@pytest.fixture
async def app(settings: Settings, github: GitHub) -> AsyncIterator[App]:
    with served(github) as api:
        async with running_app(replace(settings, github_api_url=api)) as app:
            yield app


async def kinds(api: Api) -> list[str]:
    return [row["kind"] for row in (await api.get("/api/v1/audit-log")).json()["rows"]]


async def test_ann_lends_a_token_and_takes_it_back_and_it_is_never_shown(
    app: App, ann: Api, ben: Api, github: GitHub, admin_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    github.token_of("ann-at-github", ANNS, "read:user")
    answer = await ann.put(PATH, {"token": ANNS})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["login"], answer.json()["source"]) == ("ann-at-github", "pasted")
    seen = (await ann.get("/api/v1/github")).json()["token"]
    assert (seen["refused"], seen["remaining"]) == (False, 4999)
    assert (await ben.get("/api/v1/github")).json()["token"] is None
    assert "github-token.kept" in await kinds(ann)
    with psycopg.connect(admin_url) as db:
        for table in (
            "github_credentials",
            "github_tokens",
            "security_audit_log",
            "jobs.procrastinate_jobs",
        ):
            stored = db.execute(f"SELECT string_agg(t::text, '') FROM {table} t").fetchone()  # type: ignore[arg-type]
            assert ANNS not in str(stored)
            assert ANNS.encode().hex() not in str(stored)
    out, err = capfd.readouterr()
    assert ANNS not in out + err
    assert (await ben.delete(PATH)).status_code == 404
    assert (await ann.delete(PATH)).status_code == 204
    assert (await ann.get("/api/v1/github")).json()["token"] is None
    assert "github-token.removed" in await kinds(ann)


async def test_a_token_that_is_refused_or_may_do_more_is_not_taken(
    app: App, ann: Api, github: GitHub
) -> None:
    mighty = github.token_of("ann", "ghp_" + "m" * 36, "repo, workflow, read:org")
    unknown = "ghp_" + "u" * 36
    github.suspend(unknown, "Bad credentials")
    for token, why in ((mighty, "repo, workflow"), (unknown, "GitHub does not take it")):
        answer = await ann.put(PATH, {"token": token})
        assert answer.status_code == 422
        assert why in answer.text
        assert token not in answer.text
    for token in ("short", "has spaces in it, which no token of GitHub has"):
        assert (await ann.put(PATH, {"token": token})).status_code in (400, 422)
    assert (await ann.get("/api/v1/github")).json()["token"] is None
    made = await ann.post("/api/v1/tokens", {"name": "ci", "scopes": ["links:write"]})
    with_token = {"Authorization": f"Bearer {made.json()['token']}"}
    ann.http.cookies.clear()
    assert (await ann.put(PATH, {"token": ANNS}, headers=with_token)).status_code == 403


async def test_what_was_said_of_a_token_before_is_over_once_github_takes_it(
    app: App, ann: Api, github: GitHub
) -> None:
    github.suspend(ANNS)
    assert (await ann.put(PATH, {"token": ANNS})).status_code == 422
    github.bad.clear()
    github.token_of("ann", ANNS)
    assert (await ann.put(PATH, {"token": ANNS})).json()["refused"] is False


@asynccontextmanager
async def at_work(settings: Settings, admin_url: str, operators: Sequence[str]) -> AsyncIterator[Scene]:
    clock = HandClock()
    github = GitHub(clock)
    for token in operators:
        github.token(token)
    async with workers(settings, operators) as works, github.client() as client:
        yield Scene(clock, github, works, await works.lane(client, clock), admin_url)
    assert github.violations == []


async def lend(scene: Scene, account: UUID, token: str, secret_key: str = "") -> None:
    scene.github.token_of("ann", token)
    key = secret_key or scene.works.settings.secret_key
    row = OwnerTokenRow(tokens.name(key, token), "pasted", "ann", tokens.seal(key, account, token), START)
    with psycopg.connect(scene.admin_url) as db:
        db.execute("INSERT INTO github_tokens (id, hint) VALUES (%s, %s)", (row.token_id, owners.HINT))
        db.execute(
            "INSERT INTO github_credentials (account_id, token_id, source, login, secret, added_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (account, row.token_id, row.source, row.login, row.secret, row.added_at),
        )


def rows(scene: Scene, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(scene.admin_url, options="-c search_path=public,jobs") as db:
        return db.execute(text).fetchall()  # type: ignore[arg-type]


async def test_anns_token_asks_for_anns_projects_and_for_nobody_elses(
    settings: Settings, admin_url: str
) -> None:
    async with at_work(settings, admin_url, []) as scene:
        anns = [scene.github.add("ann", f"a{n}").full_name for n in range(20)]
        bens = [scene.github.add("ben", f"b{n}").full_name for n in range(3)]
        ann = follow(admin_url, anns, START)
        follow(admin_url, bens, START)
        await lend(scene, ann, ANNS)
        await scene.look()
        assert scene.github.purses[ANNS].calls == 1, "all twenty at once"
        assert all(row["synced_at"] for row in scene.rows())
        assert {row["open_issues"] for row in scene.rows() if row["address"].startswith("ann/")} == {2}
        asked = {path for path, _ in scene.github.asked if path != "graphql"}
        assert all("/ben/" in path for path in asked), "the others anonymously"


async def test_the_operators_tokens_come_first_and_anns_when_they_are_used_up(
    settings: Settings, admin_url: str
) -> None:
    async with at_work(settings, admin_url, [OPERATORS]) as scene:
        ann = follow(admin_url, [scene.github.add("ann", "tool").full_name], START)
        follow(admin_url, [scene.github.add("ben", "tool").full_name], START)
        await lend(scene, ann, ANNS)
        await scene.look()
        assert (scene.github.purses[OPERATORS].calls, scene.github.purses[ANNS].calls) == (1, 0)
        with psycopg.connect(admin_url) as db:
            reset = START + timedelta(hours=3)
            db.execute(
                "UPDATE github_tokens SET remaining = 10, reset_at = %s WHERE hint <> 'owner'", (reset,)
            )
        await scene.look(timedelta(hours=1))
        assert (scene.github.purses[OPERATORS].calls, scene.github.purses[ANNS].calls) == (1, 1)
        assert [row["synced_at"] > START for row in scene.rows()] == [True, False], "what is kept is kept"
        with psycopg.connect(admin_url) as db:
            db.execute(
                "UPDATE github_tokens SET remaining = 2000, reset_at = %s WHERE hint = 'owner'", (reset,)
            )
        await scene.look(timedelta(minutes=55))
        assert scene.github.purses[ANNS].calls == 1, "half of her hour is hers"


@pytest.mark.parametrize("why", ["revoked", "another-key"])
async def test_a_token_that_is_of_no_use_is_taken_out_and_ann_is_told_once(
    settings: Settings, admin_url: str, why: str
) -> None:
    async with at_work(settings, admin_url, []) as scene:
        ann = follow(admin_url, [scene.github.add("ann", "tool").full_name], START)
        await lend(scene, ann, ANNS, "" if why == "revoked" else "k" * 40)
        if why == "revoked":
            scene.github.suspend(ANNS, "Bad credentials")
        for _ in range(3):
            await scene.look(timedelta(hours=1))
        assert scene.rows()[0]["synced_at"] is not None, "without it, as far as that goes"
        assert rows(scene, "SELECT refused_at IS NOT NULL FROM github_credentials") == [(True,)]
        assert rows(scene, "SELECT kind, actor FROM security_audit_log") == [
            ("github-token.refused", "server")
        ]
        told = rows(scene, "SELECT args->>'account_id' FROM procrastinate_jobs")
        assert told == [(str(ann),)]


async def test_several_workers_share_lent_tokens_in_stormy_hours_and_break_no_rule(
    settings: Settings, admin_url: str
) -> None:
    clock = VirtualClock(START)
    github = GitHub(clock, fault=stormy(0.25), latency=1.5)
    async with workers(settings, []) as works, github.client() as client:
        scene = Scene(clock, github, works, await works.lane(client, clock), admin_url)  # type: ignore[arg-type]
        lent, repos = [], []
        for owner in ("ann", "ben", "carl"):
            mine = [github.add(owner, f"r{n}") for n in range(40)]
            repos += mine
            account = follow(admin_url, [repo.full_name for repo in mine], START, spread=timedelta(hours=1))
            lent.append("ghp_" + owner[0] * 36)
            await lend(scene, account, lent[-1])
        lanes = [await works.lane(client, clock, poll=60) for _ in range(3)]
        await clock.live(timedelta(hours=2), *(lane.run() for lane in lanes))
    assert github.violations == []
    due, on_time = late_share(github, repos, clock.now(), 60)
    assert on_time / due >= 0.95
    assert all(github.purses[token].calls >= 10 for token in lent)


def test_the_published_description_finds_what_github_would_not_say() -> None:
    body = Repo(1, "ann", "tool").rest()
    assert wrong(REPOSITORY, 200, body) == []
    assert wrong(REPOSITORY, 200, body | {"stargazers_count": "many"})
    assert wrong(REPOSITORY, 200, {key: value for key, value in body.items() if key != "node_id"})
