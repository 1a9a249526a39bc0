"""What real trainings wrote down: losses and learning rates read from their log files."""

from __future__ import annotations

from lranim.logs.log import Log, RateShape, RunState, Series, Shape, rate_shape, run_state, thinned
from lranim.logs.read import read_log

__all__ = [
    "Log",
    "RateShape",
    "RunState",
    "Series",
    "Shape",
    "rate_shape",
    "read_log",
    "run_state",
    "thinned",
]
