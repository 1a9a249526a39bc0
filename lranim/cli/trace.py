"""``lranim trace``: the numbers behind a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from lranim.api.results import Trace
from lranim.cli.output import emit
from lranim.cli.scene_command import SceneCommand, choose_one

if TYPE_CHECKING:
    from lranim.core.results import Numbers
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
    t,a,b,cost,grad_a,grad_b,lr,step_a,step_b for two. A scene that compares descents has them under "runs",
    each with what tells it from the others, which is the first column, run, in CSV; a test or a training has
    "rows". Numbers have all their digits. One that is not finite is null in JSON, and inf, -inf or nan in
    CSV.
    """
    chosen = choose_one(ctx, scene)
    numbers = chosen.info.load_light().numbers(chosen.params)
    if form == "json":
        traced = Trace(scene=chosen.info.name, params=chosen.params.model_dump(mode="json"), numbers=numbers)
        emit(json.dumps(traced.as_dict(), ensure_ascii=False, allow_nan=False))
    else:
        emit("\n".join(csv_lines(numbers)))


def csv_lines(numbers: Numbers) -> Iterator[str]:
    """Write the header and the rows."""
    from lranim.core.results import Runs, Table

    if isinstance(numbers, Runs):
        first, *_ = numbers.runs.values()
        yield f"run,{_header(first)}"
        for value, run in numbers.runs.items():
            yield from (f"{value},{line}" for line in _points(run))
    elif isinstance(numbers, Table):
        yield ",".join(numbers.columns)
        yield from (",".join(map(str, row)) for row in numbers.rows())
    else:
        yield _header(numbers)
        yield from _points(numbers)


def _header(trajectory: Trajectory) -> str:
    names = trajectory.cost_function.variables
    return ",".join(["t", *names, "cost", *(f"grad_{n}" for n in names), "lr", *(f"step_{n}" for n in names)])


def _points(trajectory: Trajectory) -> Iterator[str]:
    """Write a line a point."""
    rates = [[repr(lr)] for lr in trajectory.lr.tolist()] + [[""]]
    blank = [""] * trajectory.x.shape[1]
    moves = [[repr(value) for value in step] for step in trajectory.step.tolist()] + [blank]
    for t, (x, cost, grad) in enumerate(
        zip(trajectory.x.tolist(), trajectory.cost.tolist(), trajectory.grad.tolist(), strict=True)
    ):
        yield ",".join([str(t), *map(repr, [*x, cost, *grad]), *rates[t], *moves[t]])
