"""One scene file: what is known of it unread, its computing part without manim, and all of it."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import importlib
import importlib.util
import os
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from string import Formatter
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from lranim.errors import InputError
from lranim.plugins.entry_points import Plugin

if TYPE_CHECKING:
    from lranim.core.results import Numbers
    from lranim.params import SceneParams


DRAWING = ("manim", "lranim.draw", "lranim.video")
"""Packages that draw. Whatever a scene file takes from them is not needed for its numbers."""


@dataclass(frozen=True)
class LightScene:
    """The part of a scene file that computes: its options and its numbers.

    `texts` are those that it brings, by language and key; lranim's own scenes have theirs in look/locales.
    """

    Params: type[SceneParams]
    numbers: Callable[[Any], Numbers]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def speaks(self, lang: str) -> bool:
        """Whether it has its words in a language; lranim's own scenes have them in all."""
        return not self.texts or lang in self.texts


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
    given
        The path as it was given, of a file that is named by its path.
    plugin
        The plugin that it is.
    """

    name: str
    summary: str
    path: Path
    class_name: str
    given: str = ""
    plugin: Plugin | None = None

    @property
    def reference(self) -> str:
        """What `get` finds it by: its name, or the path of a file of one's own."""
        return self.given or self.name

    @property
    def module(self) -> str:
        """The full name of the module that the file is, if it were imported as a part of its package."""
        return self.plugin.module if self.plugin else f"lranim.scenes.{self.path.stem}"

    def load_light(self) -> LightScene:
        """`Params` and `numbers`, without importing manim where the file allows it.

        Raises
        ------
        InputError
            The file is broken, or one of the two is not in it.
        """
        return _load_light(self, changed_at(self.path))

    def load_module(self) -> ModuleType:
        """Import the whole file, drawing included; one of a package as the module that it is there."""
        try:
            if self.plugin:
                self.plugin.loads()
                return _module_of_package(self.module, self.path, changed_at(self.path))
            spec = importlib.util.find_spec(self.module) if package_spec() and not self.given else None
            if spec and spec.origin == str(self.path):
                return importlib.import_module(self.module)
            return _module_from_path(self.path, changed_at(self.path))
        except (Exception, SystemExit) as error:
            raise InputError(f"{self.path} cannot be loaded: {type(error).__name__}: {error}") from error

    def load_scene_class(self) -> type:
        """Import the file and return the Scene class (this imports manim)."""
        scene_class = getattr(self.load_module(), self.class_name, None)
        if not isinstance(scene_class, type):
            raise InputError(f"{self.path} has no class {self.class_name}; the Scene class must be called so")
        return scene_class


def package_spec() -> ModuleSpec | None:
    """Find the package of lranim's own scenes."""
    spec = importlib.util.find_spec("lranim.scenes")
    if spec is None:  # a checkout that is on PYTHONPATH but not installed has scenes/ beside lranim/
        package = importlib.import_module("lranim")
        package.__path__.append(str(Path(package.__path__[0]).parent))
        spec = importlib.util.find_spec("lranim.scenes")
    return spec


def class_name_of(path: Path) -> str:
    """Name the Scene class of a file.

    >>> class_name_of(Path("course/my_scene.py"))
    'MyScene'
    """
    return "".join(word.capitalize() for word in path.stem.split("_"))


def changed_at(path: Path) -> int:
    """When a file was written; 0 if it is not there."""
    return path.stat().st_mtime_ns if path.exists() else 0


@functools.cache  # parsing all scenes takes 4 ms each, and the engine asks for every clip
def summary_of(path: Path, changed: int) -> str:
    """First line of a file's docstring; `changed` is when it was written."""
    try:
        docstring = ast.get_docstring(_tree(path)) or ""
    except InputError as error:  # one broken file must not hide the others
        docstring = f"(broken: {error})"
    return (docstring.splitlines() or [""])[0]


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # of what is nested too deep
        raise InputError(f"{path} is not valid Python: {str(error) or 'too complex'}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


@functools.cache
def _load_light(info: SceneInfo, changed: int) -> LightScene:
    # `import manim` costs 0.7 s, and trace, list and every check of an option need none of it. So the file
    # is executed with stand-ins for what it takes from DRAWING. One whose other code does need that fails
    # here, and is then imported whole.
    tree = _tree(info.path)
    module = ModuleType(f"lranim._light.{_own(info.path)}")
    module.__file__ = str(info.path)
    module.__package__ = info.module.rpartition(".")[0]
    at_hand = vars(module)["__builtins__"] = {**vars(builtins), "__import__": _import_light}
    sys.modules[module.__name__] = module  # pydantic looks up annotations there
    if info.plugin:
        info.plugin.loads()  # the file may import others of its package
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout is for results
            exec(compile(tree, str(info.path), "exec"), module.__dict__)
    except (Exception, SystemExit):
        module = info.load_module()
    at_hand["__import__"] = builtins.__import__  # for what functions import when they are called
    if (info.given or info.plugin) and not hasattr(module, info.class_name):
        raise InputError(f"{info.path} has no class {info.class_name}; the Scene class must be called so")
    for name in ("Params", "numbers"):
        if not hasattr(module, name):
            raise InputError(f"{info.path} has no {name}; a scene file needs Params and numbers(params)")
    if info.given or info.plugin:
        _check_params(info, module.Params)
    texts = getattr(module, "TEXTS", {})
    if not _are_texts(texts):
        raise InputError(
            f'{info.path}: TEXTS must be a table of texts a language, as in {{"en": {{"title": "My scene"}}}}'
        )
    for lang, table in texts.items():
        for key, text in table.items():
            try:
                list(Formatter().parse(text))
            except ValueError as error:
                raise InputError(
                    f"{info.path}: the text {key} in {lang} of TEXTS has a single brace ({error}); "
                    "write {{ or }}"
                ) from None
        for other, more in texts.items():
            if lacking := [key for key in more if key not in table]:
                raise InputError(f"{info.path}: TEXTS has {', '.join(lacking)} in {other} and not in {lang}")
    return LightScene(module.Params, module.numbers, texts)


def _check_params(info: SceneInfo, params: Any) -> None:
    """Refuse options that the command line could not be made of."""
    from lranim.options.fields import options_of  # brings pydantic
    from lranim.params import SceneParams

    if not isinstance(params, type) or not issubclass(params, SceneParams):
        raise InputError(f"{info.path}: Params must be a subclass of SceneParams (lranim.params)")
    try:
        options_of(params)
    except Exception as error:
        first = str(error).splitlines()[0]
        raise InputError(f"{info.path}: Params cannot be made into options: {first}") from error


def _are_texts(found: Any) -> bool:
    return isinstance(found, Mapping) and all(
        isinstance(table, Mapping) and all(isinstance(text, str) for text in table.values())
        for table in found.values()
    )


class _Drawn(type):
    """Stands for what a file takes from `DRAWING`: classes can be built on it, nothing be computed."""

    def __getattr__(cls, name: str) -> _Drawn:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Drawn(name, (), {})


def _import_light(name: str, space: Any = None, local: Any = None, names: Any = (), level: int = 0) -> Any:
    full = importlib.util.resolve_name("." * level + name, space["__package__"]) if level else name
    if f"{full}.".startswith(tuple(f"{package}." for package in DRAWING)):
        return _Drawn(name, (), {})
    return builtins.__import__(name, space, local, names, level)


class _Source(SourceFileLoader):
    """Compiles what the file says now: Python's own cache misses a change of the same size in one second."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


_read: dict[str, int] = {}
"""When the file of a plugin's scene had been written that was imported, by module."""


@functools.cache
def _module_of_package(name: str, path: Path, changed: int) -> ModuleType:
    module = importlib.import_module(name)
    if _read.setdefault(name, changed) != changed:  # the file has changed since: what it says now counts
        _Source(name, str(path)).exec_module(module)
        _read[name] = changed
    return module


def _own(path: Path) -> str:
    """Name the module of a file so that no file in another folder shares it: Params are pickled by that name.

    >>> _own(Path("/a/scene.py")) == _own(Path("/b/scene.py"))
    False
    """
    place = os.fsencode(path.absolute())
    return f"{path.stem}_{zlib.crc32(place):08x}"


@functools.cache  # the engine asks twice a clip
def _module_from_path(path: Path, changed: int) -> ModuleType:
    name = f"lranim._scene.{_own(path)}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Source(name, str(path)))
    if spec is None or spec.loader is None:
        raise InputError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
