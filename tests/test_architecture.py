"""Numbers flow one way: numbers, drawing, pixels, files, slides, command line; nothing imports backwards."""

from __future__ import annotations

import runpy
from graphlib import TopologicalSorter
from pathlib import Path

import lranim

PACKAGE = Path(lranim.__file__).parent
ORDER = (
    *("version", "errors", "files", "core", "function", "logs", "plugins", "look", "options", "catalogue"),
    *("draw", "video", "batch", "judge", "lesson", "export", "explore", "api", "cli", "__main__"),
)
"""The rooms, each of which imports from itself and from those before it."""

MAP = runpy.run_path(str(PACKAGE.parent / "scripts" / "module_map.py"))
MODULES, GRAPH, room, imported = (MAP[name] for name in ("MODULES", "GRAPH", "room", "imported"))


def test_every_module_has_its_room() -> None:
    """Nothing lies at the root but what a user imports, and what all need."""
    assert {room(module) for module in MODULES if module != "lranim"} == set(ORDER)


def test_nothing_imports_backwards() -> None:
    """A room imports from itself and from rooms before it, also in the middle of a function."""
    backwards = {
        (module, other)
        for module in MODULES.keys() - {"lranim"}
        for other in GRAPH[module]
        if ORDER.index(room(other)) > ORDER.index(room(module))
    }
    assert not backwards


def test_no_circle() -> None:
    """There is an order in which each module is imported after all that it needs."""
    assert len([*TopologicalSorter(GRAPH).static_order()]) == len(MODULES)


def test_the_map_is_true() -> None:
    """The picture in docs/architecture.md; `make docs` draws it anew."""
    assert MAP["PICTURE"].read_text(encoding="utf-8") == MAP["picture"]()


def test_the_core_needs_numpy_alone() -> None:
    """No drawing, no files, no clock and no global randomness among the numbers."""
    banned = ("manim", "time", "datetime", "random", "pathlib", "os", "io", "pydantic", "click")
    for path in (PACKAGE / "core").glob("*.py"):
        used = {name.partition(".")[0] for name in imported(path)}
        assert not used & set(banned), path.name
        assert "np.random.seed" not in path.read_text(encoding="utf-8")
