from __future__ import annotations

import math
import re

import numpy as np
import pytest
from numpy.polynomial import chebyshev

from lranim.core.lines import samples
from lranim.core.polynomials import (
    DEGREE,
    curve_samples,
    features,
    polynomial_cost,
    predict,
    true_curve,
)
from lranim.core.theory import condition_number, curvatures


def test_features_are_damped_chebyshev_polynomials() -> None:
    """T_k(cos s) = cos(k s), over k + 1."""
    s = np.linspace(0, np.pi, 50)
    k = np.arange(9)
    assert features(np.cos(s), 8) == pytest.approx(np.cos(np.outer(s, k)) / (k + 1), abs=1e-12)


def test_a_prediction_is_the_sum_of_its_features() -> None:
    """One polynomial or many, it is numpy's Chebyshev series with the weights over k + 1."""
    weights = np.random.default_rng(0).normal(size=(3, 2, 7))
    x = np.linspace(-1, 1, 31)
    told = predict(weights, x)
    assert told.shape == (3, 2, 31)
    for index in np.ndindex(3, 2):
        assert told[index] == pytest.approx(chebyshev.chebval(x, weights[index] / np.arange(1, 8)))
        assert predict(weights[index], x) == pytest.approx(told[index])


def test_the_cost_is_the_mean_squared_error_of_the_prediction() -> None:
    """J(w) is what a scene would measure on the picture."""
    data = curve_samples(3).train
    cost = polynomial_cost(data, 6)
    w = np.random.default_rng(1).normal(size=(20, 7))
    assert cost.value(w) == pytest.approx(((predict(w, data.x) - data.y) ** 2).mean(axis=-1))


def test_a_polynomial_is_found_again() -> None:
    """Samples of x^3 have their minimum where the cubic is x^3 itself, with no error."""
    x = np.linspace(-1, 1, 9)
    cost = polynomial_cost(samples(x, x**3), 3)
    assert cost.minima[0] == pytest.approx([0, 1.5, 0, 1], abs=1e-12)
    assert cost.value(np.array(cost.minima[0])) == pytest.approx(0, abs=1e-25)


def test_the_basis_is_worth_its_trouble() -> None:
    """Plain powers would be worse conditioned a hundred times over."""
    data = curve_samples().train
    ours = condition_number(curvatures(polynomial_cost(data)))
    powers = np.vander(data.x, DEGREE + 1)
    assert np.linalg.cond(powers.T @ powers) > 100 * ours


@pytest.mark.parametrize("seed", range(20))
def test_samples_are_split_without_loss(seed: int) -> None:
    """Each sample is in one heap, each heap is in order, and one x lies in each equal part of [-1, 1]."""
    data = curve_samples(seed)
    x = np.concatenate([data.train.x, data.validation.x])
    assert (len(data.train.x), len(data.validation.x)) == (14, 26)
    assert np.array_equal(np.sort(np.floor((x + 1) * 20)), np.arange(40))
    assert np.all(np.diff(data.train.x) > 0)
    assert np.all(np.diff(data.validation.x) > 0)
    again = curve_samples(seed)
    assert np.array_equal(data.train.y, again.train.y)
    assert not np.array_equal(data.train.y, curve_samples(seed + 1).train.y)


def test_samples_lie_about_the_curve() -> None:
    """Their distance from it has the asked deviation; without noise there is none."""
    data = curve_samples(0, 4000, noise=0.3, share=0.5)
    for heap in (data.train, data.validation):
        assert (heap.y - true_curve(heap.x)).std() == pytest.approx(0.3, rel=0.06)
    clean = curve_samples(0, noise=0).validation
    assert clean.y == pytest.approx(np.sin(np.pi * clean.x))


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_each_heap_gets_two_samples_at_least(share: float) -> None:
    """There is always something to learn from and something to judge by."""
    data = curve_samples(0, 10, share=share)
    assert sorted([len(data.train.x), len(data.validation.x)]) == [2, 8]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": 1.5}, "seed must be a whole number, 0 or more, got 1.5"),
        ({"count": 3}, "number of samples must be a whole number, 4 or more, got 3"),
        ({"noise": math.nan}, "noise must be a finite number, 0 or more, got nan"),
        ({"share": 1}, "share of the samples to learn from must be between 0 and 1, got 1"),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused(options: dict[str, float], message: str) -> None:
    """The wrong number is in the error."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        curve_samples(**options)  # type: ignore[arg-type]


def test_a_cost_needs_a_degree_and_x_in_range() -> None:
    """What is wrong is named."""
    with pytest.raises(ValueError, match="degree must be a whole number, 1 or more, got 0"):
        polynomial_cost(curve_samples().train, 0)
    with pytest.raises(ValueError, match=r"x must lie from -1 to 1, got -1\.5"):
        polynomial_cost(samples([-1.5, 1], [0, 1]))
