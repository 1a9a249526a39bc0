from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import Group, tempconfig

from lranim.core.theory import Verdict
from lranim.draw.lesson_scene import VERDICT_ROLES, Motion, key_of, plain
from lranim.draw.lettering import ROLES
from lranim.draw.shapes import Shape, ring
from lranim.look.theme import THEMES
from lranim.scenes.oscillation import Oscillation
from lranim.scenes.surface import Surface


@pytest.fixture
def scene(staged: Callable[..., Any]) -> Iterator[Any]:
    """A scene that is set up and empty."""
    with staged("slope") as made:
        made.setup()
        yield made


@pytest.mark.parametrize("kind", [Oscillation, Surface])
def test_stock_manim_can_run_a_scene(kind: type[Any], tmp_path: Path) -> None:
    """With manim's own renderer and nothing given: the defaults, the default theme, the whole story."""
    settings = {"dry_run": True, "quality": "low_quality", "media_dir": str(tmp_path), "progress_bar": "none"}
    with tempconfig({**settings, "frame_rate": 1, "verbosity": "ERROR"}):
        made = kind()
        made.render()
    assert made.params == kind.params_type()
    assert made.theme is THEMES["dark"]
    assert len(made.beats) >= 4
    assert made.alt
    assert not list(tmp_path.rglob("*.mp4"))


def test_beats_are_kept_with_their_time_and_plain_text(scene: Any) -> None:
    """The first one is there from the start; each next one replaces the caption, and stays to be read."""
    told: list[bool] = []
    scene.on_picture = told.append
    scene.beat("slope.start", name="a", start=13.0, target=3.0)
    scene.hold(2.0)
    scene.beat("slope.rule")
    scene.beat("slope.walk_lands")
    scene.picture()
    assert [beat.text for beat in scene.beats][:1] == ["Start at a = 13. The lowest cost is at a = 3."]
    times = [beat.t for beat in scene.beats]
    assert times[:2] == [0.0, 2.0]
    assert times[2] - times[1] == pytest.approx(scene.theme.waits.read)
    assert told == [False, False, True]
    shown = [m for m in scene.mobjects if isinstance(m, type(scene.caption))]
    assert shown == [scene.caption]


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("size", [(854, 480), (1000, 600), (640, 480), (480, 854)])
def test_captions_and_verdicts_fit_the_frame(
    staged: Callable[..., Any], theme: str, size: tuple[int, int]
) -> None:
    """The longest sentence and the longest title with the longest verdict end inside the frame."""
    with staged("surface", theme=theme, size=size) as scene:
        scene.setup()
        scene.beat("slope.end_settles", before="123.45", after="0.12", name="a")
        scene.title("surface.title", lr=99.9999)
        scene.verdict(Verdict.JUMPS)
        frame = scene.layout.frame
        for mobject in scene.get_mobject_family_members():
            if len(mobject.points):
                assert frame.left < mobject.points[:, 0].min()
                assert mobject.points[:, 0].max() < frame.right
                assert frame.bottom < mobject.points[:, 1].min()
                assert mobject.points[:, 1].max() < frame.top
        words = scene.chip.submobjects[1]
        assert words.x > scene.title_end
        assert 0.73 * words.em > 2.2 * scene.layout.unit * (size == (854, 480))


def test_every_verdict_has_its_colour_and_words(scene: Any) -> None:
    """Green where the run gets there, red where it never will."""
    assert set(VERDICT_ROLES) == set(Verdict)
    assert set(VERDICT_ROLES.values()) <= set(ROLES)
    assert all(scene.say(f"verdict.{key_of(verdict)}") for verdict in Verdict)
    assert VERDICT_ROLES[Verdict.SETTLES] == "gradient"
    assert VERDICT_ROLES[Verdict.DIVERGES] == "minimum"


def test_a_motion_is_a_function_of_time(scene: Any) -> None:
    """Moments may be drawn in any order; it ends at its end, and leaves the stacking order alone."""
    below, above = Shape(fill="#FF0000"), Shape(fill="#0000FF")
    scene.add(below, above)
    drawn: list[float] = []

    def draw(share: float) -> None:
        drawn.append(share)
        below.draw(ring(1.0) + np.array([share, 0.0]))

    motion = Motion(Group(below), draw, 2.0)
    motion.begin()
    for share in (0.7, -1.0, 3.0, 0.2):
        motion.interpolate(share)
    motion.finish()
    assert drawn == [0, 0.7, 0, 1, 0.2, 1]
    scene.move(1.5, draw, below)
    assert scene.time == pytest.approx(1.5)
    assert np.allclose(below.points.mean(axis=0), [1, 0, 0])
    assert scene.mobjects.index(below) < scene.mobjects.index(above)


def test_plain() -> None:
    """Tags go, words stay."""
    assert plain("a <rate>0.9</rate> × <point>b</point>.") == "a 0.9 × b."
