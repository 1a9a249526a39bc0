"""Every scene can be read in every language, theme and shape; one of them: -k 'slope and zh'."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    widths of lines, so they take turns, which begin elsewhere for each scene and language. For the whole
    product there is `lranim check --all`.
    """
    first = SCENES.index(name) + languages().index(lang)
    themes = list(THEMES)
    return [(themes[(first + k) % len(themes)], shape) for k, shape in enumerate(SHAPES)]


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


WIDE, BROAD, TV, SQUARE, TALL = (1120, 480), (854, 480), (640, 480), (480, 480), (480, 854)
QUARTIC, FOUR = "x**4 - 3*x**2 + x", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"

STRICT: list[tuple[str, tuple[int, int], dict[str, Any]]] = [
    ("cost", BROAD, {"count": 60, "noise": 5.0, "seed": 7}),
    ("cost", SQUARE, {"count": 60, "noise": 2.0}),
    ("cost", (270, 480), {"count": 2}),
    *(("cost", size, {"data": data}) for size, data in ((BROAD, "hours"), (TV, "years"), (BROAD, "huge"))),
    *(("momentum", BROAD, options) for options in ({"lr": 2.0}, {"kappa": 1e3}, {"beta": 0.0, "lr": 0.5})),
    ("momentum", BROAD, {"lr": 1e-6, "steps": 2}),
    *(
        ("optimizers", size, {"state": True, **options})
        for size in (BROAD, TALL)
        for options in (
            {"cost": "himmelblau", "optimizer": ("adam", "rmsprop", "nesterov", "adamw")},
            {"lr": (50.0,), "steps": 20},
        )
    ),
    *(
        (name, size, {"function": function, "lang": "zh"})
        for name, function, size in (
            ("slope", QUARTIC, TALL),
            ("surface", "1000*x**2 + 3000*y**2 + x*y", SQUARE),
            ("oscillation", "x*sin(x)", TALL),
            ("direction", FOUR, TV),
            ("descent", "1000*x**2", TALL),
            ("optimizers", FOUR, TALL),
            ("slope", "1000*x**2", TV),
            ("slope", "x*sin(x)", SQUARE),
            ("learning-rate", "1000*x**2", TALL),
            ("oscillation", "x**12", TV),
            ("oscillation", "(x - 500)**2/1000", TALL),
            ("surface", "exp(x**2/10) + exp(y**2/20)", BROAD),
            ("surface", "sin(x)*cos(y) + (x**2 + y**2)/20", TV),
        )
    ),
]
"""Unusual options, in frames of each shape."""

RUNS: list[tuple[str, dict[str, Any]]] = [
    ("oscillation", {"step": 5.0, "steps": 2}),
    ("slope", {"cost": "bowl"}),
    ("learning-rate", {"lr": 1.05}),
    ("surface", {"cost": "ravine", "lr": 1.0}),
    ("learning-rate", {"lr": 100.0, "steps": 5}),
    ("learning-rate", {"cost": "two-minima", "lr": 3.0}),
    ("oscillation", {"cost": "two-minima", "step": 100.0}),
    ("slope", {"cost": "two-minima"}),
    ("surface", {"seed": 7}),
]
MARKS: list[tuple[str, tuple[int, int], dict[str, Any]]] = [
    *((name, BROAD, options) for name, options in RUNS),
    *((name, size, options) for size in (WIDE, TV, SQUARE, TALL) for name, options in RUNS[:4]),
    ("direction", (270, 480), {"cost": "himmelblau", "point": (4.4, 4.5)}),
    ("direction", SQUARE, {"cost": "bowl-2d", "point": (3.6, 3.6)}),
    ("direction", BROAD, {"point": (1.02, -1.0)}),
    ("learning-rate", (426, 240), {"function": "x**2 + 3*sin(3*x)"}),
    ("learning-rate", (240, 426), {"function": "log(x)**2", "lang": "zh"}),
    ("learning-rate-compare", (426, 240), {"function": QUARTIC}),
    ("surface", (426, 240), {"function": FOUR}),
    *(
        ("train-valid", size, {"log": log})
        for size in ((426, 240), (240, 426), (320, 320))
        for log in ("overfitting", "diverged", "good")
    ),
    *(
        (name, size, {"log": log})
        for size in ((426, 240), (240, 426))
        for name, log in (("schedule", "good cosine"), ("lr-finder", "test"))
    ),
]
"""Runs that leave the view, or go to its edges: the point may come to lie on a number of an axis."""


@pytest.mark.thorough_after(16)
@pytest.mark.parametrize(
    ("name", "size", "options", "marks"),
    [(*case, marks) for cases, marks in ((MARKS, False), (STRICT, True)) for case in cases],
)
def test_options_leave_the_layout_whole(
    faults: Callable[..., set[str]],
    log: Callable[[str], str],
    data: Callable[[str], str],
    name: str,
    size: tuple[int, int],
    options: dict[str, Any],
    marks: bool,
) -> None:
    """All the check's rules; without `marks` but for marks on the labels of axes."""
    given = dict(options)
    if "log" in given:
        given["log"] = log(given["log"])
    if "data" in given:
        given["data"] = data(given["data"])
    assert faults(name, size=size, theme=("dark", "light")[marks], marks=marks, **given) == set()
