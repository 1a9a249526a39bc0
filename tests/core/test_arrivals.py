from __future__ import annotations

import pytest

from lranim.core.arrivals import arrival
from lranim.core.bowls import bowl_of
from lranim.core.costs import COSTS
from lranim.core.descend import descend
from lranim.core.momentum import momentum
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant


@pytest.mark.parametrize(("lr", "step"), [(0.01, None), (0.3, 6), (0.5, 1), (0.9, 21), (1.05, None)])
def test_it_is_where_the_closed_form_is_within_a_tenth(lr: float, step: int | None) -> None:
    """Of 10 (1 - 2 lr)^t, at the first t from which it stays so."""
    assert arrival(descend(COSTS["bowl"], gradient_descent(), constant(lr), (13.0,), 29)) == step


def test_who_starts_there_has_arrived() -> None:
    """At the minimum, after no step."""
    assert arrival(descend(COSTS["bowl"], gradient_descent(), constant(0.3), (3.0,), 4)) == 0


def test_a_tenth_is_within_a_tenth() -> None:
    """Rounding does not decide: 3.1 is as near to 3 as a run's other counts have it."""
    run = descend(COSTS["bowl"], gradient_descent(), constant(1e-9), (3.1,), 3)
    assert run.errors[-1] > 0.1 * (1 - 1e-7)
    assert arrival(run) == run.first_within() == 0


def test_passing_by_is_no_arrival() -> None:
    """A ball that rolls through the minimum arrives later than it is first there, or never."""
    run = descend(bowl_of(2.0), momentum(0.9), constant(0.05), (13.0,), 120)
    passed = run.first_within(0.1)
    assert passed is not None
    assert arrival(run) == max(t for t, error in enumerate(run.errors) if error > 0.1) + 1 > passed
    assert arrival(descend(bowl_of(2.0), momentum(0.9), constant(0.05), (13.0,), passed + 2)) is None
