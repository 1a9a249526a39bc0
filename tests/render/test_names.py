"""Names of clips, formulas and logs as parts of them, and rates of GIFs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lranim.video.job import (
    LONGEST_FORMULA,
    check_name,
    default_name,
    formula_stem,
    gif_rate,
    nearest_gif_rate,
)

ODD = [
    "x**4 - 3*x**2 + x",
    "x*4-3*x*2+x",
    "x ** 4 - 3 * x**2 + x",
    "(1-x)**2 + 5*(y-x**2)**2",
    "1/x + x/2",
    "sin(x)·x²",
    "x" + " + x" * 80,
    "x" + " + x" * 81,
    "-x**2",
    "EXP(x)",
    "../../x",
    "x; rm -rf ~ | $(x) `x` \\ \"x\" '#x' %x {x} <x> x?",
    "\N{SNOWMAN}\n\t\0",
    "",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_makes_a_safe_short_stem(text: str) -> None:
    """Nothing in it must be quoted in a shell, in a URL or in LaTeX, and it is short."""
    stem = formula_stem(text)
    assert re.fullmatch(r"[a-z0-9+.-]*_[0-9a-f]{6}", stem)
    assert len(stem) <= LONGEST_FORMULA + 7
    check_name(default_name("learning-rate-compare", {"function": text, "lr": [0.1]}, {}))


def test_each_text_has_a_stem_of_its_own() -> None:
    """Also where the same letters and digits are left of two of them, or of their beginnings."""
    assert len({formula_stem(text) for text in ODD}) == len(ODD)
    assert formula_stem("x**4 - 3*x**2 + x").startswith("x4-3x2+x_")
    assert formula_stem("x**4/2").startswith("x4over2_")


def test_logs_of_one_name_make_clips_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainers give every log the same name: its folder tells one training from another, from anywhere."""
    (tmp_path / "bert").mkdir()
    monkeypatch.chdir(tmp_path / "bert")
    names = {
        default_name("train-valid", {"log": path}, {"log": None})
        for path in (
            "trainer_state.json",
            "../bert/trainer_state.json",
            str(Path("trainer_state.json").absolute()),
        )
    }
    assert names == {"train-valid.log=bert-trainer_state"}
    assert default_name("schedule", {"log": "v1/logging.jsonl"}, {}) == "schedule.log=v1-logging"
    assert default_name("schedule", {"log": "/logging.jsonl"}, {}) == "schedule.log=logging"
    assert default_name("schedule", {"log": "v1/run.csv"}, {}) == "schedule.log=run"


def test_the_name_of_a_clip() -> None:
    """The domain is written as it is typed."""
    params = {"function": "x**2", "domain": [-1.0, 3.0], "lr": 0.3}
    name = default_name("learning-rate", params, {"lr": 0.3, "function": None, "domain": None}, lang="zh")
    assert name == f"learning-rate.function={formula_stem('x**2')}.domain=-1,3.zh"


DEFAULTS = {"lr": 0.3, "start": None, "steps": 30, "cost": "bowl"}


@pytest.mark.parametrize(
    ("changed", "look", "name"),
    [
        ({}, {}, "learning-rate"),
        ({"lr": 0.9}, {}, "learning-rate.lr=0.9"),
        ({"lr": 0.9}, {"theme": "light"}, "learning-rate.lr=0.9.light"),
        ({}, {"theme": "light", "transparent": True}, "learning-rate.light.alpha"),
        ({"lr": 0.9}, {"lang": "zh"}, "learning-rate.lr=0.9.zh"),
        ({}, {"lang": "zh", "theme": "light", "transparent": True}, "learning-rate.zh.light.alpha"),
        ({"lr": 1.0}, {}, "learning-rate.lr=1"),
        ({"steps": 5, "lr": 1e-05}, {}, "learning-rate.lr=1e-05.steps=5"),
        ({"start": [1.5, -2.0], "cost": "ravine"}, {}, "learning-rate.start=1.5,-2.cost=ravine"),
        ({"data": "points.csv"}, {}, "learning-rate.data=points"),
        ({"data": "/home/me/course/week 3.csv"}, {}, "learning-rate.data=week 3"),
        ({"data": "../points.v2.csv"}, {}, "learning-rate.data=points.v2"),
    ],
)
def test_a_name_has_what_is_not_default(changed: dict, look: dict, name: str) -> None:
    """Options in field order, then language, theme, and alpha."""
    assert default_name("learning-rate", {**DEFAULTS, **changed}, DEFAULTS, **look) == name


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (1, 1), (2, 2), (3, 10), (4, 4), (5, 5), (10, 10), (12, 10), (15, 10), (20, 20), (24, 25), (25, 25),
        (30, 25), (40, 20), (48, 50), (50, 50), (60, 20), (75, 25), (90, 50), (100, 25), (120, 20), (240, 20),
    ],
)  # fmt: skip
def test_gif_rate(fps: int, rate: int) -> None:
    """A rate that a GIF can play: the same, a divisor, or the nearest."""
    assert gif_rate(fps) == rate
    assert 100 % rate == 0


@pytest.mark.parametrize(("fps", "rate"), [(1, 10), (15, 10), (22, 20), (23, 25), (60, 50), (240, 50)])
def test_nearest_gif_rate(fps: int, rate: int) -> None:
    """Of two at the same distance the lower."""
    assert nearest_gif_rate(fps) == rate
