"""The pages that are made of the sources before the site is built: a page a scene, a page a module.

They are written into docs/scenes and docs/reference, which git ignores.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import re
import runpy
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.application import Sphinx

from lranim.catalogue import registry
from lranim.catalogue.registry import SceneInfo
from lranim.core.costs import COSTS
from lranim.core.results import Runs, Table
from lranim.core.rules import RULES
from lranim.core.types import Trajectory
from lranim.options.fields import SceneOption, options_of, value_text

ROOT = Path(__file__).parent.parent.parent
GALLERY = ROOT / "media" / "gallery"

REFERENCE = {
    "From Python": ("lranim.api.functions", "lranim.api.results", "lranim.errors"),
    "The numbers": ("lranim.core.*",),
    "Functions as text": ("lranim.function",),
    "Logs of trainings": ("lranim.logs",),
    "For scenes": (
        "lranim.params",
        "lranim.options.fields",
        "lranim.catalogue.registry",
        "lranim.plugins.entry_points",
        "lranim.plugins.tables",
    ),
}
"""What the reference has, by heading; a star stands for the modules of a package."""


def scene_page(info: SceneInfo) -> str:
    """The page of one scene."""
    light = info.load_light()
    runs = _runs(light.numbers(light.Params()))
    shown = runpy.run_path(str(ROOT / "scripts" / "gallery.py"))["OPTIONS"]
    parts = [
        f"# {info.name}",
        info.summary,
        _picture(info.name),
        f"```\n{' '.join(['lranim render', info.name, *shown.get(info.name, [])])}\n```",
        "## Options",
        "Beside these there are those of every scene: size, rate, format, language and theme "
        f"([lranim render](../cli.md)). `lranim trace {info.name}` prints the numbers behind the picture.",
        _options(options_of(light.Params)),
        "## The mathematics",
        *_formulas(runs),
    ]
    words = ROOT / "docs" / "maths" / f"{info.name}.md"
    if words.exists():
        parts.append(words.read_text(encoding="utf-8").strip())
    parts += ["## Where it is computed", _computed(info, runs)]
    return "\n\n".join(parts) + "\n"


def _picture(name: str) -> str:
    """The GIF, and its last frame for those who do not want things to move."""
    path = GALLERY / f"{name}.gif"
    if not path.exists():
        return ""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    words = re.search(rf"!\[([^\]]+)\]\(media/gallery/{name}\.gif\)", readme)
    alt = words[1] if words else f"The scene {name}"
    return f"```{{image}} ../../media/gallery/{name}.gif\n:alt: {alt}\n:class: clip\n```"


def _options(options: dict[str, SceneOption]) -> str:
    rows = [
        "```{table}",
        ":class: options",
        "",
        "| option | what it is | value | default |",
        "|---|---|---|---|",
    ]
    for option in options.values():
        default = value_text(option.schema["default"]) if option.schema.get("default") is not None else ""
        if option.is_switch:
            default = option.flag if option.schema["default"] else option.off
        value = option.typed()
        if unit := option.schema.get("unit"):
            value += f" ({unit})"
        cells = [_cell(words) for words in (option.schema.get("description", ""), value)]
        rows.append(f"| `{option.flag}` | {cells[0]} | {cells[1]} | {f'`{default}`' if default else ''} |")
    return "\n".join([*rows, "```"])


def _cell(words: str) -> str:
    """Words of a help text in a table: what is to be typed, an option or what stands in quotes, as code."""
    parts = re.split(r'("[^"]+"|--[a-z-]+)', words.replace("|", "\\|"))
    return "".join(
        f"`{part.strip(chr(34))}`" if number % 2 else re.sub(r"([*_<`])", r"\\\1", part)
        for number, part in enumerate(parts)
    )


def _runs(numbers: Trajectory | Runs | Table) -> list[Trajectory]:
    """The descents among a scene's numbers."""
    if isinstance(numbers, Table):
        return []
    return [numbers] if isinstance(numbers, Trajectory) else list(numbers.runs.values())


def _formulas(runs: Iterable[Trajectory]) -> Iterator[str]:
    """The rules and the costs of what is drawn by default, as printed there."""
    rules = {run.rule.name: run.rule for run in runs}
    costs = {run.cost_function.name: run.cost_function for run in runs}
    for rule in rules.values():
        yield f"{rule.summary[0].upper()}{rule.summary[1:]} ({rule.name}):"
        yield f"```{{typst}}\n{rule.formula}\n```"
    for cost in costs.values():
        if cost.name in COSTS:
            yield f"By default on `{cost.name}`, {cost.summary}:"
            yield f"```{{typst}}\nJ({', '.join(cost.variables)}) = {cost.formula}\n```"


def _computed(info: SceneInfo, runs: Iterable[Trajectory]) -> str:
    """The functions of lranim.core that a scene takes its numbers from, and the rules of its runs."""
    functions = {}
    for node in ast.parse(info.path.read_bytes()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lranim.core."):
            for alias in node.names:
                found = getattr(importlib.import_module(str(node.module)), alias.name)
                if inspect.isfunction(found):
                    functions[alias.name] = found
    for run in runs:
        if (factory := RULES.get(run.rule.name)) is not None:
            functions.setdefault(factory.__name__, factory)
    rows = []
    for name, function in functions.items():
        line = _inline((inspect.getdoc(function) or "").splitlines()[0])
        rows.append(f"- {{py:obj}}`{name} <{function.__module__}.{function.__name__}>`: {line}")
    return "\n".join([f"The scene is `scenes/{info.path.name}`. Its numbers come from", "", *rows])


def _inline(text: str) -> str:
    """A line of a docstring as Markdown: roles are plain code there."""
    return re.sub(r":\w+:`", "`", text)


def reference_pages() -> dict[str, str]:
    """The pages of the reference by name, their index among them."""
    pages: dict[str, str] = {}
    index = ["# Reference", "From the docstrings. Every example in them is run by the tests."]
    for heading, patterns in REFERENCE.items():
        names = [name for pattern in patterns for name in _modules(pattern)]
        if not names:
            continue
        rows = []
        for name in names:
            pages[name] = _module_page(name)
            rows.append(f"- [{name}]({name}.md): {_inline(_summary(name))}")
        listed = "\n".join(names)
        index += [f"## {heading}", "\n".join(rows), f"```{{toctree}}\n:hidden:\n\n{listed}\n```"]
    pages["index"] = "\n\n".join(index) + "\n"
    return pages


def _modules(pattern: str) -> list[str]:
    if not pattern.endswith(".*"):
        return [pattern] if importlib.util.find_spec(pattern) else []
    package = importlib.import_module(pattern[:-2])
    return [f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)]


def _summary(name: str) -> str:
    text = inspect.getdoc(importlib.import_module(name)) or ""
    return " ".join(text.split("\n\n")[0].split())


def _module_page(name: str) -> str:
    # Of a package, what it hands out is elsewhere: :imported-members: with its __all__.
    package = hasattr(importlib.import_module(name), "__path__")
    more = "\n   :imported-members:" if package and hasattr(importlib.import_module(name), "__all__") else ""
    return f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}{more}\n```\n"


def scene_pages() -> dict[str, str]:
    """The pages of the scenes by name, their index among them."""
    scenes = {name: info for name, info in registry.scenes().items() if info.plugin is None}
    rows = [f"- [{name}]({name}.md): {info.summary}" for name, info in scenes.items()]
    listed = "\n".join(scenes)
    index = ["# Scenes", "\n".join(rows), f"```{{toctree}}\n:hidden:\n\n{listed}\n```"]
    return {name: scene_page(info) for name, info in scenes.items()} | {"index": "\n\n".join(index) + "\n"}


def write(app: Sphinx) -> None:
    """Write the pages that are not as they should be; remove those of what is gone."""
    for folder, pages in (("scenes", scene_pages()), ("reference", reference_pages())):
        place = Path(app.srcdir, folder)
        place.mkdir(exist_ok=True)
        for path in place.glob("*.md"):
            if path.name.removesuffix(".md") not in pages:
                path.unlink()
        for name, text in pages.items():
            path = place / f"{name}.md"
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")


def still_frames(app: Sphinx, error: Exception | None) -> None:
    """Put the last frame of each GIF beside it, for those who do not want things to move."""
    if error is None:
        for path in Path(app.outdir, "_images").glob("*.gif"):
            with Image.open(path) as clip:
                clip.seek(clip.n_frames - 1)
                clip.convert("RGB").save(path.with_suffix(".still.png"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks which there are."""
    app.connect("builder-inited", write)
    app.connect("build-finished", still_frames)
    return {"parallel_read_safe": True}
