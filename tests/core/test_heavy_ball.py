from __future__ import annotations

import math

import numpy as np
import pytest

from lranim.core.bowls import bowl_of
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.heavy_ball import (
    MomentumRegime,
    best_momentum,
    best_rate,
    momentum_borders,
    momentum_radius,
    momentum_regime,
)
from lranim.core.momentum import momentum
from lranim.core.schedules import constant
from lranim.core.theory import contraction, curvatures, regime, stability_limit
from lranim.core.types import Array, Status

LRS, BETAS = np.linspace(0.003, 1.2, 41), np.linspace(0, 1, 33)
RAVINE = (0.2, 4.0)


def eigenvalues(lr: float, beta: float, curvature: float) -> Array:
    """Sizes of the eigenvalues of a step, as a matrix that takes error and velocity to the next ones."""
    step = [[1 - lr * curvature, -lr * beta], [curvature, beta]]
    return np.abs(np.linalg.eigvals(step))


@pytest.mark.parametrize("curvature", [0.2, 2.0, 4.0])
def test_the_radius_is_the_largest_eigenvalue(curvature: float) -> None:
    """The closed form agrees with numeric eigenvalues all over the map, to what a double root allows."""
    found = momentum_radius(LRS[:, np.newaxis], BETAS, curvature)
    expected = [[eigenvalues(lr, beta, curvature).max() for beta in BETAS] for lr in LRS]
    assert found.shape == (41, 33)
    assert found == pytest.approx(np.array(expected), abs=3e-8)
    assert np.median(np.abs(found - expected)) < 1e-15


def test_of_several_curvatures_the_slowest_counts() -> None:
    """On the ravine it is the larger of both radii, and flat directions have no say."""
    grid = np.meshgrid(LRS, BETAS)
    both = momentum_radius(*grid, RAVINE)
    assert np.array_equal(both, np.maximum(*(momentum_radius(*grid, one) for one in RAVINE)))
    assert np.array_equal(both, momentum_radius(*grid, [0, *RAVINE]))


def test_down_a_hill_it_only_gets_faster() -> None:
    """A direction that curves down diverges at every rate, and is the wildest of several."""
    for lr, beta in ((0.001, 0.0), (0.3, 0.5), (0.1, 0.9)):
        assert momentum_regime(lr, beta, -1) == MomentumRegime.DIVERGES
        assert momentum_regime(lr, beta, [-1, 0.1]) == MomentumRegime.DIVERGES
        assert momentum_radius(lr, beta, -1) > 1


def test_with_all_of_the_velocity_kept_nothing_comes_to_rest() -> None:
    """At a beta of 1 every stable rate swings for ever."""
    for lr in (0.01, 0.3, 0.99):
        assert momentum_regime(lr, 1.0, 4) == MomentumRegime.BOUNCES
        assert momentum_radius(lr, 1.0, 4) == 1
    assert momentum_regime(1.01, 1.0, 4) == MomentumRegime.DIVERGES


def test_without_momentum_it_is_gradient_descent() -> None:
    """Radius, limit and regimes are those of the theory of gradient descent."""
    assert momentum_radius(LRS, 0, 4) == pytest.approx(np.abs(contraction(1, 4 * LRS)))
    assert momentum_borders(0, 4).diverges == stability_limit(4)
    names = {"lands": "CLOSES_IN"}
    for lr in (0.1, 0.25, 0.3, 0.5, 0.51):
        value = regime(lr, 4).value
        expected = names.get(value, value.upper().replace("-", "_"))
        assert MomentumRegime(int(momentum_regime(lr, 0, 4))).name == expected


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("curvature", [0.5, 2.0])
def test_descents_diverge_from_the_limit_on(beta: float, curvature: float) -> None:
    """A real run just below ``2 (1 + beta) / L`` ends nearer, one just above ends farther."""
    limit = float(momentum_borders(beta, curvature).diverges)
    for share, nearer in ((0.99, True), (1.01, False)):
        run = descend(bowl_of(curvature), momentum(beta), constant(share * limit), (13.0,), 3000)
        assert bool(run.errors[-1] < 1e-3) is nearer
        assert (run.status is Status.DIVERGED) is not nearer


@pytest.mark.parametrize(
    ("lr", "beta"), [(0.02, 0.3), (0.1, 0.9), (0.45, 0.81), (0.7, 0.5), (0.3, 0.0), (0.9, 0.95), (0.74, 0.5)]
)
def test_descents_shrink_by_the_radius(lr: float, beta: float) -> None:
    """Over many steps the error and velocity of a real run shrink, on average, by the radius a step."""
    run = descend(bowl_of(4), momentum(beta), constant(lr), (13.0,), 3000)
    size = np.hypot(run.x[:, 0] - 3, run.states.velocity[:, 0])
    seen = size > 1e-11 * size[0]
    last = int(np.flatnonzero(seen)[-1])
    # Averaged over the last half of what rounding has not drowned; waves leave a little of themselves.
    first = last // 2
    factor = (size[last] / size[first]) ** (1 / (last - first))
    assert factor == pytest.approx(float(momentum_radius(lr, beta, 4)), rel=0.03)


def test_descents_do_what_the_regime_says() -> None:
    """From rest: one sign for ever, several changes of sign, or one at each step in the end."""
    rng = np.random.default_rng(4)
    seen = set()
    for _ in range(300):
        lr, beta = rng.uniform(0.01, 1.3), rng.uniform(0, 0.95)
        code = MomentumRegime(int(momentum_regime(lr, beta, 4)))
        run = descend(bowl_of(4), momentum(beta), constant(lr), (13.0,), 60)
        error = run.x[:, 0] - 3
        error = error[: int(np.argmax(np.abs(error) < 1e-9)) or None]
        turns = np.diff(np.sign(error)) != 0
        seen.add(code)
        if code is MomentumRegime.CLOSES_IN:
            assert not turns.any()
            assert (np.diff(error) < 0).all()
        elif code is MomentumRegime.JUMPS and len(turns) > 20:
            assert turns[20:].all()
        elif code is MomentumRegime.DIVERGES:
            assert momentum_radius(lr, beta, 4) > 1
        elif code is MomentumRegime.SWINGS:
            assert momentum_radius(lr, beta, 4) == pytest.approx(math.sqrt(beta))
    assert seen == set(MomentumRegime) - {MomentumRegime.BOUNCES}


@pytest.mark.parametrize("beta", [0.04, 0.25, 0.81])
@pytest.mark.parametrize("curvature", [0.7, 4.0])
def test_borders_and_regimes_agree(beta: float, curvature: float) -> None:
    """Each regime begins at its border, whatever the rounding."""
    borders = momentum_borders(beta, curvature)
    for border, (below, at, above) in zip(borders, [(0, 0, 1), (1, 2, 2), (2, 3, 4)], strict=True):
        rates = float(border) + np.array([-1e-6, 0, 1e-6])
        assert momentum_regime(rates, beta, curvature).tolist() == [below, at, above]
    assert momentum_radius(borders.diverges, beta, curvature) == pytest.approx(1)


def test_the_wildest_direction_names_the_regime() -> None:
    """On the ravine the steep way swings and jumps while the gentle one still closes in."""
    rates = [0.02, 0.1, 0.67, 0.7, 0.72]
    assert momentum_regime(rates, 0.4, RAVINE).tolist() == [0, 1, 2, 3, 4]
    assert momentum_regime(rates, 0.4, 0.2).tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("curvature", [RAVINE, (1, 9), (0.01, 100), (2, 2)])
def test_polyaks_choice_is_the_best(curvature: tuple[float, float]) -> None:
    """The radius is as promised, and no point of a fine map has a smaller one."""
    best, plain = best_momentum(curvature), best_rate(curvature)
    k = curvature[1] / curvature[0]
    assert best.radius == pytest.approx((math.sqrt(k) - 1) / (math.sqrt(k) + 1))
    assert best.beta == pytest.approx(best.radius**2)
    assert momentum_radius(best.lr, best.beta, curvature) == pytest.approx(best.radius, abs=1e-6)
    lr = np.linspace(0, 4 / curvature[1], 400)[:, np.newaxis]
    assert momentum_radius(lr, np.linspace(0, 1, 300), curvature).min() >= best.radius - 1e-9
    assert momentum_radius(plain.lr, 0, curvature) == pytest.approx(plain.radius)
    assert momentum_radius(lr, 0, curvature).min() >= plain.radius - 1e-12
    assert best.radius <= plain.radius


def test_the_best_of_both_on_the_ravine() -> None:
    """Curvatures 0.2 and 4: the root of the condition number, 20, is what momentum has to cope with."""
    curved = curvatures(COSTS["ravine"])
    cost = COSTS["ravine"]
    steps = []
    for best in (best_rate(curved), best_momentum(curved)):
        run = descend(cost, momentum(best.beta), constant(best.lr), cost.start, 200)
        steps.append(run.first_within(0.001))
    assert steps[1] is not None
    assert steps[0] is not None
    assert steps[1] < steps[0] / 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-0.1, 0.5, 2), "learning rates must be finite numbers, 0 or more, got -0.1"),
        (([0.1, math.nan], 0.5, 2), "learning rates must be finite"),
        ((0.1, 1.1, 2), "momentum must be from 0 to 1, got 1.1"),
        ((0.1, [0.5, math.nan], 2), "momentum must be from 0 to 1"),
        ((0.1, 0.5, 0), "momentum needs finite curvatures, one of them not 0"),
        ((0.1, 0.5, [1, math.inf]), "momentum needs finite curvatures"),
    ],
)
def test_nonsense_is_refused(arguments: tuple[object, object, object], message: str) -> None:
    """The wrong number is named in the error."""
    with pytest.raises(ValueError, match=message):
        momentum_radius(*arguments)  # type: ignore[arg-type]


def test_more_nonsense_is_refused() -> None:
    """A regime needs a rate, borders and best choices a curvature above 0."""
    with pytest.raises(ValueError, match="learning rate must be above 0, got 0"):
        momentum_regime([0.1, 0], 0.5, 2)
    for curvature in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="above 0"):
            momentum_borders(0.5, curvature)
    for best in (best_momentum, best_rate):
        with pytest.raises(ValueError, match="above 0"):
            best([0, 2])


def test_huge_numbers_diverge_without_a_warning() -> None:
    """A product beyond the floats is a radius beyond them."""
    assert momentum_radius(1e308, 0.5, 1e308) == math.inf
    assert momentum_regime(1e308, 0.5, 1e308) == MomentumRegime.DIVERGES
