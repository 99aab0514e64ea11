"""Programs are told to rely on `code`: so each has to be found in docs/problems.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "problems.md").read_text("utf-8")


def codes(tree: ast.AST) -> Iterator[str]:
    """Every literal given to `code`: as a class attribute, an argument, or beside title and status."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
            yield node.value.value
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for name, value in zip(names, values, strict=False):
                    label = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
                    if label == "code" and isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def used() -> set[str]:
    files = (ROOT / "src" / "nameplate").rglob("*.py")
    found = {code for file in files for code in codes(ast.parse(file.read_text("utf-8")))}
    return found - {""}  # the default of a parameter


def test_every_code_of_a_problem_is_documented() -> None:
    assert {"invalid", "changed-elsewhere", "cross-site", "isolation-refusal"} <= used()
    assert {code for code in used() if f"| `{code}` |" not in DOCUMENT} == set()


def test_no_code_is_documented_that_nobody_sends() -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", DOCUMENT, re.MULTILINE))
    framework = {"unsupported-media-type"}  # from a table of words for what the framework refuses by itself
    assert documented - used() - framework == set()
