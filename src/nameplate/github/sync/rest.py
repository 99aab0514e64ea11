"""One repository by REST, for installations without a token: with the ETag of the last answer, following renames.

The latest release costs a request of its own: it is asked for once after each push, while much of the hour is left.
"""

from dataclasses import replace

import httpx
from msgspec.structs import replace as with_changes

from nameplate.github.budget.queries import TokenRow
from nameplate.github.client import Answer, ask, rest_url, same_place
from nameplate.github.facts import Facts, Misread, NotPublic, clean, from_rest
from nameplate.github.sync.clock import Clock
from nameplate.github.sync.limits import judge
from nameplate.github.sync.outcomes import unchanged
from nameplate.github.sync.queries import DueRow
from nameplate.github.sync.record import Result
from nameplate.settings import Settings

# GitHub sends one redirect for a rename; more would be a loop.
HOPS = 2
# Of the hour; what is less is for repositories themselves.
MUCH = 0.5


async def ask_for(
    client: httpx.AsyncClient, settings: Settings, row: DueRow, token: TokenRow, clock: Clock
) -> tuple[Answer, Result]:
    """The answer about the repository, and what it and perhaps one about its release say."""
    url = rest_url(settings, f"/repos/{row.full_name}")
    etag = row.etag if row.node_id else ""
    spent = 0
    while True:
        answer = await ask(client, "GET", url, "", etag=etag)
        judgement = judge(answer, clock.now(), token.failures)
        spent += 1
        moved = judgement.kind == "ok" and answer.status in (301, 302, 307, 308)
        if not moved or judgement.remaining == 0 or spent > HOPS:
            break
        url = same_place(settings, url, answer.headers.get("location", ""))
        if not url:
            break
    if judgement.kind != "ok":
        return answer, Result(judgement, spent=spent)
    found = _read(answer, row)
    result = Result(judgement, [found], spent=spent, etag=answer.headers.get("etag") or etag)
    if isinstance(found, Facts) and found.pushed_at != row.release_for:
        result = await _with_release(client, settings, found, result, token, clock)
    return answer, result


async def _with_release(
    client: httpx.AsyncClient, settings: Settings, facts: Facts, result: Result, token: TokenRow, clock: Clock
) -> Result:
    """What is known of the repository stays, whatever becomes of this request."""
    judged = result.judgement
    if judged.remaining is None or judged.remaining <= (judged.budget or 60) * MUCH:
        return replace(result, release_known=False)
    answer = await ask(client, "GET", rest_url(settings, f"/repos/{facts.full_name}/releases/latest"), "")
    said = judge(answer, clock.now(), token.failures)
    judgement = replace(
        judged,
        not_before=said.not_before,
        remaining=judged.remaining if said.remaining is None else said.remaining,
        reset_at=said.reset_at or judged.reset_at,
    )
    result = replace(result, judgement=judgement, spent=result.spent + 1)
    known = said.kind == "ok" and (answer.status == 404 or isinstance(answer.body, dict))
    if not known:
        return replace(result, release_known=False)
    tag = answer.body.get("tag_name") if answer.status == 200 else ""
    return replace(result, found=[with_changes(facts, release=clean(tag, 80))])


def _read(answer: Answer, row: DueRow) -> Facts | str:
    if answer.status == 304 and row.synced_at is not None:
        return unchanged(row)
    if answer.status in (403, 404, 410, 451):
        return "not-found"
    try:
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise Misread(f"HTTP {answer.status}")
        return from_rest(answer.body, row.release)
    except NotPublic:
        return "private"
    except Misread:
        return "failed"
