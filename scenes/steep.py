"""The slope alone on steeper and steeper curves: it settles, lands, bounces, diverges."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from lranim.core.costs import COSTS, bowl_of
from lranim.core.descend import descend
from lranim.core.results import Runs
from lranim.core.rules import slope
from lranim.core.schedules import constant
from lranim.core.story import ending
from lranim.core.types import Trajectory
from lranim.draw.boards.compare import SmallPlots
from lranim.draw.chart.descent import AIM
from lranim.draw.layout import Box
from lranim.draw.lettering import FramedText, Lettering, Paragraph
from lranim.draw.scene import LessonScene
from lranim.params import SceneParams, Steps, check_once

DOMAIN, MINIMUM = COSTS["bowl"].domain[0], COSTS["bowl"].minima[0][0]
"""What is drawn of every curve, and where its minimum is."""

Curvature = Annotated[float, Field(gt=0, le=100)]


class Params(SceneParams):
    """Options of the scene."""

    curvature: tuple[Curvature, ...] = Field(
        (0.5, 1.0, 2.0, 2.2), min_length=2, max_length=4, description="curvature of each curve, its J″"
    )
    start: float = Field(13.0, ge=DOMAIN[0], le=DOMAIN[1], description="first value of the variable")
    steps: Steps = Field(8, description="number of steps")

    @field_validator("curvature")
    @classmethod
    def _steeper_and_steeper(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        check_once("--curvature", values)
        return tuple(sorted(values))

    @field_validator("start")
    @classmethod
    def _has_a_slope(cls, value: float) -> float:
        if value == MINIMUM:
            raise ValueError(f"--start is {value:g}, the minimum, where the slope is 0; give another one")
        return value


def numbers(params: Params) -> Runs:
    """The descents that are drawn, by curvature."""
    runs: dict[str | float, Trajectory] = {
        k: descend(bowl_of(k), slope(), constant(1.0), (params.start,), params.steps)
        for k in params.curvature
    }
    return Runs(key="curvature", runs=runs)


class Steep(LessonScene):
    """One rule on curves that are steeper each time: what it lacks is a learning rate."""

    params_type = Params
    has_verdict = False

    def construct(self) -> None:
        """Tell the story."""
        waits, runs = self.theme.waits, numbers(self.params).runs
        curves, endings = list(runs), [ending(run, self.params.steps) for run in runs.values()]
        facts = {"start": self.params.start, "target": MINIMUM, "steps": self.params.steps}
        self.title("steep.title")
        self.beat("steep.start", **facts)
        unit = self.layout.unit
        body = self.layout.body
        head, body = body.rows(9 * unit, body.height - 9 * unit, gap=self.layout.gap)
        board = SmallPlots(
            self,
            body.grid(len(runs), gap=self.layout.gap, aspect=0.55),
            list(runs.values()),
            [self.say("steep.curve", curvature=k) for k in runs],
            [self.say(f"verdict.{kind}") for kind in endings],
            reading=True,
        )
        alone, scaled = self.rule(head)
        self.add(alone)
        self.hold(waits.read)

        slopes = [abs(float(plot.run.grad[0, 0])) for plot in board.plots]
        self.beat("steep.rule", low=slopes[0], high=slopes[-1], **facts)
        board.walk(0.0, AIM, waits.explain / AIM)
        self.picture()
        self.hold(waits.read)

        for k, kind, plot in zip(curves, endings, board.plots, strict=True):
            facts["one"] = float(plot.run.x[1, 0])
            self.beat(f"turn.{kind}", curvature=k, **facts)
            last = 1 if kind == "lands" else plot.run.steps
            board.walk(AIM, 1.0, waits.step / (1 - AIM), plot)
            board.walk(1.0, min(3.0, last), waits.step, plot)
            board.walk(3.0, last, min(waits.quick, 8 * waits.quick / max(last - 3, 1)), plot)
            board.finish(plot)

        fails = {"bounces", "diverges"}.intersection(endings)
        self.beat("steep.end_fails" if fails else "steep.end_fine", **facts)
        self.swap([alone], [scaled], waits.explain / 2)
        words = [
            self.say("steep.run", curvature=k, verdict=self.say(f"verdict.{kind}"))
            for k, kind in zip(curves, endings, strict=True)
        ]
        listed = self.listed("steep.runs", words)
        self.alt = self.say("steep.alt", runs=listed, **facts)
        self.hold(waits.end)

    def rule(self, room: Box) -> tuple[Lettering, FramedText]:
        """The rule above the plots: as it is, and in a frame, with what it lacks."""
        size, (middle, level) = self.theme.sizes.rule, room.centre
        alone, scaled = (
            self.setter.formula(f"a <- a - {factor}<gradient>J'(a)</gradient>", size)
            for factor in ("", "<rate>eta</rate> dot ")
        )
        half = scaled.advance / 2 + 2.4 * self.layout.unit
        frame = Box(middle - half, room.bottom, middle + half, room.top)
        chip = FramedText(self.setter, frame, Paragraph([scaled]), "rate")
        return alone.at(middle, level - self.setter.cap(size) / 2, 0.5), chip
