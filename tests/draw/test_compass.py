from __future__ import annotations

import numpy as np
import pytest

from lranim.core.costs import COSTS, directional
from lranim.core.results import Table
from lranim.core.types import Array, Cost
from lranim.draw.compass import BEYOND, REACH, Compass
from lranim.draw.layers import SpaceStyle
from lranim.draw.mesh import Space
from lranim.draw.paint import rgb
from lranim.draw.space_picture import box_of
from lranim.draw.strokes import Stroke
from lranim.draw.viewpoint import View
from lranim.look.theme import THEMES

THEME = THEMES["dark"]
POINTS = [
    ("oval", (-2.0, 0.5)),
    ("ravine", (-3.5, 2.0)),
    ("himmelblau", (-0.5, -1.5)),
    ("bowl-2d", (3.6, 3.6)),
]


def compass_at(cost: Cost, point: tuple[float, float], count: int = 24) -> Compass:
    """A compass, and the picture that it is put into."""
    box = box_of(cost)
    space = Space(cost, View(0.5, 0.6), SpaceStyle.of(THEME), box=box, faces=8)
    place = np.array(point)
    angles = np.arctan2(*-cost.grad(place)[::-1]) + 2 * np.pi * np.arange(count) / count
    ring = Table({"angle": angles, "slope": directional(cost, place, angles)})
    return Compass(space, cost, place, ring, THEME, 0.08)


def way(stroke: Stroke) -> Array:
    """From its first point to its last."""
    return stroke.points[-1] - stroke.points[0]


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_the_gradient_its_parts_and_its_opposite(name: str, point: tuple[float, float]) -> None:
    """Arrows from the point, along the gradient and against it; the parts along the axes add up to it."""
    cost, place = COSTS[name], np.array(point)
    compass = compass_at(cost, point)
    grad = cost.grad(place)
    unit = grad / np.hypot(*grad)
    span = float(np.diff(cost.domain).max())
    for stroke, sign in ((compass.uphill, 1), (compass.downhill, -1)):
        assert stroke.points[0] == pytest.approx(place)
        length = np.hypot(*way(stroke))
        assert way(stroke) / length == pytest.approx(sign * unit)
        assert length <= REACH * span + 1e-9
        low, high = np.array(cost.domain).T
        beyond = np.maximum(low - stroke.points, stroke.points - high).max()
        assert beyond <= BEYOND * span + 1e-9
    one, two = compass.parts
    assert way(one) + way(two) == pytest.approx(way(compass.uphill))
    assert (way(one)[1], way(two)[0]) == (0.0, 0.0)
    assert two.points[0] == pytest.approx(one.points[-1])
    assert compass.downhill.colour == rgb(THEME.gradient) != compass.uphill.colour


@pytest.mark.parametrize(("name", "point"), POINTS[:3])
def test_spokes_tell_how_fast_it_falls(name: str, point: tuple[float, float]) -> None:
    """By their length: the steepest way down is the longest, straight up the shortest, level between."""
    compass = compass_at(COSTS[name], point)
    place = np.array(point)
    whole = [spoke for spoke in compass.ring if len(spoke.points) == 7]
    assert len(whole) >= 12
    lengths, falls = [], []
    for spoke in whole:
        along = way(spoke)
        lengths.append(np.hypot(*along))
        falls.append(-along / np.hypot(*along) @ compass.grad / np.hypot(*compass.grad))
        # They point away from the point, and leave it free.
        inner = spoke.points[0] - place
        assert np.hypot(*inner) == pytest.approx(0.3 * compass.reach)
        assert inner / np.hypot(*inner) == pytest.approx(along / np.hypot(*along))
    order = np.argsort(falls)
    assert np.all(np.diff(np.array(lengths)[order]) > -1e-9)
    assert np.polyfit(falls, lengths, 1)[1] == pytest.approx(0.4 * compass.reach)
    steepest = compass.ring[0]
    assert way(steepest) / np.hypot(*way(steepest)) == pytest.approx(-compass.grad / np.hypot(*compass.grad))
    assert steepest.colour == pytest.approx(rgb(THEME.gradient))
    assert steepest.width == max(spoke.width for spoke in compass.ring)


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_slices_and_their_slopes(name: str, point: tuple[float, float]) -> None:
    """Along the axes through the point; each tangent touches the drawn surface there, with its slope."""
    cost, place = COSTS[name], np.array(point)
    compass = compass_at(cost, point)
    box = compass.space.box
    for axis, (cut, tangent) in enumerate(zip(compass.slices, compass.tangents, strict=True)):
        assert np.ptp(cut.points[:, 1 - axis]) == 0
        assert cut.points[:, axis].min() == cost.domain[axis][0]
        assert cut.points[:, axis].max() == cost.domain[axis][1]
        assert bool(cut.dash) == (axis == 1)
        assert tangent.points[1] == pytest.approx(box.world(place, cost.value(place)), abs=1e-6)
        rise = way(tangent)
        assert rise[1 - axis] == pytest.approx(0.0)
        step = np.eye(2)[axis] * 1e-5
        ends = box.z(np.array([cost.value(place - step), cost.value(place + step)]))
        assert rise[2] / rise[axis] == pytest.approx((ends[1] - ends[0]) / (2e-5 * box.unit[axis]), rel=1e-3)
        if box.rise.__name__ == "linear":
            steep = box.height / (box.cost[1] - box.cost[0]) / box.unit[axis]
            assert rise[2] / rise[axis] == pytest.approx(cost.grad(place)[axis] * steep, rel=1e-3)


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_the_way_down_leaves_the_contour_line_at_a_right_angle(name: str, point: tuple[float, float]) -> None:
    """The line has one cost, runs by the point square to the arrow, and nowhere along the frame."""
    cost, place = COSTS[name], np.array(point)
    compass = compass_at(cost, point)
    line = np.concatenate([stroke.points for stroke in compass.level])
    here = float(cost.value(place))
    height = np.ptp(cost.value(np.stack(np.meshgrid(*(np.linspace(*d, 9) for d in cost.domain)), axis=-1)))
    assert np.abs(cost.value(line) - here).max() < 0.01 * height
    low, high = np.array(cost.domain).T
    assert ((line > low) & (line < high)).all()
    near = np.hypot(*(line - place).T)
    assert near.min() < 0.02 * float(np.diff(cost.domain).max())
    piece = min(compass.level, key=lambda stroke: np.hypot(*(stroke.points - place).T).min())
    k = int(np.argmin(np.hypot(*(piece.points - place).T)))
    along = piece.points[min(k + 1, len(piece.points) - 1)] - piece.points[max(k - 1, 0)]
    down = way(compass.downhill)
    cosine = along @ down / np.hypot(*along) / np.hypot(*down)
    assert abs(cosine) < 0.15
    first, corner, last = compass.corner.points - place
    assert first @ last == pytest.approx(0.0, abs=1e-9)
    assert first + last == pytest.approx(corner)


def test_nothing_is_shown_at_first_and_flat_things_are_flat() -> None:
    """All strokes are in the picture; those of the plane say so."""
    compass = compass_at(COSTS["oval"], (-2.0, 0.5))
    strokes = compass.space.strokes
    assert len(strokes) == 24 + 2 + 2 + len(compass.level) + 2 + 3
    assert all(stroke.shown == 0 for stroke in strokes)
    flat = [*compass.level, *compass.parts, compass.uphill, compass.downhill, compass.corner]
    assert {id(stroke) for stroke in strokes if stroke.flat} == {id(stroke) for stroke in flat}
