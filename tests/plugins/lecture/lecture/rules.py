"""A step rule."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lranim.core.types import Array, Rule


def clipped(longest: float = 1.0) -> Rule:
    """Step as gradient descent does, but never further than `longest` in any variable."""
    return Rule(
        name="clipped",
        summary="gradient descent with steps of limited length",
        formula="a <- a - min(s, eta dot J'(a))",
        init=_no_state,
        step=partial(_step, longest),
    )


def _no_state(_x: Array) -> None:
    """It remembers nothing."""


def _step(longest: float, state: None, grad: Array, lr: Any, _t: int) -> tuple[Array, None]:
    return np.clip(-lr * grad, -longest, longest), state
