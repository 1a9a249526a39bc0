"""``lranim trace``: the numbers behind a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from lranim.cli.output import emit
from lranim.cli.scene_command import Chosen, SceneCommand, choose_one

if TYPE_CHECKING:
    from lranim.core.types import Trajectory


@click.command(cls=SceneCommand, options_metavar="[OPTIONS] [SCENE OPTIONS]")
@click.argument("scene", metavar="SCENE")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="What to print.",
)
@click.pass_context
def command(ctx: click.Context, scene: str, form: str) -> None:
    """Print the numbers behind a picture, without drawing.

    Each row is a point of the descent: the step number t, the point, its cost and gradient, then the
    learning rate and the step that led on from there; the last point has neither. The columns of --format
    csv are named after the cost's variables: t,a,cost,grad_a,lr,step_a for one variable and
    t,a,b,cost,grad_a,grad_b,lr,step_a,step_b for two. Numbers have all their digits. One that is not finite
    is null in JSON, and inf, -inf or nan in CSV.
    """
    chosen = choose_one(ctx, scene)
    trajectory = chosen.light.numbers(chosen.params)
    if form == "json":
        emit(json.dumps(as_dict(chosen, trajectory), ensure_ascii=False, allow_nan=False))
    else:
        emit("\n".join(csv_lines(trajectory)))


def as_dict(chosen: Chosen, trajectory: Trajectory) -> dict[str, Any]:
    """Build the JSON shape of a trajectory."""
    columns: dict[str, list[Any]] = {
        "t": list(range(trajectory.steps + 1)),
        "x": trajectory.x.tolist(),
        "cost": trajectory.cost.tolist(),
        "grad": trajectory.grad.tolist(),
        "lr": [*trajectory.lr.tolist(), None],
        "step": [*trajectory.step.tolist(), None],
    }
    return {
        "scene": chosen.info.name,
        "params": chosen.values,
        "cost": trajectory.cost_function.name,
        "status": trajectory.status.value,
        "steps": [
            {key: _finite(value) for key, value in zip(columns, row, strict=True)}
            for row in zip(*columns.values(), strict=True)
        ],
    }


def csv_lines(trajectory: Trajectory) -> Iterator[str]:
    """Write the header and a line a point."""
    names = trajectory.cost_function.variables
    yield ",".join(["t", *names, "cost", *(f"grad_{n}" for n in names), "lr", *(f"step_{n}" for n in names)])
    rates = [[repr(lr)] for lr in trajectory.lr.tolist()] + [[""]]
    moves = [[repr(value) for value in step] for step in trajectory.step.tolist()] + [[""] * len(names)]
    for t, (x, cost, grad) in enumerate(
        zip(trajectory.x.tolist(), trajectory.cost.tolist(), trajectory.grad.tolist(), strict=True)
    ):
        yield ",".join([str(t), *map(repr, [*x, cost, *grad]), *rates[t], *moves[t]])


def _finite(value: Any) -> Any:
    """Put null for what JSON cannot say."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not (-float("inf") < value < float("inf")):
        return None
    return value
