"""One repository by REST, for installations without a token: with the ETag of the last answer, following renames."""

import httpx

from nameplate.github.budget.queries import TokenRow
from nameplate.github.client import Answer, ask, rest_url, same_place
from nameplate.github.facts import Facts, Misread, NotPublic, from_rest
from nameplate.github.sync.clock import Clock
from nameplate.github.sync.limits import Judgement, judge
from nameplate.github.sync.queries import DueRow
from nameplate.github.sync.record import Result
from nameplate.settings import Settings

# GitHub sends one redirect for a rename; more would be a loop.
HOPS = 2


async def ask_for(
    client: httpx.AsyncClient, settings: Settings, row: DueRow, token: TokenRow, clock: Clock
) -> tuple[Answer, Result]:
    """The last answer, and what it says of the repository."""
    url = rest_url(settings, f"/repos/{row.full_name}")
    spent = 0
    while True:
        answer = await ask(client, "GET", url, "", etag=row.etag)
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
    found = _read(answer, row, judgement)
    return answer, Result(judgement, [found], spent=spent, etag=answer.headers.get("etag", ""))


def _read(answer: Answer, row: DueRow, judgement: Judgement) -> Facts | str:
    if answer.status == 304 and row.synced_at is not None:
        return "unchanged"
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
