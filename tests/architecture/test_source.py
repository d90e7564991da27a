"""What keeps the source readable and its parts apart (DESIGN 5); ``import-linter`` sees to the services."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LONGEST_MODULE = 320
LONGEST_FUNCTION = 70
SOURCES = sorted(path for part in ("services", "shared", "deploy") for path in (REPOSITORY / part).rglob("*.py"))
SQL = re.compile(
    r"\b(select\s.+\sfrom|insert\s+into|delete\s+from|update\s+\w+\s+set|(create|alter|drop)\s+(table|index|database|role))"
    r"\b|^\s*(with\s+\w+\s+as\s*\(|select\s)",
    re.IGNORECASE | re.DOTALL,
)
MAY_HOLD_SQL = ("repository.py", "/store.py", "_store.py")
SHARED_SQL = {"shared/outbox.py", "shared/shards.py", "shared/inbox.py"}
PROBE = {"shared/db.py": {"select 1 from inbox limit 1"}}
PURE = ("domain", "partnership", "moderation", "schedule", "recurrence", "documents", "comparing")
INPUT_AND_OUTPUT = {
    *("asyncio", "socket", "ssl", "subprocess", "threading", "urllib.request", "http.client", "pathlib", "os", "io"),
    *("asyncpg", "aiokafka", "faststream", "fastapi", "starlette", "uvicorn", "httpx", "confluent_kafka", "structlog"),
    *("shared.db", "shared.broker", "shared.consume", "shared.outbox", "shared.inbox", "shared.service"),
    *("shared.observability", "shared.settings", "shared.dead_letters"),
}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
"""Parsed when nothing else runs: CPython 3.11's parser trips over other threads (SystemError, gh-106905)."""


def tree_of(path: Path) -> ast.Module:
    return TREES[path]


def definitions(node: ast.AST, within: str = "") -> Iterator[tuple[str, Definition]]:
    """All functions and classes that are reached from outside: not those inside functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield f"{within}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from definitions(child, f"{within}{child.name}.")
        elif isinstance(child, ast.If | ast.Try):
            yield from definitions(child, within)


def test_there_is_something_to_look_at() -> None:
    assert {"services/events/domain.py", "shared/consume.py", "deploy/cli.py"} <= set(map(name_of, SOURCES))


def test_no_module_is_too_long_to_be_read_in_one_sitting() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long_to_be_seen_at_once() -> None:
    lengths = {
        f"{name_of(path)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_everything_public_says_what_it_is_for() -> None:
    silent = [
        f"{name_of(path)}: {name}"
        for path in SOURCES
        for name, node in definitions(tree_of(path))
        if not any(part.startswith("_") for part in name.split(".")) and not ast.get_docstring(node)
    ]

    assert silent == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in SOURCES if path.stat().st_size and not ast.get_docstring(tree_of(path))] == []


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """All text constants but docstrings."""
    tree = tree_of(path)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | Definition)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_sql_stands_only_where_it_is_looked_for() -> None:
    elsewhere = [
        f"{name_of(path)}:{line} {text[:60]}"
        for path in SOURCES
        if not name_of(path).endswith(MAY_HOLD_SQL) and name_of(path) not in SHARED_SQL and "deploy" not in path.parts
        for line, text in strings(path)
        if SQL.search(text) and text not in PROBE.get(name_of(path), set())
    ]

    assert elsewhere == []


@pytest.mark.parametrize(
    "text",
    [
        "select id from event",
        "SELECT\n1 FROM x",
        "insert into inbox",
        "update t set a = 1",
        "delete from t",
        "select 1",
    ],
)
def test_sql_is_recognised(text: str) -> None:
    assert SQL.search(text)


@pytest.mark.parametrize("text", ["Please select a place", "update to version 2", "deleted from the list", "insert"])
def test_prose_is_not_taken_for_sql(text: str) -> None:
    assert not SQL.search(text)


def imports(path: Path) -> Iterator[str]:
    """All that is imported, anywhere in the module: ``a``, and both ``a`` and ``a.b`` of ``from a import b``."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports by a relative name"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def does_input_or_output(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in INPUT_AND_OUTPUT)


PURE_MODULES = [
    path for path in SOURCES if "services" in path.parts and (path.stem in PURE or path.parent.name in PURE)
]


def test_there_are_pure_modules() -> None:
    assert {"domain", "schedule", "recurrence"} <= {path.stem for path in PURE_MODULES}


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_decisions_do_no_input_or_output(path: Path) -> None:
    assert [module for module in imports(path) if does_input_or_output(module)] == []
    opened = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "print", "input")
    ]
    assert opened == []


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_decisions_ask_no_clock(path: Path) -> None:
    clocks = [module for module in imports(path) if module in ("time", "shared.clock.utc_now", "random", "uuid.uuid4")]
    now = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    ]
    assert (clocks, now) == ([], [])
