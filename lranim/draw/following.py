"""How far a run is followed, and in how wide a view, when it leaves the domain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lranim.core.types import Trajectory
from lranim.draw.outline import HIGHEST
from lranim.draw.plot import View, view_of

ZOOM = 2.0
"""How much wider each wider view is."""

FARTHEST = 40.0
"""A run is shown until it is this many times the domain's half width away from its middle."""


def as_far_as_shown(run: Trajectory, farthest: float = FARTHEST) -> Trajectory:
    """The run up to its first point that no view follows any more; most runs have none and stay whole."""
    low, high = np.array(run.cost_function.domain).T
    away = (np.abs(run.x - (low + high) / 2) > farthest * (high - low) / 2).any(axis=1)
    gone = np.flatnonzero(away | (np.abs(run.cost) > HIGHEST))
    if not len(gone):
        return run
    t = max(int(gone[0]), 1)
    points = {name: getattr(run, name)[: t + 1] for name in ("x", "cost", "grad")}
    return replace(run, **points, lr=run.lr[:t], step=run.step[:t])


def breaks_off(run: Trajectory, steps: int, farthest: float = FARTHEST) -> bool:
    """Whether a run of so many steps ends in the picture: the next one would lead to where no cost is."""
    low, high = np.array(run.cost_function.domain).T
    near = (np.abs(run.x[-1] - (low + high) / 2) <= farthest * (high - low) / 2).all()
    return run.steps < steps and bool(near and abs(run.cost[-1]) <= HIGHEST)


def views_of(run: Trajectory) -> list[View]:
    """The view for each point of a run on a curve: the domain's, and wider ones once the run leaves it."""
    cost = run.cost_function
    low, high = cost.domain[0]
    middle, half = (low + high) / 2, (high - low) / 2
    views, reach = [], 1.0
    for x in run.x[:, 0]:
        while abs(x - middle) > reach * half * 1.0001:
            reach *= ZOOM
        views.append(reach)
    # A little beyond, so that a point at the domain's edge is not cut by the frame of the plot.
    made = {r: view_of(cost, middle - 1.04 * r * half, middle + 1.04 * r * half) for r in set(views)}
    return [made[r] for r in views]
