"""Schedules: end points, closed forms, and the rates of torch and optax."""

from __future__ import annotations

import json
import math
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst

from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import (
    SCHEDULES,
    ScheduleKind,
    constant,
    cosine,
    exponential,
    linear,
    one_cycle,
    step,
    warmup_cosine,
)
from lranim.core.types import Schedule

KINDS = [pytest.param(kind, id=name) for name, kind in SCHEDULES.items()]
REFERENCE = json.loads((Path(__file__).parent / "data" / "schedules.json").read_text(encoding="utf-8"))


def test_the_table_has_the_agreed_names() -> None:
    """Command lines and lesson files name schedules by these keys."""
    names = ["constant", "linear", "cosine", "warmup-cosine", "step", "exponential", "one-cycle"]
    assert list(SCHEDULES) == [kind.name for kind in SCHEDULES.values()] == names
    assert all(kind.summary for kind in SCHEDULES.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [1, 2, 3, 60])
def test_an_int_gives_a_float_and_an_array_its_shape(kind: ScheduleKind, steps: int) -> None:
    """An array of steps gives, to the last bit, what each of its steps gives alone, in any process."""
    schedule = kind.make(0.3, steps)
    alone = [schedule(t) for t in range(3 * steps)]
    assert all(type(rate) is float for rate in [*alone, schedule(np.int64(1))])
    for shape in [(0,), (1,), (3, steps)]:
        t = np.arange(math.prod(shape)).reshape(shape)
        rates = pickle.loads(pickle.dumps(schedule))(t)
        assert (rates.shape, rates.dtype) == (shape, np.float64)
        assert rates.ravel().tolist() == alone[: t.size]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lr", [0, 0.3, 100.0])
def test_no_rate_is_above_the_one_asked_for(kind: ScheduleKind, lr: float) -> None:
    """The rate asked for is the highest, it is reached, and none is below 0."""
    for steps in (1, 2, 3, 7, 30):
        rates = kind.make(lr, steps)(np.arange(3 * steps))
        assert rates.min() >= 0
        assert rates.max() == lr


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("constant", (0.3, 0.3, 0.3, 0.3)),
        ("linear", (0.3, 0.15, 0, 0)),
        ("cosine", (0.3, 0.15, 0, 0)),
        ("warmup-cosine", (0, 0.15 * (1 + math.cos(math.pi * 12 / 27)), 0, 0)),
        ("step", (0.3, 0.03, 0.0003, 0.3e-6)),
        ("exponential", (0.3, 0.03, 0.003, 0.00003)),
        ("one-cycle", (0.012, 1.2e-6 + 0.1499994 * (1 + math.cos(math.pi * 2 / 7)), 1.2e-6, 1.2e-6)),
    ],
)
def test_end_points(name: str, rates: tuple[float, ...]) -> None:
    """Of 30 steps: the rates at 0, 15, 30 and 60 are those worked out by hand."""
    schedule = SCHEDULES[name].make(0.3, 30)
    assert [schedule(t) for t in (0, 15, 30, 60)] == pytest.approx(rates, rel=1e-14, abs=0)


@pytest.mark.parametrize("make", [linear, cosine])
def test_the_ends_are_exact(make: Any) -> None:
    """First and last rate are the floats that were given, and after the last nothing changes."""
    schedule = make(0.3, 7, low=0.1)
    assert schedule(0) == 0.3
    assert schedule(7) == schedule(8) == schedule(10**9) == 0.1


@pytest.mark.parametrize(
    ("schedule", "first", "low"),
    [
        (warmup_cosine(0.3, 20, warmup=0.3, first=0.01, low=0.02), 0.01, 0.02),
        (one_cycle(0.3, 20), 0.3 / 25, 0.3 / 25 / 1e4),
    ],
)
def test_warm_ups_rise_to_their_top_and_fall(schedule: Schedule, first: float, low: float) -> None:
    """The top and both ends are exact."""
    rates = schedule(np.arange(40))
    assert (rates[0], rates[6]) == (first, 0.3)
    assert np.all(np.diff(rates[:7]) > 0)
    assert np.all(np.diff(rates[6:21]) < 0)
    assert np.all(rates[20:] == low)


@pytest.mark.parametrize(
    ("share", "steps", "top"), [(0.29, 100, 29), (0.3, 29, 8), (0.1, 9, 0), (0.999, 10, 9)]
)
def test_the_warm_up_is_rounded_down(share: float, steps: int, top: int) -> None:
    """0.29 of 100 are 29, although floats say a little less; a warm-up of no step starts at the top."""
    for make in (warmup_cosine, one_cycle):
        assert np.argmax(make(0.3, steps, warmup=share)(np.arange(steps))) == top


@pytest.mark.parametrize(("steps", "drops"), [(30, [10, 20]), (31, [11, 22]), (2, [1]), (1, [])])
def test_step_drops_at_each_third(steps: int, drops: list[int]) -> None:
    """A third is rounded up, so that there are never more than two drops."""
    rates = step(0.3, steps)(np.arange(steps))
    assert (np.flatnonzero(np.diff(rates)) + 1).tolist() == drops


def test_an_exponential_may_grow() -> None:
    """Each rate is the one before times the same factor; one beyond the floats is for the descent to name."""
    rates = exponential(1e-4, 99, factor=1e5)(np.arange(100))
    assert rates[[0, -1]] == pytest.approx([1e-4, 10])
    assert rates[1:] / rates[:-1] == pytest.approx(1e5 ** (1 / 99))
    with pytest.raises(ValueError, match="learning rate must be finite, got inf at step 2"):
        descend(COSTS["bowl"], gradient_descent(), exponential(0.1, 1, factor=1e200), (13.0,), 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_formula_is_the_schedule(kind: ScheduleKind) -> None:
    """The Typst formula compiles, and, read as arithmetic, gives the rates."""
    assert typst.compile(f"$ eta_t = {kind.formula} $".encode(), format="svg")
    python = kind.formula.replace("^", "**").replace(r"\/", "/").replace(" dot ", " * ").replace("quad ", "")
    python = re.sub(r"(eta|pi|2|\)) (?=[a-z(\d])", r"\1 * ", python)
    python = re.sub(r"cases\((.*) & t < w, (.*) & t >= w\)", r"where(t < w, \1, \2)", python)
    for steps in (10, 30, 61):
        t = np.arange(steps + 1)
        share = 0.3 if kind.name == "one-cycle" else 0.1
        names = {"t": t, "T": steps, "w": math.floor(share * steps), "d": math.ceil(steps / 3), "eta": 0.3}
        names |= {"eta_0": 0.012, "eta_T": 1.2e-6}
        functions = {"pi": np.pi, "cos": np.cos, "floor": np.floor, "where": np.where}
        expected = np.broadcast_to(eval(python, {"__builtins__": {}}, names | functions), t.shape)
        assert kind.make(0.3, steps)(t) == pytest.approx(expected, rel=1e-12, abs=1e-15)


# Beside torch and optax: scripts/reference_schedules.py

SAME = {
    ("torch", "ConstantLR(factor=1)"): constant(0.3),
    ("torch", "LinearLR(1, 0.1, total_iters=20)"): linear(0.3, 20, low=0.03),
    ("torch", "StepLR(step_size=7, gamma=0.1)"): step(0.3, 20, every=7),
    ("torch", "ExponentialLR(gamma=0.01 ** (1 / 20))"): exponential(0.3, 20),
    ("optax", "constant_schedule(0.3)"): constant(0.3),
    ("optax", "linear_schedule(0.3, 0.03, 20)"): linear(0.3, 20, low=0.03),
    ("optax", "cosine_decay_schedule(0.3, 20, alpha=0.1)"): cosine(0.3, 20, low=0.03),
    ("optax", "warmup_cosine_decay_schedule(0.03, 0.3, 6, 20, 0.03)"): warmup_cosine(
        0.3, 20, warmup=0.3, first=0.03, low=0.03
    ),
    ("optax", "exponential_decay(0.3, 7, 0.1, staircase=True)"): step(0.3, 20, every=7),
    ("optax", "exponential_decay(0.3, 20, 0.01)"): exponential(0.3, 20),
    ("optax", "cosine_onecycle_schedule(20, 0.3, 0.3)"): one_cycle(0.3, 20),
}
RISING = {
    "CosineAnnealingLR(T_max=20, eta_min=0.03)": (cosine(0.3, 20, low=0.03), 20),
    "SequentialLR([LinearLR(0.1, total_iters=6), CosineAnnealingLR(14, 0.03)])": (
        warmup_cosine(0.3, 20, warmup=0.3, first=0.03, low=0.03),
        14,
    ),
}
EARLIER = ("OneCycleLR(total_steps=20, pct_start=0.3)", "OneCycleLR(total_steps=21, pct_start=7 / 21)")


def test_every_reference_is_used() -> None:
    """What the script keeps is looked at here."""
    used = {*SAME, *(("torch", call) for call in (*RISING, *EARLIER))}
    assert used == {(library, call) for library in ("torch", "optax") for call in REFERENCE[library]}


@pytest.mark.parametrize(("library", "call"), SAME)
def test_rates_are_those_of_torch_and_optax(library: str, call: str) -> None:
    """Where the definitions agree so do the rates, also after the last step."""
    assert SAME[library, call](np.arange(31)) == pytest.approx(REFERENCE[library][call], rel=0, abs=1e-12)


@pytest.mark.parametrize("call", RISING)
def test_the_cosine_of_torch_rises_again(call: str) -> None:
    """Up to the last step ours is torch's; after it torch's goes up as it came down, and ours stays."""
    schedule, wave = RISING[call]
    rates, t = np.array(REFERENCE["torch"][call]), np.arange(31)
    ours = schedule(t)
    assert ours[:21] == pytest.approx(rates[:21], rel=0, abs=1e-12)
    assert np.all(ours[20:] == 0.03)
    mirrored = 0.03 + 0.135 * (1 + np.cos(np.pi * (t[20:] - 20 + wave) / wave))
    assert rates[20:] == pytest.approx(mirrored, rel=0, abs=1e-12)


def test_the_one_cycle_of_torch_ends_a_step_earlier() -> None:
    """For the same numbers torch's top and end come a step before ours; told one step more, it agrees."""
    ours = one_cycle(0.3, 20)(np.arange(21))
    same, longer = (REFERENCE["torch"][call] for call in EARLIER)
    assert (len(same), int(np.argmax(same)), int(np.argmax(ours))) == (20, 5, 6)
    assert same[19] == pytest.approx(ours[20], abs=1e-12)
    assert ours == pytest.approx(longer, rel=0, abs=1e-12)


# What they refuse


@pytest.mark.parametrize("kind", KINDS)
def test_rates_and_steps_that_are_none_are_refused(kind: ScheduleKind) -> None:
    """The wrong number is named in the error."""
    for lr in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"learning rate must be a finite number, 0 or more, got {lr}"):
            kind.make(lr, 10)
    for steps in (0, 2.5, None, True) if kind.name != "constant" else ():
        with pytest.raises(ValueError, match=f"steps must be a whole number, 1 or more, got {steps}"):
            kind.make(0.3, steps)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("linear", {"low": 0.4}, "last rate must be at most the highest, 0.3, got 0.4"),
        ("linear", {"low": -0.1}, "last rate must be a finite number, 0 or more, got -0.1"),
        ("cosine", {"low": math.nan}, "last rate must be a finite number, 0 or more, got nan"),
        ("warmup-cosine", {"first": 1}, "first rate must be at most the highest, 0.3, got 1"),
        ("warmup-cosine", {"low": 1}, "last rate must be at most the highest, 0.3, got 1"),
        ("warmup-cosine", {"warmup": 1}, "warmup must be a number from 0 to below 1, got 1"),
        ("one-cycle", {"warmup": -0.1}, "warmup must be a number from 0 to below 1, got -0.1"),
        ("one-cycle", {"div_factor": 0.5}, "div_factor must be a finite number, 1 or more, got 0.5"),
        ("one-cycle", {"final_div_factor": 0}, "final_div_factor must be a finite number, 1 or more, got 0"),
        ("step", {"factor": 0}, "factor must be a finite number above 0, got 0"),
        ("step", {"factor": 2}, "factor must be at most 1, got 2"),
        ("step", {"every": 0}, "every must be a whole number, 1 or more, got 0"),
        ("exponential", {"factor": -1}, "factor must be a finite number above 0, got -1"),
    ],
)
def test_options_out_of_range_are_refused(name: str, options: dict[str, Any], message: str) -> None:
    """What is wrong is said with its value."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        SCHEDULES[name].make(0.3, 10, **options)
