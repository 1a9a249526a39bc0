"""How the learning rate of a training went: up, down, or both."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from lranim.logs.log import Series

STEADY = 0.02
"""A rate that stays within this share of its highest is constant."""

TURN = 0.1
"""A rate has turned when it goes back by this share of its highest."""


class Shape(enum.Enum):
    """The ways in which a rate goes; `rate_shape` tells them apart."""

    FLAT = "flat"
    """It stays as it is."""
    RISE = "rise"
    """It goes up alone."""
    FALL = "fall"
    """It goes down alone."""
    BOTH = "both"
    """It goes up, and then down: warm-up and decay."""
    WAVES = "waves"
    """It goes up again after it has gone down."""


@dataclass(frozen=True, kw_only=True)
class RateShape:
    """What a recorded learning rate does.

    Parameters
    ----------
    shape
        The way that it goes.
    peak
        The step at which it is first at its highest, to a thousandth.
    turns
        How often it goes up.
    """

    shape: Shape
    peak: float
    turns: int


def rate_shape(rates: Series) -> RateShape:
    """Say how a learning rate goes over its steps; what is less than a tenth of the highest is no turn.

    Examples
    --------
    >>> import numpy as np
    >>> from lranim.logs.log import series
    >>> step = np.arange(101.0)
    >>> found = rate_shape(series(step=step, value=np.minimum(step / 20, (100 - step) / 80)))
    >>> found.shape.value, found.peak, found.turns
    ('both', 20.0, 1)
    """
    value = rates.finite.value
    highest = float(value.max())
    peak = float(rates.finite.step[int(np.argmax(value >= highest * (1 - 1e-3)))])
    if highest - float(value.min()) <= STEADY * highest:
        return RateShape(shape=Shape.FLAT, peak=peak, turns=0)
    ways = _ways(value.tolist(), TURN * highest)
    if len(ways) > 2 or ways == [False, True]:
        return RateShape(shape=Shape.WAVES, peak=peak, turns=sum(ways))
    if len(ways) == 2:
        return RateShape(shape=Shape.BOTH, peak=peak, turns=1)
    return RateShape(shape=Shape.RISE if value[-1] > value[0] else Shape.FALL, peak=peak, turns=sum(ways))


def _ways(values: list[float], least: float) -> list[bool]:
    """Which ways values go, one after another, by more than `least`: True is up."""
    ways: list[bool] = []
    low = high = values[0]
    for value in values:
        low, high = min(low, value), max(high, value)
        if value - low > least and (not ways or not ways[-1]):
            ways.append(True)
            high = value
        elif high - value > least and (not ways or ways[-1]):
            ways.append(False)
            low = value
    return ways
