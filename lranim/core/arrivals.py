"""When a run has arrived for good."""

from __future__ import annotations

import numpy as np

from lranim.core.types import NEAR, ROUNDING, Trajectory


def arrival(run: Trajectory) -> int | None:
    """Give the step from which a run stays within 0.1 of its minimum; None if it does not, or knows none.

    Examples
    --------
    >>> from lranim.core.costs import COSTS
    >>> from lranim.core.descend import descend
    >>> from lranim.core.rules import gradient_descent
    >>> from lranim.core.schedules import constant
    >>> [arrival(descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), 29)) for lr in (0.3, 0.01)]
    [6, None]
    """
    if not run.cost_function.minima:
        return None
    away = np.flatnonzero(run.errors > NEAR * (1 + ROUNDING))
    if not len(away):
        return 0
    return None if away[-1] == run.steps else int(away[-1]) + 1
