"""A schedule of the learning rate."""

from __future__ import annotations

from typing import Any

from lranim.core.schedules import ScheduleKind
from lranim.core.types import Schedule


def _make(lr: float, steps: int, teeth: int = 3) -> Schedule:
    length = max(1, steps // teeth)

    def rate(t: Any) -> Any:
        return lr * (1 - t % length / length)

    return rate


SAWTOOTH = ScheduleKind(
    name="sawtooth",
    summary="falls to almost 0 and starts again, three times",
    formula="eta (1 - t mod d / d)",
    make=_make,
)
