"""Which scenes exist, from file names and docstrings, without importing manim.

A scene is one of lranim's own, a plugin's, or a file that is named by its path.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from lranim.catalogue.scene_file import (
    LightScene,
    SceneInfo,
    changed_at,
    class_name_of,
    package_spec,
    summary_of,
)
from lranim.errors import InputError, nearest
from lranim.files import check_file
from lranim.plugins.entry_points import Plugin, Table, Unusable, file_of, found

__all__ = [
    "STEM",
    "LightScene",
    "SceneInfo",
    "describe",
    "get",
    "is_path",
    "is_scene",
    "is_stem",
    "name_of",
    "names",
    "plugin_scenes",
    "scenes",
    "scenes_folder",
]

MOST_BYTES = 1_000_000
"""The most bytes of a scene file."""

STEM = "call it in small letters and digits with underscores between words, such as my_scene.py"


def scenes_folder() -> Path:
    """Find the folder of ``lranim.scenes``."""
    spec = package_spec()
    if spec is None or not spec.submodule_search_locations:
        raise InputError("the package lranim.scenes is not there; install lranim again")
    return Path(next(iter(spec.submodule_search_locations)))


def scenes() -> dict[str, SceneInfo]:
    """Find the scenes by name: lranim's own, sorted, and then those of plugins.

    A plugin's scene whose options cannot be read is left out, and named on stderr.
    """
    return dict(plugin_scenes())


def names() -> list[str]:
    """Name lranim's own scenes without reading their files, sorted."""
    return list(_files())


def get(name: str) -> SceneInfo:
    """Look up a scene by its name, or by the path of its file.

    Raises
    ------
    InputError
        There is none; the message has the nearest names.
    """
    if is_path(name):
        return _given(name)
    own = _files()
    if name in own:
        return describe(own[name])
    for plugin in found("scene"):
        if plugin.name == name:
            made = plugin_scenes().made(plugin)
            if isinstance(made, Unusable):
                raise InputError(f"plugin {name} of package {plugin.package} cannot be used: {made}")
            return made
    raise InputError(f"there is no scene {name}; {nearest(name, scenes())}")


def is_path(name: str) -> bool:
    """Whether what names a scene is the path of its file.

    >>> is_path("slope"), is_path("./slope.py"), is_path("slope.py"), is_path("course/slope")
    (False, True, True, True)
    """
    return "/" in name or os.sep in name or name.endswith(".py")


def is_scene(word: str) -> bool:
    """Whether a word names a scene that is there."""
    if word.endswith(".py"):
        return Path(word).is_file()
    return word in names() or any(plugin.name == word for plugin in found("scene"))


def name_of(reference: str) -> str:
    """Name a scene in the names of files: a path stands for the name of its file.

    >>> name_of("slope"), name_of("course/my_scene.py")
    ('slope', 'my-scene')
    """
    return _name(Path(reference)) if is_path(reference) else reference


def plugin_scenes() -> Table[SceneInfo]:
    """The scenes of plugins, beside lranim's own."""
    return Table("scene", {name: describe(path) for name, path in _files().items()}, _of_plugin)


def _of_plugin(plugin: Plugin) -> SceneInfo:
    """A plugin's scene, its file read, and executed but for its drawing part."""
    if ":" in plugin.value:
        raise Unusable(
            f"its value is {plugin.value}; a scene is a module, so leave out what follows the colon"
        )
    path = file_of(plugin.module)
    if not is_stem(path.stem):
        raise Unusable(f"its file is {path.name}; {STEM}")
    info = SceneInfo(
        plugin.name, summary_of(path, changed_at(path)), path, class_name_of(path), plugin=plugin
    )
    try:
        info.load_light()
    except InputError as error:
        raise Unusable(str(error)) from error
    return info


def _given(name: str) -> SceneInfo:
    path = Path(name)
    if path.suffix != ".py":
        raise InputError(f"{name} is no scene file; give the path of one, such as ./my_scene.py")
    check_file(name, "lranim new scene writes one to start from", MOST_BYTES)
    if not is_stem(path.stem):
        raise InputError(f"{name} cannot be a scene file; {STEM}")
    return replace(describe(path), given=name)


def is_stem(stem: str) -> bool:
    """Whether a file may be a scene's: its Scene class is called after it.

    >>> is_stem("my_scene"), is_stem("my-scene"), is_stem("2d")
    (True, False, False)
    """
    return bool(re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", stem))


def _files() -> dict[str, Path]:
    files = sorted(scenes_folder().glob("*.py"))
    return {_name(path): path for path in files if not path.name.startswith(("_", "."))}


def _name(path: Path) -> str:
    return path.stem.replace("_", "-")


def describe(path: Path) -> SceneInfo:
    """What is known of a scene from its file, which need not be there yet."""
    return SceneInfo(_name(path), summary_of(path, changed_at(path)), path, class_name_of(path))
