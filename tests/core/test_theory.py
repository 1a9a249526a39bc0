from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import (
    Regime,
    condition_number,
    contraction,
    curvatures,
    regime,
    stability_limit,
    steps_to_within,
)


@pytest.mark.parametrize(
    ("name", "eigenvalues", "limit", "condition"),
    [
        ("bowl", [2], 1, 1),
        ("gentle-bowl", [0.5], 4, 1),
        ("bowl-2d", [2, 2], 1, 1),
        ("oval", [0.5, 2], 1, 4),
        ("ravine", [0.2, 4], 0.5, 20),
    ],
)
def test_quadratics(name: str, eigenvalues: list[float], limit: float, condition: float) -> None:
    """Curvatures, stability limit and condition number of the built-in quadratics."""
    found = curvatures(COSTS[name])
    assert found == pytest.approx(np.array(eigenvalues))
    assert stability_limit(found) == pytest.approx(limit)
    assert condition_number(found) == pytest.approx(condition)


def test_curvatures_are_the_same_everywhere_on_a_quadratic() -> None:
    """A point does not matter where the Hessian is constant."""
    assert np.array_equal(curvatures(COSTS["ravine"], at=(3, 3)), curvatures(COSTS["ravine"]))


@pytest.mark.parametrize("a", [-4, -2, 0, 1, 3, 4.6])
def test_curvature_of_two_minima(a: float) -> None:
    """In 1-D the curvature is J″(a) = 12/100 (3 a² − 4 a − 5)."""
    expected = 0.12 * (3 * a**2 - 4 * a - 5)
    assert curvatures(COSTS["two-minima"], at=(a,)) == pytest.approx(np.array([expected]), abs=1e-7)


def test_curvatures_are_taken_at_the_lowest_minimum() -> None:
    """Where no point is given, the lowest known minimum is it: J″(−2) = 1.8."""
    assert curvatures(COSTS["two-minima"]) == pytest.approx(np.array([1.8]), rel=1e-8)


@pytest.mark.parametrize("point", [(0.0, 0.0), (3.0, 2.0), (-3.779310253377747, -3.2831859912861696)])
def test_curvatures_of_himmelblau(point: tuple[float, float]) -> None:
    """They are the eigenvalues, ascending, of the Hessian worked out by hand."""
    a, b = point
    hessian = [[12 * a**2 + 4 * b - 42, 4 * (a + b)], [4 * (a + b), 12 * b**2 + 4 * a - 26]]
    found = curvatures(COSTS["himmelblau"], at=point)
    assert found == pytest.approx(np.linalg.eigvalsh(hessian), rel=1e-7)
    assert np.all(np.diff(found) >= 0)


def test_curvatures_need_a_point_where_no_minimum_is_known() -> None:
    """The cost is named in the error."""
    blind = dataclasses.replace(COSTS["himmelblau"], minima=())
    with pytest.raises(ValueError, match="himmelblau: give a point"):
        curvatures(blind)
    assert curvatures(blind, at=(3, 2)).shape == (2,)


@pytest.mark.parametrize("wrong", [0, -1, [-1, 0], math.nan])
def test_no_limit_without_curvature(wrong: object) -> None:
    """A curve that is flat or bends down has no minimum to be stable at."""
    with pytest.raises(ValueError, match="above 0, got"):
        stability_limit(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="above 0, got"):
        condition_number(wrong)  # type: ignore[arg-type]


def test_contraction_keeps_the_shape() -> None:
    """One factor a curvature: a number for a number, an array for an array."""
    assert contraction(0.25, 2).shape == ()
    assert contraction(0.25, 2) == 0.5
    assert contraction(1, [[0.5], [3]]).tolist() == [[0.5], [-2]]


@pytest.mark.parametrize("name", ["bowl", "gentle-bowl", "bowl-2d", "oval", "ravine"])
def test_the_error_shrinks_by_the_contraction_factors(name: str) -> None:
    """Along each axis of the built-in quadratics, a step multiplies the error by 1 − lr·L."""
    cost = COSTS[name]
    assert cost.hessian is not None
    factors = contraction(0.3, np.diag(cost.hessian))
    x = descend(cost, gradient_descent(), constant(0.3), cost.start, 5).x - np.array(cost.minima[0])
    assert x[1:] == pytest.approx(x[:-1] * factors, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        (1e-300, Regime.CLOSES_IN),
        (0.5, Regime.CLOSES_IN),
        (1 - 1e-8, Regime.CLOSES_IN),
        (1 - 1e-10, Regime.LANDS),
        (1, Regime.LANDS),
        (1 + 1e-10, Regime.LANDS),
        (1 + 1e-8, Regime.JUMPS),
        (1.5, Regime.JUMPS),
        (2 - 1e-8, Regime.JUMPS),
        (2 - 1e-10, Regime.BOUNCES),
        (2, Regime.BOUNCES),
        (2 + 1e-10, Regime.BOUNCES),
        (2 + 1e-8, Regime.DIVERGES),
        (1e300, Regime.DIVERGES),
        (-0.1, Regime.DIVERGES),
        (-1e-300, Regime.DIVERGES),
    ],
)
@pytest.mark.parametrize("curvature", [0.2, 2, 123.4])
def test_regimes_and_their_borders(product: float, expected: Regime, curvature: float) -> None:
    """Borders are at lr·L = 0, 1 and 2, and as wide as the tolerance."""
    assert regime(abs(product) / curvature, math.copysign(curvature, product)) is expected


@pytest.mark.parametrize("k", range(1, 60))
def test_borders_hold_through_rounding(k: int) -> None:
    """A rate computed as 1/L or 2/L is on the border whatever L is."""
    curvature = k / 7
    assert regime(1 / curvature, curvature) is Regime.LANDS
    assert regime(2 / curvature, curvature) is Regime.BOUNCES


@pytest.mark.parametrize(
    ("lr", "curvature", "expected"),
    [
        (0.1, [0.2, 4], Regime.CLOSES_IN),
        (0.25, [0.2, 4], Regime.CLOSES_IN),
        (0.4, [0.2, 4], Regime.JUMPS),
        (0.5, [0.2, 4], Regime.BOUNCES),
        (0.51, [0.2, 4], Regime.DIVERGES),
        (0.5, [2, 2], Regime.LANDS),
        (0.5, [2, 3], Regime.JUMPS),
        (0.5, [2, 4], Regime.BOUNCES),
        (0.5, [4, -1], Regime.DIVERGES),
        (0.5, [0, 2], Regime.LANDS),
        (0.1, [0, 0, 2], Regime.CLOSES_IN),
    ],
)
def test_regimes_in_more_dimensions(lr: float, curvature: list[float], expected: Regime) -> None:
    """The worst direction decides, landing needs all, and flat directions have no say."""
    assert regime(lr, curvature) is expected


def test_regime_takes_a_huge_rate() -> None:
    """A product beyond the floats is divergence, without a warning."""
    assert regime(1e308, 1e308) is Regime.DIVERGES


@pytest.mark.parametrize("lr", [0, -1, math.nan, math.inf])
def test_regime_refuses_a_rate_that_is_none(lr: float) -> None:
    """The rate is named in the error."""
    with pytest.raises(ValueError, match=re.escape(f"got {lr!r}")):
        regime(lr, 2)


@pytest.mark.parametrize("curvature", [0, [0, 0], [], [1, math.nan], math.inf])
def test_regime_refuses_a_curve_without_curvature(curvature: object) -> None:
    """A flat cost has no regime."""
    with pytest.raises(ValueError, match="regime needs finite curvatures"):
        regime(0.1, curvature)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("distance", "tolerance", "factor", "steps"),
    [
        (10, 0.1, 0.8, 21),
        (10, 0.1, -0.8, 21),
        (10, 0.1, 0.98, 228),
        (10, 0.1, 0.4, 6),
        (10, 0.1, 0, 1),
        (10, 0.1, 1e-300, 1),
        (10, 0.1, 1, None),
        (10, 0.1, -1, None),
        (10, 0.1, 1.1, None),
        (0.1, 0.1, 1.1, 0),
        (0, 0.1, 0.5, 0),
        (0.05, 0.1, 0, 0),
        (10, 0.1, 0.1, 2),
        (8, 1, 0.5, 3),
        (1000, 0.001, 0.1, 6),
        (1e300, 1e-300, 0.1, 600),
    ],
)
def test_steps_to_within(distance: float, tolerance: float, factor: float, steps: int | None) -> None:
    """The smallest number of steps, exact hits included, None where there is none."""
    assert steps_to_within(distance, tolerance, factor) == steps


def test_steps_to_within_agrees_with_counting() -> None:
    """It gives what multiplying until it is near enough gives, and what a run takes."""
    rng = np.random.default_rng(6)
    for lr in rng.uniform(0.01, 0.99, 100):
        factor = float(contraction(lr, 2))
        distance, t = 10.0, 0
        while distance > 0.1:
            distance, t = distance * abs(factor), t + 1
        assert steps_to_within(10, 0.1, factor) == t
        trajectory = descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), max(t, 1))
        assert trajectory.first_within(0.1) == t


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ((-1, 0.1, 0.5), "got -1"),
        ((math.nan, 0.1, 0.5), "got nan"),
        ((1, 0, 0.5), "got 0"),
        ((1, math.inf, 0.5), "got inf"),
        ((1, 0.1, math.nan), "got nan"),
    ],
)
def test_steps_to_within_refuses_nonsense(arguments: tuple[float, float, float], shown: str) -> None:
    """The wrong number is named in the error."""
    with pytest.raises(ValueError, match=shown):
        steps_to_within(*arguments)
