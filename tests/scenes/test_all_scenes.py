"""Every scene over a grid of options: its story runs through, its words are there, its picture is clean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lranim.catalogue import registry
from lranim.core.costs import COSTS
from lranim.core.story import FARTHEST, as_far_as_shown
from lranim.draw import scene as lesson_scene
from lranim.draw.lettering import ROLES
from lranim.draw.scene import plain
from lranim.look.text import languages, number, short, texts
from lranim.look.theme import THEMES
from lranim.video import engine
from lranim.video.limits import MAX_SIDE, MIN_SIDE, TALLEST

ROOT = Path(lesson_scene.__file__).parents[2]
RATES = (0.01, 0.3, 0.5, 0.9, 0.99, 1.0, 1.05, 3.0, 100.0)
STRIDES = (0.001, 1.0, 1.5, 5.0, 100.0)
COUNTS: tuple[dict[str, Any], ...] = ({}, {"steps": 1}, {"steps": 2}, {"steps": 3})

Case = tuple[str, str, dict[str, Any]]


def starts(name: str) -> list[Any]:
    """A cost's domain edges and minima, and 1, where the one with two minima has its maximum."""
    cost = COSTS[name]
    places = [*zip(*cost.domain, strict=True), *cost.minima, (1.0,) * cost.dim]
    return [list(place) if cost.dim > 1 else place[0] for place in places]


def grid() -> Iterator[Case]:
    """Each option's values with each cost, and the other options in turn, all of whose values come up."""
    turn = itertools.count()
    curves = [name for name, cost in COSTS.items() if cost.dim == 1]
    fields = [name for name, cost in COSTS.items() if cost.dim == 2]
    rows: list[tuple[str, str, dict[str, Any]]] = []
    rows += [("learning-rate", cost, {"lr": lr}) for cost in curves for lr in RATES]
    rows += [("oscillation", cost, {"step": step}) for cost in curves for step in STRIDES]
    rows += [("slope", cost, {}) for cost in curves for _ in range(4)]
    rows += [("surface", cost, {"lr": lr}) for cost in fields for lr in RATES[::2]]
    for name, cost, options in rows:
        k = next(turn)
        places = starts(cost)
        # Strides that have no common factor, so that each start meets each number of steps.
        place = places[k // 4 % len(places)]
        yield name, list(THEMES)[k % len(THEMES)], {"cost": cost, "start": place, **COUNTS[k % 4], **options}
    for seed in range(10):
        yield "surface", list(THEMES)[seed % len(THEMES)], {"cost": fields[seed % 3], "seed": seed}
    # The story as it is told when nothing is asked for, for each cost.
    for name, costs in (("learning-rate", curves), ("oscillation", curves), ("slope", curves)):
        yield from ((name, "light", {"cost": cost}) for cost in costs)
    # Endings that take the right rate, start and number of steps.
    for lr in (0.01, 0.9, 0.99, 1.0, 1.05):
        yield "learning-rate", "dark", {"lr": lr}
    yield "learning-rate", "dark", {"cost": "two-minima", "lr": 0.01, "steps": 20}
    for start in (-4.0, 1.0):
        yield "slope", "light", {"cost": "two-minima", "start": start, "steps": 8}
    for lr in (0.01, 0.5, 0.9, 0.98, 1.0):
        yield "surface", "light", {"cost": "bowl-2d", "lr": lr}
    yield "surface", "light", {"cost": "himmelblau", "lr": 0.03, "steps": 5}


CASES = list(grid())


def label(case: Case) -> str:
    """A case as pytest shows it."""
    name, theme, options = case
    return "-".join([name, theme, *(f"{key}={value}" for key, value in options.items())])


@pytest.mark.parametrize(
    "index",
    [pytest.param(k, marks=[pytest.mark.thorough] if k % 4 else []) for k in range(len(CASES))],
    ids=[label(case) for case in CASES],
)
def test_the_story_runs_through(tell: Callable[..., Any], index: int) -> None:
    """No warning, nothing infinite drawn, beats that follow one another, and words with the run's numbers."""
    name, theme, options = CASES[index]

    def finite(scene: Any) -> None:
        for mobject in scene.get_mobject_family_members():
            assert np.isfinite(mobject.points).all(), mobject

    told = tell(name, theme=theme, lang=languages()[index // 2 % len(languages())], look=finite, **options)
    times = [beat.t for beat in told.beats]
    assert times[0] == 0
    assert all(later - earlier > 1.0 for earlier, later in itertools.pairwise([*times, told.time]))
    for words in [*(beat.text for beat in told.beats), told.alt]:
        assert len(words) > 8
        assert not re.search(r"[<>{}∞]|nan|inf\b|e[+-]\d|\d\.\d{5}", words), words

    light = registry.get(name).load_light()
    params = light.Params(**options)
    run = light.numbers(params)
    shown = as_far_as_shown(run, 10.0 if name == "surface" else FARTHEST)
    assert written(run.x[0]) in told.alt
    assert written(shown.target) in told.alt
    ends = (written(shown.x[-1]), number(shown.x[-1, 0]), short(float(shown.x[-1, 0])), written(shown.target))
    assert any(end in told.alt for end in ends)
    assert len(told.alt) <= 250
    assert told.alt[-1] in ".。"
    setting = getattr(params, "lr", getattr(params, "step", None))
    assert setting is None or short(setting) in told.alt


def written(point: Any) -> str:
    """A point as sentences write it."""
    return ", ".join(short(round(float(value), 2)) for value in point)


def test_tags_are_known_roles() -> None:
    """Each tag of each text is closed and names a colour."""
    for key, words in texts("en").items():
        assert set(re.findall(r"<(\w+)>", words)) <= set(ROLES), key
        assert "<" not in plain(words), key
        assert ">" not in plain(words), key


@pytest.mark.parametrize(
    ("name", "theme"),
    [("learning-rate", "dark"), ("oscillation", "light"), ("slope", "dark"), ("surface", "light")],
)
def test_the_clip_begins_full_and_holds_its_end(
    staged: Callable[..., Any], tell: Callable[..., Any], name: str, theme: str
) -> None:
    """The frames drawn one by one take as long as the story, end as it ends, and rest there."""
    frames: list[Any] = []
    repeats: list[int] = []

    def take(frame: Any, repeat: int) -> None:
        frames.append(frame)
        repeats.append(repeat)

    small: dict[str, Any] = {"size": (240, 136), "fps": 4, "theme": theme, "steps": 4}
    with staged(name, take=take, **small) as scene:
        engine.play(scene)
    assert sum(repeats) == round(scene.time * 4)
    assert repeats[-1] > 1 or np.array_equal(frames[-1], frames[-2])

    last: list[Any] = []

    def look(scene: Any) -> None:
        last[:] = [scene.renderer.still(scene)]

    quick = tell(name, look=look, **small)
    assert quick.time == scene.time
    assert [beat.t for beat in quick.beats] == [beat.t for beat in scene.beats]
    # What slid to its place is rounded to other 256ths of a px than what was drawn there.
    assert np.abs(last[0].astype(int) - frames[-1]).max() <= 16

    ground = np.array([int(THEMES[theme].background[k : k + 2], 16) for k in (1, 3, 5)])
    inked = (np.abs(frames[0][..., :3].astype(int) - ground) > 30).any(axis=-1)
    for corner in (inked[:20, :120], inked[-20:, :120], inked[30:100, :140], inked[30:100, 170:]):
        assert corner.mean() > 0.01  # title, caption, picture and panel


@pytest.mark.thorough_after(6)
@pytest.mark.parametrize("size", [(16, 16 * TALLEST), (MAX_SIDE, MIN_SIDE)])
@pytest.mark.parametrize("name", registry.names())
def test_the_tallest_and_the_widest_frame_are_drawn(
    tell: Callable[..., Any], name: str, size: tuple[int, int]
) -> None:
    """Whatever size is taken, each scene tells its whole story in it."""
    frames: list[tuple[int, ...]] = []
    tell(name, size=size, fps=1, take=lambda frame, repeat: frames.append(frame.shape[:2]))
    assert set(frames) == {size[::-1]}
