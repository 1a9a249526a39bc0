"""Draw the map of lranim's rooms from their imports into docs/_static/map.svg."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lranim"
PICTURE = ROOT / "docs" / "_static" / "map.svg"

WIDTH, HEIGHT, GAP_X, GAP_Y = 150, 54, 24, 46  # px, of a room and between rooms

ABOUT = {
    "core": "costs, rules, descend",
    "function": "a formula as a cost",
    "logs": "training logs",
    "plugins": "other packages",
    "look": "theme, fonts, words",
    "options": "what can be asked",
    "catalogue": "which scenes there are",
    "draw": "numbers to shapes",
    "video": "shapes to files",
    "batch": "many clips, cache",
    "judge": "can it be read",
    "lesson": "a course in TOML",
    "export": "slides and pages",
    "explore": "a page to play with",
    "api": "from Python",
    "cli": "from the terminal",
}


MODULES = {
    ".".join(["lranim", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return found


def room(module: str) -> str:
    """The room of a module; `params`, which scene files import, belongs to the options."""
    return module.split(".")[1].replace("params", "options")


GRAPH = {module: imported(path) & MODULES.keys() - {"lranim"} for module, path in MODULES.items()}


def needs() -> dict[str, set[str]]:
    """Which rooms each room imports from, without those that another one of them brings."""
    direct: dict[str, set[str]] = {name: set() for name in ABOUT}
    for module, others in GRAPH.items():
        if module != "lranim" and room(module) in ABOUT:
            direct[room(module)] |= {room(other) for other in others} & ABOUT.keys() - {room(module)}

    def all_of(name: str) -> set[str]:
        return direct[name].union(*(all_of(other) for other in direct[name]))

    return {name: direct[name] - set().union(*map(all_of, direct[name])) for name in ABOUT}


def places(edges: dict[str, set[str]]) -> dict[str, tuple[float, int]]:
    """Column and row of each room: right above the first that imports from it, in the middle of all those."""
    users = {name: [other for other in edges if name in edges[other]] for name in edges}

    def depth(name: str) -> int:
        return 1 + max((depth(other) for other in users[name]), default=-1)

    found: dict[str, tuple[float, int]] = {}
    last = max(map(depth, edges))
    for row in range(last, -1, -1):
        names = [name for name in edges if depth(name) == last - row]
        middle = {
            name: sum(found[user][0] for user in users[name]) / max(len(users[name]), 1) for name in names
        }
        names.sort(key=middle.__getitem__)
        centre = sum(middle.values()) / len(names)
        for k, name in enumerate(names):
            found[name] = centre + k - (len(names) - 1) / 2, row
    return found


def picture() -> str:
    """The map as SVG: a room stands below all that it imports from."""
    edges = needs()
    found = places(edges)
    columns = [column for column, _ in found.values()]
    rows = range(1 + max(row for _, row in found.values()))
    width = (max(columns) - min(columns) + 1) * (WIDTH + GAP_X) + GAP_X
    place = {
        name: (
            GAP_X + WIDTH / 2 + (column - min(columns)) * (WIDTH + GAP_X),
            GAP_Y / 2 + row * (HEIGHT + GAP_Y),
        )
        for name, (column, row) in found.items()
    }
    height = len(rows) * (HEIGHT + GAP_Y)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="sans-serif" text-anchor="middle">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#FFFFFF"/>',
    ]
    for name, others in edges.items():
        for other in sorted(others):
            (x, y), (to_x, to_y) = place[name], place[other]
            lines.append(
                f'<path d="M{x:.0f} {y:.0f}C{x:.0f} {y - GAP_Y:.0f} {to_x:.0f} {to_y + HEIGHT + GAP_Y:.0f} '
                f'{to_x:.0f} {to_y + HEIGHT:.0f}" fill="none" stroke="#6B7480" stroke-width="1.5"/>'
            )
    for name, (x, y) in place.items():
        lines += [
            f'<rect x="{x - WIDTH / 2:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8" '
            'fill="#F6F8FA" stroke="#1F6FEB"/>',
            f'<text x="{x:.0f}" y="{y + 23:.0f}" font-size="16" font-weight="bold" '
            f'fill="#1B1F24">{name}</text>',
            f'<text x="{x:.0f}" y="{y + 42:.0f}" font-size="12" fill="#1B1F24">{ABOUT[name]}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
