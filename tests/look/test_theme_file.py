"""A theme of one's own: what a file may say, and what is said of one that is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from lranim.errors import InputError
from lranim.look.theme import THEMES, Theme, weak_text
from lranim.look.themes import theme_of

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a theme file and return its path."""

    def written(text: str | bytes, name: str = "school.toml") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return str(path)

    return written


@pytest.fixture
def refused(write: Write) -> Callable[..., str]:
    """Read a file that is wrong; return what is said after its path."""

    def said(text: str | bytes, name: str = "school.toml") -> str:
        path = write(text, name)
        with pytest.raises(InputError) as caught:
            theme_of(path)
        line = str(caught.value)
        assert line.startswith(path)
        assert "\n" not in line
        return line.removeprefix(path)

    return said


def test_an_empty_file_is_the_default_theme_by_another_name(write: Write) -> None:
    """Named after the file, in the sidecar and in the names of clips."""
    theme = theme_of(write(""))
    assert theme == dataclasses.replace(THEMES["dark"], name="school", stem="school")


@pytest.mark.parametrize("base", list(THEMES))
def test_base(write: Write, base: str) -> None:
    """What the file leaves out is that of its base."""
    theme = theme_of(write(f'base = "{base}"\n[sizes]\ncurve = 9\n'))
    expected = dataclasses.replace(THEMES[base].sizes, curve=9.0)
    assert theme == dataclasses.replace(THEMES[base], name="school", stem="school", sizes=expected)


FULL = """
name = "Springfield High"
base = "light"
background = "#fafafa"
fonts = ["Lato", "Noto Sans"]

[colours]
text = "#123"
cost = "#05b"
minimum = "#aB0000"

[sizes]
title = 7
grid = 1.0

[waits]
read = 2
"""


def test_every_kind_of_key(write: Write) -> None:
    """Colours are written out, the base's fonts stand in for those that are not there."""
    light, theme = THEMES["light"], theme_of(write(FULL))
    assert (theme.name, theme.stem) == ("Springfield High", "school")
    assert (theme.background, theme.text, theme.cost) == ("#FAFAFA", "#112233", "#0055BB")
    assert (theme.minimum, theme.panel) == ("#AB0000", light.panel)
    assert theme.fonts == ("Lato", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans")
    assert theme.sizes == dataclasses.replace(light.sizes, title=7.0, grid=1.0)
    assert theme.waits == dataclasses.replace(light.waits, read=2.0)
    assert isinstance(hash(theme), int)


def test_every_colour_can_be_given(write: Write) -> None:
    """There is a key for each field of a theme that is a colour."""
    colours = [
        name for name, value in dataclasses.asdict(THEMES["dark"]).items() if str(value).startswith("#")
    ]
    rows = {name: f"#{index:06X}" for index, name in enumerate(colours, start=1)}
    lines = [f'background = "{rows["background"]}"', "[colours]"]
    lines += [f'{name} = "{code}"' for name, code in rows.items() if name != "background"]
    theme = theme_of(write("\n".join(lines)))
    assert {name: getattr(theme, name) for name in colours} == rows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('point = "#00F"', ("#0000FF", "#0000FF")),
        ('point = "#00F"\npoint_text = "#F00"', ("#0000FF", "#FF0000")),
        ('point_text = "#F00"', (THEMES["light"].point, "#FF0000")),
    ],
)
def test_text_about_the_point_has_its_colour(write: Write, text: str, found: tuple[str, str]) -> None:
    """Unless the file says otherwise."""
    theme = theme_of(write(f'base = "light"\n[colours]\n{text}\n'))
    assert (theme.point, theme.point_text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[colours]\ncost = "#12"', 'colours.cost is "#12"; it must be #RGB or #RRGGBB, such as #1E6BE3'),
        ('[colours]\ncost = "blue"', 'colours.cost is "blue"; it must be #RGB or #RRGGBB'),
        ('[colours]\ncost = "#１２３"', 'colours.cost is "#１２３"; it must be #RGB or #RRGGBB'),
        ("[colours]\ncost = 2025-01-01", "colours.cost is 2025-01-01; it must be #RGB or #RRGGBB"),
        ('background = ""', 'background is ""; it must be #RGB or #RRGGBB'),
        ('[colours]\ncsot = "#123"', "there is no key colours.csot; did you mean cost?"),
        ('cost = "#123"', "there is no key cost; did you mean colours.cost?"),
        ('[colors]\ncost = "#123"', "there is no key colors; did you mean colours?"),
        ("zzz = 1", "there is no key zzz; there are: name, base, background, fonts, colours, sizes, waits"),
        ('base = "drak"', 'base is "drak"; it must be one of dark, light, contrast'),
        ("colours = 3", "colours is 3; it must be a table, [colours]"),
        ('fonts = "Lato"', 'fonts is "Lato"; it must be 1 to 8 font families, such as ["Lato", "Noto Sans"]'),
        ("fonts = []", "fonts is []; it must be 1 to 8 font families"),
        ('fonts = ["Lato", ""]', 'fonts is ""; it must be 1 to 8 font families'),
        ('fonts = ["a\\u0000b"]', 'fonts is "a\\u0000b"; it must be 1 to 8 font families'),
        ("fonts = [" + '"a",' * 9 + "]", 'fonts is ["a", "a", '),
        ("[sizes]\ncurve = 99", "sizes.curve is 99; it must be a number from 3 to 12"),
        ("[sizes]\ncurve = nan", "sizes.curve is nan; it must be a number from 3 to 12"),
        ('[sizes]\ncurve = "8"', 'sizes.curve is "8"; it must be a number from 3 to 12'),
        ("[sizes]\ncurve = true", "sizes.curve is true; it must be a number from 3 to 12"),
        ("[sizes]\ntick = 3", "sizes.tick is 3; it must be a number from 3.1 to "),
        ("[waits]\nread = 1e9", "waits.read is 1e+09; it must be a number from 0.05 to 30"),
        ("name = ''", 'name is ""; it must be a line of 1 to 60 characters'),
        ('name = "a\\nb"', 'name is "a\\nb"; it must be a line of 1 to 60 characters'),
        (f'name = "{"a" * 61}"', "it must be a line of 1 to 60 characters"),
        ('name = "dark"', "a theme of your own cannot be called dark; give it another name"),
    ],
)
def test_a_mistake_costs_one_line(refused: Callable[..., str], text: str, said: str) -> None:
    """File, key, value, and what is allowed."""
    assert said in refused(text).removeprefix(": ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cost", " is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 5)"),
        ("a = 1\nb = #123\n", " is not TOML: Invalid value (at line 2, column 5)"),
        ("name = 'a'\nname = 'b'", " is not TOML: Cannot overwrite a value (at line 2, column 11)"),
        ("a = " + "[" * 5000, " is not TOML: too many brackets within brackets"),
        ("colours." * 50_000 + "cost = 1", " has a key of more than 100 parts with dots between; shorten it"),
        (b"name = '\xff'", " is not UTF-8 text (byte 8); save it as UTF-8"),
        (b"\x89PNG\r\n", " is not UTF-8 text (byte 0)"),
    ],
)
def test_what_is_not_toml(refused: Callable[..., str], text: str | bytes, said: str) -> None:
    """Where it goes wrong, by line and column."""
    assert refused(text).startswith(said)


@pytest.mark.parametrize("stem", [*THEMES, "zh", "alpha"])
def test_a_name_that_clips_use_otherwise(refused: Callable[..., str], stem: str) -> None:
    """slope.light.mp4 is the clip of a built-in theme, slope.zh.mp4 the Chinese one."""
    assert (
        refused("", f"{stem}.toml") == f": a theme of your own cannot be called {stem}; give it another name"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """And one that is a folder."""
    path = str(tmp_path / "nope.toml")
    with pytest.raises(
        InputError, match=r"there is no file .*nope.toml; give the path of a theme file, or one"
    ):
        theme_of(path)
    (tmp_path / "folder.TOML").mkdir()
    with pytest.raises(InputError, match=r"folder.TOML is not a file"):
        theme_of(str(tmp_path / "folder.TOML"))


def test_a_file_from_another_editor(write: Write) -> None:
    """With a byte order mark, Windows line ends and a suffix in capitals."""
    theme = theme_of(write("\ufeffname = 'Schule Ö'\r\n[waits]\r\nread = 1\r\n", "Schule.TOML"))
    assert (theme.name, theme.stem, theme.waits.read) == ("Schule Ö", "Schule", 1.0)


def largest(theme: Theme) -> dict[str, float]:
    """The largest text sizes that a file may ask for."""
    found = {}
    for name in ("title", "chip", "step", "rule", "numbers", "caption", "label", "tick"):
        found[name] = round(1.15 * getattr(theme.sizes, name), 1)
    return found


def test_the_largest_sizes_are_taken(write: Write) -> None:
    """And a little more is not."""
    sizes = largest(THEMES["dark"])
    rows = [f"{name} = {size}" for name, size in sizes.items()]
    theme = theme_of(write("\n".join(["[sizes]", *rows])))
    assert all(getattr(theme.sizes, name) == size for name, size in sizes.items())
    for name, size in sizes.items():
        with pytest.raises(InputError, match=f"sizes.{name} is "):
            theme_of(write(f"[sizes]\n{name} = {size + 0.01}"))


def test_weak_colours_are_no_mistake(write: Write) -> None:
    """A theme that is hard to read is taken; what is weak in it can be asked for."""
    theme = theme_of(write('base = "light"\n[colours]\nrate = "#f90"\n'))
    assert [line.partition(" ")[0] for line in weak_text(theme)] == ["rate"]
