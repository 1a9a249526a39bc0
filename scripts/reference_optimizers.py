"""Writes tests/core/data/optimizers.json: descents as torch.optim and optax make them, gradients included.

Run in an environment of its own: ``pip install torch optax``, then run this file.
Each row has the call that made it, lranim's rule and options for the same, and the point after every step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
import torch

DATA = Path(__file__).parent.parent / "tests" / "core" / "data" / "optimizers.json"
STEPS = 50
COSTS: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
    "bowl": (lambda a: (a - 3) ** 2 + 1, (13.0,)),
    "ravine": (lambda a, b: a**2 / 10 + 2 * b**2, (-3.5, 2.0)),
    "himmelblau": (lambda a, b: (a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2, (-0.5, -1.5)),
    "rosenbrock": (lambda a, b: (a - 1) ** 2 + 100 * (b - a**2) ** 2, (-1.2, 1.0)),
    "beale": (
        lambda a, b: (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2,
        (1.0, -0.8),
    ),
}
SAFE = {"bowl": 0.05, "ravine": 0.1, "himmelblau": 0.003, "rosenbrock": 0.0003, "beale": 0.004}
"""Rates of the rules whose steps are as long as the slope is steep; the others take one for all costs."""


class Case(NamedTuple):
    """A rule with its options, and the same as torch and optax spell it; a rate of 0 stands for `SAFE`."""

    rule: str
    options: dict[str, float]
    lr: float
    torch_call: tuple[str, dict[str, Any]] | None
    optax_call: tuple[str, dict[str, Any]] | None
    optax_costs: Sequence[str] = ("ravine", "himmelblau")


CASES = [
    Case("gradient-descent", {}, 0, ("SGD", {}), ("sgd", {})),
    Case("momentum", {"beta": 0.5}, 0, ("SGD", {"momentum": 0.5}), None),
    Case("momentum", {"beta": 0.9}, 0, ("SGD", {"momentum": 0.9}), ("sgd", {"momentum": 0.9})),
    Case("nesterov", {"beta": 0.5}, 0, ("SGD", {"momentum": 0.5, "nesterov": True}), None),
    Case(
        "nesterov",
        {"beta": 0.9},
        0,
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
    ),
    Case("adagrad", {}, 0.5, ("Adagrad", {}), None),
    Case(
        "adagrad",
        {"epsilon": 0.01, "initial": 0.1},
        0.3,
        ("Adagrad", {"eps": 0.01, "initial_accumulator_value": 0.1}),
        None,
    ),
    # optax adds epsilon under the root: the two agree where there is none to speak of.
    Case(
        "adagrad",
        {"epsilon": 1e-200, "initial": 0.1},
        0.3,
        None,
        ("adagrad", {"initial_accumulator_value": 0.1, "eps": 0.0}),
    ),
    Case("rmsprop", {}, 0.02, ("RMSprop", {}), None),
    # At a rate of 0.05 the run down beale is chaotic: a start one rounding apart ends 1e-7 apart.
    Case(
        "rmsprop",
        {"alpha": 0.9, "epsilon": 1e-4},
        0.02,
        ("RMSprop", {"alpha": 0.9, "eps": 1e-4}),
        ("rmsprop", {"decay": 0.9, "eps": 1e-4, "eps_in_sqrt": False}),
    ),
    Case("adam", {}, 0.1, ("Adam", {}), ("adam", {})),
    Case(
        "adam",
        {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3},
        0.2,
        ("Adam", {"betas": (0.7, 0.9), "eps": 1e-3}),
        None,
    ),
    Case("adamw", {}, 0.1, ("AdamW", {}), None),
    Case(
        "adamw",
        {"beta1": 0.8, "beta2": 0.95, "weight_decay": 0.3},
        0.1,
        ("AdamW", {"betas": (0.8, 0.95), "weight_decay": 0.3}),
        ("adamw", {"b1": 0.8, "b2": 0.95, "weight_decay": 0.3}),
    ),
]
DIFFERENT = [
    Case("adagrad", {"epsilon": 1e-7, "initial": 0.1}, 0.3, None, ("adagrad", {})),
    Case("rmsprop", {"alpha": 0.9, "epsilon": 1e-2}, 0.05, None, ("rmsprop", {"eps": 1e-2})),
]
"""optax as it comes, epsilon under the root: not ours."""

jax.config.update("jax_enable_x64", True)  # or optax computes with seven digits


def by_torch(make: Callable[..., Any], options: dict[str, Any], lr: float, cost: str) -> list[list[float]]:
    """Note the point before the first step and after each one."""
    value, start = COSTS[cost]
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([x], lr=lr, **options)
    points = [x.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        value(*x).backward()
        optimizer.step()
        points.append(x.tolist())
    return points


def by_optax(make: Callable[..., Any], options: dict[str, Any], lr: float, cost: str) -> list[list[float]]:
    """Note the same of an optax transformation."""
    value, start = COSTS[cost]
    x = jnp.array(start, dtype=jnp.float64)
    optimizer, slope = make(lr, **options), jax.grad(lambda point: value(*point))
    state = optimizer.init(x)
    points = [x.tolist()]
    for _ in range(STEPS):
        updates, state = optimizer.update(slope(x), state, x)
        x = optax.apply_updates(x, updates)
        points.append(x.tolist())
    return points


def rows(case: Case) -> list[dict[str, Any]]:
    """Follow a case down its costs."""
    found = []
    ways = (
        ("torch.optim", torch.optim, case.torch_call, by_torch, tuple(COSTS)),
        ("optax", optax, case.optax_call, by_optax, tuple(case.optax_costs)),
    )
    for home, module, call, follow, costs in ways:
        if call is None:
            continue
        name, options = call
        for cost in costs:
            lr = case.lr or SAFE[cost]
            shown = ", ".join(f"{key}={value}" for key, value in {"lr": lr, **options}.items())
            found.append(
                {
                    "call": f"{home}.{name}({shown})",
                    "rule": case.rule,
                    "options": case.options,
                    "cost": cost,
                    "lr": lr,
                    "x": follow(getattr(module, name), options, lr, cost),
                }
            )
    return found


if __name__ == "__main__":
    parts = {
        "versions": {"torch": torch.__version__.partition("+")[0], "optax": optax.__version__},
        "same": [row for case in CASES for row in rows(case)],
        "different": [row for case in DIFFERENT for row in rows(case)],
    }
    lines = [f' "versions": {json.dumps(parts["versions"])}']
    for name in ("same", "different"):
        body = ",\n".join(f"  {json.dumps(row)}" for row in parts[name])
        lines.append(f' "{name}": [\n{body}\n ]')
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
