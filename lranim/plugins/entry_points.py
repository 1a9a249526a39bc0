"""What other packages add through entry points: scenes, costs, rules, schedules and themes.

Entry points are read when something is asked for that lranim does not have itself, and once. A plugin that
cannot be used is named in one line on stderr and left out; it never breaks what is beside it. Its files are
found without importing it, and what they held when it was imported is kept.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import inspect
import itertools
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from typing import Any, TypeVar

from lranim.errors import one_line

T = TypeVar("T")

KINDS = ("scene", "cost", "rule", "schedule", "theme")
"""What a plugin may be; the entry points of a kind are in the group ``lranim.<kind>s``."""


class Unusable(Exception):
    """Why a plugin cannot be used, in one line."""

    def __str__(self) -> str:
        return one_line(super().__str__())


@dataclass(frozen=True, order=True)
class Plugin:
    """One entry point.

    Parameters
    ----------
    kind
        One of `KINDS`.
    name
        What it is called on the command line.
    package, version
        The distribution that brings it.
    value
        Where it is: ``module``, or ``module:object``.
    """

    kind: str
    name: str
    package: str
    version: str
    value: str

    @property
    def module(self) -> str:
        """The module's full name."""
        return self.value.partition(":")[0].strip()

    def object(self) -> Any:
        """Import what the entry point names.

        Raises
        ------
        lranim.plugins.entry_points.Unusable
            That fails, for whatever reason.
        """
        path = self.value.partition("[")[0].partition(":")[2].strip()
        self.loads()
        try:
            with contextlib.redirect_stdout(sys.stderr):  # stdout is for results
                found: Any = importlib.import_module(self.module)
                return functools.reduce(getattr, path.split("."), found) if path else found
        except (Exception, SystemExit) as error:
            raise Unusable(f"{self.value} cannot be imported: {type(error).__name__}: {error}") from error

    def loads(self) -> None:
        """Note what the files of the plugin hold, of which something is about to be imported."""
        remember(self.package, self.version, self.module)

    def product(self) -> Any:
        """What the entry point names, or what that returns where it is a function without arguments."""
        given = self.object()
        return tried("function", given) if callable(given) and not needed(given) else given


def needed(function: Callable[..., Any]) -> list[str]:
    """The arguments that a function cannot do without.

    Examples
    --------
    >>> needed(lambda a, b=2, *rest, c, **more: None)
    ['a', 'c']
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        one.name
        for one in parameters
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]


def tried(what: str, function: Callable[..., T], *args: Any) -> T:
    """Call something of a plugin.

    Raises
    ------
    lranim.plugins.entry_points.Unusable
        It fails.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return function(*args)
    except Unusable:
        raise
    except (Exception, SystemExit) as error:
        raise Unusable(f"its {what} fails: {type(error).__name__}: {error}") from error


@functools.cache
def found(kind: str) -> tuple[Plugin, ...]:
    """Every plugin of a kind by name and package, whether it can be used or not; nothing is imported."""
    return tuple(sorted(plugin for plugin in _installed()[0] if plugin.kind == kind))


def unreadable() -> list[str]:
    """The packages whose metadata cannot be read, which have been named on stderr."""
    return sorted(_installed()[1])


@functools.cache
def _installed() -> tuple[set[Plugin], set[str]]:
    """The plugins of all packages, and the packages that cannot be read, which are named on stderr."""
    plugins: set[Plugin] = set()
    broken: set[str] = set()
    folders: dict[str, str] = {}  # of two of the same package the first on the import path hides the other
    for place in sys.path:
        with contextlib.suppress(OSError):
            for row in sorted(os.listdir(place or ".")):
                if row.endswith((".dist-info", ".egg-info")):
                    folders.setdefault(_package(row), str(Path(place, row)))
    for package, folder in folders.items():
        try:
            plugins |= _plugins_of(folder)
        except (OSError, ValueError) as error:
            broken.add(package)
            _note(f"package {folder} was skipped: {error}; install it again, or remove it")
    if broken:
        # manim, networkx and pydantic read all entry points when they are imported, and are to go on, too.
        from importlib import metadata  # costs 30 ms, which nobody else should pay

        def readable(**about: Any) -> Iterator[metadata.Distribution]:
            return (one for one in every(**about) if _package(str(getattr(one, "_path", ""))) not in broken)

        every, metadata.distributions = metadata.distributions, readable
    return plugins, broken


def _package(metadata: str) -> str:
    """Which package a folder of metadata is of.

    >>> _package("site-packages/my.lecture-1.0.dist-info"), _package("My_Lecture.egg-info")
    ('my_lecture', 'my_lecture')
    """
    stem = os.path.splitext(os.path.basename(metadata))[0]
    return re.sub("[-_.]+", "_", stem.partition("-")[0]).lower()


def _plugins_of(folder: str) -> set[Plugin]:
    kinds = {f"lranim.{kind}s": kind for kind in KINDS}
    group, points = "", []
    for line in map(str.strip, _text(folder, "entry_points.txt").splitlines()):
        name, equals, value = line.partition("=")
        if line.startswith("[") and line.endswith("]"):
            group = line.strip("[]")
        elif group and line and not line.startswith("#"):
            if not equals:
                raise ValueError(f"entry_points.txt has a line without =: {line}")
            if group in kinds:
                points.append((kinds[group], one_line(name), one_line(value)))
    if not points:
        return set()
    headers = message_from_string(_text(folder, "METADATA") or _text(folder, "PKG-INFO"))
    package, version = (one_line(headers[key] or "") for key in ("Name", "Version"))
    if not (package and version):
        raise ValueError("METADATA does not say its name and version")
    return {Plugin(kind, name, package, version, value) for kind, name, value in points}


def _text(folder: str, name: str) -> str:
    path = f"{folder}/{name}"
    if not os.path.exists(path):
        return ""
    if not os.path.isfile(path):  # a pipe would never end
        raise ValueError(f"{name} is not a file")
    with open(path, "rb") as file:
        try:
            return file.read().decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"{name} is not UTF-8 text (byte {error.start})") from error


LONGEST_S = 8.0
"""So long may one plugin take to be imported and tried (s)."""


@dataclass(frozen=True)
class Table(Mapping[str, T]):
    """What there is of a kind, by name: what lranim has itself, then what plugins add.

    A name that lranim has is looked up without reading any plugin, and of the plugins only that one is
    imported whose name is asked for. Going through all of them leaves out those that cannot be used.

    Parameters
    ----------
    kind
        One of `KINDS`.
    own
        What lranim has itself.
    make
        Makes a plugin into what is in the table; raises `Unusable`.
    """

    kind: str
    own: Mapping[str, T]
    make: Callable[[Plugin], T]

    def __getitem__(self, name: str) -> T:
        if name in self.own:
            return self.own[name]
        for plugin in found(self.kind):
            if plugin.name == name:
                made = self.made(plugin)
                if not isinstance(made, Unusable):
                    return made
                skip(plugin, made)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        for plugin in found(self.kind):
            made = self.made(plugin)
            if isinstance(made, Unusable):
                skip(plugin, made)
            else:
                yield plugin.name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def made(self, plugin: Plugin) -> T | Unusable:
        """What a plugin of this kind is in the table, or why it is not there."""
        if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", plugin.name):
            return Unusable("its name must be small letters and digits, with hyphens between words")
        if plugin.name in self.own:
            return Unusable(f"lranim has a {self.kind} of that name itself; give it another name")
        first = next(other for other in found(self.kind) if other.name == plugin.name)
        if first != plugin:
            return Unusable(f"package {first.package} has a {self.kind} of that name; remove one of them")
        made: T | Unusable = _made(plugin, self.make)
        return made


@functools.cache
def _made(plugin: Plugin, make: Callable[[Plugin], Any]) -> Any:
    with _in_time(plugin):
        try:
            return make(plugin)
        except Unusable as error:
            return error
        except _Late as error:
            _late.append(plugin)
            return Unusable(str(error))
        except BaseException as error:  # a plugin may raise anything; an interrupt is raised again
            return Unusable(f"it cannot be used: {type(error).__name__}: {error}")


class _Late(BaseException):
    """Raised inside a plugin; were it an `Exception`, many would catch it and go on."""


_late: list[Plugin] = []


@contextlib.contextmanager
def _in_time(plugin: Plugin) -> Iterator[None]:
    """Interrupt what takes longer than `LONGEST_S`, such as a loop; only a main thread can be interrupted.

    Once a plugin has been late the others get a 16th of that. One that catches even `_Late` ends the command.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    again = LONGEST_S / 16
    limit, after = (again, f", after {_late[0].name} had been late") if _late else (LONGEST_S, "")
    ticks, interrupts = itertools.count(1), list[int]()

    def stop(signum: int, frame: object) -> None:
        if next(ticks) <= 3:
            raise _Late(f"it took more than {limit:g} s{after}")
        line = f"Error: plugin {plugin.name} of package {plugin.package} cannot be stopped; remove it\n"
        os.write(2, line.encode())
        os._exit(130 if interrupts else 1)

    def interrupt(signum: int, frame: object) -> None:
        interrupts.append(signum)  # tells it from a KeyboardInterrupt of the plugin's own, which may catch it
        signal.setitimer(signal.ITIMER_REAL, again, again)
        before[signum](signum, frame)

    before: dict[int, Any] = {signal.SIGALRM: signal.signal(signal.SIGALRM, stop)}
    for one in (signal.SIGINT, signal.SIGTERM):
        before[one] = signal.getsignal(one)
        if callable(before[one]):
            signal.signal(one, interrupt)
    rest = signal.setitimer(signal.ITIMER_REAL, limit, again)  # of a scene whose options ask for costs
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *rest)
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupts:
        raise KeyboardInterrupt


_skipped: set[str] = set()


def skip(plugin: Plugin, why: Unusable) -> None:
    """Say on stderr, once, that a plugin is left out, and why."""
    _note(f"plugin {plugin.name} of package {plugin.package} was skipped: {why}")


def _note(line: str) -> None:
    """Say on stderr, once, what is left out; a worker leaves that to its parent."""
    from multiprocessing import current_process

    if line not in _skipped and current_process().name == "MainProcess":
        _skipped.add(line)
        print(f"Note: {one_line(line)}", file=sys.stderr)


_loaded: dict[str, str] = {}


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


_installed()  # now, as manim and pydantic read all entry points when they are imported
