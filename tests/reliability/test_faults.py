"""Every engine behind us, in every way it can be away, and everything people do meanwhile (docs/reliability.md)."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.reliability.operations import Answer, People
from tests.reliability.whole import whole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

OF_THE_NETWORK = ("refused", "reset", "hanging", "black hole", "latency", "slow", "cut")
OF_THE_MACHINE = ("stopped", "killed", "full disk")
CELLS = [
    *((part, fault) for part in ("github", "smtp") for fault in OF_THE_NETWORK),
    *(
        (part, fault)
        for part in ("postgresql", "valkey", "s3")
        for fault in (*OF_THE_NETWORK, *OF_THE_MACHINE)
    ),
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
        yield people


def check(part: str, fault: str, answers: dict[str, Answer]) -> None:
    """That each answer is what it has to be, and in time. A busy machine is slow for what needs no engine, too."""
    busy = answers["nothing"].seconds
    for what, answer in answers.items():
        told = f"{what}: {answer}"
        assert answer.status in DONE[what] or (answer.problem and what in NEEDS[part]), told
        slow = answer.status in DONE[what] and what not in VISITORS
        assert answer.seconds < (DONE_AFTER_ALL if slow else AT_ONCE) + busy, told
    if part == "postgresql" and fault != "full disk":
        # The fault is really there.
        assert {answers[what].status for what in NEEDS[part] & answers.keys()} == {503}


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


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("part", "fault"), CELLS, ids=[f"{part}-{fault}" for part, fault in CELLS])
def test_with(people: People, part: str, fault: str) -> None:
    if fault == "full disk" and not people.whole.engines.on_small_disks:
        pytest.skip("this user may not mount a small disk to fill it")
    with people.whole.fault(part, fault):
        for _ in range(2):
            check(part, fault, asyncio.run(people.everything()))
    wait_until_recovered(people)
    check_events(people)
    people.check_links_and_bio()


@pytest.mark.timeout(180)
def test_what_was_asked_of_github_meanwhile_is_done_in_the_end(people: People) -> None:
    deadline = time.monotonic() + 90
    asked = {f"ann/{name}" for name in people.ledger.links}
    while True:
        rows = people.whole.ask("SELECT address FROM github_repositories WHERE synced_at IS NOT NULL")
        if asked <= {address for (address,) in rows}:
            break
        assert time.monotonic() < deadline, asked - {address for (address,) in rows}
        time.sleep(0.2)
    assert asked
