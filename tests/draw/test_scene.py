"""The base of all scenes: captions and verdicts in any frame, motion as a function of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from manim import Group, VGroup, VMobject, tempconfig

from lranim.core.theory import Verdict
from lranim.draw.layout import Box
from lranim.draw.scene import Motion, role_of
from lranim.draw.shapes import Shape, discs, ring
from lranim.look.theme import ROLES, THEMES
from lranim.scenes.oscillation import Oscillation
from lranim.scenes.surface import Surface as SurfaceScene

FRAMES = [(854, 480), (1000, 600), (640, 480), (480, 480), (480, 854), (1120, 480)]


@pytest.fixture
def scene(staged: Callable[..., Any]) -> Iterator[Any]:
    """A scene that is set up and empty."""
    with staged("slope") as made:
        made.setup()
        yield made


@pytest.mark.parametrize("kind", [Oscillation, SurfaceScene])
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
    scene.beat("start.known", start="a = 13", lowest="a = 3")
    scene.hold(2.0)
    scene.beat("slope.rule")
    scene.beat("slope.walk.lands")
    scene.picture()
    assert [beat.text for beat in scene.beats][:1] == ["Start at a = 13. The lowest cost is at a = 3."]
    times = [beat.t for beat in scene.beats]
    assert times[:2] == [0.0, 2.0]
    assert times[2] - times[1] == pytest.approx(scene.theme.waits.read)
    assert told == [False, False, True]
    assert [m for m in scene.mobjects if isinstance(m, type(scene.caption))] == [scene.caption]


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("size", FRAMES)
def test_captions_and_verdicts_fit_the_frame(
    staged: Callable[..., Any], ink: Callable[[VMobject], Box], theme: str, size: tuple[int, int]
) -> None:
    """The longest sentence and the longest title with the longest verdict keep apart and can be read."""
    with staged("surface", theme=theme, size=size) as scene:
        scene.setup()
        scene.beat("slope.end.settles", before="123.45", after="0.12")
        title = scene.title("surface.title", lr=99.9999)
        scene.verdict("jumps")
        layout, words, shown = scene.layout, scene.chip[1], scene.caption
        edge, least = 0.02 * layout.frame.height, 0.022 * layout.frame.height
        frame = layout.frame.inset(edge, 0.8 * edge, edge, edge)
        for text in (title, words, shown):
            box = ink(text)
            assert frame.left < box.left < box.right < frame.right
            assert frame.bottom < box.bottom < box.top < frame.top
            assert 0.73 * text.em > least * (1 - 1e-9)
        one, two = ink(title), ink(VGroup(*scene.chip))
        assert one.right < two.left or two.top < one.bottom
        assert layout.body.top < min(one.bottom, two.bottom)
        assert ink(shown).top < layout.body.bottom


def test_every_verdict_has_its_colour_and_words(scene: Any) -> None:
    """Green where the run gets there, red where it never will."""
    assert all(scene.say(f"verdict.{verdict.value}") for verdict in Verdict)
    assert {role_of(verdict.value) for verdict in Verdict} <= set(ROLES)
    assert (role_of("settles.escaped"), role_of("diverges"), role_of("nears")) == (
        "gradient",
        "minimum",
        "rate",
    )


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
    scene.advance(draw, 2.0, 3.0, 0.5, below)
    scene.advance(draw, 3.0, 3.0, 0.5, below)  # no way to go takes no time
    assert (drawn[-1], scene.time) == (3.0, pytest.approx(2.0))


def test_one_gives_way_to_the_other(scene: Any) -> None:
    """Never both at once, the old one gone in the end and the new one as it was made."""
    old, new, bystander = (Shape(fill="#FFFFFF", opacity=opacity) for opacity in (1.0, 0.6, 1.0))
    for shape in (old, new, bystander):
        shape.draw(discs([[0.0, 0.0]], 1.0))
    seen: list[tuple[float, float]] = []
    scene.add(old, bystander)
    move = scene.move

    def watched(seconds: float, draw: Callable[[float], object], *moving: Any) -> None:
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            draw(share)
            seen.append((old.opacity, new.opacity))
        move(seconds, draw, *moving)

    scene.move = watched
    scene.swap([old], [new], 1.0)
    assert old not in scene.mobjects
    assert new in scene.mobjects
    assert all(min(pair) == 0 for pair in seen)
    assert (seen[0], seen[-1], bystander.opacity) == ((1.0, 0.0), (0.0, 0.6), 1.0)


def test_chips_give_way_to_one_another(scene: Any) -> None:
    """One at a time, in one place: the next fades in as the last fades out, or it is withdrawn."""
    scene.title("slope.title")
    scene.judge("underfitting", "rate")
    first, left = scene.chip, scene.chip[0].points[:, 0].min()
    scene.judge("good fit", "gradient")
    assert not set(first) & set(scene.mobjects)
    assert scene.chip[1].lines[0].words == "good fit"
    assert scene.chip[0].points[:, 0].min() == pytest.approx(left)
    assert scene.chip[0].opacity == 1.0
    scene.withdraw()
    assert not scene.chip
