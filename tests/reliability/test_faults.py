"""Every engine behind us, in every way it can be away, and everything people do meanwhile (docs/reliability.md)."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from uuid import UUID

import pytest

from nameplate.assets.keys import object_key
from nameplate.engines.secrets import load_secrets
from nameplate.storage import Storage
from tests.reliability.operations import Answer, People
from tests.reliability.whole import whole

pytestmark = pytest.mark.slow

OF_THE_NETWORK = ("refused", "reset", "hanging", "black hole", "latency", "slow", "cut")
OF_THE_MACHINE = ("stopped", "killed", "full disk")
KINDS = {
    "s3": (*OF_THE_NETWORK, *OF_THE_MACHINE),
    "smtp": OF_THE_NETWORK,
    "postgresql": (*OF_THE_NETWORK, *OF_THE_MACHINE),
    "valkey": (*OF_THE_NETWORK, *OF_THE_MACHINE),
}
# GitHub first: repositories that failed several times wait for minutes. The others in turns: who was left alone because
# he did not answer is asked again by the time his next fault begins.
CELLS = [("github", fault) for fault in OF_THE_NETWORK] + [
    (part, fault)
    for turn in zip_longest(*([(part, fault) for fault in faults] for part, faults in KINDS.items()))
    for part, fault in filter(None, turn)
]
# Seconds: what visitors ask and what is refused, and what is done in a roundabout way.
AT_ONCE = 2.0
DONE_AFTER_ALL = 5.0
VISITORS = {"page", "short link", "beacon"}
RECOVERED = 12.0
DONE = {
    "nothing": {200}, "page": {200}, "short link": {302}, "beacon": {204}, "sign-in": {201}, "dashboard": {200},
    "edit": {200}, "sync": {201}, "upload": {201, 202},
}  # fmt: skip
# Who cannot do without an engine says so.
NEEDS = {
    "postgresql": {"sign-in", "dashboard", "edit", "sync", "upload"},
    "valkey": set[str](),
    "s3": {"upload"},
    "github": set[str](),
    "smtp": set[str](),
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with whole(tmp_path_factory.mktemp("whole")) as everything:
        people = People(everything)
        asyncio.run(people.everything())
        asyncio.run(people.sign_up(""))
        yield people
        # Each worker of the tests has some of the cells, and only one of them the tests at the end.
        check_github(people)
        check_uploads(people)
        check_mails(people)


def check(part: str, fault: str, answers: dict[str, Answer]) -> None:
    """That each answer is what it has to be."""
    for what, answer in answers.items():
        assert answer.status in DONE[what] or (answer.problem and what in NEEDS[part]), f"{what}: {answer}"
    # The fault is really there.
    if part == "postgresql" and fault != "full disk":
        assert {answers[what].status for what in NEEDS[part]} == {503}
    if part == "s3" and fault not in ("latency", "full disk"):
        assert answers["upload"].status in (202, 503)


def late(answers: dict[str, Answer]) -> list[str]:
    """What took too long. A busy machine is slow for what needs no engine, too."""
    busy = answers["nothing"].seconds
    found = []
    for what, answer in answers.items():
        slow = answer.status in DONE[what] and what not in VISITORS
        if answer.seconds > (DONE_AFTER_ALL if slow else AT_ONCE) + busy:
            found.append(f"{what}: {answer}")
    return found


def wait_until_recovered(people: People) -> float:
    began = time.monotonic()
    while True:
        answers = asyncio.run(people.everything())
        wrong = {what: answer for what, answer in answers.items() if answer.status not in DONE[what]}
        if not wrong:
            return time.monotonic() - began
        assert all(answer.problem for answer in wrong.values()), wrong
        assert time.monotonic() - began < RECOVERED, (wrong, people.whole.site.log[-3000:])


def check_events(people: People) -> None:
    """Each acknowledged event is counted, none twice."""
    deadline = time.monotonic() + 20
    wanted = people.ledger.events | people.ledger.clicks
    while wanted - (counted := people.counted()).keys() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert wanted - counted.keys() == set()
    assert {name: times for name, times in counted.items() if times != 1} == {}


def wait_until_the_store_is_asked(people: People) -> None:
    deadline = time.monotonic() + 30
    while not asyncio.run(people.upload_is_stored()):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def under(people: People, part: str, fault: str) -> list[str]:
    """Everything while `part` is away: once when nobody knows it yet, and once when it is known. What was late."""
    if part == "s3":
        wait_until_the_store_is_asked(people)
    found = []
    with people.whole.fault(part, fault):
        # Nothing people ask for waits for these two.
        for _ in range(1 if part in ("github", "smtp") else 2):
            answers = asyncio.run(people.everything())
            check(part, fault, answers)
            found += late(answers)
        if part == "smtp":
            promised = asyncio.run(people.sign_up(fault))
            assert promised.status == 201, promised
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("part", "fault"), CELLS, ids=[f"{part}-{fault}" for part, fault in CELLS])
def test_with(people: People, part: str, fault: str) -> None:
    if fault == "full disk" and not people.whole.engines.on_small_disks:
        pytest.skip("this user may not mount a small disk to fill it")
    # A machine that was away itself for a moment is asked again; what waits for an engine is late each time.
    for _ in range(3):
        too_late = under(people, part, fault)
        wait_until_recovered(people)
        check_events(people)
        people.check_links_and_bio()
        if not too_late:
            break
    assert too_late == []


def check_github(people: People) -> None:
    deadline = time.monotonic() + 150
    asked = {f"ann/{name}" for name in people.ledger.links}
    while True:
        rows = people.whole.ask("SELECT address FROM github_repositories WHERE synced_at IS NOT NULL")
        if asked <= {address for (address,) in rows}:
            break
        assert time.monotonic() < deadline, asked - {address for (address,) in rows}
        time.sleep(0.2)
    assert asked


def jobs(people: People, task: str) -> list[tuple[Any, ...]]:
    """What became of the last ones, for who reads why a test failed."""
    return people.whole.ask(
        """
        SELECT j.id, j.status, j.attempts, j.scheduled_at, array_agg(e.type || ' ' || e.at ORDER BY e.at)
        FROM jobs.procrastinate_jobs j LEFT JOIN jobs.procrastinate_events e ON e.job_id = j.id
        WHERE task_name = %s GROUP BY j.id ORDER BY j.id DESC LIMIT 8
        """,
        task,
    )


def check_uploads(people: People) -> None:
    whole, accepted = people.whole, people.ledger.uploads
    deadline = time.monotonic() + 150
    while waiting := whole.ask("SELECT id FROM asset_uploads WHERE state = 'queued'"):
        assert time.monotonic() < deadline, (
            len(waiting),
            jobs(people, "assets.settle"),
            whole.site.log[-4000:],
        )
        time.sleep(0.2)
    ids = {str(upload) for (upload,) in whole.ask("SELECT id FROM asset_uploads WHERE state = 'stored'")}
    assert accepted.keys() - ids == set()
    ((kept, contents),) = whole.ask("SELECT count(*), count(DISTINCT digest) FROM asset_uploads")
    assert kept == contents, "none twice"
    told = {
        variant["url"].rpartition("/")[2]: upload for upload, made in accepted.items() for variant in made
    }
    rows = whole.ask("SELECT key, upload_id, type, account_id FROM asset_objects WHERE pending IS NULL")
    assert told.items() <= {key: str(upload) for key, upload, _, _ in rows}.items()
    asyncio.run(compare(people, [row for row in rows if row[0] in told]))


async def compare(people: People, rows: list[tuple[str, UUID, str, UUID]]) -> None:
    """What the store has, past every proxy, with what visitors get; a key is made of the content it had at first."""
    storage = Storage(people.whole.engines.embedded.settings)
    secret_key = load_secrets(people.whole.site.folder / "secrets.json").secret_key
    served = await people.see(key for key, *_ in rows)
    for key, upload, media_type, account in rows:
        assert await storage.get(key) == served[key]
        assert object_key(secret_key, account, upload, served[key], media_type) == key


def check_mails(people: People) -> None:
    promised = people.ledger.mails
    deadline = time.monotonic() + 150
    while True:
        arrived = Counter(mail.to for mail in people.whole.mailbox.mails)
        if promised.keys() <= arrived.keys():
            break
        assert time.monotonic() < deadline, promised.keys() - arrived.keys()
        time.sleep(0.2)
    assert promised
    # Where the server's answer can be lost, a mail may come twice (docs/reliability.md).
    never_reached = {to for to, fault in promised.items() if fault in ("refused", "reset", "black hole")}
    assert {to: arrived[to] for to in never_reached} == dict.fromkeys(never_reached, 1)


@pytest.mark.timeout(240)
def test_what_was_asked_of_github_meanwhile_is_done_in_the_end(people: People) -> None:
    check_github(people)


@pytest.mark.timeout(240)
def test_each_upload_that_was_accepted_is_stored_and_served_byte_for_byte(people: People) -> None:
    check_uploads(people)


@pytest.mark.timeout(240)
def test_each_mail_that_was_promised_arrives(people: People) -> None:
    check_mails(people)
