"""What an answer says becomes rows: facts, misses, failures, attempts, stars. One transaction of the lane's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nameplate.db import Tx
from nameplate.github.client import Answer
from nameplate.github.facts import Facts
from nameplate.github.sync import outcomes, queries
from nameplate.github.sync.limits import Judgement
from nameplate.github.sync.queries import DueRow


@dataclass(frozen=True, slots=True)
class Result:
    """`found`: for each row its facts or why there are none; empty unless the judgement is ok."""

    judgement: Judgement
    found: Sequence[Facts | str] = field(default_factory=list)
    spent: int = 0
    etag: str = ""


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
    facts: list[dict[str, Any]] = []
    misses: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    said: dict[UUID, str] = {}
    changed: list[UUID] = list(merged.values())
    for row, found in zip(rows, result.found, strict=True):
        if row.id in merged:
            said[row.id] = "merged"
        elif isinstance(found, Facts):
            new = outcomes.as_row(row, found, result.etag)
            said[row.id] = "updated" if new["changed"] else "unchanged"
            if new["address"] != row.address:
                await queries.free_address(tx, new["address"], row.id)
            facts.append(new)
            if new["changed"]:
                changed.append(row.id)
        elif found == "unchanged":
            said[row.id] = found
            facts.append(outcomes.unchanged(row, result.etag or row.etag))
        elif found in ("not-found", "private"):
            said[row.id] = found
            misses.append(miss := outcomes.missed(row))
            if miss["gone"] and row.gone_at is None:
                changed.append(row.id)
        else:
            said[row.id] = "failed"
            failures += outcomes.failed([row])
    if facts:
        await queries.put_facts(tx, by, facts, now)
        await queries.add_stars(tx, facts, now.date())
    if misses:
        await queries.put_misses(tx, by, misses, now)
    if failures:
        await queries.put_failures(tx, by, failures, now)
    await _log(tx, rows, said, answer, result, now)
    return list(said.values()), changed


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
