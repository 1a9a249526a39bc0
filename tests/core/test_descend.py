"""The loop: the numbers of the course, what a trajectory holds, how it ends, what it refuses."""

from __future__ import annotations

import dataclasses
import math
import pickle
import re
from typing import Any

import numpy as np
import pytest

from lranim.core.costs import COSTS, bowl_of
from lranim.core.descend import descend
from lranim.core.results import arrival
from lranim.core.rules import RULES, adam, fixed, gradient_descent, momentum, slope
from lranim.core.schedules import constant
from lranim.core.theory import curvatures, stability_limit
from lranim.core.types import Array, Cost, Rule, Status, Trajectory

BOWL, GENTLE = COSTS["bowl"], COSTS["gentle-bowl"]
EVERY = [pytest.param(cost, id=name) for name, cost in COSTS.items()]
QUADRATIC = [pytest.param(cost, id=name) for name, cost in COSTS.items() if cost.hessian is not None]
CONVERGED, BOUNCED, DIVERGED, OUT_OF_STEPS = Status


def run(
    cost: Cost = BOWL, rule: Rule | None = None, lr: Any = 0.3, start: Any = (13.0,), steps: int = 29
) -> Trajectory:
    """Descend, with the course's choices for what is not given."""
    schedule = lr if callable(lr) else constant(lr)
    return descend(cost, rule or gradient_descent(), schedule, start, steps)


# The numbers of the course


@pytest.mark.parametrize(
    ("cost", "rule", "walk", "status"),
    [
        (BOWL, fixed(1.5), [13, 11.5, 10, 8.5, 7, 5.5, 4, 2.5, 4, 2.5, 4], BOUNCED),
        (GENTLE, slope(), [13, 8, 5.5, 4.25, 3.625, 3.3125], OUT_OF_STEPS),
        (BOWL, slope(), [13, -7, 13, -7], BOUNCED),
    ],
)
def test_the_walks_of_the_course(cost: Cost, rule: Rule, walk: list[float], status: Status) -> None:
    """A fixed step bounces about the minimum; the slope shrinks by itself, or throws from side to side."""
    trajectory = run(cost, rule, steps=len(walk) - 1)
    assert trajectory.x[:, 0].tolist() == walk
    assert trajectory.status is status


@pytest.mark.parametrize(
    ("lr", "printed", "status", "arrived"),
    [
        (0.99, -2.566167, OUT_OF_STEPS, None),
        (0.9, 2.984526, OUT_OF_STEPS, 21),
        (0.3, 3.000000, CONVERGED, 6),
        (0.1, 3.015474, OUT_OF_STEPS, 21),
        (0.01, 8.566166, OUT_OF_STEPS, None),
        (0.5, 3.0, CONVERGED, 1),
        (1, -7.0, BOUNCED, None),
        (1.05, 3 - 10 * 1.1**29, DIVERGED, None),
    ],
)
def test_the_rates_of_the_course(lr: float, printed: float, status: Status, arrived: int | None) -> None:
    """After t steps a = 3 + 10 (1 - 2 lr)^t, and after 29 it is what the course prints."""
    trajectory = run(lr=lr)
    distances = 10 * (1 - 2 * lr) ** np.arange(30)
    assert trajectory.x[:, 0] == pytest.approx(3 + distances, rel=1e-12, abs=1e-12)
    assert abs(trajectory.x[-1, 0] - printed) < 1e-6
    assert trajectory.status is status
    assert trajectory.first_within() == arrival(trajectory) == arrived
    assert arrived == next((t for t, distance in enumerate(distances) if abs(distance) <= 0.1), None)


# What a trajectory holds


@pytest.mark.parametrize("cost", EVERY)
@pytest.mark.parametrize(
    "rule", [fixed(0.2), *(RULES[name]() for name in list(RULES)[1:])], ids=lambda r: r.name
)
@pytest.mark.parametrize("steps", [1, 40])
def test_a_trajectory_fits_together(cost: Cost, rule: Rule, steps: int) -> None:
    """Every array has its shape, is finite and read-only, and agrees with cost, gradient and rule."""
    trajectory = run(cost, rule, cost.lr / 10, cost.start, steps)
    taken, n = trajectory.steps, cost.dim
    assert taken == steps or trajectory.status is DIVERGED
    shapes = {
        "x": (taken + 1, n),
        "grad": (taken + 1, n),
        "cost": (taken + 1,),
        "lr": (taken,),
        "step": (taken, n),
    }
    states = trajectory.states or ()
    for array, shape in [
        *((getattr(trajectory, name), shape) for name, shape in shapes.items()),
        *((field, (taken + 1, n)) for field in states),
    ]:
        assert (array.shape, array.dtype) == (shape, np.float64)
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    assert np.array_equal(trajectory.x[1:], trajectory.x[:-1] + trajectory.step)
    assert np.array_equal(trajectory.cost, cost.value(trajectory.x))
    assert np.array_equal(trajectory.grad, cost.grad(trajectory.x))
    state = rule.init(np.array(cost.start))
    for t in range(taken + 1):
        assert all(np.array_equal(kept[t], part) for kept, part in zip(states, state or (), strict=True))
        if t < taken:
            step, state = rule.step(state, trajectory.grad[t], cost.lr / 10, t)
            assert np.array_equal(trajectory.step[t], step)
    copy = pickle.loads(pickle.dumps(trajectory))
    assert (copy.x.tobytes(), copy.status) == (trajectory.x.tobytes(), trajectory.status)


def test_the_schedule_sets_each_rate() -> None:
    """A schedule that changes is followed step by step; one number stands for all."""
    trajectory = run(lr=lambda t: 0.5 / (1 + t), steps=3)
    assert trajectory.lr.tolist() == [0.5, 0.25, 0.5 / 3]
    assert trajectory.x[:, 0].tolist() == [13, 3, 3, 3]
    assert run(lr=lambda _t: 0.5, steps=2).lr.tolist() == [0.5, 0.5]


def test_a_rule_may_be_told_another_gradient() -> None:
    """Once a step, in order; the velocity is made of that, and what is kept is the cost's own slope."""
    told = []

    def eight(x: Array, t: int) -> Array:
        told.append(t)
        return np.full(x.shape, 8.0)

    trajectory = descend(BOWL, momentum(0.5), constant(0.1), (13.0,), 3, gradient=eight)
    assert told == [0, 1, 2]
    assert trajectory.states.velocity[:, 0].tolist() == [0, 8, 12, 14]
    assert np.array_equal(trajectory.grad, BOWL.grad(trajectory.x))


def test_states_that_are_no_named_tuples_are_handed_on() -> None:
    """From one step to the next, with the step's number, and are not kept."""

    def counting(state: int, grad: Array, _lr: float, t: int) -> tuple[Array, int]:
        assert state == t
        return 0 * grad, state + 1

    trajectory = run(rule=dataclasses.replace(slope(), init=lambda _x: 0, step=counting), steps=3000)
    assert (trajectory.steps, trajectory.states) == (3000, None)


def test_the_start_is_not_changed_nor_kept() -> None:
    """The caller's array stays as it was, and changing it later does not change the trajectory."""
    start = np.array([13.0])
    trajectory = run(start=start, steps=np.int64(3))  # type: ignore[arg-type]
    assert start.tolist() == [13.0]
    start[0] = 0
    assert (trajectory.x[0, 0], trajectory.steps) == (13, 3)


# Where it went


@pytest.mark.parametrize(("start", "target"), [(4.6, 3), (1.01, 3), (0.99, -2), (-4, -2)])
def test_the_target_is_the_minimum_the_run_ends_nearest_to(start: float, target: float) -> None:
    """Not the lowest minimum, nor the one nearest to the start, but where it went."""
    trajectory = run(COSTS["two-minima"], start=(start,), steps=400)
    assert trajectory.target.tolist() == [target]
    assert trajectory.errors == pytest.approx(np.abs(trajectory.x[:, 0] - target))
    assert trajectory.status is CONVERGED


def test_errors_are_distances_in_the_plane() -> None:
    """Euclidean, also where their squares are beyond the floats; to the end where no minimum is known."""
    assert run(COSTS["bowl-2d"], lr=0.25, start=(4.0, 3.0), steps=2).errors.tolist() == [5, 2.5, 1.25]
    line = dataclasses.replace(
        COSTS["bowl-2d"], value=lambda x: x.sum(axis=-1), grad=np.ones_like, minima=((0.0, 0.0),)
    )
    assert run(line, lr=1, start=(3e200, 4e200), steps=1).errors == pytest.approx(5e200)
    blind = run(dataclasses.replace(BOWL, minima=()))
    assert (blind.target.tolist(), blind.errors[-1], arrival(blind)) == (blind.x[-1].tolist(), 0, None)


def test_a_tenth_is_within_a_tenth() -> None:
    """3.1 is 0.1 away from 3, although floats say a little more; who starts at the minimum has arrived."""
    trajectory = run(lr=1e-9, start=(3.1,), steps=1)
    assert trajectory.errors[0] > 0.1
    assert trajectory.first_within(0.1) == arrival(trajectory) == arrival(run(start=(3.0,))) == 0
    assert trajectory.first_within(0.0999999) is None


def test_passing_by_is_no_arrival() -> None:
    """A ball that rolls through the minimum arrives later than it is first there, or never."""
    ball = run(bowl_of(2), momentum(0.9), 0.05, steps=120)
    passed = ball.first_within(0.1)
    assert passed is not None
    assert arrival(ball) == max(np.flatnonzero(ball.errors > 0.1)) + 1 > passed
    assert arrival(run(bowl_of(2), momentum(0.9), 0.05, steps=passed + 2)) is None


# Where theory says that it converges


@pytest.mark.parametrize("cost", QUADRATIC)
def test_gradient_descent_on_quadratics(cost: Cost) -> None:
    """Any rate below 2/L reaches the minimum, any above ends far out; the slope is a rate of 1."""
    limit = stability_limit(curvatures(cost))
    for start in np.random.default_rng(4).uniform(*np.array(cost.domain).T, (5, cost.dim)):
        for share in (0.05, 0.5, 0.9):
            trajectory = run(cost, lr=share * limit, start=start, steps=3000)
            assert trajectory.status is CONVERGED
            assert trajectory.errors[-1] < 2e-6
    assert run(cost, lr=1.05 * limit, start=cost.start, steps=100).status is DIVERGED
    alone = run(cost, slope(), start=cost.start, steps=200)
    assert (alone.status is CONVERGED) is (limit > 1)
    assert np.array_equal(alone.x, run(cost, lr=1, start=cost.start, steps=200).x)
    bouncing = run(cost, fixed(0.3), start=cost.start, steps=300)
    assert np.all(bouncing.errors[-50:] < 0.3)
    assert np.linalg.norm(bouncing.step, axis=-1) == pytest.approx(0.3)
    assert bouncing.status is not CONVERGED


# How a run ends


@pytest.mark.parametrize(("cost", "point"), [(cost, x) for cost in COSTS.values() for x in cost.minima])
def test_a_start_at_the_minimum_has_converged(cost: Cost, point: tuple[float, ...]) -> None:
    """Nothing is negligible beside a zero gradient, and yet it takes the steps that it is asked for."""
    for steps in (1, 2, 50):
        trajectory = run(cost, lr=cost.lr, start=point, steps=steps)
        assert (trajectory.status, trajectory.steps) == (CONVERGED, steps)


BLIND = dataclasses.replace(BOWL, minima=())


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"cost": COSTS["two-minima"], "start": (1.0,)}, CONVERGED),  # a maximum: no gradient either
        ({"rule": fixed(1.5), "steps": 7}, OUT_OF_STEPS),
        ({"rule": fixed(1.5), "steps": 8}, BOUNCED),  # back at 4, where it was after 6 steps
        ({"rule": fixed(1.5), "start": (1e4 + 0.1,), "steps": 6670}, BOUNCED),  # through rounding
        ({"rule": fixed(1e-7), "start": (3 + 3e-8,), "steps": 5}, BOUNCED),
        ({"rule": fixed(1.5), "start": (3.1,), "steps": 1}, OUT_OF_STEPS),  # up once is no divergence
        ({"lr": 1 - 1e-6}, OUT_OF_STEPS),
        ({"lr": 1 - 1e-12}, BOUNCED),
        ({"lr": 1 + 1e-12}, BOUNCED),
        ({"lr": 1 + 1e-6}, DIVERGED),
        ({"lr": 0}, OUT_OF_STEPS),
        ({"start": (1e6,), "steps": 15}, OUT_OF_STEPS),  # a start far out is no measure
        ({"start": (1e6,), "steps": 40}, CONVERGED),
        ({"cost": BLIND, "steps": 15}, OUT_OF_STEPS),
        ({"cost": BLIND, "steps": 29}, CONVERGED),
        ({"lr": 0.01, "start": (3 + 2e-5,), "steps": 1}, CONVERGED),  # a millionth of the domain
        ({"lr": 0.01, "start": (3 + 3e-5,), "steps": 1}, OUT_OF_STEPS),
        ({"cost": COSTS["ravine"], "lr": 0.6, "start": (4.0, 1e-3), "steps": 30}, DIVERGED),  # after a fall
        ({"cost": COSTS["two-minima"], "lr": 1.5, "start": (4.6,), "steps": 60}, OUT_OF_STEPS),  # chaos
    ],
)
def test_how_a_run_ends(options: dict[str, Any], status: Status) -> None:
    """At a minimum, going to and fro, going away, or none of these."""
    assert run(**options).status is status


@pytest.mark.parametrize(
    ("moves", "status"), [((-1, 6), OUT_OF_STEPS), ((1, 6), DIVERGED), ((9, -6, 1, 1), OUT_OF_STEPS)]
)
def test_a_single_jump_up_is_not_yet_divergence(moves: tuple[int, ...], status: Status) -> None:
    """A record cost after a fall may be anything; after a rise it is divergence."""
    rule = dataclasses.replace(slope(), step=lambda s, g, lr, t: (np.array([float(moves[t])]), s))
    assert run(rule=rule, start=(5.0,), steps=len(moves)).status is status


# Leaving the finite numbers


@pytest.mark.parametrize("lr", [1.05, 3.0, 1e10, 1e300, 1e307])
def test_a_run_ends_at_its_last_finite_point(lr: float) -> None:
    """The cost overflows first; what is kept is finite, and the next point would not have been."""
    trajectory = run(lr=lr, steps=20000)
    assert trajectory.status is DIVERGED
    assert trajectory.steps < 20000
    for name in ("x", "cost", "grad", "lr", "step"):
        array = getattr(trajectory, name)
        assert np.isfinite(array).all()
        assert len(array) == trajectory.steps + (name in ("x", "cost", "grad"))
    with np.errstate(all="ignore"):
        assert not np.isfinite(BOWL.value(trajectory.x[-1] - lr * trajectory.grad[-1]))


@pytest.mark.parametrize("part", ["value", "grad"])
@pytest.mark.parametrize("at", [1, 5, 1023, 1024, 1025, 1500, 2000])
def test_a_single_point_that_is_not_finite_ends_the_run(part: str, at: int) -> None:
    """Of cost or gradient, at any step, the last too, whatever comes after it."""

    def hole(x: Array) -> Array:
        return np.where(np.abs(x - at) < 0.4, np.nan, -np.ones_like(x))

    broken = hole if part == "grad" else lambda x: hole(x)[..., 0]
    line = dataclasses.replace(BOWL, value=lambda x: x[..., 0], grad=lambda x: -np.ones_like(x), minima=())
    count = dataclasses.replace(slope(), step=lambda s, g, lr, t: (np.ones_like(g), s))
    trajectory = run(dataclasses.replace(line, **{part: broken}), count, start=(0.0,), steps=2000)
    assert trajectory.x[:, 0].tolist() == list(range(at))
    assert trajectory.status is DIVERGED


def test_states_end_where_the_run_does() -> None:
    """One that is not finite ends it: a slope whose square overflows would freeze Adam without a word."""
    wild = run(COSTS["himmelblau"], momentum(), 1.0, (4.0, 4.0), 50)
    frozen = descend(
        BOWL, adam(), constant(0.1), (13.0,), 9, gradient=lambda x, t: x * (1e200 if t == 4 else 1)
    )
    assert frozen.steps == 4
    for trajectory in (wild, frozen):
        assert trajectory.status is DIVERGED
        for field in trajectory.states:
            assert field.shape == trajectory.x.shape
            assert np.isfinite(field).all()


# What it refuses


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(({"steps": steps}, f"got {steps!r}") for steps in (0, -1, 2.5, 3.0, math.nan, "9", None, True)),
        ({"start": (math.nan,)}, "bowl must be 1 finite number(s), got [nan]"),
        ({"start": (1, 2)}, "got [1.0, 2.0]"),
        ({"start": 13}, "got 13.0"),
        ({"cost": COSTS["ravine"], "start": (1, -math.inf)}, "got [1.0, -inf]"),
        ({"start": (1e200,)}, "bowl must be finite at the start [1e+200]"),
        ({"lr": lambda t: np.where(t == 2, np.inf, 1.0)}, "learning rate must be finite, got inf at step 2"),
        ({"lr": lambda _t: [0.1, 0.2]}, "29 steps, got shape (2,)"),
    ],
)
def test_what_cannot_be_followed_is_refused(options: dict[str, Any], message: str) -> None:
    """The steps, the start or the rate is named in the error."""
    with pytest.raises(ValueError, match=re.escape(message)):
        run(**options)
