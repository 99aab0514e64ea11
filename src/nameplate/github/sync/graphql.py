"""A hundred repositories in one question: by GitHub's own id once that is known, before by owner and name."""

from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec

from nameplate.github.client import Answer
from nameplate.github.facts import Facts, Misread, NotPublic, from_graphql
from nameplate.github.sync.queries import DueRow

FIELDS: LiteralString = """
fragment R on Repository {
  id nameWithOwner isPrivate visibility description homepageUrl stargazerCount forkCount isArchived isFork isTemplate
  pushedAt primaryLanguage { name color } licenseInfo { spdxId } latestRelease { tagName }
  issues(states: OPEN) { totalCount } repositoryTopics(first: 10) { nodes { topic { name } } }
}"""
_BY_ID = "query($ids: [ID!]!) { rateLimit { cost } nodes(ids: $ids) { ...R } }" + FIELDS

Found = dict[str, Facts | str]


def question(rows: Sequence[DueRow]) -> bytes:
    """The body to post. Rows with a node id come together, and so do rows without."""
    if rows[0].node_id is not None:
        return msgspec.json.encode({"query": _BY_ID, "variables": {"ids": [row.node_id for row in rows]}})
    wanted = ", ".join(f"$o{n}: String!, $n{n}: String!" for n in range(len(rows)))
    asked = " ".join(f"r{n}: repository(owner: $o{n}, name: $n{n}) {{ ...R }}" for n in range(len(rows)))
    variables: dict[str, str] = {}
    for n, row in enumerate(rows):
        variables[f"o{n}"], variables[f"n{n}"] = row.full_name.split("/", 1)
    query = f"query({wanted}) {{ rateLimit {{ cost }} {asked} }}{FIELDS}"
    return msgspec.json.encode({"query": query, "variables": variables})


def read(answer: Answer, rows: Sequence[DueRow]) -> tuple[list[Facts | str], int]:
    """For each row its facts, or why there are none: 'not-found', 'private', 'failed'; and the points it cost.

    Raises Misread when there is no data at all. Errors of single repositories leave the others as they are.
    """
    body = answer.body
    if not isinstance(body, dict) or not isinstance(data := body.get("data"), dict):
        raise Misread("no data")
    kinds = {
        _place(error): str(error.get("type", ""))
        for error in body.get("errors") or []
        if isinstance(error, dict)
    }
    by_id = rows[0].node_id is not None
    nodes = data.get("nodes") if by_id else [data.get(f"r{n}") for n in range(len(rows))]
    if not isinstance(nodes, list) or len(nodes) != len(rows):
        raise Misread("not as many repositories as were asked for")
    found: list[Facts | str] = []
    for n, node in enumerate(nodes):
        if not node:
            # Null without a reason is no news: GitHub may have run out of time for this one.
            kind = kinds.get(f"nodes.{n}" if by_id else f"r{n}", "")
            found.append("not-found" if kind == "NOT_FOUND" or node == {} else "failed")
            continue
        found.append(_facts(node))
    rate = data.get("rateLimit")
    return found, int(rate["cost"]) if isinstance(rate, dict) and isinstance(rate.get("cost"), int) else 1


def _facts(node: Any) -> Facts | str:
    try:
        return from_graphql(node)
    except NotPublic:
        return "private"
    except Misread:
        return "failed"


def _place(error: dict[str, Any]) -> str:
    path = error.get("path")
    return (
        ".".join(map(str, path[:2] if path and path[0] == "nodes" else path[:1]))
        if isinstance(path, list)
        else ""
    )
