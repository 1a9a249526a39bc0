"""The registry: scenes from file names and docstrings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.options.fields import options_of

LIGHT = '''"""A summary.

More.
"""

from __future__ import annotations

import manim as m
from lranim import draw as drawing
from lranim.draw.anything import Base
from ..draw import other
from lranim.params import SceneParams


class Params(SceneParams):
    lr: float = 0.5
    point: tuple[float, ...] = (1.0,)


def numbers(params: Params) -> float:
    return params.lr * 2


class Helper(Base):
    shift = m.UP


class LrFinder(Helper):
    colour = other.RED
'''

NEEDS_ALL = '''"""Needs what it imports."""

from lranim.draw import theme_of
from lranim.params import SceneParams

COLOUR = theme_of("dark")


class Params(SceneParams):
    pass


def numbers(params):
    return COLOUR
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with one scene whose imports cannot be met."""
    (tmp_path / "lr_finder.py").write_text(LIGHT)
    (tmp_path / "_helpers.py").write_text("raise SystemExit")
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / ".hidden.py").write_text("raise SystemExit")
    monkeypatch.setattr(registry, "scenes_folder", lambda: tmp_path)
    return tmp_path


def test_names_come_from_the_file(folder: Path) -> None:
    """File name, docstring and path give all that `list` shows; private files are no scenes."""
    (info,) = registry.scenes().values()
    assert info == registry.SceneInfo("lr-finder", "A summary.", folder / "lr_finder.py", "LrFinder")


def test_the_light_part_needs_no_drawing(folder: Path) -> None:
    """Params and numbers load although nothing that the drawing part imports exists."""
    light = registry.get("lr-finder").load_light()
    assert light.numbers(light.Params.model_validate({"lr": 0.25})) == 0.5


def test_a_file_that_is_all_drawing_is_imported_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the light part does not stand on its own, the real module is used."""
    import lranim.draw

    monkeypatch.setattr(lranim.draw, "theme_of", str.upper, raising=False)
    (folder / "whole.py").write_text(NEEDS_ALL)
    light = registry.get("whole").load_light()
    assert light.numbers(light.Params()) == "DARK"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "broken.py cannot be loaded: ZeroDivisionError: division by zero"),
        ("def (", "broken.py is not valid Python: invalid syntax"),
        ("x = 1", "broken.py has no Params; a scene file needs Params and numbers(params)"),
    ],
)
def test_a_broken_file_says_what_is_wrong(folder: Path, text: str, said: str) -> None:
    """A scene file that cannot be used is named with the reason, and does not hide the others."""
    (folder / "broken.py").write_text(text)
    assert list(registry.scenes()) == ["broken", "lr-finder"]
    with pytest.raises(InputError) as caught:
        registry.get("broken").load_light()
    assert said in str(caught.value)


def test_the_scene_class_has_the_name_of_the_file(folder: Path) -> None:
    """The class is found by name, and its absence is said."""
    (folder / "walk_about.py").write_text("class WalkAbout: pass")
    (folder / "other.py").write_text("")
    assert registry.get("walk-about").load_scene_class().__name__ == "WalkAbout"
    with pytest.raises(InputError, match="has no class Other"):
        registry.get("other").load_scene_class()


def test_an_unknown_name_gets_the_nearest(folder: Path) -> None:
    """The message has the names that are close."""
    with pytest.raises(InputError, match="there is no scene lr-findr; did you mean lr-finder"):
        registry.get("lr-findr")


def test_every_scene_loads_light_with_options_of_its_own() -> None:
    """Each scene has a summary, and options that hide none of the commands' and load without manim."""
    from lranim.cli.render import command as render
    from lranim.cli.storyboard import command as storyboard
    from lranim.cli.trace import command as trace

    general = {flag for command in (render, trace, storyboard) for p in command.params for flag in p.opts}
    for info in registry.scenes().values():
        assert info.summary, info.name
        assert not {one.flag for one in options_of(info.load_light().Params).values()} & general, info.name
    code = (
        "import sys; from lranim.catalogue.registry import scenes;"
        "[i.load_light() for i in scenes().values()];"
        "sys.exit('manim' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
