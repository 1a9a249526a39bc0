"""What real trainings wrote down: losses and learning rates read from their log files."""

from __future__ import annotations

from lranim.logs.log import Log, Series
from lranim.logs.phases import RateShape, Shape, rate_shape
from lranim.logs.read import read_log
from lranim.logs.state import RunState, run_state
from lranim.logs.thinning import thinned

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
