"""Numbers flow one way: numbers, drawing, pixels, command line; nothing imports backwards."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lranim

PACKAGE = Path(lranim.__file__).parent
ORDER = ["core", "algebra", "logs", "look", "draw", "render", "lesson", "export", "explore", "cli"]
FILES = [path for room in ORDER for path in sorted((PACKAGE / room).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_nothing_imports_backwards(path: Path) -> None:
    """A room imports from itself and from rooms before it."""
    room = path.relative_to(PACKAGE).parts[0]
    later = tuple(f"lranim.{name}" for name in ORDER[ORDER.index(room) + 1 :])
    backwards = {name for name in imports(path) if name.startswith(later)} if later else set()
    assert not backwards


def test_the_core_needs_numpy_alone() -> None:
    """No drawing, no files, no clock and no global randomness among the numbers."""
    banned = ("manim", "time", "datetime", "random", "pathlib", "os", "io", "pydantic", "click")
    for path in (PACKAGE / "core").glob("*.py"):
        used = {name.partition(".")[0] for name in imports(path)}
        assert not used & set(banned), path.name
        assert "np.random.seed" not in path.read_text(encoding="utf-8")
