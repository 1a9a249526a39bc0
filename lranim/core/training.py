"""A small real training: a polynomial learns noisy samples by gradient descent, judged on others."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from lranim.core.checks import rounded
from lranim.core.descend import descend
from lranim.core.least_squares import Split, polynomial_cost, predict
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.theory import curvatures, stability_limit
from lranim.core.types import Array, Status, Trajectory

EPOCHS = 500
"""Length of a training unless another is asked for."""

_FLAT = 0.1  # a loss that fell by less than this share of the first did not learn
_RISE = 0.1  # a loss this share above its lowest has risen
_HIGH = 0.5  # a validation loss above this share of the first has not come down
_STILL = 0.02  # a loss that falls by more than this share in the last tenth of the epochs is still falling


class TrainingState(enum.Enum):
    """What a training came to, as its two losses show; `training_state` tells them apart."""

    FAILING = "failing"
    """The train loss is flat, or rises: the rate is too high, or next to nothing."""
    UNDERFITTING = "underfitting"
    """Both losses are still falling, or stay high: it was not trained for long enough, or is too simple."""
    OVERFITTING = "overfitting"
    """The train loss falls while the validation loss rises: it learns the noise by heart."""
    GOOD = "good"
    """None of these: the validation loss is about as low as it gets."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """All that one training did; an epoch is one step on all train samples, and E is their number.

    Parameters
    ----------
    data
        The samples.
    trajectory
        The descent of the weights: ``trajectory.x`` are the weights ``(E + 1, n)`` for `predict`.
    validation
        Mean squared error on the validation samples, ``(E + 1,)``, the untrained polynomial's first.
    """

    data: Split
    trajectory: Trajectory
    validation: Array

    @property
    def train(self) -> Array:
        """Mean squared error on the train samples, ``(E + 1,)``."""
        return self.trajectory.cost

    @property
    def weights(self) -> Array:
        """Weights after each epoch, ``(E + 1, n)``, all 0 first."""
        return self.trajectory.x

    @property
    def epochs(self) -> int:
        """Number of epochs E."""
        return self.trajectory.steps

    @property
    def lr(self) -> float:
        """Learning rate."""
        return float(self.trajectory.lr[0])

    @property
    def best_epoch(self) -> int:
        """Epoch after which the validation loss is lowest: where early stopping stops."""
        return int(np.argmin(self.validation))


def train(data: Split, lr: float, epochs: int = EPOCHS) -> Training:
    """Fit a polynomial to the train samples by full-batch gradient descent from weights of 0.

    ``w <- w - lr grad J(w)``, with J from `polynomial_cost`; each epoch is judged on the validation samples.
    A run that leaves the finite numbers ends there.
    """
    cost = polynomial_cost(data.train)
    trajectory = descend(cost, gradient_descent(), constant(lr), np.zeros(cost.dim), epochs)
    with np.errstate(over="ignore"):
        missed = data.validation.y - predict(trajectory.x, data.validation.x)
        losses = np.square(missed).mean(axis=-1)
    # Where a run explodes, the validation loss may leave the finite numbers before the train loss does.
    validation = np.minimum(losses, np.finfo(np.float64).max)
    validation.setflags(write=False)
    return Training(data=data, trajectory=trajectory, validation=validation)


def training_state(run: Training) -> TrainingState:
    """Name what a training came to, from its losses alone; the first that fits, in this order.

    - failing: it diverged; or the train loss ends within a tenth of where it began, or above its lowest by
      more than a tenth of where it began
    - overfitting: the validation loss ends more than a tenth above its lowest, and the train loss below what
      it was then
    - underfitting: both losses fell by more than a fiftieth in the last tenth of the epochs, or the
      validation loss never came down to half of where it began
    - good: none of these
    """
    losses, judged = run.train, run.validation
    first, last, lowest = losses[0], losses[-1], losses.min()
    diverged = run.trajectory.status is Status.DIVERGED
    if diverged or last >= (1 - _FLAT) * first or last > lowest + _FLAT * first:
        return TrainingState.FAILING
    if judged[-1] > (1 + _RISE) * judged.min() and last < losses[run.best_epoch]:
        return TrainingState.OVERFITTING
    before = -1 - max(run.epochs // 10, 1)
    falling = all(loss[-1] < (1 - _STILL) * loss[before] for loss in (losses, judged))
    if falling or judged.min() > _HIGH * judged[0]:
        return TrainingState.UNDERFITTING
    return TrainingState.GOOD


RATES: dict[TrainingState, float] = {
    TrainingState.FAILING: 1.01,
    TrainingState.UNDERFITTING: 0.005,
    TrainingState.OVERFITTING: 0.5,
}
"""Share of the stability limit, 2 / L, at which a training of `EPOCHS` comes to a state."""


def rate_for(wanted: TrainingState, data: Split) -> float:
    """Give a round rate at which a training comes to a state: near a share of ``2 / L``.

    L is the largest curvature of `polynomial_cost`. Just above the limit the loss explodes, slowly enough to
    watch; at half of it the noise is learned too; far below it, `EPOCHS` are too few. No rate is good by
    itself: train at that of overfitting, and stop at the best epoch.
    """
    limit = stability_limit(curvatures(polynomial_cost(data.train)))
    return rounded(RATES[wanted] * limit, 2 if wanted is TrainingState.FAILING else 1)
