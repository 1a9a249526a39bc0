"""What there is to tell of a run: where the valleys are, what a step did, how it ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lranim.core.costs import as_low
from lranim.core.results import arrival, falls
from lranim.core.theory import Verdict, contraction, curvatures, steps_to_within, verdict
from lranim.core.types import NEAR, ROUNDING, Array, Cost, Trajectory

FARTHEST = 40.0
"""A run is told until it is this many times the domain's half width away from its middle."""

HIGHEST = 1e100
"""Costs above it are out of every picture."""

FEW = 3
"""A run of fewer steps shows no way of going, unless it has arrived, repeats itself, or is gone."""

SOON = 2.0
"""A run is on its way, and does not crawl, if so many times the steps that it took would bring it there."""

_LEVEL, _TINY, _EXACT = 1e-3, 0.1, 1e-6  # shares of the height above the minimum, and of the way to it
_COUNTED = 1_000_000  # steps: of more, the slowest direction alone is looked at
_STRIDE, _STRIDES = 0.004, 500  # of the domain's width: steps that follow the slope to the bottom


def lost(run: Trajectory, farthest: float = FARTHEST) -> npt.NDArray[np.bool_]:
    """Which points are out of every picture, ``(T + 1,)``."""
    low, high = np.array(run.cost_function.domain).T
    away = (np.abs(run.x - (low + high) / 2) > farthest * (high - low) / 2).any(axis=1)
    return np.asarray(away | (np.abs(run.cost) > HIGHEST))


def as_far_as_shown(run: Trajectory, farthest: float = FARTHEST) -> Trajectory:
    """The run up to its first point that is out of every picture; most runs have none and stay whole."""
    gone = np.flatnonzero(lost(run, farthest))
    if not len(gone):
        return run
    t = max(int(gone[0]), 1)
    points = {name: getattr(run, name)[: t + 1] for name in ("x", "cost", "grad")}
    return replace(run, **points, lr=run.lr[:t], step=run.step[:t])


def breaks_off(run: Trajectory, asked: int, farthest: float = FARTHEST) -> bool:
    """Whether a run of so many steps ends in the picture: the next one would lead to where no cost is."""
    return run.steps < asked and not lost(run, farthest)[-1]


def valleys(cost: Cost, x: Array) -> npt.NDArray[np.intp]:
    """Number the known minimum to which the slope leads down from each place ``(k, n)``; -1 for none."""
    if not cost.minima or cost.hessian is not None:
        return np.full(len(x), len(cost.minima) - 1)  # a quadratic with a minimum is one valley
    low, high = np.array(cost.domain).T
    minima = np.array(cost.minima, dtype=np.float64)
    places = np.array(x, dtype=np.float64)
    # From far outside the strides are longer.
    stride = np.maximum(_STRIDE, np.abs((places - (low + high) / 2) / (high - low)).max(axis=1) / 100)
    for share in np.append(np.ones(_STRIDES), np.geomspace(1.0, 0.1, 50)):
        with np.errstate(all="ignore"):
            grad = cost.grad(places) * (high - low)
            way = grad / np.linalg.norm(grad, axis=-1, keepdims=True)
        places = places - np.nan_to_num(way) * stride[:, None] * share * (high - low)
    gaps = np.abs((places[:, None] - minima) / (high - low)).max(axis=2)
    return np.where(gaps.min(axis=1) <= 3 * _STRIDE, gaps.argmin(axis=1), -1)


def escape(run: Trajectory) -> int | None:
    """The first step that leads from one known minimum's valley into another's; None if none does."""
    if len(run.cost_function.minima) < 2:
        return None
    found = valleys(run.cost_function, run.x)
    crossed = np.flatnonzero((found[1:] != found[:-1]) & (found[1:] >= 0) & (found[:-1] >= 0))
    return int(crossed[0]) if len(crossed) else None


def step_kinds(run: Trajectory) -> list[str]:
    """Name what each step does on a curve, from where it starts and where it lands alone.

    ``escapes`` into another valley; ``lands`` on the minimum; beyond it ``over``, lower than before,
    ``level``, as high, or ``higher``; on this side ``tiny``, less than a tenth of the way, or ``shorter``
    than the step before; "" for any other.
    """
    found = valleys(run.cost_function, run.x).tolist()
    return [_step_kind(run, k, *found[k : k + 2]) for k in range(run.steps)]


def _step_kind(run: Trajectory, k: int, valley: int, next_valley: int) -> str:
    cost, (x, end) = run.cost_function, run.x[k : k + 2, 0].tolist()
    if valley < 0:
        return ""
    if next_valley not in (valley, -1):
        return "escapes"
    goal = cost.minima[valley][0]
    share = (end - x) / (goal - x) if goal != x else 0.0
    height = float(run.cost[k] - cost.value(np.array([goal])))
    rise = float(run.cost[k + 1] - run.cost[k])
    if abs(share - 1) <= _EXACT:
        return "lands"
    if share > 1:
        return "level" if abs(rise) <= _LEVEL * height else "higher" if rise > 0 else "over"
    if 0 < share < _TINY - _EXACT:
        return "tiny"
    return "shorter" if k and share > 0 and abs(end - x) < abs(float(run.step[k - 1, 0])) else ""


def ending(run: Trajectory, asked: int = 0, farthest: float = FARTHEST) -> str:
    """Name how a run of so many steps ended, with a refinement behind a dot.

    The names are those of `Verdict`, in small letters, and besides

    - ``leaves``: it stops, since the next step leads to where there is no cost
    - ``falls``: down and down, without a bottom
    - ``open``: none of these, and no minimum is known that it could have come to
    - ``early``: too few steps to tell
    - ``nears``: it does not crawl, but is not there yet, and would be in about as many steps again

    A refinement is ``.escaped``, in another valley than it began in; ``.local``, in a minimum that is not the
    lowest; ``.one``, in one of several lowest; ``jumps.arrived``, near at last; ``crawls.forecast``, where
    `forecast` knows how long it would take.
    """
    cost, kind = run.cost_function, verdict(run)
    name = kind.value
    if breaks_off(run, asked, farthest):
        return "leaves"
    if falls(run):
        return "falls"
    if kind is Verdict.DIVERGES:
        return name
    if not cost.minima and kind is not Verdict.BOUNCES:
        return "open"
    first, last = valleys(cost, run.x[[0, -1]]) if len(cost.minima) > 1 else (0, 0)
    if first != last and min(first, last) >= 0:
        return f"{name}.escaped"
    if kind in (Verdict.SETTLES, Verdict.LANDS):
        deepest = sum(as_low(cost, minimum) for minimum in cost.minima)
        refined = "" if deepest == 1 else ".one"
        return name + (refined if as_low(cost, run.target) else ".local")
    if kind is Verdict.JUMPS and arrival(run) is not None:
        return "jumps.arrived"
    if kind in (Verdict.CRAWLS, Verdict.JUMPS, Verdict.WANDERS):
        if run.steps < FEW:
            return "early"
        if kind is Verdict.CRAWLS and _soon(run):
            return "nears"
    return "crawls.forecast" if kind is Verdict.CRAWLS and forecast(run) else name


def _soon(run: Trajectory) -> bool:
    """Whether the last steps' pace, a share of the way or a length, would soon lead near the minimum."""
    first, before, now = run.errors[-3:].tolist()
    if not NEAR < now < before:
        return False
    even = np.isclose(first - before, before - now, rtol=_LEVEL)
    needed = (now - NEAR) / (before - now) if even else np.log(NEAR / now) / np.log(now / before)
    return bool(needed <= SOON * max(run.steps, 5))


def forecast(run: Trajectory) -> int | None:
    """The step at which gradient descent on a quadratic will come near its minimum; None for another run."""
    hessian, lr = run.cost_function.hessian, float(run.lr[0])
    if hessian is None or run.rule.name != "gradient-descent":
        return None
    factor = float(contraction(lr, curvatures(run.cost_function))[0])
    most = steps_to_within(float(run.errors[0]), NEAR, factor)
    if most is None or most > _COUNTED:
        return most
    # The slowest direction says how long it takes at most; the others are part of the distance, too.
    bends, ways = np.linalg.eigh(hessian)
    shares = (1 - lr * bends) ** np.arange(most + 1)[:, None]
    near = np.linalg.norm(shares * (ways.T @ (run.x[0] - run.target)), axis=1) <= NEAR * (1 + ROUNDING)
    return int(np.argmax(near)) if near.any() else most


def facts(run: Trajectory) -> dict[str, Any]:
    """Every number that a story of a run may name, as numbers; a point is ``(n,)``.

    ``arrival`` is the step from which it stays near its minimum, ``escape`` the one that leaves its first
    valley (0 for none), ``forecast`` the one at which it would arrive, ``nearest`` how near it came.
    """
    cost, end = run.cost_function, run.x[-1]
    return {
        "start": run.x[0],
        "end": end,
        "one": run.x[-2],
        "two": end,
        "target": run.target,
        "lowest": np.array(cost.minima[0]) if cost.minima else end,
        "count": len(cost.minima),
        "steps": run.steps,
        "within": NEAR,
        "arrival": arrival(run) or 0,
        "escape": (escape(run) or 0) + 1,
        "forecast": forecast(run) or 0,
        "away": float(run.errors[-1]),
        "nearest": float(run.errors.min()),
        "before": float(np.linalg.norm(run.step[0])),
        "after": float(np.linalg.norm(run.step[-1])),
    }
