from __future__ import annotations

import numpy as np
import pytest

from lranim.core.theory import Verdict, best_momentum, momentum_radius
from lranim.core.types import Array
from lranim.draw.layout import Box
from lranim.draw.lesson_scene import VERDICT_ROLES
from lranim.draw.lettering import Typesetter
from lranim.draw.stability import REGIONS, StabilityPlane, tinted
from lranim.draw.tag import Tag
from lranim.look.theme import SERIES, THEMES

CURVATURES = np.array([0.08, 4.0])
NAMES = {name: name for name in ("settles", "jumps", "crawls", "diverges")}


@pytest.fixture
def plane(setter: Typesetter) -> StabilityPlane:
    """The plane of a ravine of condition number 50, with two pairs in it."""
    best = best_momentum(CURVATURES)
    pairs = np.array([[0.4, 0.0], [0.4, 0.8]])
    box = Box(-1.0, -3.0, 6.0, 1.5)
    return StabilityPlane(setter, box, CURVATURES, pairs, SERIES[:2], (best.lr, best.beta), 0.93, NAMES)


def test_regions_are_what_theory_says(plane: StabilityPlane) -> None:
    """It diverges where the spectral radius is 1 or more, and crawls where it is little less."""
    rng = np.random.default_rng(5)
    lr, beta = rng.uniform(0.01, 1.2, 400), rng.uniform(0.0, 0.99, 400)
    radius = momentum_radius(lr, beta, CURVATURES)
    for region, size in zip(plane.regions_at(lr, beta), radius.tolist(), strict=True):
        assert (region == "diverges") == (size >= 1)
        assert (region == "crawls") == (0.93 < size < 1)
    assert plane.regions_at(np.array([0.4, 0.4, 1.2]), np.array([0.8, 0.0, 0.5])) == [
        "settles",
        "crawls",
        "diverges",
    ]


def test_the_border_is_the_critical_rate(plane: StabilityPlane) -> None:
    """From 2 / L without momentum to 4 / L."""
    border = plane._border("diverges")
    assert np.allclose(border[0], plane.chart.at(0.5, 0.0))
    assert np.allclose(border[-1], plane.chart.at(1.0, 1.0))


def inside(points: Array, curves: Array) -> Array:
    """Which points ``(k, 2)`` lie within closed curves, given as pieces of four points each."""
    start, end = curves.reshape(-1, 4, 3)[:, 0, :2], curves.reshape(-1, 4, 3)[:, 3, :2]
    (x, y), (x0, y0), (x1, y1) = points.T[:, :, None], start.T, end.T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(all="ignore"):
        right = x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return (crosses & right).sum(axis=1) % 2 == 1


def test_regions_are_drawn_where_they_are(plane: StabilityPlane) -> None:
    """The region on top at a point is the one that theory says, but for the width of a line."""
    rng = np.random.default_rng(6)
    lr, beta = rng.uniform(0.01, 1.2, 500), rng.uniform(0.01, 0.99, 500)
    shown = np.full(500, "nothing ")
    for name, shape in zip(REGIONS, plane.still, strict=False):
        shown[inside(plane.chart.at(lr, beta), shape.points)] = name
    assert (shown == np.array(plane.regions_at(lr, beta))).mean() > 0.97


def test_regions_have_the_colours_of_verdicts() -> None:
    """They mean here what they mean elsewhere, and no two regions look alike."""
    assert len(set(REGIONS.values())) == len(REGIONS)
    for name in ("settles", "crawls", "diverges"):
        assert REGIONS[name] == VERDICT_ROLES[Verdict(name)]


def test_marks_and_names_stand_where_they_belong(plane: StabilityPlane, setter: Typesetter) -> None:
    """The pairs that were given, the best one in its ring, and each name in its own region."""
    best = best_momentum(CURVATURES)
    for dots, pair in zip(plane.chart.scatters, [(0.4, 0.0), (0.4, 0.8)], strict=True):
        assert np.allclose(dots.points, plane.chart.at(*pair))
    ring = plane.ring.points[:, :2]
    assert np.allclose((ring.min(axis=0) + ring.max(axis=0)) / 2, plane.chart.at(best.lr, best.beta))
    origin, unit = plane.chart.at(0.0, 0.0), plane.chart.at(1.0, 1.0) - plane.chart.at(0.0, 0.0)
    tags = [part for part in plane.still if isinstance(part, Tag)]
    assert {tag.text.words for tag in tags} <= set(REGIONS)
    assert len(tags) >= 3
    for tag in tags:
        lr, beta = (np.array([tag.x + tag.advance / 2, tag.box.centre[1]]) - origin) / unit
        assert plane.regions_at(np.array([lr]), np.array([beta])) == [tag.text.words]


def test_a_rate_beyond_all_borders_is_in_the_plane(setter: Typesetter) -> None:
    """The plane reaches as far as its marks."""
    pairs = np.array([[2.0, 0.0], [2.0, 0.8]])
    plane = StabilityPlane(setter, Box(-1, -3, 6, 1.5), CURVATURES, pairs, SERIES[:2], (0.7, 0.6), 0.9, NAMES)
    assert plane.chart.at(2.0, 0.0)[0] < plane.chart.plot.right


def test_critical_rates_and_the_best_pair_come_when_called(plane: StabilityPlane) -> None:
    """At first neither is seen; each way ends at the border, and its number right of it."""
    assert all(len(one.way.points) == 0 for one in plane.criticals)
    assert plane.ring.opacity == 0
    plane.measure(1.0)
    plane.praise(1.0)
    assert plane.ring.opacity == 1
    for one, (rate, beta) in zip(plane.criticals, ((0.5, 0.0), (0.9, 0.8)), strict=True):
        end = plane.chart.at(rate, beta)
        assert one.way.points[:, 0].max() == pytest.approx(end[0])
        assert one.tag.x > end[0]
        assert one.tag.text.words == f"{rate:g}"


def test_a_pair_without_momentum_is_marked_once(setter: Typesetter) -> None:
    """Where both pairs are one there is one way, and one number."""
    pairs = np.array([[0.2, 0.0], [0.2, 0.0]])
    plane = StabilityPlane(setter, Box(-1, -3, 6, 1.5), CURVATURES, pairs, SERIES[:2], (0.7, 0.6), 0.9, NAMES)
    assert len(plane.criticals) == 1


def test_a_tint_is_between_ground_and_colour() -> None:
    """Halfway, each part is the mean of both."""
    theme = THEMES["light"]
    parts = [int(tinted(theme, "minimum", 0.5)[k : k + 2], 16) for k in (1, 3, 5)]
    ends = [[int(code[k : k + 2], 16) for k in (1, 3, 5)] for code in (theme.background, theme.minimum)]
    assert np.allclose(parts, np.mean(ends, axis=0), atol=1)
