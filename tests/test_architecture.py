"""The house rules of DESIGN.md section 3: a rule nobody enforces erodes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "nameplate"
FILES = sorted(SOURCE.rglob("*.py"))
DOMAINS = {"page", "analytics", "accounts", "profiles", "links", "limits", "github", "assets"}
# A module may import from its own level and from those below it.
LEVELS: list[set[str]] = [
    {"settings", "settings_check", "errors", "ids", "keys", "page_facts"},
    {
        "db",
        "cache",
        "shared_pages",
        "cluster",
        "line",
        "lines",
        "storage",
        "events",
        "jobs",
        "breaker",
        "outside",
        "pulse",
        "reports",
        "broken_lines",
        "tasks",
        "background",
        "isolation",
    },
    {"http", "logs"},
    {"audit"},  # every domain writes down what happens in it
    DOMAINS,
    {
        "app",
        "front",
        "health",
        "leaving",
        "config_routes",
        "openapi",
        "worker",
        "stalled",
        "warm",
        "migrate",
        "engines",
        "demo",
        "backup",
        "citus",
    },
    {"commands", "cli", "__main__"},
]
LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}
# Domain modules that others may use besides `queries`: plain rules and data, no tables, no I/O.
SHARED = {
    "nameplate.profiles.handles",
    "nameplate.page.icons",
    "nameplate.page.themes",
    "nameplate.accounts.passwords",
    "nameplate.github.address",
    "nameplate.assets.keys",
    "nameplate.assets.purposes",
    "nameplate.assets.shown",
    "nameplate.github.tokens",
}
SQL = re.compile(
    r"^\s*(SELECT\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|WITH\s+\w+\s+AS\s|CREATE\s|ALTER\s|COPY\s)"
)


def part(path: Path) -> str:
    """The folder or module directly below the package."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that `path` imports, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("nameplate."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "nameplate":
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                as_path = SOURCE.parent.joinpath(*full.split("."))
                yield full if as_path.with_suffix(".py").exists() or as_path.is_dir() else node.module


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_the_rules_look_at_real_files() -> None:
    assert len(FILES) > 30
    assert "nameplate.db" in set(imports(SOURCE / "app.py"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_one_way(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        return
    own = LEVEL[part(path)]
    above = [
        module for module in imports(path) if module != "nameplate" and LEVEL[module.split(".")[1]] > own
    ]
    if path == SOURCE / "openapi.py":
        above = [module for module in above if module != "nameplate.app"]
    assert above == []


@pytest.mark.parametrize("path", [p for p in FILES if part(p) in DOMAINS], ids=name)
def test_a_domain_uses_only_the_queries_of_another(path: Path) -> None:
    foreign = [
        module
        for module in imports(path)
        if (to := module.split(".")[1:])
        and to[0] in DOMAINS - {part(path)}
        and to[-1] != "queries"
        and module not in SHARED
    ]
    assert foreign == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_sql_is_written_where_it_is_looked_for(path: Path) -> None:
    allowed = path.stem in {"queries", "db", "migrate", "batch", "consume", "doctor"} or part(path) in {
        "engines",
        "demo",
        "isolation",  # which says what to run, and runs none of it
    }
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = [text for text in texts if SQL.match(text)]
    assert allowed or found == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_half_of_the_files_are_short() -> None:
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in FILES)
    assert lengths[len(lengths) // 2] <= 130


def test_http_knows_no_tables() -> None:
    for path in (SOURCE / "http").rglob("*.py"):
        assert "nameplate.db" not in set(imports(path)), path


def test_routes_cannot_reach_the_system_door() -> None:
    holders = {
        name(path)
        for path in FILES
        if any(
            isinstance(node, ast.Name | ast.Attribute)
            and (node.id if isinstance(node, ast.Name) else node.attr) == "SystemDatabase"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    allowed = re.compile(
        r"(db|worker|\w+/jobs|analytics/(\w+/)*(consume|jobs|walk)|github/(sync/\w+|jobs)|demo/\w+|commands/\w+)\.py"
    )
    assert holders
    assert [holder for holder in holders if not allowed.fullmatch(holder)] == []
    seen: set[str] = set()
    stack = ["nameplate.app"]
    while stack:
        module = stack.pop()
        if module in seen:
            continue
        seen.add(module)
        base = SOURCE.parent.joinpath(*module.split("."))
        file = base.with_suffix(".py") if base.with_suffix(".py").exists() else base / "__init__.py"
        stack.extend(imports(file))
    reached = {module.removeprefix("nameplate.").replace(".", "/") + ".py" for module in seen}
    assert (reached & holders) - {"db.py"} == set(), "what the web process loads does not even name it"


def test_nothing_is_imported_by_a_relative_name() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
