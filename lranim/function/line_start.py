"""Where a descent on a function of one variable begins, so that there is something to see."""

from __future__ import annotations

import numpy as np

from lranim.function import round_numbers
from lranim.function.steps import Gradient, Value

_EDGE = 0.05  # of the view's width: how far from its ends a start is at least
_WAYS = (0.12, 0.06, 0.0)  # of the view's width, from start to minimum: as far as can be had
_FLAT = 1e-14  # of a value: a change by less, all over the view, is rounding alone
_NEARER = (0.75, 0.5, 0.33)  # of the way from the minimum to the best start


def starts(
    value: Value, grad: Gradient, domain: tuple[float, float], minima: list[float], turns: list[float]
) -> list[tuple[float, float | None]]:
    """Give starts, the best first, each with the minimum that is down from it, if there is one.

    The best is the one farthest right from which it is some way down to a minimum; others lie nearer to that
    minimum. Without a minimum: the right end where that is the higher one, else the left end, else beside
    the top.

    Parameters
    ----------
    value, grad
        The function.
    domain
        What is shown.
    minima
        Those in the view.
    turns
        Minima and maxima in the view, ascending.

    Raises
    ------
    ValueError
        When the function has no slope anywhere in the view.
    """
    low, high = domain
    width = high - low
    unit = round_numbers.step(width / 40)
    shares = np.linspace(1 - _EDGE, _EDGE, 91)
    places = np.array([round_numbers.near(low + share * width, unit) for share in shares.tolist()])
    slopes = grad(places[:, np.newaxis])[:, 0]
    costs = value(places[:, np.newaxis])
    good = np.isfinite(costs) & np.isfinite(slopes) & (np.abs(slopes) * width > _FLAT * np.abs(costs))
    good &= (low <= places) & (places <= high)
    places, slopes = places[good], slopes[good]
    if not len(places):
        raise ValueError(
            "it is flat or not finite wherever it was looked at; write one that has slopes there"
        )
    for way in _WAYS:
        for at, slope in zip(places.tolist(), slopes.tolist(), strict=True):
            ahead = [turn for turn in turns if (turn < at if slope > 0 else turn > at)]
            goal = (max if slope > 0 else min)(ahead, default=None)
            if goal in minima and abs(at - goal) >= way * width:
                nearer = [round_numbers.near(goal + share * (at - goal), unit) for share in _NEARER]
                return [
                    (place, goal)
                    for place in (at, *nearer)
                    if abs(place - goal) >= _WAYS[1] * width or place == at
                ]
    if slopes[0] > 0:
        return [(float(places[0]), None)]
    if slopes[-1] < 0:
        return [(float(places[-1]), None)]
    beside = int(np.argmin(np.abs(places - (low + 0.56 * width))))
    return [(float(places[beside]), None)]
