"""Options that a scene cannot draw: one line that names the option, its value and what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import lranim
from lranim.catalogue import registry
from lranim.errors import InputError

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("descent", {"cost": "bowl-2d"}, "a cost of 2 variables; this scene draws costs of one variable: bowl,"),
    ("descent", {"cost": "bowel"}, "cost is bowel; it must be one of bowl, gentle-bowl, two-minima"),
    ("descent", {"start": 20}, "start is 20; it must lie in the domain of bowl: a from -7 to 13"),
    ("descent", {"cost": "two-minima", "start": 13}, "in the domain of two-minima: a from -4 to 5"),
    (
        "direction",
        {"point": (4, 4)},
        "point is 4,4; it must lie in the domain of oval: a from -3.6 to 3.6 and",
    ),
    ("direction", {"point": (1, -1)}, "point is 1,-1, where oval is all but flat; give a point on a slope"),
    ("direction", {"cost": "himmelblau", "point": (3, 2)}, "point is 3,2, where himmelblau is all but flat"),
    (
        "direction",
        {"cost": "bowl"},
        "a cost of 1 variable; this scene draws costs of two variables: bowl-2d,",
    ),
    ("direction", {"point": (0,)}, "point is [0]; it must be 2 numbers, such as [1.5, -2]"),
    ("steep", {"curvature": [0, 1]}, "curvature is [0, 1]; it must be 2 to 4 numbers, each greater than 0"),
    ("steep", {"curvature": [2, 1, 2]}, "curvature 2 is given 2 times; give each value once"),
    ("steep", {"start": 3}, "start is 3, the minimum, where the slope is 0"),
    ("learning-rate-compare", {"lr": [0.3]}, "lr is [0.3]; it must be 2 to 4 numbers"),
    ("learning-rate-compare", {"lr": [0.1, 0.1]}, "lr 0.1 is given 2 times; give each value once"),
    (
        "learning-rate-compare",
        {"lr": [0.1, 50.0], "function": "sqrt(x) + x", "domain": (0.0, 4.0), "start": 2.0},
        "lr is 50; its first step would lead from 2 to -65.6777, where the cost has no finite value",
    ),
    ("lr-finder", {"low": 1.0, "high": 0.5}, "low is 1 and high is 0.5; low must be below high"),
    ("lr-finder", {"low": 1e-320}, "low is 9.99989e-321; no loss changes at rates below 1e-12"),
    (
        "lr-finder",
        {"low": 100.0, "high": 1000.0},
        "the loss explodes at once, at a rate of 100: start the range",
    ),
    ("optimizers", {"optimizer": ["adam"]}, "optimizer is ['adam']; it must be 2 to 4 of gradient-descent,"),
    ("optimizers", {"optimizer": ["adam", "adam"]}, "optimizer adam is given 2 times; give each value once"),
    (
        "optimizers",
        {"optimizer": ["adam", "fixed"]},
        "optimizer is fixed; it must be one of gradient-descent",
    ),
    ("optimizers", {"lr": [0.1, 0.2]}, "lr has 2 rates for 3 optimizers; give one for all, or one each"),
    (
        "optimizers",
        {"function": "log(x)**2 + y**2", "lr": [20.0], "start": [3.0, 0.4]},
        "the rate of gradient-descent is 20; its first step would lead from 3,0.4 to -11.6482,-15.6, where",
    ),
    (
        "schedule",
        {"schedule": ["cosinus"]},
        "schedule is cosinus; it must be one of constant, linear, cosine",
    ),
    ("schedule", {"schedule": ["step", "step"]}, "schedule step is given 2 times; give each value once"),
    ("schedule", {"schedule": []}, "schedule is []; it must be 1 to 4 of constant, linear, cosine"),
    ("surface", {"start": (1.0, 1.0), "seed": 3}, "start is 1,1 and seed is 3; give one of them, not both"),
    ("train-valid", {"lr": 0.5, "state": "failing"}, "lr is 0.5 and state is failing; give one of them"),
    (
        "train-valid",
        {"state": "good"},
        "state is 'good'; it must be one of failing, underfitting, overfitting",
    ),
]


def out_of_range() -> Iterator[tuple[str, dict[str, Any], str]]:
    """For each option of each scene that is a number, values just outside its bounds, and no number."""
    for scene in registry.scenes():
        for field, schema in (
            registry.get(scene).load_light().Params.model_json_schema()["properties"].items()
        ):
            (shape,) = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"] or [{}]
            if shape.get("type") not in ("number", "integer"):
                continue
            values = ["left", float("nan") if shape["type"] == "number" else 1.5]
            values += [shape[key] + sign for key, sign in (("minimum", -1), ("maximum", 1)) if key in shape]
            values += [shape[key] for key in ("exclusiveMinimum", "exclusiveMaximum") if key in shape]
            for value in values:
                yield scene, {field: value}, f"{field} is {value!r}; it must be "


@pytest.mark.parametrize(("scene", "options", "message"), [*REFUSED, *out_of_range()])
def test_refused(scene: str, options: dict[str, Any], message: str) -> None:
    """Before anything is drawn."""
    with pytest.raises(InputError) as caught:
        lranim.trace(scene, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
