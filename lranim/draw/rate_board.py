"""The learning rate of a training from its log, above its loss, and the story that they tell."""

from __future__ import annotations

from lranim.draw.axis import Axis
from lranim.draw.chart import Chart
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.run_axes import RunCurve, loss_axis, step_axis
from lranim.draw.run_board import counted
from lranim.draw.stage import ease
from lranim.logs import Log, Shape, rate_shape
from lranim.logs.state import level
from lranim.look.text import short

SECONDS = 6.0
"""How long a training is watched."""

ENDINGS = {
    Shape.FLAT: "_flat",
    Shape.RISE: "_way",
    Shape.FALL: "_way",
    Shape.BOTH: "_loss",
    Shape.WAVES: "_loss",
}
"""The end of the last text's key that goes with the way of a rate."""

FEWEST = 2
"""Losses are drawn where there are so many at least."""


class RateBoard:
    """Puts the learning rate of a log into a scene, and below it the train loss, if it has one.

    Parameters
    ----------
    scene
        The scene to draw in.
    log
        A log with learning rates.
    """

    def __init__(self, scene: LessonScene, log: Log) -> None:
        self.scene, self.log = scene, log
        setter, lossy = scene.setter, len(log.train_loss.finite) >= FEWEST
        drawn = [log.lr, log.train_loss] if lossy else [log.lr]
        boxes = scene.layout.body.rows(*[1.0] * len(drawn), gap=scene.layout.gap)
        across = step_axis(scene.say(f"run.{log.unit}"), *drawn)
        # Both go along the same steps, which the lower one names.
        bare = Axis(across.low, across.high, ticks=()) if lossy else across
        ups = [Axis.around(log.lr.value, label=scene.say("run.rate"), zero=True, room=0.1)]
        ups += [loss_axis(scene.say("run.loss"), log.train_loss)] if lossy else []
        axes = [bare, across][: len(drawn)]
        plots = [Chart(setter, box, x, y).plot for box, x, y in zip(boxes, axes, ups, strict=True)]
        room = scene.layout.body
        sides = max(p.left for p in plots) - room.left, room.right - min(p.right for p in plots)
        self.charts = [
            Chart(setter, box, x, y, sides=sides) for box, x, y in zip(boxes, axes, ups, strict=True)
        ]
        roles = ("rate", "cost")
        self.curves = [
            RunCurve(chart, one, role, smooth=one is not log.lr)
            for chart, one, role in zip(self.charts, drawn, roles, strict=False)
        ]
        self.low, self.high = min(float(one.step[0]) for one in drawn), across.high
        self.show(across.low)
        for chart in self.charts:
            scene.add(chart.still, chart.moving)

    def show(self, step: float) -> None:
        """Draw all up to a step."""
        for curve in self.curves:
            curve.show(step)

    def go_on(self, start: float, end: float) -> None:
        """Play the training from one step to another, as fast as all of it would be in `SECONDS`."""
        share = (end - start) / (self.high - self.low)
        moving = [chart.moving for chart in self.charts]
        self.scene.move(max(SECONDS * share, 1.0), lambda u: self.show(start + (end - start) * u), *moving)

    def mark(self, step: float, text: str) -> None:
        """Mark a step in the chart of the rate."""
        marker = self.charts[0].marker(step, text, "rate").set_alpha(0.0)
        self.scene.move(self.scene.theme.waits.caption, lambda u: marker.set_alpha(ease(u)), marker.parts)


def tell_rate(scene: LessonScene, log: Log) -> None:
    """Tell how a learning rate went: its warm-up and its decay, or whatever else, beside the loss."""
    waits, rates, found = scene.theme.waits, log.lr.finite, rate_shape(log.lr)
    told: dict[str, object] = {
        "count": f"{len(log.lr):,}",
        "begin": short(float(rates.value[0]), 3),
        "peak": short(float(rates.value.max()), 3),
        "end": short(float(rates.value[-1]), 3),
        "at": counted(scene, log, found.peak),
        "turns": found.turns,
    }
    lossy = len(log.train_loss.finite) >= FEWEST
    if lossy:
        losses = level(log.train_loss)[1]
        told |= {"first": short(float(losses[0]), 3), "last": short(float(losses[-1]), 3)}

    scene.beat("run.start_rate", **told)
    board = RateBoard(scene, log)
    scene.hold(waits.read)
    if found.shape is Shape.BOTH:
        scene.beat("run.rise", **told)
        board.go_on(board.low, found.peak)
        scene.beat("run.fall", **told)
        board.go_on(found.peak, board.high)
    else:
        scene.beat(f"run.{found.shape.value}", **told)
        board.go_on(board.low, board.high)

    scene.beat(f"run.end_rate{ENDINGS[found.shape] if lossy else ''}", **told)
    if found.shape is not Shape.FLAT:
        board.mark(found.peak, scene.say("run.peak", at=told["at"]))
    scene.alt = scene.say("run.alt_rate_loss" if lossy else "run.alt_rate", **told)
    scene.hold(waits.end)
