"""Which scenes exist, from file names and docstrings, without importing manim."""

from __future__ import annotations

import ast
import difflib
import functools
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lranim.errors import InputError

if TYPE_CHECKING:
    from lranim.core.results import Numbers
    from lranim.params import SceneParams

DRAWING = ("manim", "lranim.draw", "lranim.render")
"""Packages that draw. Whatever a scene file takes from them is not needed for its numbers."""


@dataclass(frozen=True)
class LightScene:
    """The part of a scene file that computes: its options and its numbers."""

    Params: type[SceneParams]
    numbers: Callable[[Any], Numbers]


@dataclass(frozen=True)
class SceneInfo:
    """What is known of a scene from its file alone.

    Parameters
    ----------
    name
        The file name in kebab-case: ``learning_rate.py`` is ``learning-rate``.
    summary
        First line of the module's docstring.
    path
        The file.
    class_name
        The file name in CamelCase: the name of the Scene class.
    """

    name: str
    summary: str
    path: Path
    class_name: str

    def load_light(self) -> LightScene:
        """`Params` and `numbers`, without importing manim where the file allows it.

        Raises
        ------
        InputError
            The file is broken, or one of the two is not in it.
        """
        return _load_light(self)

    def load_module(self) -> ModuleType:
        """Import the whole file as the module ``lranim.scenes.<stem>``, drawing included."""
        try:
            name = f"lranim.scenes.{self.path.stem}"
            spec = importlib.util.find_spec(name) if _package_spec() else None
            if spec and spec.origin == str(self.path):
                return importlib.import_module(name)
            return _module_from_path(self.path)
        except Exception as error:
            raise InputError(f"{self.path} cannot be loaded: {type(error).__name__}: {error}") from error

    def load_scene_class(self) -> type:
        """Import the file and return the Scene class (this imports manim)."""
        scene_class = getattr(self.load_module(), self.class_name, None)
        if not isinstance(scene_class, type):
            raise InputError(f"{self.path} has no class {self.class_name}; the Scene class must be called so")
        return scene_class


def scenes_folder() -> Path:
    """Find the folder of ``lranim.scenes``."""
    spec = _package_spec()
    if spec is None or not spec.submodule_search_locations:
        raise InputError("the package lranim.scenes is not there; install lranim again")
    return Path(next(iter(spec.submodule_search_locations)))


def scenes(folder: Path | None = None) -> dict[str, SceneInfo]:
    """Find the scenes in a folder (lranim's own by default) by name, sorted."""
    files = sorted((folder or scenes_folder()).glob("*.py"))
    found = (_info(path) for path in files if not path.name.startswith(("_", ".")))
    return {info.name: info for info in found}


def names(folder: Path | None = None) -> list[str]:
    """Name the scenes without reading their files, sorted."""
    files = (folder or scenes_folder()).glob("*.py")
    return sorted(_name(path) for path in files if not path.name.startswith(("_", ".")))


def get(name: str, folder: Path | None = None) -> SceneInfo:
    """Look up a scene by name.

    Raises
    ------
    InputError
        There is none; the message has the nearest names.
    """
    known = scenes(folder)
    if name in known:
        return known[name]
    raise InputError(f"there is no scene {name}; {nearest(name, known)}")


def nearest(word: str, known: Iterable[str]) -> str:
    """Give a hint: the names nearest to a word, else all of them.

    >>> nearest("oscilation", ["slope", "oscillation"])
    'did you mean oscillation?'
    >>> nearest("xyz", ["slope", "surface"])
    'there are: slope, surface'
    """
    names = list(known)
    close = difflib.get_close_matches(word.lower(), names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"there are: {', '.join(names)}" if names else "there are none"


def _package_spec() -> ModuleSpec | None:
    spec = importlib.util.find_spec("lranim.scenes")
    if spec is None:  # a checkout that is on PYTHONPATH but not installed has scenes/ beside lranim/
        package = importlib.import_module("lranim")
        package.__path__.append(str(Path(package.__path__[0]).parent))
        spec = importlib.util.find_spec("lranim.scenes")
    return spec


def _name(path: Path) -> str:
    return path.stem.replace("_", "-")


def _info(path: Path) -> SceneInfo:
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return SceneInfo(
        name=_name(path),
        summary=_summary(path, changed),
        path=path,
        class_name="".join(word.capitalize() for word in path.stem.split("_")),
    )


@functools.cache  # parsing all scenes takes 4 ms each, and the engine asks for every clip
def _summary(path: Path, changed: int) -> str:
    """First line of a file's docstring; `changed` is when it was written."""
    try:
        docstring = ast.get_docstring(_tree(path)) or ""
    except InputError as error:  # one broken file must not hide the others
        docstring = f"(broken: {error})"
    return (docstring.splitlines() or [""])[0]


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path} is not valid Python: {error}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


@functools.cache
def _load_light(info: SceneInfo) -> LightScene:
    # `import manim` costs 0.7 s, and trace, list and every check of an option need none of it. So the file
    # is compiled without its drawing part: the imports of DRAWING, and the classes built on what they bring.
    # A file whose other code does need them fails here, and is then imported whole.
    tree = _tree(info.path)
    tree.body = _without_drawing(tree.body)
    module = ModuleType(f"lranim._light.{info.path.stem}")
    module.__file__ = str(info.path)
    module.__package__ = "lranim.scenes"
    sys.modules[module.__name__] = module  # pydantic looks up annotations there
    try:
        exec(compile(tree, str(info.path), "exec"), module.__dict__)
    except Exception:
        module = info.load_module()
    for name in ("Params", "numbers"):
        if not hasattr(module, name):
            raise InputError(f"{info.path} has no {name}; a scene file needs Params and numbers(params)")
    return LightScene(module.Params, module.numbers)


def _without_drawing(body: list[ast.stmt]) -> list[ast.stmt]:
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
            base = _absolute(node)
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


def _absolute(node: ast.ImportFrom) -> str:
    relative = "." * node.level + (node.module or "")
    return importlib.util.resolve_name(relative, "lranim.scenes") if node.level else relative


def _module_from_path(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"lranim._scene.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
