"""The cost of a model: squared errors, their mean as a curve or a surface, and its lowest point."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from lranim.core.least_squares import Samples, line_cost, line_samples, slope_cost, thinned
from lranim.core.results import Table
from lranim.core.types import Cost as CostFunction
from lranim.draw.boards.line_fit import LineFitBoard, NumberFormat
from lranim.draw.scene import LessonScene
from lranim.options.data import fingerprint, read_samples
from lranim.params import SceneParams

SLOPE, INTERCEPT = 1.5, 1.0
"""The line about which samples are drawn."""

DRAWN = 60
"""So many samples are drawn at most."""


class Params(SceneParams):
    """Options of the scene."""

    seed: int = Field(1, ge=0, le=2**32 - 1, description="seed from which the samples are drawn")
    count: int = Field(12, ge=2, le=DRAWN, description="number of samples drawn")
    noise: float = Field(0.5, ge=0, le=5, description="how far the samples lie off a line, as a deviation")
    data: str | None = Field(
        None,
        min_length=1,
        description="CSV file of samples, x and y, in place of drawn ones",
        json_schema_extra={"format": "path"},
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.data is None:
            return self
        for name in ("seed", "count", "noise"):
            value = getattr(self, name)
            if value != type(self).model_fields[name].default:
                raise ValueError(
                    f"--data is {self.data} and --{name} is {value:g}; give one of them, not both"
                )
        read_samples(self.data)  # which refuses a file that will not do
        return self

    def content(self) -> str:
        """What is in the file."""
        return fingerprint(read_samples(self.data)) if self.data is not None else ""


def samples_of(params: Params) -> Samples:
    """The samples: those of the file, or drawn ones."""
    if params.data is not None:
        return read_samples(params.data)
    return line_samples(params.seed, params.count, SLOPE, INTERCEPT, params.noise)


def numbers(params: Params) -> Table:
    """The cost as the slope sweeps its range, for a line through the origin."""
    cost = slope_cost(samples_of(params))
    a = np.linspace(*cost.domain[0], 101)
    return Table({"a": a, "cost": cost.value(a[:, None])})


def cost_of(data: Samples, a: float) -> CostFunction:
    """The cost of any line, over a domain that holds the slope `a`, too."""
    cost = line_cost(data)
    (low, high), b = cost.domain
    return replace(cost, domain=((min(low, a), max(high, a)), b))


class Cost(LessonScene):
    """A line turns through samples; what it misses, squared, makes the cost."""

    params_type = Params
    turning_camera = True
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        waits, data = self.theme.waits, samples_of(self.params)
        shown, one = thinned(data, DRAWN), slope_cost(data)
        (low, high), ((best,),) = one.domain[0], one.minima
        two = cost_of(data, best)
        form = NumberFormat.of_costs(one, two)
        facts = facts_of(data, shown, one, two, form)
        thin = len(shown.x) < len(data.x)
        self.title("cost.title")
        self.beat("cost.start_thin" if thin else "cost.start", **facts)
        label = self.say("cost.samples_thin" if thin else "cost.samples", **facts)
        lowest = self.say("cost.lowest", **facts)
        board = LineFitBoard(self, shown, one, two, label=label, lowest=lowest)
        self.hold(waits.read)

        self.beat("cost.squares", **facts)
        board.show_squares(waits.explain / 2)
        self.picture()
        self.hold(waits.read)

        self.beat("cost.sweep", **facts)
        board.turn(low, high, 2.5 * waits.explain, trace=True)

        board.turn(high, best, waits.explain)
        self.beat("cost.best", **facts)
        board.mark_lowest(waits.caption)
        self.hold(waits.read)

        self.beat("cost.two", **facts)
        start, (far, side), end = np.array([best, 0.0]), board.poor, np.array(two.minima[0])
        board.open_surface(start, waits.explain / 2)
        board.go(start, start, waits.explain)

        self.beat("cost.roam", **facts)
        board.go(start, far, waits.explain)
        board.go(far, side, waits.explain)
        self.picture()

        board.go(side, end, waits.explain)
        self.beat("cost.end", **facts)
        self.alt = self.say("cost.alt", **facts)
        board.go(end, end, waits.end, stop=True)
        self.hold(waits.end / 2)


def facts_of(
    data: Samples, shown: Samples, one: CostFunction, two: CostFunction, form: NumberFormat
) -> dict[str, object]:
    """The numbers of the story's words."""
    facts: dict[str, object] = {"count": f"{len(data.x):,}", "shown": len(shown.x)}
    for cost, mark in ((one, ""), (two, "2")):
        best = np.array(cost.minima[0])
        for name, (low, high), value in zip(cost.variables, cost.domain, best.tolist(), strict=True):
            facts[name + mark] = NumberFormat.of(high - low).written(value)
        facts[f"cost{mark}"] = form.written(float(cost.value(best)))
    return facts
