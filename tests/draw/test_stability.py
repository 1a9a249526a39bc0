from __future__ import annotations

import numpy as np
import pytest

from lranim.core.heavy_ball import best_momentum, momentum_radius
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.stability import StabilityPlane, tinted
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
