"""Every scene can be read in every language, theme and shape; one of them: -k 'slope and zh'."""

from __future__ import annotations

from pathlib import Path

import pytest

from lranim.catalogue import registry
from lranim.cli.layoutcheck import SHAPES
from lranim.judge.check import check
from lranim.look.text import languages
from lranim.look.theme import THEMES
from lranim.video.job import Job

SCENES = list(registry.scenes())
PAIRS = [(name, languages()[(index + k) % 2]) for k in range(2) for index, name in enumerate(SCENES)]
"""Each scene in one language, in turn, then in the other."""


def variants(name: str, lang: str) -> list[tuple[str, str]]:
    """Themes and shapes in which a scene is looked at in a language.

    Words and shapes settle where things go, so each language meets each shape. Themes settle colours and the
    widths of lines, so they take turns, which begin elsewhere for each scene and language, and
    `test_the_variants_meet` says what that comes to. For the whole product there is `lranim check --all`.
    """
    first = SCENES.index(name) + languages().index(lang)
    themes = list(THEMES)
    return [(themes[(first + k) % len(themes)], shape) for k, shape in enumerate(SHAPES)]


def test_the_variants_meet() -> None:
    """A scene meets all shapes and all themes in each language; somewhere, all three meet."""
    everything = {(theme, shape) for theme in THEMES for shape in SHAPES}
    for lang in languages():
        for name in SCENES:
            seen = variants(name, lang)
            assert {theme for theme, _ in seen} == set(THEMES)
            assert {shape for _, shape in seen} == set(SHAPES)
        assert {pair for name in SCENES for pair in variants(name, lang)} == everything


@pytest.mark.thorough_after(len(SCENES))
@pytest.mark.parametrize(("name", "lang"), PAIRS)
def test_every_picture_can_be_read(name: str, lang: str, tmp_path: Path) -> None:
    """What lranim check finds wherever the picture comes to rest: nothing."""
    params = registry.get(name).load_light().Params().model_dump(mode="json")
    about = {"fps": 10, "formats": ("png",), "transparent": False, "out_dir": tmp_path, "name": name}
    found: list[str] = []
    for theme, shape in variants(name, lang):
        width, height = SHAPES[shape]
        report = check(
            Job(
                scene=name, params=params, lang=lang, theme=THEMES[theme], width=width, height=height, **about
            )
        )
        found += [f"{theme} {shape} at {sighting.line}" for sighting in report.sightings]
        assert not report.error, report.details
        assert report.looks >= report.beats > 2
    assert not found, "\n" + "\n".join(found)
