"""What a scene descends: a cost by its name, or a function of the user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.catalogue.registry import get
from lranim.core.costs import COSTS, is_own
from lranim.core.descend import descend
from lranim.core.rules import gradient_descent
from lranim.core.schedules import constant
from lranim.core.starts import rates_about
from lranim.params import CurveParams, SurfaceParams, own_cost


def params_of(scene: str) -> type[Any]:
    """The options of a scene."""
    return get(scene).load_light().Params


def test_a_function_takes_the_place_of_a_cost() -> None:
    """Value, domain, start and rate are its own; the cost by name is gone."""
    params = CurveParams(function=" (x - 2)**2 ")
    cost = params.objective
    assert (params.cost, params.function, params.called) == (None, "(x - 2)**2", "(x - 2)**2")
    assert is_own(cost)
    assert params.start == cost.start[0]
    assert cost.value(np.array([5.0])) == 9
    assert cost.minima == ((2.0,),)
    assert CurveParams(function="x**2", domain=(-1.0, 3.0)).objective.domain == ((-1.0, 3.0),)
    surface = SurfaceParams(function="x**2 + 10*y**2", domain=(-2.0, 2.0, -1.0, 1.0))
    assert surface.objective.domain == ((-2.0, 2.0), (-1.0, 1.0))
    assert surface.lr == surface.objective.lr


def test_a_cost_by_name_stays_what_it_was() -> None:
    """With no function the objective is the cost of that name."""
    assert CurveParams().objective is COSTS["bowl"]
    assert SurfaceParams(cost="ravine").objective is COSTS["ravine"]
    assert params_of("slope")().objective is COSTS["gentle-bowl"]
    assert params_of("descent")().objective is COSTS["bowl"]


@pytest.mark.parametrize(
    "scene",
    ["learning-rate", "slope", "oscillation", "descent", "learning-rate-compare", "surface", "direction"],
)
def test_every_scene_with_a_cost_takes_a_function(scene: str) -> None:
    """Its defaults go with the function, and it survives the way through JSON."""
    kind = params_of(scene)
    function = "x**2 + 10*y**2" if kind.dim == 2 else "x**4 - 3*x**2 + x"
    params = kind(function=function)
    assert kind.model_validate_json(params.model_dump_json()) == params
    given = {
        name for name, value in params.model_dump(mode="json").items() if value != params.defaults()[name]
    }
    assert given == {"function"}


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (
            CurveParams,
            {"function": "x*y"},
            "--function is x*y, which has two variables; this scene draws "
            "functions of one variable: try surface",
        ),
        (
            SurfaceParams,
            {"function": "x**2"},
            "which has one variable; this scene draws functions of two variables: try learning-rate",
        ),
        (CurveParams, {"function": "x**2", "cost": "bowl"}, "--cost is bowl and --function is given"),
        (CurveParams, {"domain": (0.0, 1.0)}, "--domain goes with --function"),
        (CurveParams, {"function": "x**2", "domain": (3.0, 1.0)}, "--domain is 3,1; write numbers"),
        (CurveParams, {"function": "x**2", "domain": (0.0, float("inf"))}, "--domain is 0,inf; write"),
        (
            CurveParams,
            {"function": "x**2", "domain": (-4.0, 4.0), "start": 50.0},
            "in the domain of the function: x from -4 to 4; --domain sets another one",
        ),
        (
            CurveParams,
            {"function": "sqrt(x)", "domain": (0.0, 4.0), "start": 0.0},
            "--start is 0, where the function has no finite value or slope",
        ),
        (CurveParams, {"function": "y**z"}, "--function is y**z"),
        (CurveParams, {"start": 13.5}, "--start is 13.5; it must lie in the domain of bowl: a from -7 to 13"),
        (CurveParams, {"cost": "two-minima", "start": 13}, "domain of two-minima: a from -4 to 5"),
        (
            SurfaceParams,
            {"start": (0, 4.5)},
            "--start is 0,4.5; it must lie in the domain of bowl-2d: a from -4 to 4 and b from -4 to 4",
        ),
        (
            SurfaceParams,
            {"cost": "bowl"},
            "--cost is bowl, a cost of 1 variable; this scene draws costs of two variables: "
            "bowl-2d, oval, ravine, himmelblau",
        ),
        (
            CurveParams,
            {"cost": "ravine"},
            "a cost of 2 variables; this scene draws costs of one variable:",
        ),
        (
            SurfaceParams,
            {"start": (1, 1), "seed": 7},
            "--start is 1,1 and --seed is 7; give one of them, not both",
        ),
        (CurveParams, {"stride": 1}, "stride"),
    ],
)
def test_refused(kind: type[Any], options: dict[str, Any], message: str) -> None:
    """Each mistake has one message, with the value and what would do."""
    with pytest.raises(ValidationError) as refused:
        kind(**options)
    assert refused.value.error_count() == 1
    assert message in str(refused.value)


def test_a_first_step_into_nothing_is_refused() -> None:
    """There would be nothing to draw."""
    with pytest.raises(ValidationError, match="--lr is 50; its first step would lead from"):
        params_of("learning-rate")(function="log(x)**2", lr=50.0)
    with pytest.raises(ValidationError, match="--lr is 80; its first step would lead"):
        params_of("learning-rate-compare")(function="log(x)**2", lr=(0.1, 80.0))
    with pytest.raises(ValidationError, match="--step is 9; its first step would lead"):
        params_of("oscillation")(function="log(x)**2", step=9.0)


def test_the_rates_to_compare_can_be_drawn() -> None:
    """None is above the highest that a scene takes, nor leads at once to where the cost is not."""
    for function in ("x**4 - 3*x**2 + x", "exp(x) - 2*x", "x**2 + 3*sin(3*x)"):
        low, right, high = rates_about(own_cost(function, None, 1), 100.0)
        assert low < right < high
    assert params_of("learning-rate-compare")(function="x**2/1e9").lr == (3.3, 100)
    for function in ("-sqrt(4 - x**2)", "-log(1 - x**2)", "log(x)"):
        cost = own_cost(function, None, 1)
        for lr in rates_about(cost, 100.0):
            assert descend(cost, gradient_descent(), constant(lr), cost.start, 5).steps


def test_a_fixed_step_jumps_over_the_minimum() -> None:
    """The step is no whole part of the way, so that the point does not land on the minimum by luck."""
    for function, way in (("(x - 2)**2", 3.6), ("x**2", None)):
        params = params_of("oscillation")(function=function)
        gap = abs(params.start - params.objective.minima[0][0])
        assert way is None or gap == pytest.approx(way)
        assert 0.2 < (gap / params.step) % 1 < 0.8


def test_start_and_rate_go_with_the_cost() -> None:
    """What is not given is the cost's own; what is given stays."""
    assert CurveParams(cost="two-minima").start == COSTS["two-minima"].start[0]
    assert CurveParams(cost="two-minima", start=-3.0).start == -3
    for name in ("bowl-2d", "oval", "ravine", "himmelblau"):
        assert SurfaceParams(cost=name).lr == COSTS[name].lr
    assert SurfaceParams(cost="ravine", lr=0.1).lr == 0.1
    assert CurveParams() == CurveParams.model_validate({})
    assert SurfaceParams(start=(1.5, -2)).start == (1.5, -2.0)


def test_defaults_depend_on_the_other_options() -> None:
    """A default is what an option would be if it alone had not been given; None where none would do."""
    none = {"function": None, "domain": None}
    assert CurveParams(cost="two-minima", start=-3.0).defaults() == {
        **none,
        "cost": "bowl",
        "start": 4.6,
        "steps": 29,
    }
    assert CurveParams(steps=3).defaults() == {**none, "cost": "bowl", "start": 13.0, "steps": 29}
    seed = SurfaceParams().seed
    assert SurfaceParams(cost="himmelblau", start=(5.0, 5.0), lr=1.0).defaults() == {
        **none,
        "cost": None,
        "seed": seed,
        "start": None,
        "lr": 0.01,
        "steps": 20,
    }


@pytest.mark.parametrize("kind", [CurveParams, SurfaceParams])
def test_params_are_their_own_defaults_and_survive_json(kind: type[Any]) -> None:
    """The defaults of the default are the default, and a dump is read back as the same options."""
    params = kind()
    assert params.defaults() == params.model_dump(mode="json")
    assert kind.model_validate_json(params.model_dump_json()) == params
    with pytest.raises(ValidationError):
        params.steps = 3


def test_options_that_name_no_file_have_no_content() -> None:
    """Only what is in files can change while the options stay the same."""
    assert CurveParams().content() == SurfaceParams(cost="ravine").content() == ""
