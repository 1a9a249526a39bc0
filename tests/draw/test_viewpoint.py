from __future__ import annotations

import numpy as np
import pytest

from lranim.draw.viewpoint import View

SIDES = [(azimuth, elevation) for azimuth in np.arange(0.1, 6.3, 0.7) for elevation in (0.25, 0.6, 1.1)]


def test_project_by_hand() -> None:
    """Seen along the first axis, the second runs right; from 30° the upright shrinks to cos 30°."""
    view = View(azimuth=0.0, elevation=np.pi / 6, scale=2.0, centre=(1.0, -1.0))
    xy, depth = view.project(np.eye(3))
    assert xy == pytest.approx(np.array([[1, -1 - 1], [3, -1], [1, -1 + np.sqrt(3)]]))
    assert depth == pytest.approx(np.array([np.cos(np.pi / 6), 0, 0.5]))


def test_axes_are_a_rotation() -> None:
    """Right, up and towards the viewer stand at right angles, right-handed, from any side."""
    for azimuth, elevation in SIDES:
        axes = View(azimuth=azimuth, elevation=elevation).axes
        assert axes @ axes.T == pytest.approx(np.eye(3))
        assert np.linalg.det(axes) == pytest.approx(1)


def test_turned_about_the_pivot() -> None:
    """Turning and tilting leave the pivot where it is, and the first view unchanged."""
    view = View(azimuth=0.3, elevation=0.5, centre=(-2.0, 1.0), pivot=(0.1, 0.2, 0.3))
    xy, _ = view.turned(1.0, tilt=0.2).project(np.array(view.pivot))
    assert xy == pytest.approx(np.array(view.centre))
    assert (view.azimuth, view.elevation) == (0.3, 0.5)


@pytest.mark.parametrize("elevation", [0.0, -0.5, 1.6])
def test_view_from_below_is_refused(elevation: float) -> None:
    """The contour plane is painted first, so the viewer must be above it."""
    with pytest.raises(ValueError, match="elevation"):
        View(azimuth=0.0, elevation=elevation)


def test_a_view_on_the_way_to_another() -> None:
    """It begins at one and ends at the other, and grows by equal factors in between."""
    one = View(azimuth=0.3, elevation=0.5, scale=1.0, centre=(-2.0, 1.0), pivot=(0.0, 0.0, 0.1))
    other = View(azimuth=-0.5, elevation=1.5, scale=4.0, centre=(2.0, 0.0), pivot=(0.0, 0.0, -0.7))
    assert one.towards(other, 0.0) == one
    end = one.towards(other, 1.0)
    assert (end.azimuth, end.elevation, end.scale) == pytest.approx((-0.5, 1.5, 4.0))
    half = one.towards(other, 0.5)
    assert half.scale == pytest.approx(2.0)
    assert (half.azimuth, half.elevation) == pytest.approx((-0.1, 1.0))
    assert (*half.centre, *half.pivot) == pytest.approx((0.0, 0.5, 0.0, 0.0, -0.3))
