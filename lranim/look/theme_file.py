"""A theme of one's own: a TOML file that says what is different from a built-in one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, create_model

from lranim.errors import InputError
from lranim.look.tables import Table, complaint, read_toml
from lranim.look.text import languages
from lranim.look.theme import DEFAULT_THEME, THEMES, Sizes, Theme, Waits

TEXT_SIZES = ("title", "chip", "step", "rule", "numbers", "caption", "label", "tick")
COLOURS = [name for name, value in vars(THEMES[DEFAULT_THEME]).items() if str(value).startswith("#")]
COLOUR = "#RGB or #RRGGBB, such as #1E6BE3"
WORDS = "a line of 1 to 60 characters"


def _colour(code: str) -> str:
    """``#RRGGBB`` in capitals."""
    return ("#" + "".join(2 * digit for digit in code[1:]) if len(code) == 4 else code).upper()


def _words(text: str) -> str:
    if not (text.strip() and text.isprintable() and len(text) <= 60):
        raise ValueError(WORDS)
    return text.strip()


Colour = Annotated[str, Field(pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$"), AfterValidator(_colour)]
Words = Annotated[str, AfterValidator(_words)]


def _number(low: float, high: float) -> Any:
    about = f"a number from {low:g} to {high:g}"
    return (float | None, Field(None, ge=low, le=high, description=about))


def _size(name: str, usual: float) -> Any:
    """Nothing is so small that it cannot be seen, nor so large that it covers what is beside it."""
    if name in TEXT_SIZES:
        return _number(3.1, round(1.15 * usual, 1))
    return _number(usual / 2, usual * (1.5 if name == "dot" else 2))


def _table(title: str, /, **rows: Any) -> Any:
    return create_model(title, __base__=Table, **rows)


def _part(name: str, /, **rows: Any) -> Any:
    """A table within the file, which need not be there."""
    table = _table(name.title(), **rows)
    return (table, Field(table(), description=f"a table, [{name}]"))


_COLOUR = (Colour | None, Field(None, description=COLOUR))
_FONTS = Field(
    None, min_length=1, max_length=8, description='1 to 8 font families, such as ["Lato", "Noto Sans"]'
)
ThemeFile = _table(
    "ThemeFile",
    name=(Words | None, Field(None, description=WORDS)),
    base=(Literal[tuple(THEMES)], Field(DEFAULT_THEME, description="one of " + ", ".join(THEMES))),
    background=_COLOUR,
    fonts=(list[Words] | None, _FONTS),
    colours=_part("colours", **{name: _COLOUR for name in COLOURS if name != "background"}),
    sizes=_part("sizes", **{f.name: _size(f.name, getattr(Sizes(), f.name)) for f in fields(Sizes)}),
    waits=_part("waits", **{field.name: _number(0.05, 30) for field in fields(Waits)}),
)
"""The file: the theme that it starts from, and what is different."""


def read_theme(path: str, stem: str | None = None) -> Theme:
    """Read a theme from a TOML file.

    What the file leaves out is that of its base. A new colour of the point is also that of text about the
    point, unless the file gives `point_text`; the base's fonts stand in for those that are not installed.

    Parameters
    ----------
    path
        The file.
    stem
        What the names of clips call it, where that is not the file's name.

    Raises
    ------
    InputError
        It cannot be read, is not TOML, or a key or value of it cannot be used: the first one, in one line.
    """
    choice = f"give the path of a theme file, or one of {', '.join(THEMES)}"
    return theme_from(tomllib.loads(read_toml(path, choice)), path, Path(path).stem if stem is None else stem)


def theme_from(table: Mapping[str, Any], place: str, stem: str) -> Theme:
    """Make a theme of what stands in a theme file; see `read_theme`.

    Parameters
    ----------
    table
        The file's keys and tables.
    place
        Where it stands, for messages.
    stem
        Its name in the names of clips.

    Raises
    ------
    InputError
        A key or value of it cannot be used: the first one, in one line.
    """
    try:
        given = ThemeFile.model_validate(table)
    except ValidationError as error:
        raise InputError(f"{place}: {complaint(error.errors()[0], ThemeFile)}") from None
    base = THEMES[given.base]
    name = given.name or stem
    for word in (name, stem):
        if word in (*THEMES, *languages(), "alpha"):  # clips of it would have the names of other clips
            raise InputError(f"{place}: a theme of your own cannot be called {word}; give it another name")
    colours = given.colours.given()
    if "point" in colours:
        colours = {"point_text": colours["point"], **colours}
    if given.background:
        colours["background"] = given.background
    return replace(
        base,
        name=name,
        stem=stem,
        fonts=tuple(dict.fromkeys([*(given.fonts or ()), *base.fonts])),
        sizes=replace(base.sizes, **given.sizes.given()),
        waits=replace(base.waits, **given.waits.given()),
        **colours,
    )
