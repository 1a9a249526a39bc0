from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from lranim.core.network import Task, network_task, train_network
from lranim.core.range_test import RangeTest, judged, range_test
from lranim.core.suggestions import smooth, steepest, valley
from lranim.core.types import Array


@pytest.fixture(scope="module")
def task() -> Task:
    """The default network and its samples."""
    return network_task()


@pytest.fixture(scope="module")
def found(task: Task) -> RangeTest:
    """The default test."""
    return range_test(task)


# The picture


def test_the_loss_is_flat_then_falls_then_explodes(found: RangeTest) -> None:
    """Low rates change nothing; then the loss comes down to a third; then it is above the first."""
    flat = found.smoothed[found.lr < 0.005]
    lowest = int(np.argmin(found.smoothed))
    assert len(flat) > 30
    assert np.ptp(flat[5:]) < 0.06 * flat.mean()
    assert found.smoothed[lowest] < flat.mean() / 3
    assert 0.5 < found.lr[lowest] < 1.5
    assert found.exploded
    assert found.smoothed[-1] > flat.mean()
    assert len(found.lr) < 100


def seen(losses: Array) -> RangeTest:
    """A range test that saw these losses, already smooth, at rates that grow tenfold in 20 steps."""
    lr = 1e-4 * 10 ** (np.arange(len(losses)) / 20)
    return RangeTest(lr=lr, loss=losses, smoothed=losses, exploded=True, steepest=10, valley=50)


def test_the_fall_is_found_by_hand() -> None:
    """From the last loss that is hardly below the plateau to the lowest, whatever comes before or after."""
    losses = np.concatenate([np.full(40, 2.0), np.linspace(2.0, 1.0, 21)[1:], [3.0, 9.0]])
    assert seen(losses).fall == (40, 59)  # 1.95 is within a tenth of 2.0, 1.9 is not
    losses[0] = 2.6
    assert seen(losses).fall == (40, 59)


@pytest.mark.parametrize("depth", [0.0, 0.19])
def test_hardly_a_fall_is_none(depth: float) -> None:
    """Less than a fifth of the plateau may be noise; then either suggestion is, and the steepest stands."""
    test = seen(np.concatenate([np.full(40, 1.0), np.full(20, 1.0 - depth), [5.0]]))
    assert test.fall is None
    assert test.found == test.lr[test.steepest]


def test_a_steepest_fall_outside_of_the_fall_gives_way_to_the_valley(task: Task) -> None:
    """Without smoothing, or with many steps, noise is steeper than the fall; the valley lies in it."""
    for options in ({"smoothing": 0.0}, {"steps": 1000}):
        test = range_test(task, **options)
        assert test.fall is not None
        first, last = test.fall
        assert not first <= test.steepest <= last
        assert test.found == test.lr[test.valley]
        assert train_network(task, test.found).cost[-1] < 0.15
    test = range_test(task)
    assert test.found == test.lr[test.steepest]


@pytest.mark.parametrize("seed", range(8))
def test_the_fall_lies_between_rates_too_small_and_too_large(seed: int) -> None:
    """It holds the steepest fall; a tenth of its first rate changes little, three times its last explodes."""
    task = network_task(seed)
    test = range_test(task)
    assert test.fall is not None
    first, last = test.fall
    assert first < test.steepest < last
    assert train_network(task, test.lr[first] / 10, 30).cost[-1] > 0.8 * task.cost.value(task.start)
    assert train_network(task, 3 * test.lr[last], 30).cost[-1] > 1e3


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize("seed", range(4))
def test_the_suggestions_work_and_ten_times_the_steepest_does_not(seed: int) -> None:
    """Trained at either, the network learns; ten times higher than the steepest it explodes."""
    task = network_task(seed)
    test = range_test(task)
    low, high = test.lr[test.valley], test.lr[test.steepest]
    lowest = test.lr[np.argmin(test.smoothed)]
    assert 0.02 < low < high < lowest
    first = task.cost.value(task.start)
    assert train_network(task, low).cost[-1] < 0.15 * first
    assert train_network(task, high).cost[-1] < 0.06 * first
    assert train_network(task, high / 100).cost[-1] > 0.8 * first
    assert train_network(task, 10 * high).cost[-1] > 1e6 * first


def test_ten_times_the_valley_explodes_too(task: Task, found: RangeTest) -> None:
    """With the default seed a scene may take either suggestion."""
    assert train_network(task, 10 * found.lr[found.valley]).cost[-1] > 1e6


# What it holds


def test_rates_grow_by_one_factor(found: RangeTest) -> None:
    """From the low rate, as many to each power of ten."""
    assert found.lr[0] == 1e-4
    assert found.lr[1:] / found.lr[:-1] == pytest.approx((10 / 1e-4) ** (1 / 99))


def test_losses_are_those_of_the_training(task: Task, found: RangeTest) -> None:
    """Each is the mini-batch's before its step, walked through by hand here."""
    x = task.start
    for t, lr in enumerate(found.lr):
        assert found.loss[t] == pytest.approx(task.batch_loss(x, t), rel=1e-9)
        x = x - lr * task.gradient(x, t)
    assert np.array_equal(found.smoothed, smooth(found.loss, 0.9))


def test_it_stops_after_the_first_loss_beyond_four_times_the_lowest(found: RangeTest) -> None:
    """The last smoothed loss is the only one beyond."""
    beyond = found.smoothed > 4 * np.minimum.accumulate(found.smoothed)
    assert np.flatnonzero(beyond).tolist() == [len(found.lr) - 1]


def test_it_is_read_only_and_repeats_itself(task: Task, found: RangeTest) -> None:
    """The same request gives the same bytes, and nobody can change them."""
    again = range_test(task)
    for field in ("lr", "loss", "smoothed"):
        array = getattr(found, field)
        assert not array.flags.writeable
        assert array.tobytes() == getattr(again, field).tobytes()
        assert np.isfinite(array).all()
    assert (again.steepest, again.valley) == (found.steepest, found.valley)


def test_the_first_tenth_and_the_last_five_have_no_say(found: RangeTest) -> None:
    """The suggestions are those of the losses in between."""
    inner = slice(10, len(found.lr) - 5)
    assert found.steepest == 10 + steepest(found.lr[inner], found.smoothed[inner])
    assert found.valley == 10 + valley(found.smoothed[inner])


def test_a_test_that_does_not_explode_says_so(task: Task) -> None:
    """Up to a low rate it takes all its steps."""
    calm = range_test(task, low=1e-3, high=0.1, steps=60)
    assert not calm.exploded
    assert len(calm.lr) == 60
    assert calm.lr[-1] == pytest.approx(0.1)


def test_a_loss_that_is_no_number_ends_it(task: Task) -> None:
    """Steps from there on are left out, and it has exploded."""
    broken = dataclasses.replace(
        task,
        batch_loss=lambda x, t: math.inf if t == 30 else 1 / (1 + t),  # finite again later
    )
    test = range_test(broken)
    assert len(test.lr) == 30
    assert test.exploded


def test_a_test_that_leaves_the_finite_numbers_has_exploded(task: Task) -> None:
    """Without a limit to stop it, it ends where the descent does."""
    wild = range_test(task, high=1e6, limit=1e300)
    assert wild.exploded
    assert len(wild.lr) < 100
    assert np.isfinite(wild.loss).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": 0}, "low must be a finite number above 0, got 0"),
        ({"high": 1e-5}, "high must be a finite number above 0.0001, got 1e-05"),
        ({"steps": 19}, "steps must be a whole number, 20 or more, got 19"),
        ({"smoothing": 1}, "smoothing must be below 1, got 1"),
        ({"smoothing": -0.1}, "smoothing must be a finite number, 0 or more, got -0.1"),
        ({"limit": 1}, "limit must be a finite number above 1, got 1"),
        ({"low": 50, "high": 100}, "the loss explodes at once, at a rate of 50: start the range test lower"),
    ],
)
def test_tests_that_cannot_be_are_refused(task: Task, options: dict[str, float], message: str) -> None:
    """What is wrong is said with its value."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        range_test(task, **options)  # type: ignore[arg-type]


# Smoothing and suggestions


def test_smoothing_is_a_weighted_mean_of_what_came_before() -> None:
    """Loss l_s has the weight beta^(t-s), and all weights make 1: a level loss stays level."""
    losses = np.random.default_rng(0).normal(size=40)
    for beta in (0.5, 0.9, 0.98):
        for t in (0, 1, 39):
            weights = beta ** np.arange(t, -1, -1)
            assert smooth(losses, beta)[t] == pytest.approx(weights @ losses[: t + 1] / weights.sum())
        assert smooth(np.full(40, 3.0), beta) == pytest.approx(np.full(40, 3.0))
    assert np.array_equal(smooth(losses, 0), losses)


def test_the_steepest_fall_is_per_factor_of_the_rate() -> None:
    """On a logarithmic axis, and named by the step it begins from."""
    lr = np.geomspace(1e-3, 1, 4)
    assert steepest(lr, [9, 8, 3, 2.9]) == 1
    # Between 0.1 and 0.11 the loss falls less than between 0.01 and 0.1, and yet more steeply.
    assert steepest([0.01, 0.1, 0.11], [9, 7, 6]) == 1


def test_the_steepest_fall_of_an_s_curve_is_its_middle() -> None:
    """A loss that falls like 1 / (1 + lr) is steepest, on that axis, where the rate is 1."""
    lr = np.geomspace(1e-3, 1e3, 601)
    assert lr[steepest(lr, 1 / (1 + lr))] == pytest.approx(1, rel=0.03)


@pytest.mark.parametrize(
    ("losses", "index"),
    [
        ([1], 0),
        ([1, 2, 3], 0),
        ([1, 1, 1, 1], 0),
        ([2, 1], 0),
        ([6, 5, 4, 3, 2, 1], 2),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1], 3),
        ([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5),
        ([5, 6, 5, 4, 3, 2, 1, 8], 3),
        ([5, 5, 5, 5, 5, 9, 8, 7, 6, 5, 4, 3, 2, 1, 9, 9], 8),
        ([3, 9, 2, 9, 1, 9], 2),
    ],
)
def test_valleys_by_hand(losses: list[float], index: int) -> None:
    """Worked out from the definition: the end E, the length L, and E - L + L // 3 + L // 6."""
    assert valley(losses) == index


def longest_fall(losses: Array) -> tuple[int, int]:
    """Give length and first end of the longest falling series, by trying all of them."""
    best = (1, 0)
    for mask in range(1, 2 ** len(losses)):
        chosen = [i for i in range(len(losses)) if mask >> i & 1]
        if np.all(np.diff(losses[chosen]) < 0):
            best = max(best, (len(chosen), -chosen[-1]))
    return best[0], -best[1]


@pytest.mark.parametrize("seed", range(25))
def test_the_valley_is_the_longest_of_all(seed: int) -> None:
    """Against every series there is, of ten losses, ties and all."""
    losses = np.random.default_rng(seed).integers(0, 8, 10).astype(float)
    length, end = longest_fall(losses)
    expected = max(end - length + length // 3 + length // 6, 0) if length > 1 else 0
    assert valley(losses) == expected


def test_a_test_made_elsewhere_is_read_in_the_same_way(task: Task, found: RangeTest) -> None:
    """Rates and losses alone give all that the test had found."""
    whole = range_test(task, limit=1e9)
    again = judged(whole.lr, whole.loss)
    for name in ("lr", "loss", "smoothed"):
        assert np.array_equal(getattr(again, name), getattr(found, name))
    assert (again.steepest, again.valley, again.exploded) == (found.steepest, found.valley, found.exploded)
    with pytest.raises(ValueError, match=r"explodes at once, at a rate of 0\.1"):
        judged(np.geomspace(0.1, 1, 30), np.geomspace(1, 1e9, 30), smoothing=0.0)
