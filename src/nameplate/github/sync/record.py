"""What an answer says becomes rows: facts, misses, failures, attempts, stars. One transaction of the lane's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nameplate import jobs
from nameplate.db import Tx
from nameplate.github.client import Answer
from nameplate.github.facts import Facts
from nameplate.github.sync import outcomes, queries
from nameplate.github.sync.limits import Judgement
from nameplate.github.sync.queries import DueRow


@dataclass(frozen=True, slots=True)
class Result:
    """`found`: for each row its facts or why there are none; empty unless the judgement is ok.

    `release_known`: the latest release in the facts is the one after their last push.
    """

    judgement: Judgement
    found: Sequence[Facts | str] = field(default_factory=list)
    spent: int = 0
    etag: str = ""
    release_known: bool = True


@dataclass(slots=True)
class _Sorted:
    """The rows of one answer, by what is to be written of them."""

    facts: list[dict[str, Any]] = field(default_factory=list)
    misses: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    said: dict[UUID, str] = field(default_factory=dict)
    changed: list[UUID] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)
    moved: dict[UUID, str] = field(default_factory=dict)


async def record(
    tx: Tx, by: UUID, rows: list[DueRow], answer: Answer, result: Result, now: datetime
) -> tuple[list[str], list[UUID]]:
    """The outcome for each row, and which repositories a page shows otherwise than before."""
    kind = result.judgement.kind
    if kind != "ok":
        await queries.put_failures(
            tx, by, outcomes.failed(rows) if kind == "ill" else outcomes.put_back(rows), now
        )
        outcome = {"ill": "failed", "limited": "limited", "refused": "refused"}[kind]
        await _log(tx, rows, dict.fromkeys((row.id for row in rows), outcome), answer, result, now)
        return [outcome] * len(rows), []
    merged = await _merge(tx, rows, result.found)
    into = _sort(rows, result, merged)
    for repository, address in into.moved.items():
        await queries.free_address(tx, address, repository)
    if into.facts:
        await queries.put_facts(tx, by, into.facts, now)
        await queries.add_stars(tx, into.facts, now.date())
    if into.misses:
        await queries.put_misses(tx, by, into.misses, now)
    if into.failures:
        await queries.put_failures(tx, by, into.failures, now)
    for repository in into.gone:
        await jobs.defer(tx, "github.tell_gone", repository_id=str(repository))
    await _log(tx, rows, into.said, answer, result, now)
    return list(into.said.values()), into.changed


def _sort(rows: list[DueRow], result: Result, merged: dict[UUID, UUID]) -> _Sorted:
    into = _Sorted(changed=list(merged.values()))
    for row, found in zip(rows, result.found, strict=True):
        if row.id in merged:
            into.said[row.id] = "merged"
        elif isinstance(found, Facts):
            new = outcomes.as_row(row, found, result.etag, release_known=result.release_known)
            into.said[row.id] = "updated" if new["changed"] else "unchanged"
            into.facts.append(new)
            into.changed += [row.id] if new["changed"] else []
            if new["address"] != row.address:
                into.moved[row.id] = new["address"]
        elif found in ("not-found", "private"):
            into.said[row.id] = found
            into.misses.append(miss := outcomes.missed(row))
            into.gone += [row.id] if miss["gone"] and row.gone_at is None else []
        else:
            into.said[row.id] = "failed"
            into.failures += outcomes.failed([row])
    into.changed += into.gone
    return into


async def _merge(tx: Tx, rows: list[DueRow], found: Sequence[Facts | str]) -> dict[UUID, UUID]:
    """Rows whose repository has a row already, under another name: that one takes them in."""
    learned = {
        row.id: facts.node_id
        for row, facts in zip(rows, found, strict=True)
        if isinstance(facts, Facts) and facts.node_id != row.node_id
    }
    if not learned:
        return {}
    standing = await queries.owners_of_nodes(tx, list(learned.values()))
    merged: dict[UUID, UUID] = {}
    for row_id, node in learned.items():
        into = standing.setdefault(node, row_id)
        if into != row_id:
            await queries.merge(tx, row_id, into)
            merged[row_id] = into
    return merged


async def _log(
    tx: Tx, rows: list[DueRow], said: dict[UUID, str], answer: Answer, result: Result, now: datetime
) -> None:
    cost = result.spent / len(rows)
    entries = [
        {"id": str(row.id), "outcome": said[row.id], "status": answer.status, "cost": cost, "ms": answer.ms}
        for row in rows
    ]
    await queries.add_attempts(tx, entries, now)
