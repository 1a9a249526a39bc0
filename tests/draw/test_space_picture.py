from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from manim import VGroup

from lranim.core.costs import COSTS
from lranim.core.least_squares import line_cost, samples
from lranim.core.types import Cost
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.space_picture import ABOVE, ELEVATION, SpacePicture, box_of

AREA = Box(-5.0, -2.8, 1.0, 2.6)
FAR_APART = line_cost(samples([50, 52, 57, 60], [300, 290, 280, 240]))
"""A cost whose parameters differ a hundredfold in their ranges."""


def words_of(labels: VGroup) -> list[str]:
    """What the labels say that are seen."""
    return [line.words for line in labels if line[0].opacity > 0]


def corners(picture: SpacePicture) -> np.ndarray:
    """The corners of the box and of the plane on the screen."""
    return picture.space.points[:, :2]


@pytest.mark.parametrize("cost", [COSTS["oval"], COSTS["himmelblau"], FAR_APART], ids=lambda cost: cost.name)
def test_it_stays_in_its_area_as_it_turns(setter: Typesetter, cost: Cost) -> None:
    """The surface and its plane, at every azimuth; labels stand outside of them, but not far."""
    picture = SpacePicture(setter, cost, AREA, stretched=True)
    start = picture.space.view
    assert start.elevation == ELEVATION
    for azimuth in np.arange(0, 6.3, 0.4):
        picture.look(start.turned(azimuth))
        x, y = corners(picture).T
        assert AREA.left - 1e-9 <= x.min() < x.max() <= AREA.right + 1e-9
        assert AREA.bottom - 1e-9 <= y.min() < y.max() <= AREA.top + 1e-9
        for line in picture.labels:
            assert AREA.left - 2 < line.x < AREA.right + 2
            assert AREA.bottom - 1 < line.y < AREA.top + 1


def test_axes_have_round_numbers_and_names(setter: Typesetter) -> None:
    """Off the corners, whatever the range; costs under the name of their axis."""
    picture = SpacePicture(setter, COSTS["himmelblau"], AREA)
    words = words_of(picture.labels)
    assert words == ["−2", "0", "2", "a", "−2", "0", "2", "b", "500", "200", "J"]
    turned = SpacePicture(setter, FAR_APART, AREA, stretched=True)
    values = [value for line, axis, value, _ in turned.edges if axis < 2 and line.words not in "ab"]
    assert len(values) >= 3
    for value in values:
        assert value == pytest.approx(float(f"{value:.1g}"))


def test_a_stretched_picture_is_as_deep_as_wide(setter: Typesetter) -> None:
    """Else a parameter that varies less than the other would be a thread."""
    for stretched, least in ((False, 0.0), (True, 1.0)):
        half = box_of(FAR_APART, stretched=stretched).half
        assert max(half) == 1.0
        assert (min(half) == 1.0) == stretched
        assert min(half) >= least


@pytest.mark.parametrize("name", ["oval", "ravine", "himmelblau"])
def test_seen_as_a_map(setter: Typesetter, name: str) -> None:
    """From above, the first variable runs right, the second up, to one scale, with its labels in the area."""
    picture = SpacePicture(setter, COSTS[name], AREA)
    view = picture.map_view(AREA)
    assert view.elevation == ABOVE
    picture.space.drop, picture.space.surface_alpha = 1.0, 0.0
    picture.look(view)
    origin, right, up = (picture.space.anchor(np.array(p)) for p in ((0, 0), (1, 0), (0, 1)))
    assert right[0] - origin[0] == pytest.approx(up[1] - origin[1], rel=1e-3)
    assert right[1] - origin[1] == pytest.approx(0.0, abs=0.02)
    assert up[0] - origin[0] == pytest.approx(0.0, abs=0.02)
    words = words_of(picture.labels)
    assert {"a", "b", "−2", "0", "2"} <= set(words)
    assert "J" not in words  # the axis of heights has gone with the surface
    for line in picture.labels:
        if line[0].opacity > 0:
            assert AREA.left <= line.x
            assert line.x + line.advance <= AREA.right + 1e-9
            assert AREA.bottom - 0.05 * line.em <= line.y < AREA.top
    plane = picture.space.box.plane(np.array([(a, b) for a in (-4, 4) for b in (-4, 4)], dtype=float))
    spread = np.ptp(view.project(plane)[0], axis=0)
    assert spread.min() > 0.7 * AREA.height * 8 / np.diff(COSTS[name].domain).max()


def test_all_sinks_to_the_plane(setter: Typesetter) -> None:
    """Halfway down what lies on the surface is half as far above the plane, and the labels stay in sight."""
    picture = SpacePicture(setter, COSTS["oval"], AREA)
    space, point = picture.space, np.array([-2.0, 0.5])
    high, low = space.anchor(point), space.anchor(point, plane=True)
    space.drop = 0.5
    assert space.anchor(point) == pytest.approx((high + low) / 2)
    space.drop = 1.0
    assert space.anchor(point) == pytest.approx(low)
    along = replace(space.view, azimuth=0.0)
    space.drop = 0.0
    picture.look(along)
    assert {"a", "b"} - set(words_of(picture.labels))
    space.drop = 1.0
    picture.look(along)
    assert {"a", "b"} <= set(words_of(picture.labels))
