"""The source of a scene file: what it binds, and what is left of it without drawing."""

from __future__ import annotations

import ast
import importlib.util

DRAWING = ("manim", "lranim.draw", "lranim.video")
"""Packages that draw. Whatever a scene file takes from them is not needed for its numbers."""


def bound(body: list[ast.stmt]) -> set[str]:
    """Names that the statements of a module bind: classes, and what is imported or assigned."""
    found = {node.name for node in body if isinstance(node, ast.ClassDef)}
    for node in body:
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def without_drawing(body: list[ast.stmt], package: str) -> list[ast.stmt]:
    """Leave out of a module's statements the imports of `DRAWING`, and classes built on what they bring.

    Parameters
    ----------
    body
        The statements; those that import more than one thing are changed in place.
    package
        Full name of the package that relative imports start from; empty if there is none.
    """
    kept: list[ast.stmt] = []
    drawing_names: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import):
            drawn = [alias for alias in node.names if _draws(alias.name)]
            drawing_names |= {alias.asname or alias.name.split(".")[0] for alias in drawn} - {"lranim"}
            node.names = [alias for alias in node.names if alias not in drawn]
            if not node.names:
                continue
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            drawn = [alias for alias in node.names if _draws(base) or _draws(f"{base}.{alias.name}")]
            drawing_names |= {alias.asname or alias.name for alias in drawn}
            node.names = [alias for alias in node.names if alias not in drawn]
            if not node.names:
                continue
        elif isinstance(node, ast.ClassDef):
            bases = {name.id for base in node.bases for name in ast.walk(base) if isinstance(name, ast.Name)}
            if bases & drawing_names:
                drawing_names.add(node.name)
                continue
        kept.append(node)
    return kept


def _draws(module: str) -> bool:
    return module.startswith(tuple(f"{package}." for package in DRAWING)) or module in DRAWING


def _absolute(node: ast.ImportFrom, package: str) -> str:
    relative = "." * node.level + (node.module or "")
    return importlib.util.resolve_name(relative, package) if node.level and package else relative
