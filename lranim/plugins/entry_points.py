"""What other packages add through entry points: scenes, costs, rules, schedules and themes.

Entry points are read when something is asked for that lranim does not have itself, and once. A plugin that
cannot be used is named in one line on stderr and left out; it never breaks what is beside it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lranim.plugins.files import Unusable, remember

T = TypeVar("T")

KINDS = ("scene", "cost", "rule", "schedule", "theme")
"""What a plugin may be; the entry points of a kind are in the group ``lranim.<kind>s``."""


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
        lranim.plugins.files.Unusable
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
    lranim.plugins.files.Unusable
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
    if not _may_be_any():
        return ()
    from importlib.metadata import entry_points  # costs 30 ms, which nobody without plugins should pay

    rows = {
        Plugin(kind, point.name, point.dist.name, point.dist.version, point.value)
        for point in entry_points(group=f"lranim.{kind}s")
        if point.dist is not None
    }
    return tuple(sorted(rows))


@functools.cache
def _may_be_any() -> bool:
    """Whether any installed package speaks of lranim in its entry points."""
    for place in map(Path, dict.fromkeys(sys.path)):
        if place.is_file():  # a zip archive, which importlib.metadata can look into
            return True
        with contextlib.suppress(OSError), os.scandir(place) as rows:
            for row in rows:
                if row.name.endswith((".dist-info", ".egg-info")):
                    with contextlib.suppress(OSError), open(f"{row.path}/entry_points.txt", "rb") as file:
                        if b"[lranim." in file.read():
                            return True
    return False


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
    try:
        with _in_time():
            return make(plugin)
    except Unusable as error:
        return error
    except (Exception, SystemExit) as error:  # of an object that is made up of anything
        return Unusable(f"it cannot be used: {type(error).__name__}: {error}")


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    """Interrupt what takes longer than `LONGEST_S`, such as a loop; only a main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: object) -> None:
        raise TimeoutError(f"it took more than {LONGEST_S:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    rest, _ = signal.setitimer(signal.ITIMER_REAL, LONGEST_S)  # of a scene whose options ask for costs
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, rest)
        signal.signal(signal.SIGALRM, before)


_skipped: set[Plugin] = set()


def skip(plugin: Plugin, why: Unusable) -> None:
    """Say on stderr, once, that a plugin is left out, and why; a worker leaves that to its parent."""
    from multiprocessing import parent_process

    if plugin in _skipped or parent_process() is not None:
        return
    _skipped.add(plugin)
    reason = " ".join(str(why).split())
    print(f"Note: plugin {plugin.name} of package {plugin.package} was skipped: {reason}", file=sys.stderr)
