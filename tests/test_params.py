from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lranim.core.costs import COSTS
from lranim.params import CurveParams, SurfaceParams


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


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
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


def test_options_that_name_no_file_have_no_content() -> None:
    """Only what is in files can change while the options stay the same."""
    assert CurveParams().content() == SurfaceParams(cost="ravine").content() == ""
