"""The trainings of a polynomial: what each rate comes to, and what each state is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lranim.core.least_squares import curve_samples, polynomial_cost, predict
from lranim.core.theory import curvatures, stability_limit
from lranim.core.training import EPOCHS, RATES, Training, TrainingState, rate_for, train, training_state
from lranim.core.types import Array, Status

DATA = curve_samples()
FAILING, UNDERFITTING, OVERFITTING, GOOD = TrainingState


@pytest.fixture(scope="module")
def runs() -> dict[TrainingState, Training]:
    """One training for each state that a rate leads to."""
    return {wanted: train(DATA, rate_for(wanted, DATA)) for wanted in RATES}


def test_each_rate_leads_to_its_state(runs: dict[TrainingState, Training]) -> None:
    """With the samples of the default seed, and nearly always or mostly with those of 20."""
    assert {wanted: training_state(run) for wanted, run in runs.items()} == {
        wanted: wanted for wanted in RATES
    }
    found = dict.fromkeys(RATES, 0)
    for seed in range(20):
        data = curve_samples(seed)
        for wanted in RATES:
            found[wanted] += training_state(train(data, rate_for(wanted, data))) is wanted
    assert found[FAILING] == 20
    assert found[UNDERFITTING] >= 18
    assert found[OVERFITTING] >= 13


def test_early_stopping_is_good(runs: dict[TrainingState, Training]) -> None:
    """Too high a rate is above 2 / L; what overfits is good when it is stopped at its best epoch."""
    assert runs[FAILING].lr > stability_limit(curvatures(polynomial_cost(DATA.train)))
    assert runs[UNDERFITTING].best_epoch == EPOCHS
    long = runs[OVERFITTING]
    assert long.validation[-1] > 1.9 * long.validation.min()
    early = train(DATA, long.lr, long.best_epoch)
    assert training_state(early) is GOOD
    assert np.array_equal(early.train, long.train[: long.best_epoch + 1])
    assert early.validation[-1] == pytest.approx(long.validation.min())
    assert early.validation[-1] < 1.3 * 0.3**2


def test_a_training_fits_together(runs: dict[TrainingState, Training]) -> None:
    """Losses are those of the weights at that epoch, weights begin at 0, and all is finite and read-only."""
    for run in runs.values():
        assert run.epochs == EPOCHS
        assert not run.weights[0].any()
        for heap, losses in ((DATA.train, run.train), (DATA.validation, run.validation)):
            missed = predict(run.weights, heap.x) - heap.y
            assert losses == pytest.approx((missed**2).mean(axis=-1), rel=1e-9)
        for array in (run.weights, run.train, run.validation):
            assert len(array) == EPOCHS + 1
            assert np.isfinite(array).all()
            assert not array.flags.writeable


def test_training_follows_the_closed_form() -> None:
    """In the Hessian's eigenvectors each error shrinks by 1 - lr L_i an epoch."""
    run, cost = train(DATA, 0.5, 100), polynomial_cost(DATA.train)
    values, vectors = np.linalg.eigh(cost.hessian)
    errors = (run.weights - np.array(cost.minima[0])) @ vectors
    assert errors == pytest.approx(errors[0] * (1 - 0.5 * values) ** np.arange(101)[:, np.newaxis], abs=1e-9)


def test_a_training_that_explodes_stays_finite() -> None:
    """It ends at its last finite epoch, and no loss is infinite even there."""
    run = train(DATA, 5.0, 2000)
    assert run.epochs < 2000
    assert len(run.validation) == run.epochs + 1
    assert np.isfinite(run.validation).all()
    assert training_state(run) is FAILING


LINE = np.linspace(1, 0.5, 101)
HALF = np.linspace(1, 0.5, 51)


@pytest.mark.parametrize(
    ("losses", "judged", "expected"),
    [
        (np.ones(101), np.ones(101), FAILING),
        (np.linspace(1, 0.91, 101), LINE, FAILING),  # hardly below the first
        (np.linspace(1, 0.89, 101), LINE, GOOD),
        (np.linspace(1, 2, 101), np.ones(101), FAILING),
        (np.append(np.linspace(1, 0.1, 100), 0.21), LINE, FAILING),  # up again
        (LINE, LINE, UNDERFITTING),  # both fall
        (LINE, np.append(HALF, np.full(50, 0.5)), GOOD),
        (LINE, np.append(HALF, np.linspace(0.5, 0.549, 50)), GOOD),  # a little up
        (LINE, np.append(HALF, np.linspace(0.5, 0.56, 50)), OVERFITTING),
        (np.append(HALF, np.full(50, 0.5)), np.ones(101), UNDERFITTING),  # high
    ],
)
def test_states_by_their_definition(losses: Array, judged: Array, expected: TrainingState) -> None:
    """Made-up losses on either side of each border."""
    run = train(DATA, 0.1, 100)
    trajectory = dataclasses.replace(run.trajectory, cost=losses, status=Status.OUT_OF_STEPS)
    assert training_state(dataclasses.replace(run, trajectory=trajectory, validation=judged)) is expected


def test_a_single_epoch_has_a_state() -> None:
    """It learned something, or nothing."""
    assert training_state(train(DATA, 0.5, 1)) is UNDERFITTING
    assert training_state(train(DATA, 0.0, 1)) is FAILING
