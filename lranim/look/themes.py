"""Which themes there are: lranim's own, those of plugins, and files of one's own."""

from __future__ import annotations

import os
from dataclasses import replace

from lranim.errors import InputError, nearest
from lranim.look.theme import THEMES, Theme
from lranim.plugins.entry_points import Plugin, Table, Unusable, found


def themes() -> Table[Theme]:
    """Every theme by name: the built-in ones, then those of plugins.

    Examples
    --------
    >>> themes()["light"].background
    '#FFFFFF'
    """
    return Table("theme", THEMES, _of_plugin)


def theme_names() -> list[str]:
    """Name the themes, those of plugins too, without importing any plugin.

    Examples
    --------
    >>> theme_names()[:3]
    ['dark', 'light', 'contrast']
    """
    return [*THEMES, *(plugin.name for plugin in found("theme") if plugin.name not in THEMES)]


def _of_plugin(plugin: Plugin) -> Theme:
    """A plugin's theme: a `Theme`, a table of one as in a theme's file, or the path of such a file."""
    from lranim.look.theme_file import read_theme, theme_from

    given = plugin.product()
    try:
        if isinstance(given, dict):
            given = theme_from(given, plugin.value, plugin.name)
        elif isinstance(given, str | os.PathLike):
            given = read_theme(os.fspath(given), plugin.name)
    except InputError as error:
        raise Unusable(str(error)) from error
    if not isinstance(given, Theme):
        raise Unusable(
            f"it is of type {type(given).__name__}; it must be a Theme, a dict or the path of a file"
        )
    return replace(given, name=plugin.name, stem="")


def theme_of(name: str) -> Theme:
    """Look up a theme: one that is installed by its name, or one's own by the path of its TOML file.

    Raises
    ------
    InputError
        There is none of that name, or the file cannot be used.

    Examples
    --------
    >>> theme_of("light").background
    '#FFFFFF'
    """
    known = themes()
    if name in known.own:
        return known[name]
    if name.lower().endswith(".toml"):
        from lranim.look.theme_file import read_theme  # brings pydantic, which built-in themes do without

        return read_theme(name)
    if name in known:
        return known[name]
    raise InputError(
        f"there is no theme {name}; {nearest(name, known)} (one of your own is a file that ends in .toml)"
    )
