from __future__ import annotations

import dataclasses
import math
import pickle
import re

import numpy as np
import pytest

from lranim.core.adam import adamw
from lranim.core.costs import COSTS
from lranim.core.descend import descend, sweep
from lranim.core.rules import fixed, gradient_descent, slope
from lranim.core.schedules import constant
from lranim.core.theory import curvatures, stability_limit
from lranim.core.types import Array, Cost, Rule, Status, Trajectory

BOWL, GENTLE = COSTS["bowl"], COSTS["gentle-bowl"]
RATED = [fixed(0.2), slope(), gradient_descent()]
QUADRATIC = [pytest.param(cost, id=name) for name, cost in COSTS.items() if cost.hessian is not None]


def run(
    cost: Cost = BOWL, rule: Rule | None = None, lr: float = 0.3, start: object = (13.0,), steps: int = 29
) -> Trajectory:
    """Descend, with the course's choices for what is not given."""
    return descend(cost, rule or gradient_descent(), constant(lr), start, steps)  # type: ignore[arg-type]


# The numbers of the article


def test_a_fixed_step_bounces_around_the_minimum() -> None:
    """A step of 1.5 from 13 reaches 4 and 2.5, and goes between them for ever, never nearer than 0.5."""
    trajectory = run(rule=fixed(1.5), steps=20)
    walk = [13, 11.5, 10, 8.5, 7, 5.5]
    assert trajectory.x[:, 0].tolist() == walk + [4, 2.5] * 7 + [4]
    assert trajectory.errors.min() == 0.5
    assert trajectory.status is Status.BOUNCED


def test_the_slope_as_step_shrinks_by_itself() -> None:
    """On the gentle bowl the distance halves at each step: 13, 8, 5.5, 4.25, 3.625, 3.3125."""
    trajectory = run(GENTLE, slope(), steps=5)
    assert trajectory.x[:, 0].tolist() == [13, 8, 5.5, 4.25, 3.625, 3.3125]
    assert trajectory.step[:, 0].tolist() == [-5, -2.5, -1.25, -0.625, -0.3125]


def test_the_slope_as_step_jumps_back_and_forth_on_a_steep_curve() -> None:
    """On the bowl a <- 6 - a goes 13, -7, 13, -7 for ever."""
    trajectory = run(rule=slope(), steps=7)
    assert trajectory.x[:, 0].tolist() == [13, -7] * 4
    assert trajectory.status is Status.BOUNCED


@pytest.mark.parametrize(
    ("lr", "printed", "status"),
    [
        (0.99, -2.566167, Status.OUT_OF_STEPS),
        (0.9, 2.984526, Status.OUT_OF_STEPS),
        (0.3, 3.000000, Status.CONVERGED),
        (0.1, 3.015474, Status.OUT_OF_STEPS),
        (0.01, 8.566166, Status.OUT_OF_STEPS),
        (0.5, 3.0, Status.CONVERGED),
        (1, -7.0, Status.BOUNCED),
        (1.05, 3 - 10 * 1.1**29, Status.DIVERGED),
    ],
)
def test_the_rates_of_the_course(lr: float, printed: float, status: Status) -> None:
    """After t steps a = 3 + 10 (1 - 2 lr)^t, and after 29 it is what the course prints."""
    trajectory = run(lr=lr)
    t = np.arange(30)
    assert trajectory.steps == 29
    assert trajectory.x[:, 0] == pytest.approx(3 + 10 * (1 - 2 * lr) ** t, rel=1e-12, abs=1e-12)
    assert abs(trajectory.x[-1, 0] - printed) < 1e-6
    assert trajectory.status is status


# What a trajectory holds


@pytest.mark.parametrize("cost", [pytest.param(cost, id=name) for name, cost in COSTS.items()])
@pytest.mark.parametrize("rule", RATED, ids=lambda rule: rule.name)
def test_a_trajectory_fits_together(cost: Cost, rule: Rule) -> None:
    """Every array has its shape, is finite and read-only, and agrees with cost, gradient and rule."""
    trajectory = run(cost, rule, cost.lr, cost.start, 40)
    steps, n = trajectory.steps, cost.dim
    assert trajectory.cost_function is cost
    assert trajectory.rule is rule
    assert trajectory.x.shape == trajectory.grad.shape == (steps + 1, n)
    assert trajectory.cost.shape == (steps + 1,)
    assert trajectory.lr.shape == (steps,)
    assert trajectory.step.shape == (steps, n)
    for field in ("x", "cost", "grad", "lr", "step"):
        array = getattr(trajectory, field)
        assert array.dtype == np.float64
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    assert trajectory.x[0].tolist() == list(cost.start)
    assert np.all(trajectory.lr == cost.lr)
    assert np.array_equal(trajectory.x[1:], trajectory.x[:-1] + trajectory.step)
    assert np.array_equal(trajectory.cost, cost.value(trajectory.x))
    assert np.array_equal(trajectory.grad, cost.grad(trajectory.x))
    for t in range(steps):
        step, _ = rule.step(None, trajectory.grad[t], cost.lr, t)
        assert np.array_equal(trajectory.step[t], step)


@pytest.mark.parametrize("steps", [1, 2, 1023, 1024, 1025, 2048, 2500])
def test_it_takes_the_steps_it_is_asked_for(steps: int) -> None:
    """It does not stop at the minimum, and the seams between chunks leave no mark."""
    trajectory = run(lr=0.1, steps=steps)
    assert trajectory.steps == steps
    assert np.array_equal(trajectory.x[1:], trajectory.x[:-1] + trajectory.step)
    assert np.array_equal(trajectory.grad, BOWL.grad(trajectory.x))


def test_the_schedule_sets_each_rate() -> None:
    """A schedule that changes is followed step by step."""
    trajectory = descend(BOWL, gradient_descent(), lambda t: 0.5 / (1 + t), (13.0,), 3)
    assert trajectory.lr.tolist() == [0.5, 0.25, 0.5 / 3]
    assert trajectory.x[:, 0].tolist() == [13, 3, 3, 3]


def test_the_rule_is_given_the_step_number_and_its_last_state() -> None:
    """State goes from one step to the next, also across chunks."""

    def counting(state: int, grad: Array, _lr: float, t: int) -> tuple[Array, int]:
        assert state == t
        return 0 * grad, state + 1

    rule = dataclasses.replace(slope(), init=lambda _x: 0, step=counting)
    assert run(rule=rule, steps=3000).steps == 3000


def test_the_start_is_not_changed_nor_kept() -> None:
    """The caller's array stays as it was, and changing it later does not change the trajectory."""
    start = np.array([13.0])
    trajectory = run(start=start)
    assert start.tolist() == [13.0]
    start[0] = 0
    assert trajectory.x[0, 0] == 13


def test_the_same_request_gives_the_same_bytes() -> None:
    """A descent is a pure function."""
    one, two = (run(COSTS["himmelblau"], lr=0.01, start=(-0.5, -1.5), steps=100) for _ in range(2))
    assert one.x.tobytes() == two.x.tobytes()


def test_a_trajectory_can_be_pickled() -> None:
    """A trajectory can be sent to another process."""
    trajectory = run(rule=fixed(1.5))
    copy = pickle.loads(pickle.dumps(trajectory))
    assert np.array_equal(copy.x, trajectory.x)
    assert copy.status is trajectory.status


# Where theory says that it converges


@pytest.mark.parametrize("cost", QUADRATIC)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_gradient_descent_converges_below_the_limit(cost: Cost, share: float) -> None:
    """On every quadratic, from random starts, any rate below 2/L reaches the minimum."""
    rng = np.random.default_rng(4)
    lr = share * stability_limit(curvatures(cost))
    for start in rng.uniform(*np.array(cost.domain).T, (5, cost.dim)):
        trajectory = run(cost, lr=lr, start=start, steps=3000)
        assert trajectory.status is Status.CONVERGED
        assert trajectory.errors[-1] < 2e-6


@pytest.mark.parametrize("cost", QUADRATIC)
def test_gradient_descent_diverges_above_the_limit(cost: Cost) -> None:
    """On every quadratic any rate above 2/L ends far out."""
    trajectory = run(cost, lr=1.05 * stability_limit(curvatures(cost)), start=cost.start, steps=100)
    assert trajectory.status is Status.DIVERGED


@pytest.mark.parametrize("cost", QUADRATIC)
def test_the_slope_converges_where_two_over_l_exceeds_one(cost: Cost) -> None:
    """The slope as step is gradient descent at a rate of 1: it converges where that is below the limit."""
    trajectory = run(cost, slope(), start=cost.start, steps=200)
    limit = stability_limit(curvatures(cost))
    assert (trajectory.status is Status.CONVERGED) is (limit > 1)
    assert np.array_equal(trajectory.x, run(cost, lr=1, start=cost.start, steps=200).x)


@pytest.mark.parametrize("cost", QUADRATIC)
def test_a_fixed_step_comes_within_its_own_length(cost: Cost) -> None:
    """On every quadratic a fixed step stays within its length of the minimum, and never arrives."""
    trajectory = run(cost, fixed(0.3), start=cost.start, steps=300)
    assert np.all(trajectory.errors[-50:] < 0.3)
    assert np.linalg.norm(trajectory.step, axis=-1) == pytest.approx(0.3)
    assert trajectory.status is not Status.CONVERGED


@pytest.mark.parametrize("start", [(4.6,), (1.01,), (0.99,), (-4.0,)])
def test_two_minima_are_found_from_their_own_sides(start: tuple[float]) -> None:
    """Small steps end in the valley on the start's side of the maximum at 1."""
    trajectory = run(COSTS["two-minima"], lr=0.3, start=start, steps=400)
    assert trajectory.x[-1, 0] == pytest.approx(3 if start[0] > 1 else -2)
    assert trajectory.status is Status.CONVERGED


def test_himmelblau_converges_from_anywhere_in_its_domain() -> None:
    """At the default rate every start ends at one of the four minima, to rounding."""
    cost = COSTS["himmelblau"]
    for start in np.random.default_rng(5).uniform(-5, 5, (50, 2)):
        trajectory = run(cost, lr=cost.lr, start=start, steps=500)
        assert trajectory.status is Status.CONVERGED
        assert trajectory.errors[-1] < 1e-14


# How a run ends


@pytest.mark.parametrize(
    ("cost", "point"), [(cost, point) for cost in COSTS.values() for point in cost.minima]
)
@pytest.mark.parametrize("steps", [1, 2, 50])
def test_a_start_at_the_minimum_has_converged(cost: Cost, point: tuple[float, ...], steps: int) -> None:
    """Nothing is negligible beside a zero gradient, and yet a run that starts at a minimum has converged."""
    trajectory = run(cost, lr=cost.lr, start=point, steps=steps)
    assert trajectory.status is Status.CONVERGED
    assert trajectory.steps == steps


def test_a_start_at_a_maximum_stays_there() -> None:
    """A maximum has no gradient either: the status says converged (the verdict does not)."""
    trajectory = run(COSTS["two-minima"], start=(1.0,))
    assert trajectory.status is Status.CONVERGED
    assert np.all(trajectory.x == 1)


@pytest.mark.parametrize(("steps", "status"), [(6, "out-of-steps"), (7, "out-of-steps"), (8, "bounced")])
def test_a_bounce_is_seen_once_it_came_back(steps: int, status: str) -> None:
    """1.5 from 13 is at 4 after 6 steps and again after 8: only then it has bounced."""
    assert run(rule=fixed(1.5), steps=steps).status.value == status


@pytest.mark.parametrize("start", [13.1, 12.7, 1e4 + 0.1, -7.3])
def test_a_bounce_is_seen_through_rounding(start: float) -> None:
    """Steps that do not add up exactly in floats still bounce."""
    steps = int(abs(start - 3) / 1.5) + 5
    assert run(rule=fixed(1.5), start=(start,), steps=steps).status is Status.BOUNCED


@pytest.mark.parametrize(
    ("lr", "status"),
    [
        (1 - 1e-6, Status.OUT_OF_STEPS),
        (1 - 1e-12, Status.BOUNCED),
        (1 + 1e-12, Status.BOUNCED),
        (1 + 1e-6, Status.DIVERGED),
    ],
)
def test_a_bounce_is_told_from_a_slow_change(lr: float, status: Status) -> None:
    """A rate a millionth beside 1 closes in or diverges; rounding's width beside 1 it bounces."""
    assert run(lr=lr).status is status


def test_a_start_far_out_is_no_measure() -> None:
    """From a million away, a slope of 2 is small beside the first, and yet neither arrival nor bounce."""
    assert run(lr=0.3, start=(1e6,), steps=15).status is Status.OUT_OF_STEPS
    assert run(lr=0.3, start=(1e6,), steps=40).status is Status.CONVERGED


def test_a_tiny_bounce_is_a_bounce() -> None:
    """A fixed step bounces however near that is to the minimum, and however rounding shifts it."""
    for start in np.random.default_rng(8).uniform(3, 3 + 1e-7, 50):
        assert run(rule=fixed(1e-7), start=(start,), steps=5).status is Status.BOUNCED


def test_a_cost_without_known_minima_converges_by_its_gradient() -> None:
    """The gradient vanishes beside the start's."""
    blind = dataclasses.replace(BOWL, minima=())
    assert run(blind, lr=0.3, steps=29).status is Status.CONVERGED
    assert run(blind, lr=0.3, steps=15).status is Status.OUT_OF_STEPS


@pytest.mark.parametrize(("distance", "status"), [(2e-5, Status.CONVERGED), (3e-5, Status.OUT_OF_STEPS)])
def test_converged_is_within_a_millionth_of_the_domain(distance: float, status: Status) -> None:
    """The bowl is drawn 20 wide: nearer than 2e-5 nothing is left to see."""
    assert run(lr=0.01, start=(3 + distance,), steps=1).status is status


def test_a_rate_of_zero_goes_nowhere() -> None:
    """Standing still is neither a bounce nor an arrival."""
    assert run(lr=0).status is Status.OUT_OF_STEPS


def test_a_single_step_up_is_not_yet_divergence() -> None:
    """A fixed step over the minimum raises the cost once, and then comes back."""
    assert run(rule=fixed(1.5), start=(3.1,), steps=1).status is Status.OUT_OF_STEPS
    assert run(rule=fixed(1.5), start=(3.1,), steps=2).status is Status.BOUNCED


def test_a_single_jump_up_is_not_yet_divergence() -> None:
    """A record cost after a fall may be anything; after a rise it is divergence."""

    def moves(*sizes: float) -> Status:
        rule = dataclasses.replace(slope(), step=lambda s, g, lr, t: (np.array([sizes[t]]), s))
        return run(rule=rule, start=(5.0,), steps=len(sizes)).status

    assert moves(-1, 6) is Status.OUT_OF_STEPS
    assert moves(1, 6) is Status.DIVERGED
    assert moves(9, -6, 1, 1) is Status.OUT_OF_STEPS


def test_divergence_along_one_direction_is_seen() -> None:
    """In the ravine the steep direction can grow while the flat one shrinks: cost falls first, then rises."""
    trajectory = run(COSTS["ravine"], lr=0.6, start=(4.0, 1e-3), steps=30)
    assert trajectory.cost[1] < trajectory.cost[0]
    assert trajectory.status is Status.DIVERGED


def test_a_chaotic_run_is_out_of_steps() -> None:
    """Ups and downs without end are neither a bounce nor divergence."""
    assert run(COSTS["two-minima"], lr=1.5, start=(4.6,), steps=60).status is Status.OUT_OF_STEPS


# Leaving the finite numbers


@pytest.mark.parametrize("lr", [1.05, 3.0, 1e10, 1e300])
def test_a_run_ends_at_its_last_finite_point(lr: float) -> None:
    """The cost overflows first; what is kept is finite, and the next point would not have been."""
    trajectory = run(lr=lr, steps=20000)
    assert trajectory.status is Status.DIVERGED
    assert trajectory.steps < 20000
    for array in (trajectory.x, trajectory.cost, trajectory.grad, trajectory.step):
        assert np.isfinite(array).all()
        assert len(array) in (trajectory.steps, trajectory.steps + 1)
    with np.errstate(all="ignore"):
        following = trajectory.x[-1] - lr * trajectory.grad[-1]
        assert not np.isfinite(BOWL.value(following))


def test_a_run_that_diverges_at_once_keeps_its_start() -> None:
    """Where the first step leaves the finite numbers, the start is all there is."""
    trajectory = run(lr=1e307)
    assert trajectory.steps == 0
    assert trajectory.x.tolist() == [[13.0]]
    assert trajectory.lr.shape == (0,)
    assert trajectory.step.shape == (0, 1)
    assert trajectory.status is Status.DIVERGED


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [1, 5, 1023, 1024, 1025, 1500])
@pytest.mark.parametrize("part", ["value", "grad"])
def test_a_cost_or_gradient_that_stops_being_finite_ends_the_run(wrong: float, at: int, part: str) -> None:
    """Wherever in a chunk it happens, in the cost or in the gradient, the points before it are kept."""

    def broken(x: Array) -> Array:
        good = x[..., 0] if part == "value" else x
        return np.where(good > at - 0.5, wrong, good)

    line = dataclasses.replace(
        BOWL, value=lambda x: x[..., 0], grad=lambda x: -np.ones_like(x), minima=((0.0,),)
    )
    count = dataclasses.replace(slope(), step=lambda s, g, lr, t: (np.ones_like(g), s))
    trajectory = run(dataclasses.replace(line, **{part: broken}), count, start=(0.0,), steps=2000)
    assert trajectory.x[:, 0].tolist() == list(range(at))
    assert trajectory.status is Status.DIVERGED


@pytest.mark.parametrize("at", [1, 5, 1022, 1023, 1024, 1025, 1500])
def test_what_is_finite_again_later_stays_out(at: int) -> None:
    """A single point that is not finite ends the run, and in a sweep its own rate only."""

    def hole(x: Array) -> Array:
        return np.where(np.abs(x[..., 0] - at) < 0.4, np.inf, x[..., 0])

    line = dataclasses.replace(BOWL, value=hole, grad=lambda x: -np.ones_like(x), minima=((0.0,),))
    trajectory = run(line, lr=1, start=(0.0,), steps=2000)
    assert trajectory.steps == at - 1
    assert trajectory.status is Status.DIVERGED
    over, into = sweep(line, gradient_descent(), [2 * at, 1], (0.0,), 2000).cost.T
    assert np.isfinite(over).all()
    assert np.isnan(into).tolist() == [t >= at for t in range(2001)]


def test_a_cost_that_is_not_finite_only_at_the_last_point_ends_the_run() -> None:
    """The point after the last step is looked at too."""
    walled = dataclasses.replace(BOWL, value=lambda x: np.where(x[..., 0] < 0, np.inf, x[..., 0]))
    trajectory = run(walled, fixed(10), start=(13.0,), steps=1)
    assert trajectory.status is not Status.DIVERGED
    trajectory = run(walled, fixed(14), start=(13.0,), steps=1)
    assert trajectory.status is Status.DIVERGED
    assert trajectory.steps == 0


# What it refuses


@pytest.mark.parametrize("steps", [0, -1, 2.5, 3.0, math.nan, "9", None, True])
def test_steps_must_be_a_whole_number_above_zero(steps: object) -> None:
    """Anything else is named in the error."""
    with pytest.raises(ValueError, match=re.escape(f"got {steps!r}")):
        run(steps=steps)  # type: ignore[arg-type]


def test_a_numpy_integer_is_a_number_of_steps() -> None:
    """Steps read from an array work too."""
    assert run(steps=np.int64(3)).steps == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "start", "shown"),
    [
        ("bowl", (math.nan,), "[nan]"),
        ("bowl", (math.inf,), "[inf]"),
        ("bowl", (1, 2), "[1.0, 2.0]"),
        ("bowl", 13, "13.0"),
        ("bowl", ((13,),), "[[13.0]]"),
        ("ravine", (1,), "[1.0]"),
        ("ravine", (1, -math.inf), "[1.0, -inf]"),
    ],
)
def test_the_start_must_be_a_finite_point(name: str, start: object, shown: str) -> None:
    """A start that is not finite, or has the wrong number of variables, is named in the error."""
    with pytest.raises(ValueError, match=re.escape(f"got {shown}")):
        run(COSTS[name], start=start)


def test_a_start_without_a_finite_cost_is_refused() -> None:
    """There is no finite point to keep: the start is named in the error."""
    with pytest.raises(ValueError, match=re.escape("bowl must be finite at the start [1e+200]")):
        run(start=(1e200,))


def test_a_rate_that_is_not_finite_is_refused() -> None:
    """It would end the run like divergence, and is none: step and rate are named."""
    with pytest.raises(ValueError, match="got inf at step 2"):
        descend(BOWL, slope(), lambda t: np.where(t == 2, np.inf, 1.0), (13.0,), 5)


def test_a_schedule_must_give_a_rate_a_step() -> None:
    """One number for all is fine, a list of the wrong length is not."""
    assert descend(BOWL, gradient_descent(), lambda _t: 0.5, (13.0,), 2).lr.tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match=r"3 steps, got shape \(2,\)"):
        descend(BOWL, gradient_descent(), lambda _t: [0.1, 0.2], (13.0,), 3)


# Many rates at once


SWEPT = [
    *(
        (COSTS[name], rule)
        for name in ("bowl", "two-minima", "oval", "himmelblau", "rosenbrock")
        for rule in RATED
    ),
    (COSTS["himmelblau"], adamw()),
]


@pytest.mark.parametrize(("cost", "rule"), SWEPT, ids=lambda one: one.name)
def test_a_sweep_equals_single_runs(cost: Cost, rule: Rule) -> None:
    """Each rate gives, to the last bit, what `descend` gives alone, and NaN after its last finite point."""
    lrs = np.linspace(0, 1.5, 31)
    many = sweep(cost, rule, lrs, cost.start, 1200)
    assert many.x.shape == (1201, 31, cost.dim)
    assert many.cost.shape == (1201, 31)
    assert many.lr.tolist() == lrs.tolist()
    assert not any(array.flags.writeable for array in (many.x, many.cost, many.lr))
    for i, lr in enumerate(lrs):
        alone = run(cost, rule, lr, cost.start, 1200)
        kept = alone.steps + 1
        assert np.array_equal(many.x[:kept, i], alone.x)
        assert np.array_equal(many.cost[:kept, i], alone.cost)
        assert np.isnan(many.x[kept:, i]).all()
        assert np.isnan(many.cost[kept:, i]).all()


def test_a_sweep_of_hopeless_rates_has_its_full_shape() -> None:
    """Where all runs leave the finite numbers, the rest is NaN, not cut off."""
    many = sweep(BOWL, gradient_descent(), [50, 60], (13.0,), 5000)
    assert many.x.shape == (5001, 2, 1)
    assert np.isnan(many.cost[-1]).all()


def test_a_sweep_does_not_change_its_rates() -> None:
    """The caller's rates stay as they were and writeable."""
    lrs = np.array([0.1, 0.2])
    sweep(BOWL, gradient_descent(), lrs, (13.0,), 3)
    lrs[0] = 1
    assert lrs.tolist() == [1, 0.2]


@pytest.mark.parametrize(
    ("lrs", "shown"),
    [
        ([], "shape (0,)"),
        (0.1, "shape ()"),
        ([[0.1]], "shape (1, 1)"),
        ([0.1, -2], "got -2.0"),
        ([math.nan], "got nan"),
        ([0.1, math.inf], "got inf"),
    ],
)
def test_a_sweep_refuses_rates_that_are_none(lrs: object, shown: str) -> None:
    """What is wrong with the rates is named in the error."""
    with pytest.raises(ValueError, match=re.escape(shown)):
        sweep(BOWL, gradient_descent(), lrs, (13.0,), 3)  # type: ignore[arg-type]


def test_a_sweep_refuses_what_descend_refuses() -> None:
    """Steps and start are checked alike."""
    with pytest.raises(ValueError, match="got 0"):
        sweep(BOWL, slope(), [1], (13.0,), 0)
    with pytest.raises(ValueError, match=r"got \[nan\]"):
        sweep(BOWL, slope(), [1], (math.nan,), 1)
    with pytest.raises(ValueError, match="finite at the start"):
        sweep(BOWL, slope(), [1], (1e200,), 1)
