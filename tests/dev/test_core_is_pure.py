"""Import rule 1: the core is the standard library's arithmetic, with the time and every identity handed in."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chairside

CORE = Path(chairside.__file__).parent / "core"
# A clock, a dice, an environment, a door to the outside: whoever needs one is not a rule.
FORBIDDEN = {"os", "time", "random", "secrets", "uuid", "socket", "subprocess", "threading", "logging", "tempfile", "locale"}
CLOCKS = {"now", "today", "utcnow"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def _clocks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in ("datetime", "date"):
                yield f"{owner.id}.{node.func.attr}() in line {node.lineno}"


@pytest.mark.parametrize("file", sorted(CORE.rglob("*.py")), ids=lambda file: str(file.relative_to(CORE)))
def test_the_core_imports_the_standard_library_only_and_asks_no_clock(file: Path):
    tree = ast.parse(file.read_text())
    imported = set(_imports(tree)) - {"chairside"}
    assert imported <= sys.stdlib_module_names
    assert not imported & FORBIDDEN
    assert list(_clocks(tree)) == []
