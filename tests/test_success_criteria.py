"""docs/success-criteria.md names every criterion, and nothing in it that does not exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "success-criteria.md").read_text("utf-8")
ROWS = re.findall(r"^\| ((?:SC|FR)-\d{3}) \|(.*)\|$", TEXT, re.MULTILINE)
WANTED = [f"SC-{number:03}" for number in range(1, 11)] + [f"FR-{number:03}" for number in range(1, 16)]


def named() -> list[tuple[str, str]]:
    """Every file in backticks, and the test in it or an empty text."""
    return re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)(?:::(\w+))?`", TEXT)


def functions(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_criterion_has_one_row() -> None:
    assert [name for name, _ in ROWS] == WANTED


def test_every_row_names_what_shows_it_or_says_that_it_was_not_measured() -> None:
    for name, row in ROWS:
        shown, figure = row.split("|")[1:3]
        assert re.search(r"`(tests|benchmarks)/", shown) or "not measured yet" in figure, name
        assert figure.strip(), name


def test_whatever_is_named_exists() -> None:
    assert len(named()) > 30
    assert TEXT.count("`tests/") + TEXT.count("`benchmarks/") == len(named()), "each is understood"
    for file, test in named():
        assert (ROOT / file).is_file(), file
        assert not test or test in functions(ROOT / file), f"{file}::{test}"
