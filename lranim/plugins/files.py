"""The files of plugins: where they are, found without importing them, and what they held when they were."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
from pathlib import Path

from lranim.errors import one_line

_loaded: dict[str, str] = {}


class Unusable(Exception):
    """Why a plugin cannot be used, in one line."""

    def __str__(self) -> str:
        return one_line(super().__str__())


def as_loaded() -> dict[str, str]:
    """Versions and sources (SHA-256), by name, of the plugins that this process has imported, as they were.

    What a module has imported stays as it is in a process, whatever becomes of its files.
    """
    return dict(_loaded)


@functools.cache
def remember(package: str, version: str, module: str) -> None:
    """Note version and sources of a plugin that is about to be imported, unless they are noted already.

    Parameters
    ----------
    package, version
        The distribution that brings it.
    module
        The full name of its module.
    """
    from hashlib import sha256  # not at the top: most processes import no plugin

    _loaded.setdefault(f"plugin {package}", version)
    with contextlib.suppress(Unusable, OSError):  # who imports it is told
        for name, path in sources(module).items():
            title = source_title(package, name)
            if title not in _loaded:
                _loaded[title] = sha256(path.read_bytes()).hexdigest()


def source_title(package: str, name: str) -> str:
    """Name a file of a plugin's package among the inputs of a clip.

    >>> source_title("lecture", "lecture/costs.py")
    'source lecture lecture/costs.py'
    """
    return f"source {package} {name}"


def file_of(module: str) -> Path:
    """The file of a module, found without importing it, or, where that is not possible, what it is in.

    Raises
    ------
    Unusable
        There is none.
    """
    top, *rest = module.split(".")
    for place in _places(top) if rest else ():
        base = Path(place, *rest)
        for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if path.is_file():
                return path
    try:
        spec = importlib.util.find_spec(module)
    except (Exception, SystemExit) as error:
        raise Unusable(f"{module} cannot be found: {type(error).__name__}: {error}") from error
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        raise Unusable(f"there is no file of a module {module}")
    return Path(spec.origin)


def sources(module: str) -> dict[str, Path]:
    """The files that a plugin is made of, by name: its module's whole package, or the module alone.

    Raises
    ------
    Unusable
        There are none.
    """
    top = module.partition(".")[0]
    folders = [Path(place) for place in _places(top)]
    files = {
        f"{top}/{path.relative_to(folder).as_posix()}": path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".py", ".toml") and path.is_file()
    }
    return files or {f"{top}.py": file_of(top)}


def _places(top: str) -> list[str]:
    """The folders of a package; none of a module that is no package, or is not there."""
    try:
        spec = importlib.util.find_spec(top)  # of a name without dots this imports nothing
    except (Exception, SystemExit):
        return []
    return list(spec.submodule_search_locations or ()) if spec else []
