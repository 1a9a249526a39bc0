"""The numbers of each scene against closed forms and theory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lranim.catalogue import registry
from lranim.core.costs import COSTS
from lranim.core.least_squares import DEGREE, curve_samples, features, line_cost, predict, slope_cost
from lranim.core.noise import jitter, noise_at
from lranim.core.results import arrival
from lranim.core.schedules import SCHEDULES
from lranim.core.starts import draw_start
from lranim.core.story import ending, forecast
from lranim.core.theory import momentum_radius
from lranim.core.training import TrainingState, training_state
from lranim.core.types import Status
from lranim.params import MOST
from lranim.scenes import cost, learning_rate_compare, lr_finder, schedule, train_valid

FIELDS = [name for name, one in COSTS.items() if one.dim == 2]


def numbers(scene: str, **options: Any) -> Any:
    """What a scene draws."""
    light = registry.get(scene).load_light()
    return light.numbers(light.Params(**options))


def params(scene: str, **options: Any) -> Any:
    """Its options."""
    return registry.get(scene).load_light().Params(**options)


def test_descents_on_curves_have_their_closed_forms() -> None:
    """Fixed steps bounce; where the curvature is k the way left is multiplied by 1 - k lr a step."""
    run = numbers("oscillation")
    assert run.x[:, 0].tolist() == [13, 11.5, 10, 8.5, 7, 5.5, 4, 2.5, 4, 2.5, 4, 2.5, 4, 2.5]
    assert run.errors.min() == 0.5
    assert np.allclose(numbers("slope").x[:, 0], 3 + 10 * 0.5 ** np.arange(11))
    assert np.allclose(numbers("learning-rate", lr=0.9).x[:, 0], 3 + 10 * (-0.8) ** np.arange(30))
    for k, run in numbers("steep").runs.items():
        assert np.allclose(run.x[:, 0], 3 + 10 * (1 - float(k)) ** np.arange(9))
    for lr, run in numbers("learning-rate-compare", lr=(0.99, 0.9, 0.3, 0.1)).runs.items():
        assert run.x[-1, 0] == pytest.approx(3 + 10 * (1 - 2 * float(lr)) ** 29)
    x = next(iter(numbers("descent").runs.values())).x[:, 0]
    assert np.allclose(x, 3 + (x[0] - 3) * 0.8 ** np.arange(26))


@pytest.mark.parametrize("lr", [0.01, 0.05, 0.3, 0.9, 0.99])
def test_the_forecast_is_what_a_longer_run_does(lr: float) -> None:
    """The step at which it says the run will come within 0.1 is the step at which it does."""
    steps = forecast(numbers("learning-rate", lr=lr))
    assert steps is not None
    if steps <= 500:
        assert numbers("learning-rate", lr=lr, steps=500).first_within() == steps
    assert forecast(numbers("learning-rate", lr=1.0)) is None
    assert forecast(numbers("learning-rate", cost="two-minima")) is None


@pytest.mark.parametrize(
    ("lr", "step", "words"),
    [
        (0.01, None, "crawls.forecast"),
        (0.05, None, "nears"),
        (0.1, 21, "settles"),
        (0.3, 6, "settles"),
        (0.5, 1, "lands"),
        (0.9, 21, "jumps.arrived"),
        (0.99, None, "jumps"),
        (1.0, None, "bounces"),
        (1.05, None, "diverges"),
    ],
)
def test_each_rate_has_its_ending(lr: float, step: int | None, words: str) -> None:
    """The step from which it stays within 0.1, and what is said of it."""
    run = numbers("learning-rate-compare", lr=(lr, 0.2)).runs[lr]
    assert (arrival(run), ending(run, 29)) == (step, words)


def test_rates_as_far_from_a_half_cost_the_same() -> None:
    """The factor 1 - 2 lr has the same size for 0.01 and 0.99, and for no other two of these."""
    twins = learning_rate_compare.twins
    for options, pair in (
        ({}, (0, 2)),
        ({"lr": (0.01, 0.3, 0.98)}, None),
        ({"lr": (0.1, 0.3), "start": 3.0}, None),
    ):
        assert twins(list(numbers("learning-rate-compare", **options).runs.values())) == pair


def test_descent_lands_in_both_valleys() -> None:
    """Three runs on the second curve; with one cost alone, one; a start is the first run's."""
    runs = list(numbers("descent").runs.values())
    assert [run.cost_function.name for run in runs] == ["bowl"] + ["two-minima"] * 3
    assert {float(run.target[0]) for run in runs[1:]} == {-2.0, 3.0}
    assert all(run.errors[-1] <= 0.1 for run in runs)
    assert len(numbers("descent", cost="gentle-bowl").runs) == 1
    given = list(numbers("descent", start=-6.0).runs.values())
    assert given[0].x[0, 0] == -6.0
    assert [run.x[0, 0] for run in given[1:]] == [run.x[0, 0] for run in runs[1:]]
    assert [params("descent", cost=one).lr for one in ("bowl", "two-minima", "gentle-bowl")] == [
        0.1,
        0.1,
        0.33,
    ]


@pytest.mark.parametrize("name", FIELDS)
def test_surfaces_start_where_the_seed_or_the_user_says_and_go_down(name: str) -> None:
    """With the rate that suits the cost it never rises."""
    run = numbers("surface", cost=name, seed=7)
    assert np.array_equal(run.x[0], draw_start(COSTS[name], 7))
    assert numbers("surface", cost=name, start=(1.5, -1)).x[0].tolist() == [1.5, -1]
    assert (np.diff(numbers("surface", cost=name).cost) <= 1e-12).all()


@pytest.mark.parametrize("name", FIELDS)
def test_the_ring_begins_with_the_steepest_way_down(name: str) -> None:
    """Opposite the gradient, as steep as that is long; the slope goes round as a cosine."""
    point = params("direction", cost=name).place
    grad = COSTS[name].grad(point)
    ring = numbers("direction", cost=name).columns
    ways = np.stack([ring["a"], ring["b"]], axis=-1)
    assert np.hypot(*ways.T) == pytest.approx(np.ones(len(ways)))
    assert ring["slope"] == pytest.approx(ways @ grad)
    assert ways[0] == pytest.approx(-grad / np.hypot(*grad))
    assert ring["slope"][0] == pytest.approx(-np.hypot(*grad))
    assert ring["slope"][len(ways) // 4] == pytest.approx(0.0, abs=1e-9)
    assert (np.argmin(ring["slope"]), np.argmax(ring["slope"])) == (0, len(ways) // 2)
    for (low, high), here in zip(COSTS[name].domain, point, strict=True):
        assert low < here < high


def test_the_default_point_leads_not_straight_home() -> None:
    """On the oval at (−2, 0.5) the slopes are −1.5 and 3, and straight down does not lead to the minimum."""
    place, oval = params("direction").place, COSTS["oval"]
    assert (place.tolist(), oval.grad(place).tolist()) == ([-2.0, 0.5], [-1.5, 3.0])
    down, home = -oval.grad(place), np.array(oval.minima[0]) - place
    assert down @ home / np.hypot(*down) / np.hypot(*home) < np.cos(np.radians(30))


def test_the_cost_is_the_mean_of_the_squares(data: Callable[[str], str]) -> None:
    """Over a range of slopes that has the lowest one in it; samples lie about a line with an intercept."""
    options = {"seed": 3, "count": 20, "noise": 1.0}
    drawn, columns = cost.samples_of(params("cost", **options)), numbers("cost", **options).columns
    squares = np.square(drawn.y - columns["a"][:, None] * drawn.x)
    assert columns["cost"] == pytest.approx(squares.mean(axis=1))
    best = drawn.x @ drawn.y / (drawn.x @ drawn.x)
    assert abs(columns["a"][np.argmin(columns["cost"])] - best) <= np.diff(columns["a"])[0]
    exact = cost.samples_of(params("cost", noise=0.0, count=5))
    assert line_cost(exact).minima[0] == pytest.approx((cost.SLOPE, cost.INTERCEPT))
    # The surface has room for both best slopes, also where one is uphill and the other downhill.
    other = cost.samples_of(params("cost", data=data("uphill")))
    ((alone,),), ((slope, _),) = slope_cost(other).minima, line_cost(other).minima
    (low, high), _ = cost.cost_of(other, alone).domain
    assert low <= slope < 0 < alone <= high


def test_without_noise_the_error_shrinks_by_each_steps_rate() -> None:
    """On the bowl a step multiplies the distance by 1 - 2 lr; the noise is the same for all runs."""
    names = tuple(SCHEDULES)[3:]
    for name, run in numbers("schedule", schedule=names, noise=0.0).runs.items():
        rates = SCHEDULES[str(name)].make(0.4, 60)(np.arange(60))
        assert run.x[:, 0] == pytest.approx(3 + 10 * np.cumprod([1, *(1 - 2 * rates)]), abs=1e-12)
    noise = np.array([noise_at(t, 1, 4.0, 5) for t in range(60)])
    for run in numbers("schedule", schedule=names, seed=5).runs.values():
        assert run.step == pytest.approx(-run.lr[:, None] * (run.grad[:-1] + noise), abs=1e-12)
    runs = numbers("schedule").runs
    assert [round(jitter(run), 2) for run in runs.values()] == [1.5, 0.24, 0.13]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["jitters", "settles", "settles"]),
        ({"lr": 0.01}, ["away", "away", "away"]),
        ({"lr": 0.05, "schedule": ("constant", "step")}, ["jitters", "away"]),
        ({"lr": 0.99}, ["jitters", "settles", "settles"]),
        ({"noise": 0.0}, ["settles", "settles", "settles"]),
        *(
            ({"schedule": ("constant", "cosine", "step"), "seed": seed}, ["jitters", "settles", "settles"])
            for seed in range(8)
        ),
    ],
)
def test_how_schedules_end(options: dict[str, Any], expected: list[str]) -> None:
    """With noise a constant rate never settles, whatever the seed; those that end at almost nothing do."""
    given = params("schedule", **options)
    runs = numbers("schedule", **options).runs
    assert [schedule.ending(given, str(name), run) for name, run in runs.items()] == expected


@pytest.mark.parametrize("kappa", [1.0, 50.0])
@pytest.mark.parametrize("beta", [0.0, 0.8])
@pytest.mark.parametrize("share", [0.98, 1.02])
def test_momentum_diverges_beyond_the_critical_rate(kappa: float, beta: float, share: float) -> None:
    """At 2 (1 + beta) / L, with L = 4, and not before."""
    run = numbers("momentum", kappa=kappa, beta=beta, lr=share * (1 + beta) / 2, steps=500).runs["momentum"]
    assert (run.status is Status.DIVERGED) == (share > 1)
    assert (run.errors[-1] > run.errors[0]) == (share > 1)


def test_momentum_shrinks_by_the_spectral_radius() -> None:
    """The distance to the minimum, in the long run, at each step; without beta it is gradient descent."""
    runs = [(numbers("momentum", steps=300).runs["momentum"], 0.8, [0.08, 4.0])]
    both = numbers("optimizers", optimizer=("gradient-descent", "momentum"), steps=300).runs
    runs += [(run, beta, [0.2, 4.0]) for run, beta in zip(both.values(), (0.0, 0.8), strict=True)]
    for run, beta, curvatures in runs:
        radius = float(momentum_radius(run.lr[0], beta, curvatures))
        assert (run.errors[250] / run.errors[50]) ** (1 / 200) == pytest.approx(radius, rel=0.01)
    plain, ball = numbers("momentum", beta=0.0).runs.values()
    assert np.array_equal(plain.x, ball.x)


def test_optimizers_have_one_budget_and_start() -> None:
    """One gradient a step, the same number for each, from one place; rates as given or suited."""
    runs = numbers("optimizers", lr=(0.1,), steps=17, start=(1.0, 1.0)).runs
    assert list(runs) == ["gradient-descent", "momentum", "adam"]
    assert {(run.steps, float(run.lr[0]), *run.x[0]) for run in runs.values()} == {(17, 0.1, 1.0, 1.0)}
    assert [float(run.lr[0]) for run in numbers("optimizers").runs.values()] == [0.4, 0.2, 0.16]
    assert [params("optimizers", cost=one).steps for one in ("ravine", "rosenbrock", "beale")] == [
        60,
        250,
        150,
    ]
    wide = params("optimizers", function="x**2 + y**2", domain=(-1e4, 1e4, -1e4, 1e4))
    assert max(wide.rates.values()) == MOST
    both = numbers("optimizers", optimizer=("momentum", "nesterov"), beta=0.5, lr=(0.1,), steps=2).runs
    for run in both.values():
        assert np.allclose(run.states.velocity[2], run.grad[1] + 0.5 * run.grad[0])


def test_the_range_test_and_the_trainings() -> None:
    """Rates that grow by one factor to where the loss explodes; suggestions by name; three trainings."""
    columns = numbers("lr-finder").columns
    run, lr = columns["run"], columns["lr"]
    assert list(dict.fromkeys(run.tolist())) == ["test", "lr=0.19", "lr=0.019", "lr=1.9"]
    test = run == "test"
    assert lr[test] == pytest.approx(1e-4 * 1e5 ** (np.arange(84) / 99))
    named = {name: float(lr[columns["suggested"] == name][0]) for name in ("valley", "steepest")}
    assert named == {"valley": pytest.approx(0.107, abs=5e-4), "steepest": pytest.approx(0.192, abs=5e-4)}
    task = lr_finder.task_of(0)
    for value in (0.19, 0.019, 1.9):
        rows = run == f"lr={value:g}"
        assert columns["step"][rows].tolist() == list(range(lr_finder.TRAINING + 1))
        assert columns["loss"][rows][0] == pytest.approx(float(task.cost.value(task.start)))


@pytest.mark.parametrize("seed", range(4))
def test_a_rate_that_is_found_works(seed: int) -> None:
    """A training with it beats one ten times slower by far, and one ten times faster explodes."""
    found, slow, fast = lr_finder.trainings(params("lr-finder", seed=seed)).values()
    assert found.cost[-1] < 0.12 * found.cost[0]
    assert slow.cost[-1] > 2 * found.cost[-1]
    assert fast.status is Status.DIVERGED


@pytest.mark.parametrize(
    ("options", "endings"),
    [
        ({}, ["failing", "underfitting", "overfitting"]),
        ({"lr": 1e-6}, ["flat"]),
        ({"lr": 10.0}, ["failing"]),
        ({"lr": 0.1}, ["good"]),
        ({"seed": 23, "lr": 0.005, "epochs": 50}, ["high"]),
        ({"epochs": 20}, ["good", "flat", "underfitting"]),
        ({"seed": 20, "state": "underfitting"}, ["overfitting"]),
    ],
)
def test_states_come_from_the_losses(options: dict[str, Any], endings: list[str]) -> None:
    """Whatever was asked for."""
    assert [
        train_valid.ending(run) for run in train_valid.trainings(params("train-valid", **options))
    ] == endings


def test_both_losses_by_epoch() -> None:
    """Each is the mean squared error of that epoch's polynomial, and no train loss beats least squares."""
    columns = numbers("train-valid").columns
    data = curve_samples(16)
    for run in train_valid.trainings(params("train-valid")):
        rows = columns["lr"] == run.lr
        assert set(columns["state"][rows]) == {training_state(run).value}
        assert columns["epoch"][rows].tolist() == list(range(501))
        for epoch in (0, 59, 500):
            for name, heap in (("train", data.train), ("validation", data.validation)):
                missed = heap.y - predict(run.weights[epoch], heap.x)
                assert columns[name][rows][epoch] == pytest.approx(np.mean(missed**2))
    for state in set(TrainingState) - {TrainingState.GOOD}:
        (run,) = train_valid.trainings(params("train-valid", state=state.value))
        assert training_state(run) is state
    heap = run.data.train
    _, (squares,), *_ = np.linalg.lstsq(features(heap.x, DEGREE), heap.y)
    assert squares / len(heap.x) <= run.train[-1]
