"""docs/security.md names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISE = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_promise_is_held_by_a_test_that_exists() -> None:
    table = (
        (ROOT / "docs" / "security.md").read_text("utf-8").partition("## Promises")[2].partition("## What")[0]
    )
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 15
    for row in rows:
        named = PROMISE.findall(row)
        assert named, row
        for path, function in named:
            assert (ROOT / path).is_file(), path
            assert not function or f"def {function}(" in (ROOT / path).read_text("utf-8"), function
