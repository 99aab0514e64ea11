"""What becomes of a repository after it was asked for."""

import random
from datetime import timedelta
from typing import Any

import msgspec

from nameplate.github.facts import SHOWN, Facts
from nameplate.github.sync.queries import DueRow

# Of an interval. A batch that is begun is filled with what is due soon, so that batches are full. A tenth of the
# interval is kept for GitHub's moods: a token that has to wait a minute makes nothing late.
JITTER = (0.88, 0.92)
EARLY = 0.04
# Looks that have to miss before a repository is believed to be gone: GitHub itself is wrong now and then.
MISSES = 3
_AFTER_A_MISS = (600.0, 3600.0)
_GONE = 24 * 3600.0
FAILED = 5.0
MOST_FAILED = 900.0


def is_changed(row: DueRow, facts: Facts) -> bool:
    """Whether a page that shows it has to be made anew."""
    return (
        row.synced_at is None
        or row.gone_at is not None
        or any(getattr(row, name) != getattr(facts, name) for name in SHOWN)
    )


def as_row(row: DueRow, facts: Facts, etag: str, *, release_known: bool = True) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(facts),
        "id": str(row.id),
        "address": facts.full_name.lower(),
        "etag": etag,
        "release_for": msgspec.to_builtins(facts.pushed_at if release_known else row.release_for),
        "changed": is_changed(row, facts),
        "jitter": random.uniform(*JITTER),  # noqa: S311
    }


def unchanged(row: DueRow) -> Facts:
    """After a 304 everything is as it was."""
    return Facts(node_id=row.node_id or "", **{name: getattr(row, name) for name in SHOWN})


def missed(row: DueRow) -> dict[str, Any]:
    """Asked for again soon, then believed, then looked at once a day: it may come back."""
    misses = row.misses + 1
    gone = misses >= MISSES
    wait = _GONE if gone else _AFTER_A_MISS[min(misses, len(_AFTER_A_MISS)) - 1]
    # Its name may stand for a new repository.
    return {
        "id": str(row.id), "misses": misses, "gone": gone, "forget_node": misses >= 2,
        "wait": wait * random.uniform(1, 1.2),  # noqa: S311
    }  # fmt: skip


def failed(rows: list[DueRow]) -> list[dict[str, Any]]:
    """All of a batch wait equally long, so that they stay one."""
    failures = min((row.failures for row in rows), default=0)
    wait = min(FAILED * 2.0 ** min(failures, 12), MOST_FAILED) * random.uniform(0.8, 1.2)  # noqa: S311
    return [{"id": str(row.id), "counts": 1, "wait": wait} for row in rows]


def put_back(rows: list[DueRow]) -> list[dict[str, Any]]:
    """The token was at fault: they are as due as they were."""
    return [{"id": str(row.id), "counts": 0, "wait": 0.0} for row in rows]


def pause(failures: int) -> timedelta:
    """How long GitHub is left alone after so many failures in a row."""
    seconds = min(30.0 * 2.0 ** min(max(failures, 0), 8), 900.0)
    return timedelta(seconds=seconds * random.uniform(1, 1.3))  # noqa: S311
